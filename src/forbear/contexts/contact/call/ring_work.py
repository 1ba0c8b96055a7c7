"""What does a switchboard write into, and take from, the table of calls that ring in browsers?"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from forbear.contexts.contact.call.models import IncomingCall
from forbear.contexts.contact.call.ring import GOING
from forbear.contexts.contact.call.ring_table import Ring
from forbear.contexts.contact.call.word import CallWish, RingState
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.database.transaction import acting, reading
from forbear.values.principal import Principal


def ring_at(
    call_id: UUID, staff: Collection[int], *, actor: Principal, clock: Clock = database_clock
) -> None:
    """Let a call ring in the browsers of some colleagues; at whom it has rung it is let be."""
    with acting(actor):
        now = clock()
        shown = IncomingCall.objects.values_list("shown", flat=True).get(pk=call_id)
        ringing = RingState.RINGING.value
        Ring.objects.bulk_create(
            [
                Ring(call_id=call_id, staff_id=each, shown=shown, state=ringing, rung_at=now)
                for each in staff
            ],
            ignore_conflicts=True,
        )


def rings_of(call_id: UUID, *, actor: Principal) -> dict[int, RingState]:
    """Return how far a call has come in each browser, by whose it is."""
    with reading(actor):
        rows = Ring.objects.filter(call_id=call_id).values_list("staff_id", "state")
        return {whose: RingState(state) for whose, state in rows}


def stop_ring(call_id: UUID, whose: int, *, actor: Principal) -> None:
    """Let a call ring no more in the browser of a colleague that is gone."""
    unanswered = [RingState.RINGING.value, RingState.TAKEN.value]
    with acting(actor):
        rows = Ring.objects.filter(call_id=call_id, staff_id=whose, state__in=unanswered)
        rows.update(state=RingState.OVER.value)


def end_rings(call_id: UUID, *, actor: Principal) -> None:
    """Write down that a call has ended in every browser, also where it was taken."""
    with acting(actor):
        rows = Ring.objects.filter(call_id=call_id, state__in=GOING)
        rows.update(state=RingState.OVER.value, wish=None)


def talks_at(call_id: UUID, whose: int, *, actor: Principal) -> bool:
    """Write down that a colleague who took a call is connected; False: it is theirs no more."""
    with acting(actor):
        mine = Ring.objects.filter(
            call_id=call_id, staff_id=whose, state=RingState.TAKEN.value
        ).update(state=RingState.TALKING.value)
        others = Ring.objects.filter(call_id=call_id, state=RingState.RINGING.value)
        others.update(state=RingState.OVER.value)
        return bool(mine)


def take_ring_wish(call_id: UUID, *, actor: Principal) -> CallWish | None:
    """Take what a colleague wishes of the call they talk in, once; null: nothing."""
    with acting(actor):
        rows = Ring.objects.select_for_update().filter(
            call_id=call_id, state=RingState.TALKING.value, wish__isnull=False
        )
        row = rows.first()
        if row is None:
            return None
        wish = CallWish(row.wish)
        if wish is not CallWish.HANG_UP:
            row.muted = wish is CallWish.MUTE
        row.wish = None
        row.save(update_fields=["muted", "wish"])
        return wish
