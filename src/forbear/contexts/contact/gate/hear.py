"""Which entries tell of a fact that may forbid a contact that waits?

Whatever is written down about a person is heard here, inside the transaction that does it and
whoever does it, so that no action can forget what waits to be sent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from forbear.contexts.audit.event import AuditEvent
from forbear.values.principal import Principal

MAY_FORBID = frozenset(
    {
        AuditEvent.CONSENT_RECORDED,
        AuditEvent.PREFERENCE_RECORDED,
        AuditEvent.HOLD_PLACED,
        AuditEvent.CONTACT_POINT_CHANGED,
        AuditEvent.DEBTOR_CHANGED,
        AuditEvent.DEBTOR_ERASED,
        AuditEvent.LOAN_CHANGED,
    }
)


def hear(
    *, event: AuditEvent, actor: Principal, debtor_id: int | None, now: datetime, **_: Any
) -> None:
    """Take back what an entry's fact forbids."""
    if event in MAY_FORBID and debtor_id is not None:
        # Most processes never write such an entry; the rules are read only by those that do.
        from forbear.contexts.contact.gate.recall import withdraw_forbidden

        withdraw_forbidden(debtor_id, actor=actor, now=now)
