"""Which rows of the book speak about one day?

The import laid down running totals, so each question is a filter: for every loan at most one
instalment is running on a day, and at most one payment of a purpose is the latest.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw
from narwhals import Expr

from forbear.engine.delinquency.expression import DAY_MAX, big
from forbear.engine.frame import Frame
from forbear.values.code import HoldKind, Purpose

Book = Mapping[str, Frame]


def paid_by_purpose(payment: Frame, *, as_of: int) -> Frame:
    """Return what was paid up to a day.

    Grain: one row per loan and purpose with a standing payment by ``as_of``.
    Columns: loan_no, purpose, ``paid_total`` (minor units), ``paid_latest_day``.
    """
    return payment.filter(
        nw.col("value_day") <= as_of,
        nw.col("until_day").is_null() | (nw.col("until_day") > as_of),
        nw.col("void_posting_day").is_null(),
    ).select(
        "loan_no",
        "purpose",
        paid_total=nw.col("paid_before_minor") + nw.col("amount_minor"),
        paid_latest_day=nw.col("value_day"),
    )


def only_purpose(paid: Frame, purpose: Purpose) -> Frame:
    """Return what was paid for one purpose, one row a loan."""
    return paid.filter(nw.col("purpose") == purpose.number).drop("purpose")


def only_running(instalment: Frame, *, as_of: int) -> Frame:
    """Return the instalment whose interest runs on a day, or that falls due on it.

    Grain: at most one row per loan; none before disbursement or after the last due day.
    """
    begun = (nw.col("start_day") < as_of) | (
        (nw.col("start_day") == as_of) & (nw.col("instalment_no") == 1)
    )
    return instalment.filter(nw.col("due_day") >= as_of, begun)


def only_late(instalment: Frame, *, as_of: int) -> Frame:
    """Return the instalments that fell due before a day and were not settled by their due day.

    Grain: one row per late instalment, whether settled since or not.
    """
    return instalment.filter(
        nw.col("due_day") < as_of,
        nw.col("settled_day").is_null() | (nw.col("settled_day") > nw.col("due_day")),
        own_minor() > 0,
    )


def only_late_payment(payment: Frame, *, as_of: int) -> Frame:
    """Return the standing payments by a day that met an instalment already past its due day."""
    return payment.filter(
        nw.col("value_day") <= as_of,
        nw.col("value_day") > nw.col("oldest_open_day"),
        nw.col("void_posting_day").is_null(),
        nw.col("purpose") == Purpose.SCHEDULE.number,
    ).select(
        "loan_no",
        "value_day",
        paid_from=nw.col("paid_before_minor"),
        paid_upto=nw.col("paid_before_minor") + nw.col("amount_minor"),
    )


def own_minor() -> Expr:
    """Return all that an instalment asks for itself."""
    return nw.col("principal_minor") + nw.col("interest_minor") + nw.col("fee_minor")


def pause_by_loan(hold: Frame, loan: Frame) -> Frame:
    """Return the spans in which a loan's days do not count, without overlaps.

    Grain: one row per loan and span. Columns: loan_no, start_day, end_day (half-open; an open
    end is far in the future).
    """
    pause = hold.filter(nw.col("kind") == HoldKind.PAUSE.number).select(
        "debtor_no",
        "loan_no",
        "start_day",
        end_day=nw.coalesce(nw.col("end_day"), nw.lit(DAY_MAX).cast(nw.Int32)),
    )
    of_person = (
        pause.filter(nw.col("loan_no").is_null())
        .drop("loan_no")
        .join(loan.select("loan_no", "debtor_no"), on="debtor_no", how="inner")
    )
    columns = ("loan_no", "start_day", "end_day")
    of_loan = pause.filter(~nw.col("loan_no").is_null()).select(*columns)
    return _without_overlap(nw.concat([of_person.select(*columns), of_loan]))


def _without_overlap(span: Frame) -> Frame:
    order = ["start_day", "end_day"]
    return (
        span.with_columns(reach=nw.col("end_day").cum_max().over("loan_no", order_by=order))
        .with_columns(before=nw.col("reach").shift(1).over("loan_no", order_by=order))
        .with_columns(
            start_day=nw.when(nw.col("before") > nw.col("start_day"))
            .then(nw.col("before"))
            .otherwise(nw.col("start_day"))
        )
        .filter(nw.col("start_day") < nw.col("end_day"))
        .select("loan_no", "start_day", "end_day")
    )


def with_paused_days(rows: Frame, pause: Frame, *, key: str, since: str, until: str) -> Frame:
    """Add ``paused_days``: the paused days after the day ``since`` and up to the day ``until``.

    Grain: as the rows. Rows that share the number ``key`` share both days and loan_no.
    """
    span = pause.rename({"start_day": "pause_start", "end_day": "pause_end"})
    overlap = nw.min_horizontal(big("pause_end"), big(until) + 1) - nw.max_horizontal(
        big("pause_start"), big(since) + 1
    )
    columns = dict.fromkeys(["loan_no", key, since, until])
    paused = (
        rows.select(*columns)
        .join(span, on="loan_no", how="inner")
        .filter(overlap > 0)
        .with_columns(paused_days=overlap)
        .unique()
        .group_by(key)
        .agg(nw.col("paused_days").sum())
    )
    return rows.join(paused, on=key, how="left").with_columns(
        paused_days=big(nw.col("paused_days").fill_null(0))
    )
