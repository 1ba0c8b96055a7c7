"""How does somebody make their browser the telephone at which calls reach them?

Their page offers how it can be reached, and a switchboard answers; both words lie in one row, so no
port is open for that. The row is that of the member of staff alone, bound to the session in which
it was asked for, and holds as long as the page says that it is there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.live import DEAD_AFTER
from forbear.contexts.contact.call.models import Call, Headset
from forbear.contexts.contact.call.ring_table import Ring
from forbear.contexts.contact.call.word import (
    CallState,
    HeadsetFault,
    HeadsetState,
    HeadsetTest,
    RingState,
)
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import Principal

OFFER_BYTES_MAX = 20_000
PAGE_GONE_AFTER = timedelta(seconds=30)
"""So long after its page last said that it is there a headset gets no calls any more."""
TAKEN_WITHIN = timedelta(seconds=15)
"""A switchboard that has not taken an offer up by then will not: the page has given up."""
OPEN = frozenset(
    {HeadsetState.OFFERED, HeadsetState.TAKEN, HeadsetState.ANSWERED, HeadsetState.CONNECTED}
)


class NoHeadset(Conflict):
    """There is no such headset of the actor's."""

    code = "NO_HEADSET"


@dataclass(frozen=True, slots=True)
class HeadsetSeen:
    """One's own headset. ``replaced``: another page of one's own has taken its place.

    ``nobody``: no switchboard took the offer up. ``answer``: "" until there is one. ``calls``: a
    call of one's own is under way.
    """

    state: HeadsetState
    fault: HeadsetFault | None
    test: HeadsetTest | None
    answer: str
    calls: bool
    nobody: bool = False
    replaced: bool = False


def offer_headset(offer: str, session: str, *, actor: Principal, now: datetime) -> UUID:
    """Offer one's browser as the telephone of one's own calls; return by what it is asked after.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        InvalidInput: it is no offer of one voice.
    """
    may(actor, Permission.CONTACT_MAKE)
    if not _is_offer(offer):
        raise InvalidInput(
            "This is no offer of a browser.",
            remedy="Load the page again.",
            message_zh="这不是浏览器发出的连接请求。",
            remedy_zh="请重新打开页面。",
            field="offer",
        )
    whose, offer_id = staff_id(actor), uuid4()
    with acting(actor):
        Headset.objects.update_or_create(
            staff_id=whose,
            defaults={
                "offer_id": offer_id,
                "session": _hashed(session),
                "offer": offer,
                "answer": "",
                "state": HeadsetState.OFFERED.value,
                "fault": None,
                "test": None,
                "owner": None,
                "asked_at": now,
                "seen_at": now,
                "beat_at": None,
            },
        )
        _entry(AuditEvent.HEADSET_ASKED, actor=actor, now=now)
    return offer_id


def see_headset(offer_id: UUID, session: str, *, actor: Principal, now: datetime) -> HeadsetSeen:
    """Say that one's page is there, and return how its headset stands.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
    """
    may(actor, Permission.CONTACT_MAKE)
    whose = staff_id(actor)
    with acting(actor):
        mine = Headset.objects.filter(staff_id=whose, offer_id=offer_id, session=_hashed(session))
        if not mine.update(seen_at=now):
            return HeadsetSeen(HeadsetState.ENDED, None, None, "", calls=False, replaced=True)
        row = mine.get()
        if row.state == HeadsetState.CONNECTED.value and row.answer:
            mine.update(answer="")
        state = HeadsetState(row.state)
        return HeadsetSeen(
            state,
            HeadsetFault(row.fault) if row.fault else None,
            HeadsetTest(row.test) if row.test else None,
            row.answer,
            calls=_calls(whose),
            nobody=state is HeadsetState.OFFERED and now - row.asked_at > TAKEN_WITHIN,
        )


def end_headset(offer_id: UUID, session: str, *, actor: Principal, now: datetime) -> None:
    """Take one's headset off; a call in which it is used ends as when a telephone is hung up.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        NoHeadset: it is not there, or another page has taken its place.
    """
    may(actor, Permission.CONTACT_MAKE)
    with acting(actor):
        row = _own(offer_id, session, actor=actor)
        if HeadsetState(row.state) in OPEN:
            Headset.objects.filter(pk=row.pk).update(
                state=HeadsetState.ENDED.value, offer="", answer=""
            )
            _entry(AuditEvent.HEADSET_ENDED, actor=actor, now=now)


def try_headset(offer_id: UUID, session: str, *, actor: Principal, now: datetime) -> None:
    """Ask to hear oneself for a few seconds.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        NoHeadset: it is not connected, or a call is under way.
    """
    may(actor, Permission.CONTACT_MAKE)
    with acting(actor):
        row = _own(offer_id, session, actor=actor)
        if row.state != HeadsetState.CONNECTED.value or _calls(row.staff_id):
            raise _no_headset()
        Headset.objects.filter(pk=row.pk).update(test=HeadsetTest.ASKED.value)
        _entry(AuditEvent.HEADSET_TRIED, actor=actor, now=now)


def headset_at(whose: int, *, now: datetime) -> UUID | None:
    """Return to which switchboard somebody's headset is connected, in a transaction; None: none."""
    required()
    rows = Headset.objects.filter(
        staff_id=whose,
        state=HeadsetState.CONNECTED.value,
        seen_at__gt=now - PAGE_GONE_AFTER,
        beat_at__gt=now - DEAD_AFTER,
    )
    return rows.values_list("owner", flat=True).first()


def headset_wanted(whose: int, *, now: datetime) -> bool:
    """Say whether somebody's browser is a telephone, or is becoming one, in a transaction."""
    required()
    rows = Headset.objects.filter(
        staff_id=whose,
        state__in=[state.value for state in OPEN],
        seen_at__gt=now - PAGE_GONE_AFTER,
    )
    return rows.exists()


def _own(offer_id: UUID, session: str, *, actor: Principal) -> Headset:
    rows = Headset.objects.select_for_update().filter(
        staff_id=staff_id(actor), offer_id=offer_id, session=_hashed(session)
    )
    row = rows.first()
    if row is None:
        raise _no_headset()
    return row


def _calls(whose: int) -> bool:
    going = Call.objects.filter(staff_id=whose).exclude(state=CallState.ENDED.value)
    talks = Ring.objects.filter(staff_id=whose, state=RingState.TALKING.value)
    return going.exists() or talks.exists()


def _is_offer(offer: str) -> bool:
    lines = offer.splitlines()
    media = [line for line in lines if line.startswith("m=")]
    one_voice = len(media) == 1 and media[0].startswith("m=audio ")
    return lines[:1] == ["v=0"] and one_voice and len(offer) <= OFFER_BYTES_MAX


def _hashed(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()


def _entry(event: AuditEvent, *, actor: Principal, now: datetime) -> None:
    record(event, actor=actor, subject=f"staff:{staff_id(actor)}", now=now)


def _no_headset() -> NoHeadset:
    return NoHeadset(
        "Your headset is not connected here, or a call is under way.",
        remedy="Look at the headset's page, and connect it there.",
        message_zh="您的耳机未在此连接，或正在通话。",
        remedy_zh="请在耳机页面查看并连接。",
    )
