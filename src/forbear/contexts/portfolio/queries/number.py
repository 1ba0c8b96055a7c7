"""Which region does a person's number tell, where nobody has said one, and is each one read?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.database.transaction import reading, required
from forbear.contexts.portfolio.models import ContactPoint, Debtor
from forbear.contexts.portfolio.number import CALLED, TELLING_RELATION, told_by_number
from forbear.contexts.protection.store import open_values
from forbear.values.code import Jurisdiction
from forbear.values.principal import Principal


def region_by_number(contact_point_id: int, *, now: datetime) -> str | None:
    """Return the region in which a number was given out; null: it tells none, or is not held."""
    required()
    row = ContactPoint.objects.select_related("debtor").filter(pk=contact_point_id).first()
    if row is None or row.debtor.erased_at is not None:
        return None
    if row.number_read_at is not None:
        return row.number_region
    number = open_values(row, "address", now=now)["address"]
    told = told_by_number(number, Jurisdiction(row.debtor.jurisdiction)) if number else None
    return None if told is None else told.region


def persons_unread(*, actor: Principal) -> int:
    """Return how many persons have no region that anybody said, and a number that was never read.

    Of them a number could tell which local team is near; while it is not read, none is.
    """
    with reading(actor):
        numbers = ContactPoint.objects.filter(
            kind__in=CALLED,
            relation=TELLING_RELATION,
            address__isnull=False,
            number_read_at__isnull=True,
            retired_at__isnull=True,
            absent_since__isnull=True,
        )
        without = Debtor.objects.filter(region__isnull=True, erased_at__isnull=True)
        return without.filter(pk__in=numbers.values("debtor_id")).count()
