"""How is a contact taken back that has not left?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.gate.kept import forget_words
from forbear.contexts.contact.gate.row import change
from forbear.contexts.contact.gate.word import WAITING, Cause, DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.values.code import ContactPurpose, Outcome
from forbear.values.principal import Principal


def withdraw(row: Dispatch, cause: Cause, detail: str, *, actor: Principal, now: datetime) -> None:
    """Take a waiting contact back and give the caps what it had used.

    The person's row is held, and the row of the queue is locked.
    """
    assert DispatchState(row.state) in WAITING, "what may have left is never taken back"
    if row.purpose == ContactPurpose.ACCESS.value:
        forget_words(row.pk)
    change(
        row,
        AuditEvent.CONTACT_WITHDRAWN,
        actor=actor,
        now=now,
        told={"cause": cause.value, "detail": detail},
        attempt={"outcome": Outcome.FAILED.value},
        state=DispatchState.WITHDRAWN.value,
        cause=cause.value,
        answered_at=now,
        fence=row.fence + 1,
    )
