"""How is a long list read a page at a time, the newest first, without skipping or repeating?"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, TypeVar

from django.db.models import Model, Q, QuerySet

_M = TypeVar("_M", bound=Model)
ID_MAX = 2**63 - 1


class Behind(NamedTuple):
    """Rows come that are older than an instant, or of that instant with a smaller id."""

    at: datetime
    id: int


def newest(rows: QuerySet[_M], behind: Behind | None, *, at: str, limit: int) -> list[_M]:
    """Return the newest rows by a column of instants, then by id, behind a place in the list."""
    if behind is not None:
        rows = rows.filter(
            Q(**{f"{at}__lt": behind.at}) | Q(**{at: behind.at, "id__lt": behind.id})
        )
    return list(rows.order_by(f"-{at}", "-id")[:limit])
