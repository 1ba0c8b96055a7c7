"""How is what somebody wrote stored, before its provider is told that we have it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from forbear.contexts.contact.inbound.table import InboundMessage, InboundState
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.protection.index import IndexPurpose
from forbear.contexts.protection.normal import NotIndexable
from forbear.contexts.protection.store import index_values, make_key, new_key_id, seal_values
from forbear.values.code import Channel
from forbear.values.principal import Principal

BODY_LENGTH_MAX = 60_000
"""What is longer is cut: nobody writes so much by hand."""


@dataclass(frozen=True, slots=True)
class Came:
    """A message as it came. ``event_id``: the provider's own name for it, unique there.

    ``group`` "": it is whole; else the sender's name for the long message that it is a part of.
    """

    provider: str
    event_id: str
    channel: Channel
    sender: str = field(repr=False)
    to: str
    text: str = field(repr=False)
    at: datetime
    group: str = ""
    part: int = 1
    parts: int = 1


def keep(came: Came, *, actor: Principal, now: datetime) -> bool:
    """Store a message; False: it was stored before."""
    with acting(actor):
        return keep_within(came, now=now)


def keep_within(came: Came, *, now: datetime) -> bool:
    """Do the same inside a transaction that is open."""
    required()
    known = InboundMessage.objects.filter(provider=came.provider, event_id=came.event_id[:200])
    if known.exists():
        return False
    row = InboundMessage(
        ref=uuid4(),
        key_id=new_key_id(),
        provider=came.provider,
        event_id=came.event_id[:200],
        channel=came.channel.value,
        to=came.to[:200],
        sender_mark=mark_of(came.sender, came.channel, now=now),
        group=came.group[:40],
        part=came.part,
        parts=came.parts,
        at=came.at,
        kept_at=now,
        state=InboundState.KEPT.value,
    )
    make_key(row.key_id, debtor_id=None, now=now)
    seal_values(row, {"sender": came.sender, "body": came.text[:BODY_LENGTH_MAX]}, now=now)
    row.save()
    return True


def mark_of(sender: str, channel: Channel, *, now: datetime) -> bytes:
    """Return the value under which a sender is found; empty where there is none."""
    try:
        if channel is Channel.WECHAT:
            return index_values(IndexPurpose.WECHAT, sender, now=now)[0]
        if "@" in sender:
            return index_values(IndexPurpose.EMAIL, sender, now=now)[0]
        return index_values(IndexPurpose.PHONE, sender, now=now, calling_code="86")[0]
    except NotIndexable:
        return b""
