"""What does one loan owe on a day, as known on a day, in one row?

The night asks this of the whole book in columns (``forbear.engine.delinquency``); this is the
same meaning for one loan, by running totals. What the lender says of a loan's state has no
history in the extract, so it holds for every day:

* SETTLED forgives what no known payment ever settled. From the day on which the oldest open
  instalment is such a one (or none is open), the loan is closed and owes nothing.
* WRITTEN_OFF keeps its amounts and days; class and bureau code say that it was written off.

Before its disbursement a loan owes nothing, has no next due day and is not closed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from forbear.policy.debt.facts import LoanFacts
from forbear.policy.debt.ledger import Due, Ledger, Parts, checked_day, ledger_of
from forbear.policy.debt.meaning import bucket, bureau_code, limitation_day, risk_class
from forbear.policy.debt.penalty import penalty_total
from forbear.values.code import LoanState, RiskClass
from forbear.values.day import add_months, day_number, from_day_number
from forbear.values.money import divide
from forbear.values.product import ProductTerms


@dataclass(frozen=True, slots=True)
class Standing:
    """One loan on one day; the columns of the night's ``delinquency`` but for its row numbers.

    Amounts are minor units. None: ``oldest_unpaid_day`` nothing is overdue; ``next_due_day``
    nothing is to come; ``limitation_day`` not running; ``bucket_month_ago`` the loan did not exist.
    """

    days_past_due: int
    bucket: str
    instalments_overdue: int
    oldest_unpaid_day: int | None
    due_minor: int
    paid_minor: int
    credit_minor: int
    overdue_principal_minor: int
    overdue_interest_minor: int
    overdue_fee_minor: int
    penalty_accrued_minor: int
    penalty_minor: int
    overdue_minor: int
    outstanding_principal_minor: int
    accrued_interest_minor: int
    payoff_minor: int
    next_due_day: int | None
    next_due_minor: int
    risk_class: RiskClass
    bureau_code: str
    limitation_day: int | None
    bucket_month_ago: str | None


class Place(NamedTuple):
    """Where one day lies in a loan's schedule.

    ``cut``: how many instalments fell due before the day; ``overdue``: those of them that are
    unpaid; ``running``: the one whose interest runs on the day or that falls due on it;
    ``coming``: the first from there on that is unpaid. ``is_closed``: the lender settled the loan
    and nothing is owed.
    """

    day: int
    paid_minor: int
    cut: int
    overdue: tuple[Due, ...]
    running: Due | None
    coming: Due | None
    is_closed: bool


def standing(
    facts: LoanFacts, product: ProductTerms, *, as_of_day: int, known_day: int
) -> Standing:
    """Compute what a loan owes at the end of a day, by the facts known at the end of a day.

    Raises:
        InvalidFacts: the terms are not the loan's, or the day lies outside the calendar.
    """
    return standing_of(ledger_of(facts, product, known_day=known_day), as_of_day=as_of_day)


def standing_of(ledger: Ledger, *, as_of_day: int) -> Standing:
    """Compute a loan's standing on a day from its ordered facts."""
    place = place_of(ledger, checked_day(as_of_day))
    overdue = overdue_parts(ledger, place)
    accrued, paid = penalty_accrued(ledger, place), ledger.penalty_paid(as_of_day)
    unpaid = max(0, accrued - paid)
    undue = undue_principal(ledger, place)
    interest, fee = running_open(ledger, place)
    into_schedule = min(place.paid_minor, ledger.scheduled_minor)
    beyond = place.paid_minor - into_schedule + max(0, paid - accrued)
    owed = overdue.total_minor + unpaid
    payoff = owed + undue + interest + fee
    days = days_past_due(ledger, place)
    missed = 0 if place.is_closed else len(place.overdue)
    oldest = place.overdue[0].due_day if missed else None
    coming = None if place.is_closed else place.coming
    return Standing(
        days_past_due=days,
        bucket=bucket(days, missed, ledger.product),
        instalments_overdue=missed,
        oldest_unpaid_day=oldest,
        due_minor=ledger.ends[place.cut - 1] if place.cut else 0,
        paid_minor=into_schedule,
        credit_minor=max(0, beyond - ledger.agreed_beyond(as_of_day)),
        overdue_principal_minor=overdue.principal_minor,
        overdue_interest_minor=overdue.interest_minor,
        overdue_fee_minor=overdue.fee_minor,
        penalty_accrued_minor=accrued,
        penalty_minor=unpaid,
        overdue_minor=owed,
        outstanding_principal_minor=undue + overdue.principal_minor,
        accrued_interest_minor=interest,
        payoff_minor=payoff,
        next_due_day=coming.due_day if coming else None,
        next_due_minor=coming.own_minor - covered(place, coming) if coming else 0,
        risk_class=risk_class(days, ledger.facts.state, ledger.product),
        bureau_code=bureau_code(
            ledger,
            as_of_day=as_of_day,
            days=days,
            is_settled=place.is_closed
            or (place.paid_minor >= ledger.scheduled_minor and payoff == 0),
        ),
        limitation_day=limitation_day(
            ledger, as_of_day=as_of_day, oldest_unpaid_day=oldest, payoff_minor=payoff
        ),
        bucket_month_ago=_bucket_month_ago(ledger, as_of_day),
    )


def place_of(ledger: Ledger, day: int) -> Place:
    """Find where a day lies in the schedule."""
    dues, paid = ledger.dues, ledger.paid(day)
    cut = bisect_left(ledger.due_days, day)
    # The first instalment whose end lies above what was paid is the oldest open one.
    open_at = bisect_right(ledger.ends, paid)
    overdue = tuple(due for due in dues[open_at:cut] if due.own_minor)
    is_lent = ledger.facts.disbursed_day <= day
    running = dues[cut] if is_lent and cut < len(dues) else None
    ahead = max(open_at, cut)
    while ahead < len(dues) and not dues[ahead].own_minor:
        ahead += 1
    coming = dues[ahead] if is_lent and ahead < len(dues) else None
    is_closed = False
    if is_lent and ledger.facts.state is LoanState.SETTLED:
        oldest = overdue[0] if overdue else coming
        is_closed = oldest is None or ledger.settled[oldest.number - 1] is None
    return Place(day, paid, cut, overdue, running, coming, is_closed)


def covered(place: Place, due: Due) -> int:
    """Return how much of an instalment is covered by what was paid up to the day."""
    return min(max(0, place.paid_minor - due.before_minor), due.own_minor)


def overdue_parts(ledger: Ledger, place: Place) -> Parts:
    """Return what is overdue of each part."""
    if place.is_closed or not place.overdue:
        return Parts()
    first, *later = place.overdue
    total = first.asked.less(ledger.split(first, covered(place, first)))
    for due in later:
        total = total.plus(due.asked)
    return total


def undue_principal(ledger: Ledger, place: Place) -> int:
    """Return the unpaid principal that is not overdue."""
    if place.is_closed or place.coming is None:
        return 0
    at = place.coming.number - 1
    later = sum(due.asked.principal_minor for due in ledger.dues[at:])
    return later - ledger.split(place.coming, covered(place, place.coming)).principal_minor


def earned_interest(ledger: Ledger, running: Due, day: int) -> int:
    """Return what of the running instalment's interest is earned up to a day."""
    return divide(
        running.asked.interest_minor * (day - running.start_day),
        running.due_day - running.start_day,
        ledger.product.accrual_rounding,
    )


def running_open(ledger: Ledger, place: Place) -> tuple[int, int]:
    """Return the running instalment's unpaid part of interest earned, and of its fee.

    The fee counts only where the product charges it on pay-off.
    """
    running = place.running
    if place.is_closed or running is None:
        return 0, 0
    paid = ledger.split(running, covered(place, running))
    interest = earned_interest(ledger, running, place.day) - paid.interest_minor
    fee = running.asked.fee_minor - paid.fee_minor
    return max(0, interest), fee if ledger.product.running_fee_on_payoff else 0


def penalty_accrued(ledger: Ledger, place: Place) -> int:
    """Return all penalty up to the day less what was given up; of a closed loan, what was paid."""
    if place.is_closed:
        return ledger.penalty_paid(place.day)
    total = penalty_total(ledger, as_of_day=place.day, cut=place.cut)
    return max(0, total - ledger.penalty_waived(place.day))


def days_past_due(ledger: Ledger, place: Place) -> int:
    """Count the days since the oldest unpaid due day that were not paused.

    None within grace, all beyond it.
    """
    if place.is_closed or not place.overdue:
        return 0
    since = place.overdue[0].due_day
    days = place.day - since - ledger.paused_days(since, place.day)
    return days if days > ledger.product.grace_days else 0


def _bucket_month_ago(ledger: Ledger, as_of_day: int) -> str | None:
    then = day_number(add_months(from_day_number(as_of_day), -1))
    if ledger.facts.disbursed_day > then:
        return None
    place = place_of(ledger, then)
    return bucket(days_past_due(ledger, place), len(place.overdue), ledger.product)
