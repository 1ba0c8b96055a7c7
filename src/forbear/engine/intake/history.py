"""Whose history of contacts is not whole, and until when could that matter?

A contact whose row could not be read is missing from every count. Whoever it may have concerned is
held from the day of that contact for as long as any count looks back: when in doubt, refuse.
"""

from __future__ import annotations

import polars as pl

from forbear.engine.tables import ATTEMPT_DAYS
from forbear.values.code import HoldKind
from forbear.values.day import DAY_S

LOST_SCHEMA = {
    "line": pl.Int64,
    "debtor_id": pl.String,
    "contact_point_id": pl.String,
    "loan_id": pl.String,
    "started_at": pl.Int64,
}


def placed(
    lost: pl.DataFrame, *, debtors: pl.DataFrame, points: pl.DataFrame, loans: pl.DataFrame
) -> pl.DataFrame:
    """Return the persons whom unread rows may have concerned, by any id that could be read.

    ``lost`` has the columns of LOST_SCHEMA; ``debtors`` (debtor_id, debtor_no), ``points``
    (contact_point_id, debtor_no) and ``loans`` (loan_id, debtor_no) are a partition's. A row that
    names one person and another's number may have concerned either.

    Grain: one row per line and person, with line, debtor_no and started_at (null: unreadable).
    """
    found = [
        lost.join(owners.select(by, "debtor_no"), on=by).select("line", "debtor_no", "started_at")
        for by, owners in (("debtor_id", debtors), ("contact_point_id", points), ("loan_id", loans))
    ]
    return pl.concat(found).unique().sort("debtor_no", "line")


def history_holds(found: pl.DataFrame, *, debtors: pl.DataFrame, book_day: int) -> pl.DataFrame:
    """Return one hold a person of ``placed``, with the columns of a hold of the extract.

    A contact whose time cannot be read may have been on any day up to the book's. The holds were
    always known, so that a replay of an earlier day is held as well.
    """
    day = (pl.col("started_at") // DAY_S).clip(upper_bound=book_day).cast(pl.Int32)
    spans = found.group_by("debtor_no").agg(
        start_date=day.fill_null(0).min(),
        # The person's own day may be one later than the day in UTC.
        end_date=day.fill_null(book_day).max() + ATTEMPT_DAYS + 1,
    )
    return spans.join(debtors.select("debtor_id", "debtor_no"), on="debtor_no").select(
        "debtor_no",
        loan_no=pl.lit(None, pl.Int64),
        hold_id=pl.concat_str(pl.lit(f"{HoldKind.HISTORY_INCOMPLETE}-"), "debtor_id"),
        channel=pl.lit(None, pl.Int8),
        kind=pl.lit(HoldKind.HISTORY_INCOMPLETE.number, pl.Int8),
        start_date="start_date",
        end_date=pl.col("end_date").cast(pl.Int32),
        recorded_at=pl.lit(0, pl.Int64),
    )
