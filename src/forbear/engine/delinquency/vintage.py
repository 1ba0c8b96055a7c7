"""How many loans of each month of disbursement have ever been seriously late, by age?"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw

from forbear.engine.delinquency.calendar import with_month
from forbear.engine.delinquency.expression import Products, at_least, big
from forbear.engine.delinquency.fact import Book, only_late, pause_by_loan
from forbear.engine.frame import Frame, kept
from forbear.values.code import LoanState
from forbear.values.day import from_day_number, month_number
from forbear.values.product import ProductTerms

LATE_DAYS = 31


def vintage(book: Book, *, as_of: int, terms: Mapping[str, ProductTerms]) -> Frame:
    """Count each cohort's loans, and those that had reached 31 days past due, at every age.

    Grain: one row per product, month of disbursement and calendar months since, up to the month
    of ``as_of``; partial counts that add up over partitions.
    ``loans_late`` is cumulative: once late by LATE_DAYS, a loan stays counted. Paused days do not
    count; where grace is longer than LATE_DAYS, a loan is late when grace ends. What a SETTLED
    loan was forgiven never counts.
    """
    month = month_number(from_day_number(as_of))
    loan = book["loan"].filter(nw.col("disbursed_day") <= as_of)
    loan = with_month(
        loan.select("loan_no", "product", "disbursed_day", "principal_minor", "state"),
        day="disbursed_day",
        into="cohort_month",
    )
    reached = _reached_by_loan(book, Products.of(terms), as_of=as_of)
    rows = kept(loan.join(reached, on="loan_no", how="left"))
    cohort = rows.group_by("product", "cohort_month").agg(
        loans=nw.col("loan_no").count().cast(nw.Int64),
        principal_minor=nw.col("principal_minor").sum().cast(nw.Int64),
    )
    late = (
        rows.filter(~nw.col("late_month").is_null())
        .group_by("product", "cohort_month", "late_month")
        .agg(loans_late=nw.col("loan_no").count().cast(nw.Int64))
    )
    return _by_age(cohort, late, book["loan"].select("loan_no").head(1), month)


def _reached_by_loan(book: Book, products: Products, *, as_of: int) -> Frame:
    """Return the month in which a loan first was late by enough unpaused days.

    Grain: one row per loan that was. A pause delays the day on which an instalment gets there by
    its length, if it begins before that day; pauses are taken in order.
    """
    pause = kept(pause_by_loan(book["hold"], book["loan"]))
    loan = book["loan"].select("loan_no", "state", product_no=products.number())
    enough = products.pick(
        lambda terms: max(LATE_DAYS, terms.grace_days + 1), lambda days: big(nw.lit(days))
    )
    forgiven = (nw.col("state") == LoanState.SETTLED.number) & nw.col("settled_day").is_null()
    late = kept(
        only_late(book["instalment"], as_of=as_of)
        .join(loan, on="loan_no", how="inner")
        .filter(~forgiven)
        .select("loan_no", "instalment_no", "due_day", "settled_day", enough=enough)
    )
    key = ["loan_no", "instalment_no"]
    met = late.join(pause, on="loan_no", how="inner").filter(
        nw.col("end_day") > nw.col("due_day") + 1
    )
    met = met.with_columns(first=at_least(big("start_day"), big("due_day") + 1))
    met = met.with_columns(length=big("end_day") - nw.col("first"))
    met = met.with_columns(
        upto=nw.col("length").cum_sum().over(*key, order_by="first"),
    )
    run = nw.col("first") - 1 - big("due_day") - (nw.col("upto") - nw.col("length"))
    delay = met.filter(run < nw.col("enough")).group_by(*key).agg(delay=nw.col("length").sum())
    dated = late.join(delay, on=key, how="left").with_columns(
        reach_day=big("due_day") + nw.col("enough") + nw.col("delay").fill_null(0)
    )
    reached = dated.filter(
        nw.col("reach_day") <= as_of,
        nw.col("settled_day").is_null() | (nw.col("settled_day") > nw.col("reach_day")),
    )
    first_day = reached.group_by("loan_no").agg(nw.col("reach_day").min())
    return with_month(first_day, day="reach_day", into="late_month").select("loan_no", "late_month")


def _by_age(cohort: Frame, late: Frame, one: Frame, month: int) -> Frame:
    """Spread each cohort over its ages and add up who was late by then."""
    key = ["product", "cohort_month"]
    age = (
        cohort.select("product", "cohort_month", oldest=big(month - nw.col("cohort_month")))
        .join(_numbers(one, bits=month.bit_length()), how="cross")
        .filter(nw.col("months_on_book") <= nw.col("oldest"))
    )
    spread = age.join(late, on=key, how="left").with_columns(
        counted=nw.when(nw.col("late_month") - nw.col("cohort_month") <= nw.col("months_on_book"))
        .then(nw.col("loans_late"))
        .otherwise(nw.lit(0))
    )
    summed = spread.group_by(*key, "months_on_book").agg(loans_late=nw.col("counted").sum())
    return (
        summed.join(cohort, on=key, how="inner")
        .select(
            "product",
            nw.col("cohort_month").cast(nw.Int32),
            nw.col("months_on_book").cast(nw.Int32),
            "loans",
            nw.col("loans_late").cast(nw.Int64),
            "principal_minor",
        )
        .sort("product", "cohort_month", "months_on_book")
    )


def _numbers(one: Frame, *, bits: int) -> Frame:
    """Return the numbers below 2**bits, each as the sum of its powers of two.

    No engine-neutral way makes rows from nothing, so they are made from one row.
    """
    numbers = one.select(months_on_book=big(nw.lit(0)) + nw.col("loan_no") * 0)
    for power in range(bits):
        step = one.select(step=nw.col("loan_no") * 0)
        choice = nw.concat([step, step.select(step=nw.col("step") + 2**power)])
        numbers = numbers.join(choice, how="cross").select(
            months_on_book=big(nw.col("months_on_book") + nw.col("step"))
        )
    return numbers
