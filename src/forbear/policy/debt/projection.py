"""What will one loan owe on days to come, if nothing or what is promised is paid?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import NamedTuple

from forbear.policy.debt.facts import LoanFacts, Posting, refuse
from forbear.policy.debt.ledger import Ledger, checked_day, ledger_of
from forbear.policy.debt.standing import Standing, place_of, standing_of
from forbear.values.code import Purpose
from forbear.values.product import ProductTerms


class PlannedPayment(NamedTuple):
    """A payment that somebody means to make on a day; it counts on that day."""

    day: int
    amount_minor: int
    purpose: Purpose = Purpose.SCHEDULE


@dataclass(frozen=True, slots=True)
class Projected:
    """A loan on a day to come.

    ``received_minor``: what is to be paid after the first day asked and up to this one, planned or
    known already. ``cost_minor``: by how much more the person has given and still owes on this day
    than to end the loan on the first: interest and penalty that grew, fees that fell due, and
    interest or fees paid ahead.
    """

    day: int
    standing: Standing
    received_minor: int
    cost_minor: int


def projection(
    facts: LoanFacts,
    product: ProductTerms,
    *,
    as_of_day: int,
    known_day: int,
    horizon_days: Sequence[int],
    payments: Iterable[PlannedPayment] = (),
) -> tuple[Projected, ...]:
    """Compute what a loan will owe so many days after a day, by what is known today.

    Grain: one entry per entry of ``horizon_days``, in their order; 0 is ``as_of_day`` itself.
    Pauses that are known and open stay open; no other fact is guessed.

    Raises:
        InvalidFacts: the terms are not the loan's; a day lies outside the calendar or before
            ``as_of_day``; a planned amount is out of bounds; the loan is closed, so that nothing
            can be paid on it.
    """
    known = known_only(facts, known_day)
    planned = tuple(_as_postings(payments, facts, as_of_day))
    today = ledger_of(known, product, known_day=known_day)
    if planned and place_of(today, checked_day(as_of_day)).is_closed:
        raise refuse(
            f"{facts.loan_id}: the loan is closed and nothing is owed",
            f"{facts.loan_id}：该借款已结清，无需还款",
            remedy="Plan no payment on it.",
            remedy_zh="请不要为其安排还款。",
        )
    whole = replace(known, postings=known.postings + planned)
    latest = max([known_day, *(posting.posting_day for posting in planned)])
    ledger = ledger_of(whole, product, known_day=latest)
    first = standing_of(ledger, as_of_day=as_of_day)
    return tuple(_projected(ledger, first, as_of_day, days) for days in horizon_days)


def known_only(facts: LoanFacts, known_day: int) -> LoanFacts:
    """Return a loan's facts without what became known after a day."""
    return replace(
        facts,
        postings=tuple(p for p in facts.postings if p.posting_day <= known_day),
        pauses=tuple(p for p in facts.pauses if p.recorded_day <= known_day),
    )


def _as_postings(
    payments: Iterable[PlannedPayment], facts: LoanFacts, as_of_day: int
) -> Iterator[Posting]:
    taken = {posting.payment_id for posting in facts.postings}
    names = (name for at in count(1) if (name := f"planned-{at}") not in taken)
    for payment, name in zip(payments, names, strict=False):
        day = _not_before(payment.day, facts, as_of_day)
        yield Posting(name, day, day, payment.amount_minor, payment.purpose)


def _projected(ledger: Ledger, first: Standing, as_of_day: int, days: int) -> Projected:
    day = _not_before(as_of_day + days, ledger.facts, as_of_day)
    found = standing_of(ledger, as_of_day=day)
    received = sum(paid(day) - paid(as_of_day) for paid in (ledger.paid, ledger.penalty_paid))
    given = received - (found.credit_minor - first.credit_minor)
    return Projected(day, found, received, given + found.payoff_minor - first.payoff_minor)


def _not_before(day: int, facts: LoanFacts, as_of_day: int) -> int:
    if day < as_of_day:
        raise refuse(
            f"{facts.loan_id}: day {day} lies before day {as_of_day}, from which is projected",
            f"{facts.loan_id}：第 {day} 天早于推算起始日第 {as_of_day} 天",
            remedy="Ask for days to come; a past day is a standing.",
            remedy_zh="请给出未来的日期；过去某日请直接查询当日应还。",
        )
    return day
