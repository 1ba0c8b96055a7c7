"""Where does each person stand today, over all their loans?"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.expression import convert
from forbear.engine.frame import Frame
from forbear.engine.tables import OUTPUT
from forbear.values.code import LoanState, PersonState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forbear.engine.agenda.settings import AgendaSettings

# The urgency of a loan is one whole number, so that the most urgent is found by a plain maximum:
# the days past due (or the nearness of the next due day) above, the lower loan number below.
_LOANS_MAX = 2**36
_DAYS_MAX = 2**17
# No person's debts reach this (ten billion yuan); it keeps goal times chance inside 64 bits.
_GOAL_MINOR_MAX = 10**12


def position(
    book: Mapping[str, Frame],
    delinquency: Frame,
    *,
    as_of: int,
    settings: AgendaSettings,
    warned: Frame | None = None,
    warned_days: int = 0,
) -> Frame:
    """Gather the loans of each person into one row.

    A written-off loan is still owed and counts as open. A person is OVERDUE when a loan has days
    past due, DUE_SOON when an amount is overdue within grace or falls due within the settings'
    days, and otherwise has NOTHING_DUE. Of whoever stands in ``warned`` (debtor_no), an amount
    that falls due within ``warned_days`` is due soon.

    Grain: one row per person of ``debtor``, in no order.
    """
    unsettled = _open_loans(book["loan"], delinquency)
    if warned is not None:
        unsettled = unsettled.join(
            warned.select("debtor_no", warned_days=nw.lit(warned_days)), on="debtor_no", how="left"
        )
    loans = _with_urgency(
        unsettled, as_of=as_of, settings=settings, heeds_warnings=warned is not None
    )
    persons = _persons_by_loan(loans, settings)
    lead = loans.select(
        "loan_no", "bucket", "currency", nw.col("next_due_minor").alias("lead_next_minor")
    )
    joined = (
        book["debtor"]
        .select("debtor_no")
        .join(persons, on="debtor_no", how="left")
        .join(lead, left_on="lead_loan_no", right_on="loan_no", how="left")
    )
    found = _with_state(_with_overdue(joined, settings)).with_columns(goal_minor=_goal(settings))
    return found.select(OUTPUT["position"].names)


def _open_loans(loan: Frame, delinquency: Frame) -> Frame:
    owed = loan.filter(nw.col("state") != LoanState.SETTLED.number).select("loan_no", "currency")
    return delinquency.select(
        "loan_no",
        "debtor_no",
        "days_past_due",
        "bucket",
        "overdue_minor",
        "next_due_day",
        "next_due_minor",
    ).join(owed, on="loan_no", how="inner")


def _with_urgency(
    loans: Frame, *, as_of: int, settings: AgendaSettings, heeds_warnings: bool
) -> Frame:
    until_due = nw.col("next_due_day").cast(nw.Int64) - as_of
    late = nw.col("days_past_due") > 0
    graced = (nw.col("overdue_minor") > 0) & (nw.col("days_past_due") <= 0)
    within = until_due <= settings.due_soon_days
    if heeds_warnings:
        within = within | (until_due <= nw.col("warned_days").fill_null(-1))
    soon = within & (nw.col("next_due_minor") > 0)
    ahead = nw.when(until_due < _DAYS_MAX).then(until_due).otherwise(nw.lit(_DAYS_MAX))
    days = (
        nw.when(late)
        .then(nw.col("days_past_due").cast(nw.Int64) + 2 * _DAYS_MAX)
        .otherwise(
            nw.when(graced)
            .then(nw.lit(_DAYS_MAX + 1, dtype=nw.Int64))
            .otherwise(nw.when(until_due >= 0).then(_DAYS_MAX - ahead).otherwise(nw.lit(0)))
        )
    )
    return loans.with_columns(
        urgency=days.cast(nw.Int64) * _LOANS_MAX + (_LOANS_MAX - 1 - nw.col("loan_no")),
        late=nw.when(late).then(nw.lit(1)).otherwise(nw.lit(0)),
        soon=nw.when(graced | soon).then(nw.lit(1)).otherwise(nw.lit(0)),
    )


def _persons_by_loan(loans: Frame, settings: AgendaSettings) -> Frame:
    overdue = nw.col("overdue_minor")
    per_currency = {
        f"overdue_{currency}": nw.when(nw.col("currency") == currency)
        .then(overdue)
        .otherwise(nw.lit(0))
        for currency in settings.rates_ppm
    }
    loans = loans.with_columns(
        owing=nw.when(overdue > 0).then(nw.lit(1)).otherwise(nw.lit(0)), **per_currency
    )
    persons = loans.group_by("debtor_no").agg(
        nw.len().cast(nw.Int32).alias("loans_open"),
        nw.col("owing").sum().cast(nw.Int32).alias("loans_overdue"),
        nw.col("days_past_due").max(),
        nw.col("next_due_day").min(),
        nw.max("urgency", "late", "soon"),
        *[nw.col(name).sum().cast(nw.Int64) for name in per_currency],
    )
    return persons.with_columns(lead_loan_no=_LOANS_MAX - 1 - nw.col("urgency") % _LOANS_MAX)


def _with_overdue(joined: Frame, settings: AgendaSettings) -> Frame:
    chosen = [
        nw.when(nw.col("currency") == currency)
        .then(nw.col(f"overdue_{currency}"))
        .otherwise(nw.lit(0))
        for currency in settings.rates_ppm
    ]
    return joined.with_columns(
        overdue_minor=reduce(add, chosen).cast(nw.Int64),
        next_due_minor=nw.col("lead_next_minor").fill_null(0).cast(nw.Int64),
        loans_open=nw.col("loans_open").fill_null(0),
        loans_overdue=nw.col("loans_overdue").fill_null(0),
        days_past_due=nw.col("days_past_due").fill_null(0),
        bucket=nw.col("bucket").fill_null("M0"),
    )


def _with_state(joined: Frame) -> Frame:
    return joined.with_columns(
        state=nw.when(nw.col("late") == 1)
        .then(nw.lit(PersonState.OVERDUE.number))
        .otherwise(
            nw.when(nw.col("soon") == 1)
            .then(nw.lit(PersonState.DUE_SOON.number))
            .otherwise(nw.lit(PersonState.NOTHING_DUE.number))
        )
        .cast(nw.Int8)
    )


def _goal(settings: AgendaSettings) -> nw.Expr:
    amount = (
        nw.when(nw.col("state") == PersonState.NOTHING_DUE.number)
        .then(nw.lit(0))
        .otherwise(
            nw.when(nw.col("overdue_minor") > 0)
            .then(nw.col("overdue_minor"))
            .otherwise(nw.col("next_due_minor"))
        )
        .cast(nw.Int64)
    )
    goal = nw.lit(0, dtype=nw.Int64)
    for currency, rate_ppm in settings.rates_ppm.items():
        goal = (
            nw.when(nw.col("currency") == currency).then(convert(amount, rate_ppm)).otherwise(goal)
        )
    return (
        nw.when(goal < _GOAL_MINOR_MAX).then(goal).otherwise(nw.lit(_GOAL_MINOR_MAX)).cast(nw.Int64)
    )
