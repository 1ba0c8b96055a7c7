"""To which number or address does a contact point lead? Asked by the gate, when it lets out."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import ContactPoint
from forbear.contexts.protection.store import open_values


def address_of(contact_point_id: int, *, now: datetime) -> str | None:
    """Return a contact point's address in full; null: it is not held, not in use or erased."""
    required()
    row = (
        ContactPoint.objects.select_related("debtor")
        .filter(pk=contact_point_id, retired_at__isnull=True, absent_since__isnull=True)
        .first()
    )
    return None if row is None else open_values(row, "address", now=now)["address"]
