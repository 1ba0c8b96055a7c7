"""What is done when a colleague's note lets fear for somebody? A hardship filing is opened at once.

The note has stopped contact already. The filing sees to it that somebody trained looks: it has an
owner, a review and a place in the list of what waits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.portfolio.queries.listing import refs_by_id
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.hardship import signal_within
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import HardshipCategory, Intake
from forbear.values.code import HoldKind
from forbear.values.principal import Principal

_ACUTE = frozenset({HoldKind.SELF_HARM.value, HoldKind.CRISIS.value})


def hear_note(
    *,
    event: AuditEvent,
    actor: Principal,
    debtor_id: int | None,
    now: datetime,
    body: dict[str, object],
    **_: Any,
) -> None:
    """Open a hardship filing for acute distress in a note, once a day, in the same transaction."""
    if event is not AuditEvent.DISTRESS_FOUND or debtor_id is None:
        return
    holds = body.get("holds", ())
    if not isinstance(holds, list) or not _ACUTE & set(holds):
        return
    today = settings.FORBEAR_MORNING.day(now)
    said = FilingSaid(
        ref=f"note-{debtor_id}-{today}",
        debtor_ref=refs_by_id([debtor_id])[debtor_id],
        reason=HardshipCategory.DISTRESS.value,
        intake=Intake.STAFF,
        received_date=today,
    )
    signal_within(said, source=Source.STAFF, actor=actor, today=today, now=now)
