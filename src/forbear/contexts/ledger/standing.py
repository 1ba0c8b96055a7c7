"""What do loans stand at, now that a fact came in by day?

The same meaning as the night's, one loan at a time (``policy.debt``); what is worked out here
counts until a night that knew the fact says the same.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.ledger.models import ComputedBy, Standing
from forbear.contexts.portfolio.contract import Contract
from forbear.contexts.rulebook.library import open_products
from forbear.policy.debt.facts import LoanFacts
from forbear.policy.debt.standing import Standing as Found
from forbear.policy.debt.standing import standing
from forbear.values.day import day_number, from_day_number

_SAME = (
    "days_past_due",
    "bucket",
    "instalments_overdue",
    "due_minor",
    "paid_minor",
    "credit_minor",
    "overdue_principal_minor",
    "overdue_interest_minor",
    "overdue_fee_minor",
    "penalty_accrued_minor",
    "penalty_minor",
    "overdue_minor",
    "outstanding_principal_minor",
    "accrued_interest_minor",
    "payoff_minor",
    "next_due_minor",
    "bureau_code",
)
_DAYS = {
    "oldest_unpaid_date": "oldest_unpaid_day",
    "next_due_date": "next_due_day",
    "limitation_date": "limitation_day",
}


def refresh_standings(
    loan_ids: Collection[int], *, as_of: date, known: date, now: datetime
) -> dict[int, Found]:
    """Work loans out anew and let the result count; return it by loan id.

    Raises:
        BrokenInvariant: no transaction is open.
        InvalidFacts: what is stored of a loan contradicts itself.
    """
    required()
    found: dict[int, Found] = {}
    for loan_id, (contract, facts) in loan_facts(loan_ids).items():
        each = found[loan_id] = _found(contract, facts, as_of=as_of, known=known)
        Standing.objects.update_or_create(
            loan_id=loan_id,
            defaults={
                "debtor_id": contract.debtor_id,
                "as_of_date": as_of,
                "known_date": known,
                "computed_by": ComputedBy.DAY.value,
                "computed_at": now,
                **columns_of(each),
            },
        )
    return found


def _found(contract: Contract, facts: LoanFacts, *, as_of: date, known: date) -> Found:
    terms = open_products()[contract.product]
    return standing(facts, terms, as_of_day=day_number(as_of), known_day=day_number(known))


def columns_of(found: Found) -> dict[str, object]:
    """Return a standing as the columns of its table."""
    days = {
        column: None if (number := getattr(found, name)) is None else from_day_number(number)
        for column, name in _DAYS.items()
    }
    same = {name: getattr(found, name) for name in _SAME}
    return {**same, **days, "risk_class": found.risk_class.value}
