"""Who are these persons, in full? Asked where a file must name them, and nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.protection.store import keys, open_values
from forbear.values.code import PointKind, PointQuality, Relation


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """A person's own values in full; None: not held. ``address``: the postal one in use."""

    name: str | None
    national_id: str | None
    address: str | None


def identities(debtor_ids: Collection[int], *, now: datetime) -> dict[int, Identity]:
    """Return who persons are, by id; who was erased or may not be seen is left out.

    Whoever asks has checked that it may be told, and enters that it was.

    Raises:
        UnreadableCell: a cell is not, in every bit, what was sealed at this place.
    """
    required()
    persons = list(Debtor.objects.filter(id__in=debtor_ids, erased_at__isnull=True))
    held = keys(now=now, of=[person.key_id for person in persons])
    points = (
        ContactPoint.objects.filter(
            debtor_id__in=[person.pk for person in persons],
            kind=PointKind.POSTAL.value,
            relation=Relation.OWN.value,
            retired_at__isnull=True,
            absent_since__isnull=True,
        )
        .exclude(quality=PointQuality.WRONG_PERSON.value)
        .select_related("debtor")
        .order_by("debtor_id", "id")
    )
    addresses: dict[int, str | None] = {}
    for point in points:
        if point.debtor_id not in addresses:
            told = open_values(point, "address", now=now, held=held)
            addresses[point.debtor_id] = told["address"]
    return {
        person.pk: Identity(
            **open_values(person, "name", "national_id", now=now, held=held),
            address=addresses.get(person.pk),
        )
        for person in persons
    }
