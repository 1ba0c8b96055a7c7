"""Do rows and amounts add up: with what the lender states, and from the file to the book?"""

from __future__ import annotations

from typing import Any

import polars as pl

from forbear.contexts.nightly.intake.statement import Stated
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
    gone = frame.filter(pl.col("line").is_in(found["line"].unique().implode()))
    return {"rows": gone.height, "sums": amounts(gone, table)}


def added(*parts: Totals) -> Totals:
    """Add up totals."""
    sums: dict[str, int] = {}
    for part in parts:
        for name, value in part["sums"].items():
            sums[name] = sums.get(name, 0) + value
    return {"rows": sum(part["rows"] for part in parts), "sums": sums}


def reconcile(claimed: dict[str, Stated], checked: dict[str, Totals]) -> dict[str, Totals]:
    """Hold what was read against the lender's control totals; return one comparison a table.

    Rows must match exactly. Amounts must match too, unless some of that very column were unreadable
    or out of bounds: then the difference is shown as theirs.

    Raises:
        InvalidInput: a total does not match, so the extract is not the one the lender meant.
    """
    compared = {}
    for name, table in EXTRACT.items():
        read, stated = checked[name], claimed[name]
        if stated.rows is not None and stated.rows != read["rows"]:
            raise InvalidInput(
                f"{name}: {read['rows']:,} rows were read, but the lender states "
                f"{stated.rows:,}. The file may be cut.",
                remedy="Hand over the whole file, or a manifest that fits it.",
                table=name,
            )
        compared[name] = {
            column: _compare(name, column, read, stated.sums.get(column)) for column in table.sums
        }
    return compared


def _compare(name: str, column: str, read: Totals, stated: int | None) -> dict[str, int | None]:
    kept, lost = read["kept"].get(column, 0), read["lost"].get(column, 0)
    difference = None if stated is None else stated - kept - lost
    if difference and not read["doubtful"].get(column):
        raise InvalidInput(
            f"{name}.{column} adds up to {format_minor(kept + lost)}, but the lender states "
            f"{format_minor(stated or 0)}, though every amount could be read.",
            remedy="Find out which of the two is right, and hand both over anew.",
            table=name,
            column=column,
        )
    return {"read_minor": kept + lost, "stated_minor": stated, "in_rejected_rows_minor": difference}


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
            table=name,
        )
