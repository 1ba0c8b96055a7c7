"""How is what was done written down, in the same transaction?"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.dispatch import Signal

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.prepared import write
from forbear.contexts.database.transaction import required
from forbear.values.principal import Principal

Body = dict[str, object]
recorded = Signal()
"""Sent inside the same transaction; whoever listens and fails undoes what was done."""

# Plain SQL asks for nothing back: whoever does something may add its entry without seeing others.
_ADD = (
    "INSERT INTO audit_entry (at, event, actor_kind, actor_id, subject, debtor_id, body, "
    "body_sha256) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)


def record(
    event: AuditEvent,
    *,
    actor: Principal,
    subject: str,
    now: datetime,
    debtor_id: int | None = None,
    body: Body | None = None,
) -> None:
    """Write one entry. If it cannot be written, the action it belongs to does not happen.

    ``subject`` names what was acted on, such as ``case:42``. ``body`` holds ids, codes, days and
    amounts; a personal value in it is a defect.

    Raises:
        BrokenInvariant: no transaction is open.
    """
    required()
    text = canonical(body or {})
    digest = hashlib.sha256(text).digest()
    kind = actor.kind.value
    write(_ADD, [now, event.value, kind, actor.id, subject, debtor_id, text, digest])
    told = {"subject": subject, "debtor_id": debtor_id, "body": body or {}}
    recorded.send(AuditEvent, event=event, actor=actor, now=now, **told)


def canonical(body: Body) -> bytes:
    """Return the one way of writing a body: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    ).encode()
