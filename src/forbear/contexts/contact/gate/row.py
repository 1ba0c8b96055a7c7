"""How is a row of the queue held, and changed together with its attempt and its entry?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from forbear.contexts.audit.actions import Body, record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.models import Attempt, Dispatch
from forbear.contexts.database.prepared import Question, ask, write
from forbear.contexts.database.transaction import required
from forbear.values.principal import Principal

_OF_DISPATCH = [field.attname for field in Dispatch._meta.concrete_fields]  # noqa: SLF001  # Django's own name
_OF_ATTEMPT = [field.attname for field in Attempt._meta.concrete_fields]  # noqa: SLF001  # the same
_HOLD = (
    f"SELECT {', '.join(f'd.{name}' for name in _OF_DISPATCH)}, "
    f"{', '.join(f'a.{name}' for name in _OF_ATTEMPT)} "
    "FROM contact_dispatch d JOIN contact_attempt a ON a.id = d.attempt_id "
    "WHERE d.attempt_id = %s FOR UPDATE OF d"
)


def to_hold() -> QuerySet[Dispatch]:
    """Return the rows, each to be locked when it is read; the person's row is held before."""
    required()
    return Dispatch.objects.select_for_update(of=("self",)).select_related("attempt")


def hold(attempt_id: int) -> Dispatch | None:
    """Return one row, locked; the person's row is held before. None: there is none here."""
    required()
    rows = ask(*about_row(attempt_id))
    if not rows:
        return None
    parted = len(_OF_DISPATCH)
    row = Dispatch.from_db("default", _OF_DISPATCH, rows[0][:parted])
    row.attempt = Attempt.from_db("default", _OF_ATTEMPT, rows[0][parted:])
    return row


def about_row(attempt_id: int) -> Question:
    """Return what ``hold`` asks the database."""
    return _HOLD, [attempt_id]


def held(
    attempt_id: int,
    state: DispatchState,
    *,
    fence: int | None = None,
    owner: UUID | None = None,
) -> Dispatch | None:
    """Return a row that still stands so, locked; None: it does not any more.

    ``fence``, ``owner``: whoever took it then, and nobody since.
    """
    row = hold(attempt_id)
    if row is None or row.state != state.value:
        return None
    same = fence in {None, row.fence} and owner in {None, row.claimed_by}
    return row if same else None


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
    _write(row.pk, columns, attempt or {})
    record(
        event,
        actor=actor,
        subject=f"attempt:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={"permit": str(row.permit_id), **told},
    )


def _write(pk: int, columns: Mapping[str, object], attempt: Mapping[str, object]) -> None:
    """Change what is to be changed with one statement."""
    tables = (("contact_attempt", "id", attempt), ("contact_dispatch", "attempt_id", columns))
    parts = [
        f"UPDATE {table} SET {', '.join(f'{name} = %s' for name in changes)} WHERE {key} = %s"
        for table, key, changes in tables
        if changes
    ]
    values = [value for _, _, changes in tables if changes for value in (*changes.values(), pk)]
    write(f"WITH attempt AS ({parts[0]}) {parts[1]}" if len(parts) == 2 else parts[0], values)
