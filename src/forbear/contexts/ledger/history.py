"""What was posted to a person's loans, and when?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, DateTimeField, When
from django.db.models.functions import Cast

from forbear.contexts.database.page import Behind, newest
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import Posting, PostingSource
from forbear.values.code import Purpose
from forbear.values.money import Currency


@dataclass(frozen=True, slots=True)
class PostingTold:
    """A posting. ``reverses``: the ref of the payment it declares void; null: it is a payment.

    ``at``: when it was recorded; one from a lender's files stands at the beginning (UTC) of its
    posting date, since an extract tells of many years at once.
    """

    id: int
    at: datetime
    ref: str
    loan_ref: str
    amount_minor: int
    currency: Currency
    value_date: date
    posting_date: date
    purpose: Purpose
    reverses: str | None
    source: PostingSource


def postings_told(debtor_id: int, *, behind: Behind | None, limit: int) -> list[PostingTold]:
    """Return postings to a person's loans, the latest first, inside a transaction."""
    required()
    from_files = When(
        source=PostingSource.EXTRACT.value, then=Cast("posting_date", DateTimeField())
    )
    rows = (
        Posting.objects.filter(loan__debtor_id=debtor_id)
        .select_related("loan", "reverses")
        .annotate(told_at=Case(from_files, default="recorded_at"))
    )
    return [
        PostingTold(
            row.pk,
            row.told_at,
            row.ref,
            row.loan.ref,
            row.amount_minor,
            Currency(row.loan.currency),
            row.value_date,
            row.posting_date,
            Purpose(row.purpose),
            row.reverses.ref if row.reverses else None,
            PostingSource(row.source),
        )
        for row in newest(rows, behind, at="told_at", limit=limit)
    ]
