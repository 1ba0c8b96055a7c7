"""What was done about one person?"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.models import Entry
from forbear.contexts.database.page import Behind, newest
from forbear.contexts.database.transaction import required


@dataclass(frozen=True, slots=True)
class Done:
    """One entry. ``by`` is a kind and an id, such as ``staff:12``; ``body`` holds codes and ids."""

    id: int
    at: datetime
    event: AuditEvent
    by: str
    subject: str
    body: dict[str, Any]


def done_about(
    debtor_id: int, events: Collection[AuditEvent], *, behind: Behind | None, limit: int
) -> list[Done]:
    """Return entries of some events about a person, the newest first, inside a transaction."""
    required()
    rows = Entry.objects.filter(debtor_id=debtor_id, event__in=[each.value for each in events])
    return [_done(row) for row in newest(rows, behind, at="at", limit=limit)]


def done_to(subject: str, *, debtor_id: int | None = None) -> list[Done]:
    """Return what was done to one thing, the oldest first; the person's id makes it quick."""
    required()
    rows = Entry.objects.filter(subject=subject)
    if debtor_id is not None:
        rows = rows.filter(debtor_id=debtor_id)
    return [_done(row) for row in rows.order_by("id")]


def _done(row: Entry) -> Done:
    return Done(
        row.pk,
        row.at,
        AuditEvent(row.event),
        f"{row.actor_kind.lower()}:{row.actor_id}",
        row.subject,
        json.loads(bytes(row.body)),
    )
