"""Who looked at which person's values in full, when and why?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from forbear.contexts.database.transaction import required
from forbear.contexts.protection.models import Reveal
from forbear.contexts.protection.reveal import RevealReason

PAGE_ROWS_MAX = 50


@dataclass(frozen=True, slots=True)
class Look:
    """One look. ``by``: a kind and an id, such as ``staff:12``; ``field``: which value."""

    id: int
    at: datetime
    by: str
    debtor_id: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Looks:
    """A page of looks, the newest first; how many by reason and by whom; behind which more come."""

    rows: tuple[Look, ...]
    by_reason: Counter[str]
    by_doer: Counter[str]
    next: int | None


def looks(
    *,
    since: datetime,
    until: datetime,
    staff_id: int | None = None,
    reason: RevealReason | None = None,
    before: int | None = None,
    rows_max: int = PAGE_ROWS_MAX,
) -> Looks:
    """Return looks of the instants [since, until), inside a transaction."""
    required()
    within = Reveal.objects.filter(at__gte=since, at__lt=until)
    by_reason = dict(within.values_list("reason").annotate(Count("pk")))
    doers = within.values_list("actor_kind", "actor_id").annotate(Count("pk"))
    rows = within if staff_id is None else within.filter(actor_id=str(staff_id), actor_kind="STAFF")
    rows = rows if reason is None else rows.filter(reason=reason.value)
    rows = rows if before is None else rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: rows_max + 1])
    shown = found[:rows_max]
    return Looks(
        tuple(
            Look(
                row.pk,
                row.at,
                f"{row.actor_kind.lower()}:{row.actor_id}",
                row.debtor_id,
                row.field,
                row.reason,
            )
            for row in shown
        ),
        Counter(by_reason),
        Counter({f"{kind.lower()}:{ident}": number for kind, ident, number in doers}),
        shown[-1].pk if len(found) > rows_max else None,
    )
