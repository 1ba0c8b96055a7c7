"""How is a contact taken back that has not left?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.gate.word import Cause, DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import required
from forbear.values.code import Outcome
from forbear.values.principal import Principal


def withdraw(row: Dispatch, cause: Cause, detail: str, *, actor: Principal, now: datetime) -> None:
    """Take a waiting contact back and give the caps what it had used.

    The person's row is held, and the row of the queue is locked.
    """
    required()
    assert row.state in {DispatchState.AUTHORISED.value, DispatchState.CLAIMED.value}
    row.state, row.cause, row.answered_at = DispatchState.WITHDRAWN.value, cause.value, now
    row.fence += 1
    row.save(update_fields=["state", "cause", "answered_at", "fence"])
    row.attempt.outcome = Outcome.FAILED.value
    row.attempt.save(update_fields=["outcome"])
    record(
        AuditEvent.CONTACT_WITHDRAWN,
        actor=actor,
        subject=f"attempt:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={"permit": str(row.permit_id), "cause": cause.value, "detail": detail},
    )
