"""What does a loan owe on a day, so that somebody pays as much and no more?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.rulebook.library import open_products
from forbear.policy.debt import standing
from forbear.values.code import LoanState
from forbear.values.day import day_number
from forbear.values.money import Currency


@dataclass(frozen=True, slots=True)
class LoanPayable:
    """What can be paid on a loan, in minor units. Null day: nothing falls due."""

    loan_id: int
    ref: str
    currency: Currency
    settled: bool
    overdue_minor: int
    penalty_minor: int
    next_minor: int
    next_date_number: int | None
    payoff_minor: int


def payable_on(loan_id: int, *, as_of: date, known: date) -> LoanPayable | None:
    """Return what a loan owes, inside a transaction; null: it has no schedule.

    Raises:
        InvalidFacts: what is stored of the loan contradicts itself.
    """
    found = loan_facts([loan_id]).get(loan_id)
    if found is None:
        return None
    contract, facts = found
    stands = standing(
        facts,
        open_products()[facts.product],
        as_of_day=day_number(as_of),
        known_day=day_number(known),
    )
    return LoanPayable(
        loan_id,
        contract.ref,
        Currency(contract.currency),
        facts.state is LoanState.SETTLED,
        stands.overdue_minor,
        stands.penalty_minor,
        stands.next_due_minor,
        stands.next_due_day,
        stands.payoff_minor,
    )
