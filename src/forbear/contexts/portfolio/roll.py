"""What are some persons called, masked, many at once?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import Debtor
from forbear.contexts.protection.mask import MaskKind, masked
from forbear.contexts.protection.person import Keys
from forbear.contexts.protection.store import keys, open_values
from forbear.values.code import Jurisdiction


@dataclass(frozen=True, slots=True)
class Called:
    """A person's ref and masked name (empty: none is held here), and whose law protects them."""

    ref: str
    name_masked: str
    law: Jurisdiction


def roll(ids: Collection[int], *, now: datetime) -> dict[int, Called]:
    """Return what persons are called, by id; those whom the reader may not see are left out.

    Runs inside the transaction of a query, which has said who reads.
    """
    required()
    found = list(Debtor.objects.filter(pk__in=ids))
    named = [person.key_id for person in found if person.name is not None]
    held = keys(now=now, of=named) if named else None
    return {
        person.pk: Called(person.ref, _masked(person, held, now), Jurisdiction(person.jurisdiction))
        for person in found
    }


def _masked(person: Debtor, held: Keys | None, now: datetime) -> str:
    if person.name is None:
        return ""
    return masked(MaskKind.NAME, open_values(person, "name", now=now, held=held)["name"])
