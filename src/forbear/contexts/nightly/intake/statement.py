"""What does the lender state about the extract it hands over?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from forbear.engine.schema import CONTRACT_VERSION
from forbear.engine.tables import EXTRACT
from forbear.values.errors import InvalidInput

NAME = "manifest.json"


@dataclass(frozen=True)
class Stated:
    """A table's files and control totals as stated; None and empty where nothing is."""

    files: tuple[str, ...]
    rows: int | None
    sums: dict[str, int]


@dataclass(frozen=True)
class Statement:
    """The lender's manifest, or what stands in for one that is not there."""

    lender: str
    book_date: date | None
    tables: dict[str, Stated]
    notes: tuple[str, ...]


class UnreadableManifest(InvalidInput):
    """manifest.json does not say what it must in the way it must."""


def read_statement(folder: Path) -> Statement:
    """Read the lender's manifest; without one every control total is computed and shown.

    Raises:
        UnreadableManifest: it is not JSON, or a value has another shape than the contract's.
    """
    path = folder / NAME
    if not path.exists():
        empty = {name: Stated((), None, {}) for name in EXTRACT}
        return Statement("", None, empty, (f"There is no {NAME}: control totals were computed.",))
    try:
        manifest = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise _unreadable(str(error)) from None
    if not isinstance(manifest, dict):
        raise _unreadable("it is not an object")
    if str(manifest.get("contract", CONTRACT_VERSION)) != CONTRACT_VERSION:
        raise UnreadableManifest(
            f"{NAME} says contract {manifest['contract']}; this Forbear reads contract "
            f"{CONTRACT_VERSION}.",
            remedy="Export by the contract that the reference describes.",
            file=NAME,
        )
    files = manifest.get("files", {})
    if not isinstance(files, dict):
        raise _unreadable("files is not an object")
    tables = {name: _stated(name, files.get(name, {})) for name in EXTRACT}
    unknown = sorted(set(files) - set(EXTRACT))
    notes = (f"{NAME}: not of the contract: {', '.join(unknown)}",) if unknown else ()
    return Statement(
        str(manifest.get("lender", "")), _day(manifest.get("book_date")), tables, notes
    )


def _unreadable(why: str) -> UnreadableManifest:
    return UnreadableManifest(
        f"{NAME} cannot be read: {why}.",
        remedy="Mend it, or remove it: control totals are then computed.",
        file=NAME,
    )


def _day(text: Any) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise _unreadable("book_date is not a day of the form 2026-11-24") from None


def _stated(name: str, entry: Any) -> Stated:
    if not isinstance(entry, dict):
        raise _unreadable(f"files.{name} is not an object")
    names = entry.get("file", [])
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise _unreadable(f"files.{name}.file is neither a name nor a list of names")
    if any(Path(each).name != each for each in names):
        raise _unreadable(f"files.{name}.file names a file outside the folder")
    rows, sums = entry.get("rows"), entry.get("sums", {})
    if rows is not None and not _is_whole(rows):
        raise _unreadable(f"files.{name}.rows is not a whole number")
    if not isinstance(sums, dict) or not all(_is_whole(each) for each in sums.values()):
        raise _unreadable(f"files.{name}.sums are not whole numbers of minor units")
    unknown = sorted(set(sums) - set(EXTRACT[name].sums))
    if unknown:
        raise _unreadable(f"files.{name}.sums names {', '.join(unknown)}, which has no total")
    return Stated(tuple(names), rows, dict(sums))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
