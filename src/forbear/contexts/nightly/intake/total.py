"""Do rows and amounts add up: with what the lender states, and from the file to the book?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from forbear.contexts.nightly.intake.statement import NAME, Stated
from forbear.engine.schema import Table
from forbear.engine.tables import EXTRACT
from forbear.values.errors import BrokenInvariant, InvalidInput
from forbear.values.money import format_minor

Totals = dict[str, Any]


def amounts(frame: pl.DataFrame | None, table: Table) -> dict[str, int]:
    """Return the sums of a table's amount columns in some rows."""
    return {name: 0 if frame is None else int(frame[name].sum() or 0) for name in table.sums}


def totals_of(frame: pl.DataFrame, found: pl.DataFrame, table: Table) -> Totals:
    """Return how many of the rows have a fault, and their amounts."""
    if not found.height:
        return {"rows": 0, "sums": amounts(None, table)}
    gone = frame.filter(pl.col("line").is_in(found["line"].unique().implode()))
    return {"rows": gone.height, "sums": amounts(gone, table)}


def added(*parts: Totals) -> Totals:
    """Add up totals."""
    sums: dict[str, int] = {}
    for part in parts:
        for name, value in part["sums"].items():
            sums[name] = sums.get(name, 0) + value
    return {"rows": sum(part["rows"] for part in parts), "sums": sums}


def reconcile(
    claimed: dict[str, Stated],
    checked: dict[str, Totals],
    *,
    unfinished: Mapping[str, Sequence[str]],
) -> dict[str, Totals]:
    """Hold what was read against the lender's control totals; return one comparison a table.

    Rows must match exactly. Amounts must match too, unless some of that very column were unreadable
    or out of bounds: then the difference is shown as theirs. ``unfinished`` are a table's files
    that do not end with a line end, so that they may be cut inside their last field.

    Raises:
        InvalidInput: a total does not match, so the extract is not the one the lender meant.
    """
    compared = {}
    for name, table in EXTRACT.items():
        read, stated, cut = checked[name], claimed[name], unfinished.get(name, ())
        if stated.rows is not None and stated.rows != read["rows"]:
            raise InvalidInput(
                f"{name}: {read['rows']:,} rows were read, but the lender states "
                f"{stated.rows:,}. The file may be cut.",
                remedy=f"Hand over the whole file, or a {NAME} that fits it." + _cut_en(cut),
                message_zh=f"{name}：读到 {read['rows']:,} 行，但机构报为 {stated.rows:,} 行。"
                "文件可能被截断。",
                remedy_zh=f"请提供完整的文件，或与之相符的 {NAME}。{_cut_zh(cut)}",
                table=name,
            )
        compared[name] = {
            column: _compare(name, column, read, stated.sums.get(column), unfinished=cut)
            for column in table.sums
        }
    return compared


def _compare(
    name: str, column: str, read: Totals, stated: int | None, *, unfinished: Sequence[str]
) -> dict[str, int | None]:
    kept, lost = read["kept"].get(column, 0), read["lost"].get(column, 0)
    difference = None if stated is None else stated - kept - lost
    if difference and not read["doubtful"].get(column):
        raise InvalidInput(
            f"{name}.{column} adds up to {format_minor(kept + lost)}, but the lender states "
            f"{format_minor(stated or 0)}, though every amount could be read.",
            remedy="Find out which of the two is right, and hand both over anew."
            + _cut_en(unfinished),
            message_zh=f"{name}.{column} 合计 {format_minor(kept + lost)}，但机构报为 "
            f"{format_minor(stated or 0)}，而每个金额都能读取。",
            remedy_zh=f"请查明哪一个正确，并重新提供两者。{_cut_zh(unfinished)}",
            table=name,
            column=column,
        )
    return {"read_minor": kept + lost, "stated_minor": stated, "in_rejected_rows_minor": difference}


def _cut_en(unfinished: Sequence[str]) -> str:
    """Name the possibility that a file was cut inside its last field, where it is one."""
    if not unfinished:
        return ""
    return (
        f" {', '.join(unfinished)} does not end with a line end, so the last field may be cut: "
        "compare it with the source first."
    )


def _cut_zh(unfinished: Sequence[str]) -> str:
    if not unfinished:
        return ""
    return f"{'、'.join(unfinished)} 末尾没有换行，最后一个字段可能被截断：请先与源系统核对。"


def balance(name: str, *, read: Totals, kept: Totals, rejected: Totals) -> None:
    """See that every row and every minor unit is either in the book or among the rejects.

    Raises:
        BrokenInvariant: something got lost or came twice on the way.
    """
    if added(kept, rejected) != added(read):
        raise BrokenInvariant(
            f"{name}: {read['rows']:,} rows were read, but {kept['rows']:,} kept and "
            f"{rejected['rows']:,} rejected rows, or their amounts, do not add up to them.",
            remedy="The previous book still counts. Keep the extract and report this defect.",
            message_zh=f"{name}：读到 {read['rows']:,} 行，但入账 {kept['rows']:,} 行与拒收 "
            f"{rejected['rows']:,} 行（或其金额）相加不等。",
            remedy_zh="原账簿仍然有效。请保留这份数据并报告此缺陷。",
            table=name,
        )
