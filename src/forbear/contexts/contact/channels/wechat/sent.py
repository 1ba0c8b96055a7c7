"""What is written down before a message leaves by an account, and how do tidings find it?

Nothing leaves that was not written down, so "nothing is known of it" is final. What the platform
tells is stored when it comes, and matched as often as asked: by the platform's own number, or,
where the answer with that number was lost, by the address where exactly one message can be meant.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from forbear.contexts.contact.accounts import AccountMessage, SentState
from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Handed,
    NotAccepted,
    NotKnown,
    Receipt,
)
from forbear.contexts.contact.channels.wechat.access import ACCOUNT
from forbear.contexts.contact.gate.permit import LOST_AFTER, Permit
from forbear.contexts.contact.inbound.keep import mark_of
from forbear.contexts.database.prepared import ask, tell
from forbear.contexts.database.transaction import acting, reading
from forbear.values.code import Channel, Outcome

WINDOW = timedelta(hours=48)
"""So long after a person wrote to the account it may answer in free words."""
_MATCHED_FOR = timedelta(days=3)
_BATCH, _AT_ONCE = 500, 20
_WROTE = (
    "SELECT 1 FROM contact_inboundmessage WHERE debtor_id = %s AND contact_point_id = %s "
    "AND channel = 'WECHAT' AND at > %s LIMIT 1"
)
_TAKEN = (
    "UPDATE contact_accountevent e SET done_at = %s WHERE e.provider = %s AND e.done_at IS NULL "
    "AND e.told = 'FINISHED' AND EXISTS (SELECT 1 FROM contact_receipttaken r "
    "WHERE r.provider = e.provider AND r.event_id = e.event_id)"
)
_FOUND = (
    "SELECT e.event_id, m.permit_id, e.outcome, e.at FROM contact_accountevent e "
    "JOIN LATERAL (SELECT permit_id FROM contact_accountmessage WHERE provider = e.provider "
    "AND message_ref = e.message_ref AND message_ref <> '' LIMIT 1) m ON true "
    "WHERE e.provider = %(provider)s AND e.done_at IS NULL AND e.told = 'FINISHED' "
    "AND e.kept_at > %(since)s UNION ALL "
    "SELECT e.event_id, m.permit_id, e.outcome, e.at FROM contact_accountevent e "
    "JOIN LATERAL (SELECT (array_agg(permit_id))[1] AS permit_id, count(*) AS found "
    "FROM contact_accountmessage WHERE provider = e.provider AND state = 'LEAVING' "
    "AND address_mark = e.sender_mark AND address_mark <> ''::bytea "
    "AND left_at BETWEEN e.kept_at - %(matched)s AND e.kept_at) m ON m.found = 1 "
    "WHERE e.provider = %(provider)s AND e.done_at IS NULL AND e.told = 'FINISHED' "
    "AND e.kept_at > %(since)s AND e.kept_at < %(lost)s AND NOT EXISTS (SELECT 1 "
    "FROM contact_accountmessage o WHERE o.provider = e.provider "
    "AND o.message_ref = e.message_ref AND o.message_ref <> '') LIMIT %(limit)s"
)


class Sent:
    """What one account remembers, in the database."""

    def __init__(self, provider: str) -> None:
        self._provider = provider

    def may_answer(self, permit: Permit, *, now: datetime) -> bool:
        """Say whether the person wrote to the account within the window."""
        with reading(ACCOUNT):
            values = [permit.debtor_id, permit.contact_point_id, now - WINDOW]
            return bool(ask(_WROTE, values))

    def begin(self, permit: Permit, address: str, *, sender: str = "", now: datetime) -> None:
        """Write down that a message is about to leave, before it does.

        ``sender``: by whose account; "": the one that all share.
        """
        with acting(ACCOUNT):
            AccountMessage.objects.create(
                permit_id=permit.id,
                provider=self._provider,
                debtor_id=permit.debtor_id,
                address_mark=mark_of(address, Channel.WECHAT, now=now),
                state=SentState.LEAVING.value,
                sender=sender,
                left_at=now,
            )

    def named(self, permit_id: UUID, ref: str) -> None:
        """Write down the platform's own number for a message that has not gone yet."""
        with acting(ACCOUNT):
            AccountMessage.objects.filter(pk=permit_id).update(message_ref=ref)

    def row_of(self, permit_id: UUID) -> AccountMessage | None:
        """Return what is kept of a message; null: nothing."""
        with reading(ACCOUNT):
            rows = AccountMessage.objects.filter(pk=permit_id, provider=self._provider)
            found: AccountMessage | None = rows.first()
            return found

    def due(self, *, after: timedelta, now: datetime) -> list[AccountMessage]:
        """Return messages that wait and were not asked about for a while; their turn moves on."""
        with acting(ACCOUNT):
            rows = AccountMessage.objects.select_for_update(skip_locked=True).filter(
                Q(asked_at=None) | Q(asked_at__lt=now - after),
                provider=self._provider,
                state=SentState.LEAVING.value,
                left_at__gt=now - _MATCHED_FOR,
            )
            found = list(rows.exclude(message_ref="").order_by("left_at")[:_AT_ONCE])
            ids = [row.pk for row in found]
            AccountMessage.objects.filter(pk__in=ids).update(asked_at=now)
        return found

    def answered(self, permit_id: UUID, answer: Handed) -> None:
        """Write down what the platform answered; what is not known stays as it is."""
        match answer:
            case Accepted(ref):
                changes = {"state": SentState.TAKEN.value, "message_ref": ref}
            case NotAccepted(code):
                changes = {"state": SentState.REFUSED.value, "answer": code[:80]}
            case NotKnown(code):
                changes = {"answer": code[:80]}
        with acting(ACCOUNT):
            AccountMessage.objects.filter(pk=permit_id).update(**changes)

    def stand_of(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Return what is known of whether a message was taken."""
        with reading(ACCOUNT):
            row = AccountMessage.objects.filter(pk=permit_id, provider=self._provider).first()
        if row is None:
            return Absent()
        if row.state == SentState.TAKEN.value:
            return Accepted(row.message_ref)
        return NotAccepted(row.answer) if row.state == "REFUSED" else NotKnown("NO_ANSWER")

    def told(self, *, now: datetime) -> list[Receipt]:
        """Return what the platform told and the gate has not taken yet."""
        with acting(ACCOUNT):
            tell(_TAKEN, [now, self._provider])
            asked = {
                "provider": self._provider,
                "since": now - _MATCHED_FOR,
                "lost": now - LOST_AFTER,
                "matched": _MATCHED_FOR,
                "limit": _BATCH,
            }
            rows = ask(_FOUND, asked)
        return [
            Receipt(event_id, permit_id, None if word is None else Outcome(word), at)
            for event_id, permit_id, word, at in rows
        ]
