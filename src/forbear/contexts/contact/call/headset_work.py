"""What does a switchboard take from, and write into, the table of browser headsets?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.headset import PAGE_GONE_AFTER, TAKEN_WITHIN
from forbear.contexts.contact.call.models import Headset
from forbear.contexts.contact.call.word import HeadsetFault, HeadsetState, HeadsetTest
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.database.prepared import ask, tell
from forbear.contexts.database.transaction import acting, reading
from forbear.values.principal import Principal

_TAKE = (
    "UPDATE contact_headset SET state = 'TAKEN', owner = %(owner)s, beat_at = %(now)s "
    "WHERE staff_id IN (SELECT staff_id FROM contact_headset WHERE state = 'OFFERED' "
    "AND asked_at > %(since)s ORDER BY asked_at LIMIT 8 FOR UPDATE SKIP LOCKED) "
    "RETURNING staff_id, offer_id, offer"
)
_BEAT = (
    "UPDATE contact_headset SET beat_at = %s WHERE owner = %s "
    "AND state IN ('TAKEN', 'ANSWERED', 'CONNECTED')"
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A headset that is to be connected."""

    staff_id: int
    offer_id: UUID
    offer: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the table says of a headset. ``page_there``: its page said so a moment ago."""

    offer_id: UUID
    owner: UUID | None
    ended: bool
    test: bool
    page_there: bool


def take_offers(
    owner: UUID, *, actor: Principal, clock: Clock = database_clock
) -> tuple[Offered, ...]:
    """Take what is offered and not taken yet, each once."""
    with acting(actor):
        now = clock()
        rows = ask(_TAKE, {"owner": owner, "now": now, "since": now - TAKEN_WITHIN})
    return tuple(Offered(*row) for row in rows)


def kept_of(
    staff: Collection[int], *, actor: Principal, clock: Clock = database_clock
) -> dict[int, Kept]:
    """Return what the table says of some headsets, by whose they are."""
    with reading(actor):
        now = clock()
        return {
            row.staff_id: Kept(
                row.offer_id,
                row.owner,
                ended=row.state == HeadsetState.ENDED.value,
                test=row.test == HeadsetTest.ASKED.value,
                page_there=_there(row, now),
            )
            for row in Headset.objects.filter(staff_id__in=staff)
        }


def answer_offer(offer_id: UUID, answer: str, *, actor: Principal) -> None:
    """Say how the switchboard can be reached; what was offered is needed no more."""
    with acting(actor):
        Headset.objects.filter(offer_id=offer_id, state=HeadsetState.TAKEN.value).update(
            state=HeadsetState.ANSWERED.value, answer=answer, offer=""
        )


def refuse_offer(offer_id: UUID, fault: HeadsetFault, *, actor: Principal) -> None:
    """Say why a headset cannot be connected."""
    waits = [HeadsetState.TAKEN.value, HeadsetState.ANSWERED.value]
    with acting(actor):
        Headset.objects.filter(offer_id=offer_id, state__in=waits).update(
            state=HeadsetState.REFUSED.value, fault=fault.value, offer="", answer=""
        )


def note_connected(
    staff_id: int, offer_id: UUID, *, actor: Principal, clock: Clock = database_clock
) -> None:
    """Write down that a headset is connected."""
    with acting(actor):
        rows = Headset.objects.filter(offer_id=offer_id, state=HeadsetState.ANSWERED.value)
        if rows.update(state=HeadsetState.CONNECTED.value, answer=""):
            subject = f"staff:{staff_id}"
            record(AuditEvent.HEADSET_CONNECTED, actor=actor, subject=subject, now=clock())


def note_lost(
    staff_id: int,
    offer_id: UUID,
    fault: HeadsetFault,
    *,
    actor: Principal,
    clock: Clock = database_clock,
) -> None:
    """Write down that a headset is lost; one whose place another has taken is not."""
    with acting(actor):
        rows = Headset.objects.filter(offer_id=offer_id, state=HeadsetState.CONNECTED.value)
        if rows.update(state=HeadsetState.LOST.value, fault=fault.value, test=None):
            record(
                AuditEvent.HEADSET_LOST,
                actor=actor,
                subject=f"staff:{staff_id}",
                now=clock(),
                body={"why": fault.value},
            )


def note_test(offer_id: UUID, test: HeadsetTest | None, *, actor: Principal) -> None:
    """Write down how far the test of a headset has come; null: a call came in between."""
    with acting(actor):
        Headset.objects.filter(offer_id=offer_id).update(test=None if test is None else test.value)


def beat_headsets(owner: UUID, *, actor: Principal, clock: Clock = database_clock) -> None:
    """Say that a switchboard lives, for all headsets that are connected to it."""
    with acting(actor):
        tell(_BEAT, [clock(), owner])


def _there(row: Headset, now: datetime) -> bool:
    return now - row.seen_at <= PAGE_GONE_AFTER
