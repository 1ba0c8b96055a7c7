"""By whose clock does a person live?"""

from __future__ import annotations

from collections.abc import Collection

from forbear.contexts.database.transaction import reading, required
from forbear.contexts.portfolio.models import Debtor
from forbear.values.principal import Principal


def zones_of(debtor_ids: Collection[int]) -> dict[int, str]:
    """Return the first of each person's time zones, inside a transaction; not known: left out."""
    required()
    rows = Debtor.objects.filter(pk__in=debtor_ids).values_list("id", "time_zones")
    return {ident: zones[0] for ident, zones in rows if zones}


def zone_of(debtor_id: int, *, actor: Principal) -> str:
    """Return one person's clock; "UTC" where none is known."""
    with reading(actor):
        return zones_of([debtor_id]).get(debtor_id, "UTC")
