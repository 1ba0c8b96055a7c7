"""What was paid, a page at a time, and what does a contract stand at?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.models import Posting, Standing
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class PostingListed:
    """A payment, or the reversal of the payment that ``reverses`` names."""

    id: int
    ref: str
    loan_ref: str
    value_date: date
    posting_date: date
    amount_minor: int
    purpose: str
    reverses: str | None
    source: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StandingShown:
    """What a contract stands at, as of a day. In minor units; null: nothing is unpaid or due."""

    as_of_date: date
    days_past_due: int
    bucket: str
    instalments_overdue: int
    oldest_unpaid_date: date | None
    overdue_minor: int
    penalty_minor: int
    outstanding_principal_minor: int
    payoff_minor: int
    next_due_date: date | None
    next_due_minor: int
    risk_class: str
    computed_at: datetime


def list_postings(
    *,
    after: int,
    rows: int,
    actor: Principal,
    ref: str | None = None,
    loan_ref: str | None = None,
) -> tuple[PostingListed, ...]:
    """Return up to ``rows`` postings whose ids follow ``after``.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        wanted = Posting.objects.filter(id__gt=after).select_related("loan", "reverses")
        if ref is not None:
            wanted = wanted.filter(ref=ref)
        if loan_ref is not None:
            wanted = wanted.filter(loan__ref=loan_ref)
        return tuple(
            PostingListed(
                id=row.pk,
                ref=row.ref,
                loan_ref=row.loan.ref,
                value_date=row.value_date,
                posting_date=row.posting_date,
                amount_minor=row.amount_minor,
                purpose=row.purpose,
                reverses=row.reverses.ref if row.reverses else None,
                source=row.source,
                recorded_at=row.recorded_at,
            )
            for row in wanted.order_by("id")[:rows]
        )


def standing_of(loan_id: int, *, actor: Principal) -> StandingShown | None:
    """Return what a contract stands at; null: no night and no payment has worked it out yet.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        row = Standing.objects.filter(loan_id=loan_id).first()
        names = StandingShown.__dataclass_fields__
        return None if row is None else StandingShown(**{n: getattr(row, n) for n in names})
