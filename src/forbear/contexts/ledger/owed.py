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
