"""What does the record say of a message to a chosen set?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.outing.models import Outing
from forbear.values.principal import Principal


def enter(
    event: AuditEvent, outing: Outing, *, actor: Principal, now: datetime, **counts: int
) -> None:
    """Write an entry: which words, by what the set was chosen, its bound, and some counts."""
    record(
        event,
        actor=actor,
        subject=f"outing:{outing.pk}",
        now=now,
        body={
            "message": f"{outing.message_id}@{outing.message_version}",
            "chosen": outing.chosen,
            "persons_max": outing.persons_max,
            **counts,
        },
    )
