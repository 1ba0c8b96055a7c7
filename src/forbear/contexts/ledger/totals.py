"""What does a person owe over all loans?"""

from __future__ import annotations

from dataclasses import dataclass

from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import Standing
from forbear.contexts.portfolio.contract import loans_of


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a person's loans, in the currency of the loan that is longest overdue.

    ``bucket`` and ``days_past_due`` are the worst loan's; currency "" where there is no loan.
    ``late_loans``: the ids of those that have days past due.
    """

    currency: str
    bucket: str
    days_past_due: int
    overdue_minor: int
    payoff_minor: int
    late_loans: frozenset[int] = frozenset()


def totals_of(debtor_id: int) -> Totals:
    """Return what a person owes by the standings that count."""
    required()
    rows = list(
        Standing.objects.filter(loan_id__in=loans_of(debtor_id))
        .select_related("loan")
        .order_by("-days_past_due", "-overdue_minor", "loan_id")
    )
    if not rows:
        return Totals("", "M0", 0, 0, 0)
    worst = rows[0]
    alike = [row for row in rows if row.loan.currency == worst.loan.currency]
    return Totals(
        worst.loan.currency,
        worst.bucket,
        worst.days_past_due,
        sum(row.overdue_minor for row in alike),
        sum(row.payoff_minor for row in alike),
        frozenset(row.loan_id for row in rows if row.days_past_due),
    )
