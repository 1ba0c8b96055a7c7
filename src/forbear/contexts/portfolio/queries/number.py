"""Which region does a person's number tell, where nobody has said one?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.portfolio.number import told_by_number
from forbear.contexts.protection.store import open_values
from forbear.values.code import Jurisdiction


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
