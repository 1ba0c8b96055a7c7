"""How does a call that somebody made to us ring in a colleague's browser, and how is it taken?

The row of a ring is that of one colleague. Of those at whom a call rings one gets it: the first
whose wish is committed, with all rings of the call held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.headset import headset_at, headset_wanted
from forbear.contexts.contact.call.models import IncomingCall
from forbear.contexts.contact.call.ring_table import Ring
from forbear.contexts.contact.call.word import CallWish, RingState
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.values.errors import Conflict
from forbear.values.principal import Principal

GOING = (RingState.RINGING.value, RingState.TAKEN.value, RingState.TALKING.value)
STEERS = frozenset({CallWish.HANG_UP, CallWish.MUTE, CallWish.UNMUTE})


class RingsNoMore(Conflict):
    """The call does not ring here any more."""

    code = "RINGS_NO_MORE"


@dataclass(frozen=True, slots=True)
class Rings:
    """A call to us at one's own browser.

    ``shown``: the number as it may be shown, "" where none came. ``debtor_id`` null: the number is
    nobody's in one's care, which the caller is never told. ``muted``: the caller hears nothing.
    """

    call_id: UUID
    shown: str
    state: RingState
    debtor_id: int | None
    muted: bool


@dataclass(frozen=True, slots=True)
class Ringing:
    """What one's pages show of calls to us. ``waits``: one's browser is a telephone now, or soon.

    ``rings`` null: nobody calls.
    """

    waits: bool
    rings: Rings | None


def ringing_at(*, actor: Principal, now: datetime) -> Ringing:
    """Return which call to us rings at one's browser, or goes on there.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
    """
    may(actor, Permission.CONTACT_MAKE)
    whose = staff_id(actor)
    with reading(actor):
        if not headset_wanted(whose, now=now):
            return Ringing(waits=False, rings=None)
        row = Ring.objects.filter(staff_id=whose, state__in=GOING).order_by("-rung_at").first()
        # Whose switchboard died hears nothing any more, whatever its rows still say.
        if row is None or headset_at(whose, now=now) is None:
            return Ringing(waits=True, rings=None)
        rows = IncomingCall.objects.filter(pk=row.call_id)
        whom = rows.values_list("debtor_id", flat=True).first()
        state = RingState(row.state)
        return Ringing(True, Rings(row.call_id, row.shown, state, whom, row.muted))


def take_ring(call_id: UUID, *, actor: Principal, now: datetime) -> None:
    """Take a call that rings at one's browser.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        RingsNoMore: a colleague was quicker, or it rings here no more.
    """
    _answer(call_id, RingState.TAKEN, AuditEvent.INCOMING_TAKEN_UP, actor=actor, now=now)


def pass_ring(call_id: UUID, *, actor: Principal, now: datetime) -> None:
    """Let a call that rings at one's browser go on to the next.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        RingsNoMore: it rings here no more.
    """
    _answer(call_id, RingState.PASSED, AuditEvent.INCOMING_PASSED_ON, actor=actor, now=now)


def steer_ring(call_id: UUID, wish: CallWish, *, actor: Principal, now: datetime) -> None:
    """Wish that the call one has taken ends, or that the caller hears nothing for a while.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        RingsNoMore: it is not under way here.
    """
    may(actor, Permission.CONTACT_MAKE)
    assert wish in STEERS, "the page offers no other"
    with acting(actor):
        going = Ring.objects.filter(
            call_id=call_id, staff_id=staff_id(actor), state=RingState.TALKING.value
        )
        if not going.update(wish=wish.value):
            raise _no_more()
        _entry(AuditEvent.CALL_STEERED, call_id, actor=actor, now=now, wish=wish.value)


def _answer(
    call_id: UUID, state: RingState, event: AuditEvent, *, actor: Principal, now: datetime
) -> None:
    may(actor, Permission.CONTACT_MAKE)
    with acting(actor):
        rows = list(Ring.objects.select_for_update().filter(call_id=call_id).order_by("id"))
        mine = next((row for row in rows if row.staff_id == staff_id(actor)), None)
        taken = any(row.state in {RingState.TAKEN.value, RingState.TALKING.value} for row in rows)
        if mine is None or mine.state != RingState.RINGING.value or taken:
            raise _no_more()
        mine.state = state.value
        mine.save(update_fields=["state"])
        _entry(event, call_id, actor=actor, now=now)


def _entry(
    event: AuditEvent, call_id: UUID, *, actor: Principal, now: datetime, **body: str
) -> None:
    record(event, actor=actor, subject=f"incoming:{call_id}", now=now, body=dict(body))


def _no_more() -> RingsNoMore:
    return RingsNoMore(
        "This call does not ring here any more: somebody took it, or it ended.",
        remedy="Nothing is left to do; the list of replies says what became of it.",
        message_zh="该来电已不在此处振铃：已有人接听或已结束。",
        remedy_zh="无需操作；来信列表会说明结果。",
    )
