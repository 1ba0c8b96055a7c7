"""Who made some contacts, as far as that is written down?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.queries import done_to
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.transaction import required

_MADE = frozenset({AuditEvent.ATTEMPT_RECORDED, AuditEvent.CONTACT_AUTHORISED})


@dataclass(frozen=True, slots=True)
class Named:
    """A contact by the id that a person may know it by: its permit's, or its own ref."""

    attempt_id: int
    debtor_id: int


def makers_of(attempt_ids: Collection[int]) -> frozenset[str]:
    """Return who asked for contacts or wrote them down, such as ``staff:12``.

    Of a contact that another system made, that system alone is known.

    Raises:
        BrokenInvariant: no transaction is open.
    """
    required()
    rows = Attempt.objects.filter(id__in=list(attempt_ids)).values_list("id", "debtor_id")
    asked = Dispatch.objects.filter(attempt_id__in=list(attempt_ids))
    wrote = {
        done.by
        for attempt_id, debtor_id in rows
        for done in done_to(f"attempt:{attempt_id}", debtor_id=debtor_id)
        if done.event in _MADE
    }
    return frozenset(asked.values_list("asked_by", flat=True)) | wrote


def contact_named(name: str) -> Named | None:
    """Return the contact of a permit id or an attempt's ref, inside a transaction; null: none."""
    required()
    # A contact that the gate allowed has its permit's id as its ref.
    found = Attempt.objects.filter(ref=_permit(name)).values_list("id", "debtor_id").first()
    return None if found is None else Named(*found)


def _permit(name: str) -> str:
    try:
        return str(UUID(name))
    except ValueError:
        return name
