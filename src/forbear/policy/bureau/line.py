"""What is reported of one loan for one month, by everything that is known?

The amounts, days and words are those of the loan's standing on the last day of the month: the
same arithmetic as the night's (``forbear.policy.debt``). Nothing is estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from forbear.policy.bureau.form import Bureau, Status
from forbear.policy.bureau.month import before, last_day
from forbear.policy.debt.facts import DAY_LAST, LoanFacts
from forbear.policy.debt.ledger import Ledger, ledger_of
from forbear.policy.debt.standing import Place, Standing, place_of, standing_of
from forbear.values.bureau import Mark, Special
from forbear.values.code import LoanState
from forbear.values.day import day_number
from forbear.values.product import ProductTerms


class LineFacts(NamedTuple):
    """What one line says. Amounts in minor units; days are numbers, None: there is no such day.

    ``late_since_day``: the due day from which on something was late without a break.
    ``balance_minor``: what would end the loan. ``scheduled_minor``, ``paid_minor``: what fell due
    and what was paid within the month. ``mark`` and ``special`` empty: nothing is said.
    """

    code: str
    is_negative: bool
    days_past_due: int
    overdue_minor: int
    balance_minor: int
    scheduled_minor: int
    paid_minor: int
    late_since_day: int | None
    paid_latest_day: int | None
    closed_day: int | None
    mark: str = ""
    special: str = ""


class Ruling(NamedTuple):
    """A decided dispute: for this month this word is right."""

    month: date
    code: str


class Marked(NamedTuple):
    """A dispute about lines of some months. ``to_month`` None: of every later one as well."""

    from_month: date
    to_month: date | None
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class History:
    """One loan by everything that is known, for every day at once.

    ``said_day``: since when the lender says that the loan is settled or written off; None where
    that is not known, and then it holds for every day, as at night.
    """

    open: Ledger
    said: Ledger
    said_day: int | None

    def on(self, day: int) -> Ledger:
        """Return the ledger that holds on a day."""
        return self.open if self.said_day is not None and day < self.said_day else self.said

    @property
    def facts(self) -> LoanFacts:
        """What the loan is."""
        return self.said.facts


def history_of(
    facts: LoanFacts, product: ProductTerms, *, said_day: int | None, known_day: int = DAY_LAST
) -> History:
    """Order one loan's facts.

    Raises:
        InvalidFacts: the terms are not the loan's.
    """
    said = ledger_of(facts, product, known_day=known_day)
    if facts.state is LoanState.OPEN or said_day is None:
        return History(said, said, None)
    opened = replace(said, facts=replace(facts, state=LoanState.OPEN))
    return History(opened, said, said_day)


def line_of(history: History, bureau: Bureau, month: date) -> LineFacts | None:
    """Return what is to be reported for the month that begins on a day.

    None: nothing is, since the loan was not lent yet, or was over before the month began.

    Raises:
        NoBureau: the product's word is not one of the bureau's list.
    """
    end = day_number(last_day(month))
    found = standing_of(history.on(end), as_of_day=end)
    status = bureau.status(found.bureau_code)
    if status.is_not_open or (status.is_final and _was_over(history, bureau, month)):
        return None
    return told(history, found, status, month)


def line_again(history: History, bureau: Bureau, month: date) -> LineFacts:
    """Return what is right for a month of which there is a line already, whatever became known.

    Raises:
        NoBureau: the product's word is not one of the bureau's list.
    """
    end = day_number(last_day(month))
    found = standing_of(history.on(end), as_of_day=end)
    return told(history, found, bureau.status(found.bureau_code), month)


def _was_over(history: History, bureau: Bureau, month: date) -> bool:
    end = day_number(last_day(before(month)))
    if end < history.facts.disbursed_day:
        return False
    was = bureau.status(standing_of(history.on(end), as_of_day=end).bureau_code)
    return was.is_final


def told(history: History, found: Standing, status: Status, month: date) -> LineFacts:
    """Return a standing at a month's end as a line."""
    first, end = day_number(month), day_number(last_day(month))
    ledger = history.on(end)
    place = place_of(ledger, end)
    late = found.days_past_due > 0
    paid = sum(each(end) - each(first - 1) for each in (ledger.paid, ledger.penalty_paid))
    scheduled = sum(due.own_minor for due in ledger.dues if first <= due.due_day <= end)
    return LineFacts(
        code=status.code,
        is_negative=status.is_negative,
        days_past_due=found.days_past_due,
        overdue_minor=found.overdue_minor if late else 0,
        balance_minor=found.payoff_minor,
        scheduled_minor=scheduled,
        paid_minor=paid,
        late_since_day=late_since_day(ledger, place) if late else None,
        paid_latest_day=ledger.paid_latest_day(end),
        closed_day=_closed_day(history, ledger, place) if status.is_final else None,
        special=Special.PAUSED.value if _is_paused(ledger, end) else "",
    )


def _is_paused(ledger: Ledger, day: int) -> bool:
    return any(start <= day < end for start, end in ledger.pauses)


def _closed_day(history: History, ledger: Ledger, place: Place) -> int:
    said = history.said_day
    if said is not None and said <= place.day:
        return said
    return ledger.paid_latest_day(place.day) or place.day


def late_since_day(ledger: Ledger, place: Place) -> int | None:
    """Return the due day from which on something was late on every day; None: nothing is late."""
    if place.is_closed or not place.overdue:
        return None
    start = place.overdue[0].due_day
    for due in reversed(ledger.dues[: place.overdue[0].number - 1]):
        settled = ledger.settled[due.number - 1]
        if not due.own_minor:
            continue
        if settled is None or settled <= start:
            break
        start = due.due_day
    return start


def late_until_day(history: History, day: int) -> int | None:
    """Return the day on which the lateness of a day ended, by what is known; None: it has not.

    A day without lateness ended it itself.
    """
    ledger = history.on(day)
    place = place_of(ledger, day)
    if place.is_closed or not place.overdue:
        return day
    at, until = place.overdue[0].number - 1, day
    while at < len(ledger.dues):
        settled = ledger.settled[at]
        if settled is None:
            # What was never paid is forgiven from the day on which the lender says so.
            is_forgiven = history.facts.state is LoanState.SETTLED
            return max(until, history.said_day or until) if is_forgiven else None
        until = max(until, settled)
        at += 1
        while at < len(ledger.dues) and not ledger.dues[at].own_minor:
            at += 1
        if at < len(ledger.dues) and ledger.dues[at].due_day >= until:
            break
    return until


def ruled(line: LineFacts, month: date, rulings: Sequence[Ruling], bureau: Bureau) -> LineFacts:
    """Let the latest decision about a month count."""
    for ruling in reversed(rulings):
        if ruling.month != month:
            continue
        status = bureau.status(ruling.code)
        if status.is_negative:
            return line._replace(code=status.code, is_negative=True)
        return line._replace(
            code=status.code,
            is_negative=False,
            days_past_due=0,
            overdue_minor=0,
            late_since_day=None,
        )
    return line


def marked(line: LineFacts, month: date, marks: Sequence[Marked]) -> LineFacts:
    """Let a line say what a dispute about it asks for; one that is open comes first."""
    binding = [
        each.mark
        for each in marks
        if each.from_month <= month and (each.to_month is None or month <= each.to_month)
    ]
    if Mark.DISPUTED in binding:
        return line._replace(mark=Mark.DISPUTED.value)
    latest = binding[-1] if binding else None
    return line._replace(mark="" if latest is None else latest.value)
