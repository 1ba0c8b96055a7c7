"""What are some persons called, masked, many at once?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import Debtor


@dataclass(frozen=True, slots=True)
class Called:
    """A person's ref and masked name; empty: none is held here."""

    ref: str
    name_masked: str


def roll(ids: Collection[int], *, now: datetime) -> dict[int, Called]:
    """Return what persons are called, by id; those whom the reader may not see are left out.

    Runs inside the transaction of a query, which has said who reads.
    """
    required()
    found = Debtor.objects.filter(pk__in=ids)
    return {person.pk: Called(person.ref, "") for person in found}
