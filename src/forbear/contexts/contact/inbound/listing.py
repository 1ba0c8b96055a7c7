"""Which messages wait to be read by a person, and what do they say?

Row security shows each reader those of the persons in their care. What belongs to nobody here is
for whoever sees everybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.inbound.table import InboundMessage, InboundState
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.mask import MaskKind, masked
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.store import open_values
from forbear.values.code import Channel
from forbear.values.errors import NotFound
from forbear.values.principal import Principal


class NoSuchMessage(NotFound):
    """There is no such message for this reader."""

    code = "NO_SUCH_MESSAGE"


@dataclass(frozen=True, slots=True)
class Shown:
    """One message. ``debtor_id`` null: nobody's here. ``text`` null: it was erased.

    ``meanings``: what was found in it and acted on; ``seen_by`` "": nobody has read it.
    """

    id: int
    at: datetime
    channel: Channel
    sender_masked: str
    text: str | None = field(repr=False)
    debtor_id: int | None
    meanings: tuple[str, ...]
    seen_by: str


def unseen(*, rows: int, actor: Principal, now: datetime) -> tuple[Shown, ...]:
    """Return up to ``rows`` messages that nobody has read, the oldest first.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        found = InboundMessage.objects.filter(seen_at=None).exclude(state=InboundState.MERGED.value)
        return tuple(_shown(row, now=now) for row in found.order_by("id")[:rows])


def written_by(debtor_id: int, *, rows: int, now: datetime) -> tuple[Shown, ...]:
    """Return a person's newest messages, inside a transaction."""
    required()
    found = InboundMessage.objects.filter(debtor_id=debtor_id).exclude(
        state=InboundState.MERGED.value
    )
    return tuple(_shown(row, now=now) for row in found.order_by("-at", "-id")[:rows])


def see(message_id: int, *, actor: Principal, now: datetime) -> bool:
    """Write down that somebody has read a message; False: somebody had before.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchMessage: there is none by that id for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with acting(actor):
        row = InboundMessage.objects.select_for_update().filter(pk=message_id).first()
        if row is None:
            raise NoSuchMessage(
                "There is no such message.",
                remedy="Look at the list again.",
                message_zh="没有该来信。",
                remedy_zh="请重新查看列表。",
            )
        if row.seen_at is not None:
            return False
        row.seen_at, row.seen_by = now, str(actor)
        row.save(update_fields=["seen_at", "seen_by"])
        record(
            AuditEvent.MESSAGE_SEEN,
            actor=actor,
            subject=f"inbound:{row.pk}",
            now=now,
            debtor_id=row.debtor_id,
        )
        return True


def _shown(row: InboundMessage, *, now: datetime) -> Shown:
    try:
        said = open_values(row, "sender", "body", now=now)
    except ErasedPerson:
        said = {"sender": None, "body": None}
    sender = said["sender"] or ""
    kind = MaskKind.EMAIL if "@" in sender else MaskKind.PHONE
    if row.channel == Channel.WECHAT.value:
        kind = MaskKind.OTHER
    return Shown(
        row.pk,
        row.at,
        Channel(row.channel),
        masked(kind, sender) if sender else "***",
        said["body"],
        row.debtor_id,
        tuple(row.meanings.split()),
        row.seen_by,
    )
