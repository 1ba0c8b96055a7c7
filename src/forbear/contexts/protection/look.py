"""Who looked at a person's values in full?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.database.page import Behind, newest
from forbear.contexts.database.transaction import required
from forbear.contexts.protection.models import Reveal
from forbear.contexts.protection.reveal import RevealReason
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Look:
    """One look. ``field`` names a column and its row, never a value."""

    id: int
    at: datetime
    by: str
    field: str
    reason: RevealReason


def looks_at(debtor_id: int, *, behind: Behind | None, limit: int) -> list[Look]:
    """Return looks at a person's values, the newest first, inside a transaction."""
    required()
    rows = Reveal.objects.filter(debtor_id=debtor_id)
    return [
        Look(
            row.pk,
            row.at,
            f"{row.actor_kind.lower()}:{row.actor_id}",
            row.field,
            RevealReason(row.reason),
        )
        for row in newest(rows, behind, at="at", limit=limit)
    ]


def has_looked(field: str, *, since: datetime, actor: Principal) -> bool:
    """Say whether somebody said since an instant why they look at something, in a transaction."""
    required()
    rows = Reveal.objects.filter(field=field, at__gt=since)
    return rows.filter(actor_kind=actor.kind.value, actor_id=actor.id).exists()
