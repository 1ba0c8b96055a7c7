"""What does the lender state about the extract it hands over?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from forbear.engine.schema import CONTRACT_VERSION
from forbear.engine.tables import EXTRACT
from forbear.values.errors import InvalidInput

NAME = "manifest.json"


class Note(NamedTuple):
    """Something about the extract that a person should know, in both languages."""

    en: str
    zh: str


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
    notes: tuple[Note, ...]


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
        computed = Note(
            f"There is no {NAME}: control totals were computed.",
            f"没有 {NAME}：控制总额由系统计算。",
        )
        return Statement("", None, empty, (computed,))
    try:
        manifest = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise _unreadable(str(error), f"不是 JSON（{error}）") from None
    if not isinstance(manifest, dict):
        raise _unreadable("it is not an object", "它不是一个对象")
    if str(manifest.get("contract", CONTRACT_VERSION)) != CONTRACT_VERSION:
        raise UnreadableManifest(
            f"{NAME} says contract {manifest['contract']}; this Forbear reads contract "
            f"{CONTRACT_VERSION}.",
            remedy="Export by the contract that the reference describes.",
            message_zh=f"{NAME} 写明约定版本 {manifest['contract']}；本版 Forbear 读取版本 "
            f"{CONTRACT_VERSION}。",
            remedy_zh="请按参考手册描述的约定导出。",
            file=NAME,
        )
    files = manifest.get("files", {})
    if not isinstance(files, dict):
        raise _unreadable("files is not an object", "files 不是一个对象")
    tables = {name: _stated(name, files.get(name, {})) for name in EXTRACT}
    unknown = sorted(set(files) - set(EXTRACT))
    beyond = Note(
        f"{NAME}: not of the contract: {', '.join(unknown)}",
        f"{NAME}：约定之外的内容：{'、'.join(unknown)}",
    )
    notes = (beyond,) if unknown else ()
    return Statement(
        str(manifest.get("lender", "")), _day(manifest.get("book_date")), tables, notes
    )


def _unreadable(why: str, why_zh: str) -> UnreadableManifest:
    return UnreadableManifest(
        f"{NAME} cannot be read: {why}.",
        remedy="Mend it, or remove it: control totals are then computed.",
        message_zh=f"无法读取 {NAME}：{why_zh}。",
        remedy_zh="请修正或移走它；移走后控制总额由系统计算。",
        file=NAME,
    )


def _day(text: Any) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise _unreadable(
            "book_date is not a day of the form 2026-11-24", "book_date 不是 2026-11-24 这样的日期"
        ) from None


def _stated(name: str, entry: Any) -> Stated:
    if not isinstance(entry, dict):
        raise _unreadable(f"files.{name} is not an object", f"files.{name} 不是一个对象")
    names = entry.get("file", [])
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise _unreadable(
            f"files.{name}.file is neither a name nor a list of names",
            f"files.{name}.file 既不是文件名，也不是文件名的列表",
        )
    if any(Path(each).name != each for each in names):
        raise _unreadable(
            f"files.{name}.file names a file outside the folder",
            f"files.{name}.file 指向文件夹之外的文件",
        )
    rows, sums = entry.get("rows"), entry.get("sums", {})
    if rows is not None and not _is_whole(rows):
        raise _unreadable(f"files.{name}.rows is not a whole number", f"files.{name}.rows 不是整数")
    if not isinstance(sums, dict) or not all(_is_whole(each) for each in sums.values()):
        raise _unreadable(
            f"files.{name}.sums are not whole numbers of minor units",
            f"files.{name}.sums 不是最小货币单位的整数",
        )
    unknown = sorted(set(sums) - set(EXTRACT[name].sums))
    if unknown:
        raise _unreadable(
            f"files.{name}.sums names {', '.join(unknown)}, which has no total",
            f"files.{name}.sums 写有 {'、'.join(unknown)}，该列没有总额",
        )
    return Stated(tuple(names), rows, dict(sums))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
