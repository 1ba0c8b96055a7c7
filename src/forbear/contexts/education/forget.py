"""What goes with a person who is erased? Every offer of a lesson to them, at the same time."""

from __future__ import annotations

from typing import Any

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.education.models import Exposure, Mailing, Outcome


def hear(*, event: AuditEvent, debtor_id: int | None, **_: Any) -> None:
    """Take up that a person was just erased."""
    if event is AuditEvent.DEBTOR_ERASED and debtor_id is not None:
        Outcome.objects.filter(exposure__debtor_id=debtor_id).delete()
        Exposure.objects.filter(debtor_id=debtor_id).delete()
        Mailing.objects.filter(debtor_id=debtor_id).delete()
