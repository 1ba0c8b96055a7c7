"""How is a row of the queue held, and changed together with its attempt and its entry?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import required
from forbear.values.principal import Principal


def to_hold() -> QuerySet[Dispatch]:
    """Return the rows, each to be locked when it is read; the person's row is held before."""
    required()
    return Dispatch.objects.select_for_update(of=("self",)).select_related("attempt")


def held(attempt_id: int, state: DispatchState, **facts: object) -> Dispatch | None:
    """Return a row that still stands so, locked; None: it does not any more."""
    return to_hold().filter(pk=attempt_id, state=state.value, **facts).first()


def change(
    row: Dispatch,
    event: AuditEvent,
    *,
    actor: Principal,
    now: datetime,
    told: Body,
    attempt: Mapping[str, object] | None = None,
    **columns: object,
) -> None:
    """Change a held row, and its attempt where that is given, and write the entry.

    ``told`` goes into the entry beside the permit's id.
    """
    for on, changes in ((row, columns), (row.attempt, attempt or {})):
        for name, value in changes.items():
            setattr(on, name, value)
        if changes:
            on.save(update_fields=list(changes))
    record(
        event,
        actor=actor,
        subject=f"attempt:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={"permit": str(row.permit_id), **told},
    )
