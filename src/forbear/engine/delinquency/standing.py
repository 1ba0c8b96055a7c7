"""What do days past due mean: which bucket, risk class, bureau code and limitation day?"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
from narwhals import Expr

from forbear.engine.delinquency.calendar import with_years_later
from forbear.engine.delinquency.expression import Products, big, first_match
from forbear.engine.frame import Frame
from forbear.values.code import LoanState
from forbear.values.day import add_months, day_number, from_day_number
from forbear.values.product import (
    Bucket,
    BucketBy,
    BureauCodes,
    Limitation,
    LimitationStart,
    RiskStep,
)


def _step(count: Expr, steps: Sequence[tuple[int, str | int]]) -> Expr:
    """Return the value of the highest step that the count reaches."""
    first, *higher = steps
    return first_match(
        [(count >= start, nw.lit(value)) for start, value in reversed(higher)], nw.lit(first[1])
    )


def bucket(days: Expr, instalments: Expr, products: Products) -> Expr:
    """Return the product's bucket of days past due, or of instalments missed."""

    def label(key: tuple[BucketBy, tuple[Bucket, ...]]) -> Expr:
        by, buckets = key
        missed = nw.when(days > 0).then(instalments).otherwise(nw.lit(0))
        count = missed if by is BucketBy.INSTALMENTS else days
        return _step(count, [(b.start, b.label) for b in buckets])

    return products.pick(lambda terms: (terms.bucket_by, terms.buckets), label)


def risk_class(days: Expr, products: Products) -> Expr:
    """Return the number of the product's class of asset quality."""

    def number(key: tuple[tuple[RiskStep, ...], int]) -> Expr:
        steps, written_off = key
        by_days = _step(days, [(step.from_days, step.risk.number) for step in steps])
        gone = nw.col("state") == LoanState.WRITTEN_OFF.number
        return nw.when(gone).then(nw.lit(written_off)).otherwise(by_days)

    return products.pick(lambda terms: (terms.risk, terms.risk_written_off.number), number)


def bureau_code(
    days: Expr, *, is_settled: Expr, is_open: Expr, due_in_month: Expr, products: Products
) -> Expr:
    """Return the bureau's word: not yet open, written off, settled, late, nothing due, normal."""

    def word(codes: BureauCodes) -> Expr:
        by_days = _step(days, [(b.start, b.label) for b in codes.by_days])
        cases = [
            (~is_open, nw.lit(codes.not_open)),
            (nw.col("state") == LoanState.WRITTEN_OFF.number, nw.lit(codes.written_off)),
            (is_settled, nw.lit(codes.settled)),
        ]
        if codes.nothing_due is not None:
            cases.append(((days == 0) & ~due_in_month, nw.lit(codes.nothing_due)))
        return first_match(cases, by_days)

    return products.pick(lambda terms: terms.bureau, word)


def due_in_month(as_of: int) -> Expr:
    """Say whether an instalment falls due in the calendar month of a day.

    Sees the running instalment's span, or the final due day when none runs any more.
    """
    day = from_day_number(as_of).replace(day=1)
    begin, end = day_number(day), day_number(add_months(day, 1))
    before = (nw.col("start_day") >= begin) & (nw.col("instalment_no") > 1)
    running = before | (nw.col("due_day") < end)
    final = nw.col("final_due_day") >= begin
    return nw.when(nw.col("due_day").is_null()).then(final).otherwise(running)


def with_limitation_day(rows: Frame, products: Products, *, as_of: int) -> Frame:
    """Add the first day on which the limitation defence may stand; null while not running.

    The period is counted from the day after its start and ends with the same day of its last
    year (民法典 Art 201, 202), so the defence stands the day after that.
    """

    def start(limitation: Limitation) -> Expr:
        final = limitation.start is LimitationStart.FINAL_DUE
        day = big("final_due_day" if final else "oldest_unpaid_day")
        if not limitation.restarts_on_payment:
            return day
        later = big("paid_latest_day")
        return nw.when(later > day).then(later).otherwise(day)

    begun = rows.with_columns(limit_start=products.pick(lambda terms: terms.limitation, start))
    runs = (nw.col("limit_start") < as_of) & (nw.col("payoff_minor") > 0)
    begun = begun.with_columns(limit_start=nw.when(runs).then(nw.col("limit_start")))
    years = products.pick(
        lambda terms: terms.limitation.years, lambda value: nw.lit(value).cast(nw.Int64)
    )
    dated = with_years_later(begun, years, since="limit_start", into="limit_end")
    return dated.with_columns(limitation_day=(nw.col("limit_end") + 1).cast(nw.Int32))
