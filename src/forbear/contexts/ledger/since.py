"""What was paid on loans since it was last agreed what they owe?

What became known since counts, whatever day it counts from: the debt that was agreed about did not
know of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max

from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import Posting
from forbear.values.code import Purpose

_MONEY = [each.value for each in Purpose if each.is_money]


@dataclass(frozen=True, slots=True)
class PaidSince:
    """A payment that stands; ``id`` says in which order postings became known."""

    id: int
    loan_id: int
    value_date: date
    amount_minor: int
    recorded_at: datetime


def newest_posting(loan_ids: Collection[int]) -> int:
    """Return the number of the newest posting to some loans; 0: there is none.

    The rows of their persons are held, so that none is being added.
    """
    required()
    found = Posting.objects.filter(loan_id__in=loan_ids).aggregate(newest=Max("id"))
    return found["newest"] or 0


def paid_since(loan_ids: Collection[int], posting_id: int) -> tuple[PaidSince, ...]:
    """Return payments to loans that became known after a posting and were not reversed.

    Penalty that was given up is no payment, nor is what was agreed beyond the contract.
    """
    required()
    rows = Posting.objects.filter(
        loan_id__in=loan_ids, id__gt=posting_id, reverses__isnull=True, purpose__in=_MONEY
    ).exclude(id__in=_reversed(loan_ids))
    return tuple(
        PaidSince(row.pk, row.loan_id, row.value_date, row.amount_minor, row.recorded_at)
        for row in rows.order_by("id")
    )


def newest_by_loan(loan_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each loan's newest posting became known; one without any is left out."""
    required()
    rows = Posting.objects.filter(loan_id__in=loan_ids).values_list("loan_id")
    return dict(rows.annotate(newest=Max("recorded_at")))


def undone_since(loan_ids: Collection[int], posting_id: int) -> int:
    """Return how much that was known paid before a posting was reversed since, in minor units."""
    required()
    rows = Posting.objects.filter(
        loan_id__in=loan_ids,
        id__gt=posting_id,
        reverses__isnull=False,
        reverses_id__lte=posting_id,
        purpose__in=_MONEY,
    )
    return sum(rows.values_list("amount_minor", flat=True))


def _reversed(loan_ids: Collection[int]) -> list[int]:
    rows = Posting.objects.filter(loan_id__in=loan_ids, reverses__isnull=False)
    return [found for found in rows.values_list("reverses_id", flat=True) if found is not None]
