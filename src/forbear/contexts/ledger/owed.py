"""What does one loan stand at, part by part, as the words to a person may say it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import Standing


@dataclass(frozen=True, slots=True)
class Owed:
    """A loan's standing, in minor units. Null days: nothing is unpaid, due next, or reckoned."""

    as_of_date: date
    days_past_due: int
    oldest_unpaid_date: date | None
    overdue_principal_minor: int
    overdue_interest_minor: int
    overdue_fee_minor: int
    penalty_minor: int
    overdue_minor: int
    next_due_date: date | None
    next_due_minor: int
    payoff_minor: int
    limitation_date: date | None

    @property
    def adds_up(self) -> bool:
        """The parts are the whole, to the minor unit."""
        parts = self.overdue_principal_minor + self.overdue_interest_minor
        return parts + self.overdue_fee_minor + self.penalty_minor == self.overdue_minor


def owed_on(loan_id: int) -> Owed | None:
    """Return a loan's standing, inside a transaction; None: nothing has worked it out yet."""
    required()
    row = Standing.objects.filter(loan_id=loan_id).first()
    names = Owed.__dataclass_fields__
    return None if row is None else Owed(**{name: getattr(row, name) for name in names})


@dataclass(frozen=True, slots=True)
class Account:
    """What a page shows of one loan, in minor units. Null: nothing is unpaid, or due next."""

    loan_id: int
    as_of_date: date
    bucket: str
    days_past_due: int
    instalments_overdue: int
    oldest_unpaid_date: date | None
    overdue_principal_minor: int
    overdue_interest_minor: int
    overdue_fee_minor: int
    penalty_minor: int
    overdue_minor: int
    outstanding_principal_minor: int
    accrued_interest_minor: int
    payoff_minor: int
    next_due_date: date | None
    next_due_minor: int
    limitation_date: date | None


def accounts_of(debtor_id: int) -> dict[int, Account]:
    """Return a person's loans as they stand, by loan id, inside a transaction.

    A loan that nothing has worked out yet is left out.
    """
    required()
    names = Account.__dataclass_fields__
    rows = Standing.objects.filter(debtor_id=debtor_id)
    return {row.loan_id: Account(**{name: getattr(row, name) for name in names}) for row in rows}
