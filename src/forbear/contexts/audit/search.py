"""What does the record say of an event, a thing, a person or a doer? A page at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.models import Checkpoint, Entry, Leaf
from forbear.contexts.audit.queries import Done, done_of
from forbear.contexts.database.transaction import required
from forbear.values.principal import PrincipalKind

PAGE_ROWS_MAX = 50


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries. Null: whatever it is. ``by``: a kind and an id, such as ``staff:12``.

    ``since`` and ``until``: the instants [since, until).
    """

    events: Collection[AuditEvent] | None = None
    subject: str | None = None
    debtor_id: int | None = None
    by: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One entry. ``place``: its leaf in the tree, from 0; null: it has none yet.

    ``signed``: a signed checkpoint covers it.
    """

    done: Done
    debtor_id: int | None
    place: int | None
    signed: bool


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Entries, the newest first; behind which id more come, or None."""

    rows: tuple[Found, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """One signed statement of the tree's size and root."""

    tree_size: int
    root: str
    at: datetime
    origin: str


def search(
    sought: Sought, *, before: int | None = None, rows_max: int = PAGE_ROWS_MAX
) -> FoundPage:
    """Return entries of the record, inside a transaction; three questions, however many match."""
    required()
    rows = Entry.objects.all() if before is None else Entry.objects.filter(pk__lt=before)
    if sought.events is not None:
        rows = rows.filter(event__in=[each.value for each in sought.events])
    kind, _colon, ident = (sought.by or "").partition(":")
    given = {
        "subject": sought.subject,
        "debtor_id": sought.debtor_id,
        "actor_kind": PrincipalKind(kind.upper()).value if kind.upper() in _KINDS else None,
        "actor_id": ident or None,
        "at__gte": sought.since,
        "at__lt": sought.until,
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    found = list(rows.order_by("-pk")[: rows_max + 1])
    shown = found[:rows_max]
    leaves = Leaf.objects.filter(entry_id__in=[row.pk for row in shown])
    places = dict(leaves.values_list("entry_id", "pk"))
    newest = Checkpoint.objects.order_by("-tree_size").values_list("tree_size", flat=True).first()
    size = newest or 0
    return FoundPage(
        tuple(
            Found(done_of(row), row.debtor_id, places.get(row.pk), places.get(row.pk, size) < size)
            for row in shown
        ),
        shown[-1].pk if len(found) > rows_max else None,
    )


_KINDS = frozenset(kind.value for kind in PrincipalKind)


def latest_checkpoints(rows_max: int) -> tuple[SignedCheckpoint, ...]:
    """Return the newest signed checkpoints, the newest first, inside a transaction."""
    required()
    return tuple(
        SignedCheckpoint(row.tree_size, bytes(row.root).hex(), row.at, row.origin)
        for row in Checkpoint.objects.order_by("-tree_size")[:rows_max]
    )
