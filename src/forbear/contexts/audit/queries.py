"""What was done about one person, and how far is the tree behind?"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.models import Checkpoint, Entry, Leaf
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
    return [done_of(row) for row in newest(rows, behind, at="at", limit=limit)]


def done_to(subject: str, *, debtor_id: int | None = None) -> list[Done]:
    """Return what was done to one thing, the oldest first; the person's id makes it quick."""
    required()
    rows = Entry.objects.filter(subject=subject)
    if debtor_id is not None:
        rows = rows.filter(debtor_id=debtor_id)
    return [done_of(row) for row in rows.order_by("id")]


def done_of(row: Entry) -> Done:
    """Return an entry as it is told."""
    return Done(
        row.pk,
        row.at,
        AuditEvent(row.event),
        f"{row.actor_kind.lower()}:{row.actor_id}",
        row.subject,
        json.loads(bytes(row.body)),
    )


LOOK_BACK_IDS = 100_000


@dataclass(frozen=True, slots=True)
class RecordStanding:
    """When the oldest entry was written that has no place in the tree yet, or no signature.

    Null: there is none.
    """

    unsequenced_at: datetime | None
    unsigned_at: datetime | None


def record_standing() -> RecordStanding:
    """Return how far tree and checkpoints are behind the entries, inside a transaction."""
    required()
    last = Checkpoint.objects.order_by("-tree_size").first()
    settled = 0 if last is None else last.settled_entry_id
    # Where nothing is signed for long, a look back over the latest ids is enough for a figure.
    placed = Leaf.objects.order_by("-entry_id").values_list("entry_id", flat=True).first() or 0
    after = max(settled, placed - LOOK_BACK_IDS)
    placed_too = Leaf.objects.filter(entry_id=OuterRef("pk"), entry_id__gt=after)
    waiting = Entry.objects.filter(~Exists(placed_too), pk__gt=after).order_by("pk")
    # Entries wait in the order of their ids but for moments, so the first tells the oldest.
    oldest = waiting.values_list("at", flat=True).first()
    size = 0 if last is None else last.tree_size
    unsigned = Leaf.objects.filter(pk__gte=size).order_by("pk").values_list("entry_id", flat=True)
    signed_until = Entry.objects.filter(pk=unsigned.first() or 0).values_list("at", flat=True)
    return RecordStanding(oldest, signed_until.first())
