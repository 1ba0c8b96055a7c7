"""Is what was made fit to count, and what does its manifest say about it?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from forbear import __version__
from forbear.contexts.nightly.intake.source import Extract
from forbear.contexts.nightly.intake.statement import Note
from forbear.contexts.nightly.intake.total import Totals, added, balance
from forbear.engine.schema import CONTRACT_VERSION
from forbear.engine.tables import BOOK, EXTRACT
from forbear.values.errors import BrokenInvariant, InvalidInput


@dataclass(frozen=True)
class Made:
    """What the steps of an import left behind, by table or by partition."""

    checked: dict[str, dict[str, Any]]
    totals: dict[str, Totals]
    bounds: list[dict[str, int]]
    astray: dict[str, Totals]
    parts: list[dict[str, Any]]
    rejects: dict[str, Any]


class ProtectionLost(InvalidInput):
    """A row that protects somebody cannot be used."""


class TooManyRejects(InvalidInput):
    """More of a table's rows are rejected than may be."""


def refuse_if_unfit(made: Made, *, max_reject_share: float, rejects: Path, shown: Path) -> None:
    """Refuse a book that would leave out too much, or anything that protects a person.

    ``rejects`` is the list of rejected rows, ``shown`` the place to which it is then copied.

    Raises:
        ProtectionLost: a hold or a withdrawal of consent was rejected by a fault of its own.
        TooManyRejects: more than the allowed share of a table's rows was rejected.
    """
    try:
        _refuse_lost_protection(made)
        # The table where the faults lie is named before those that they took along.
        own = {each["table"] for each in made.rejects["reasons"] if not each["cascade"]}
        for name in sorted(EXTRACT, key=lambda name: name not in own):
            _refuse_too_many(made, name, share=max_reject_share)
    except InvalidInput as error:
        shown.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(rejects, shown)
        error.remedy += f" Every rejected row: {shown}"
        error.data["remedy_zh"] = f"{error.data['remedy_zh']}全部被拒收的行：{shown}"
        error.data["rejects"] = str(shown)
        raise


def _refuse_lost_protection(made: Made) -> None:
    lost = made.rejects["protections"]
    if not lost:
        return
    first = lost[0]
    raise ProtectionLost(
        f"{first['table']}: {len(lost):,} rows that protect a person cannot be used. The first is "
        f"{_where(first)}: {first['text_en']} Without them somebody might be contacted "
        "unlawfully, so the extract is refused; the previous book still counts.",
        remedy="Mend these rows, or leave out those that no longer bind.",
        message_zh=f"{first['table']}：{len(lost):,} 行保护当事人的记录无法使用。第一行为"
        f"{_where_zh(first)}：{first['text_zh']}缺少它们可能导致违规联系，因此拒收整份数据；"
        "原账簿仍然有效。",
        remedy_zh="请修正这些行，或去掉已不再有效的行。",
        table=first["table"],
        file=first["file"],
        line=first["line"],
        column=first["column"],
        reason=first["reason"],
        text_zh=first["text_zh"],
    )


def _refuse_too_many(made: Made, name: str, *, share: float) -> None:
    rows, gone = made.checked[name]["rows"], made.rejects["rows"][name]
    if gone <= rows * share:
        return
    own = [r for r in made.rejects["reasons"] if r["table"] == name]
    worst = next((r for r in own if not r["cascade"]), own[0])
    raise TooManyRejects(
        f"{name}: {gone:,} of {rows:,} rows would be rejected, more than {share:.1%}. For example "
        f"{_where(worst)}: {worst['text_en']} The previous book still counts.",
        remedy="Mend the extract, or allow more with --max-reject-share.",
        message_zh=f"{name}：{rows:,} 行中有 {gone:,} 行会被拒收，超过 {share:.1%}。例如"
        f"{_where_zh(worst)}：{worst['text_zh']}原账簿仍然有效。",
        remedy_zh="请修正数据，或用 --max-reject-share 允许更多。",
        table=name,
        file=worst["file"],
        line=worst["line"],
        column=worst["column"],
        reason=worst["reason"],
        text_zh=worst["text_zh"],
    )


def _where(fault: dict[str, Any]) -> str:
    column = f", column {fault['column']}" if fault["column"] else ""
    return f"{fault['file']} line {fault['line']}{column}, {fault['reason']}"


def _where_zh(fault: dict[str, Any]) -> str:
    column = f"，列 {fault['column']}" if fault["column"] else ""
    return f" {fault['file']} 第 {fault['line']} 行{column}（{fault['reason']}）"


def book_manifest(extract: Extract, made: Made, *, book_id: str, book_date: date) -> dict[str, Any]:
    """Return the book's manifest, after seeing that every row and amount is accounted for."""
    kept = {name: added(*(part["kept"][name] for part in made.parts)) for name in EXTRACT}
    control = {name: _control(made, name, kept[name]) for name in EXTRACT}
    return {
        "book_id": book_id,
        "contract": CONTRACT_VERSION,
        "code_version": __version__,
        "lender": extract.lender,
        "book_date": book_date.isoformat(),
        "partitions": made.bounds,
        "tables": {name: _table(made, name, kept.get(name)) for name in BOOK},
        "control": control,
        "rejects": sum(made.rejects["rows"].values()),
        "quality": _quality(extract, made),
    }


def _table(made: Made, name: str, kept: Totals | None) -> dict[str, Any]:
    files = [part["files"][name] for part in made.parts]
    return {
        "rows": sum(file["rows"] for file in files),
        "files": files,
        "sums": kept["sums"] if kept else {},
        "read": made.checked[name]["rows"] if kept else None,
        "kept": kept["rows"] if kept else None,
        "rejected": made.rejects["rows"].get(name, 0),
        "folded": sum(part["kept"].get(name, {}).get("folded", 0) for part in made.parts),
    }


def _control(made: Made, name: str, kept: Totals) -> dict[str, dict[str, Any]]:
    """Return the control totals of a table, from the file to the book and its rejects."""
    checked = made.checked[name]
    on_reading = {"rows": checked["rows"] - checked["good"], "sums": checked["lost"]}
    rejected = added(
        on_reading,
        checked["repeated"],
        made.astray[name],
        *(part["rejected"][name] for part in made.parts),
    )
    read = added({"rows": checked["good"], "sums": checked["kept"]}, on_reading)
    balance(name, read=read, kept=kept, rejected=rejected)
    if rejected["rows"] != made.rejects["rows"][name]:
        raise BrokenInvariant(
            f"{name}: {rejected['rows']:,} rows were rejected, but "
            f"{made.rejects['rows'][name]:,} are listed.",
            remedy="The previous book still counts. Keep the extract and report this defect.",
            message_zh=f"{name}：有 {rejected['rows']:,} 行被拒收，但只列出了 "
            f"{made.rejects['rows'][name]:,} 行。",
            remedy_zh="原账簿仍然有效。请保留这份数据并报告此缺陷。",
        )
    return {
        column: {
            **each,
            "kept_minor": kept["sums"][column],
            "rejected_minor": rejected["sums"][column],
        }
        for column, each in made.totals[name].items()
    }


def _quality(extract: Extract, made: Made) -> dict[str, Any]:
    blank = [
        Note(
            f"{name}: {each['blank']:,} blank lines were passed over",
            f"{name}：略过 {each['blank']:,} 个空行",
        )
        for name, each in made.checked.items()
        if each["blank"]
    ]
    notes = (*extract.notes, *blank)
    return {
        "repairs": {
            f"{name}.{column}": count
            for name, each in made.checked.items()
            for column, count in each["repairs"].items()
        },
        "unfinished_files": [file for files in extract.unfinished.values() for file in files],
        "notes": [note.en for note in notes],
        "notes_zh": [note.zh for note in notes],
        "reasons": made.rejects["reasons"],
        "cascades": made.rejects["cascades"],
        "attempts_without_link": sum(part["unlinked"] for part in made.parts),
        "protections_widened": sum(part["widened"] for part in made.parts),
        **made.rejects["affected"],
    }
