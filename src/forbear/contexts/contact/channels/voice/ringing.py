"""At whom does a call to us ring, and who gets it?

The colleague who knows the caller, in their browser, else at their telephone; then the queue: its
telephone, and beside it the browsers of those who may take this call, some at a time. Whoever takes
it first gets it. A browser that lets it go, or is heard no more, makes room for the next at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forbear.contexts.contact.call import ring_work as work
from forbear.contexts.contact.call.incoming import Caller, rings_at
from forbear.contexts.contact.call.job import DeskPhone
from forbear.contexts.contact.call.word import RingState
from forbear.contexts.contact.channels.voice.headset import HeadsetLeg
from forbear.contexts.contact.channels.voice.phone import Leg, NotDialled
from forbear.contexts.contact.channels.voice.side import Desk

if TYPE_CHECKING:
    from forbear.contexts.contact.channels.voice.switchboard import Switchboard

RING_AT_ONCE = 5
LOOK_EVERY_S = 0.2
"""How often what colleagues wish is looked for while a call rings."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Where a call was taken. ``staff_id`` null: at a queue's telephone."""

    staff_id: int | None
    desk: Desk

    @property
    def by_telephone(self) -> bool:
        """Whether no browser has it."""
        return not isinstance(self.desk, HeadsetLeg)


class Ringing:
    """One call to us, until somebody takes it."""

    def __init__(self, board: Switchboard, trunk: str, caller: Caller, leg: Leg) -> None:
        self._board, self._trunk, self._caller, self._leg = board, trunk, caller, leg
        self._tried: set[int] = set()

    async def picked_up(self, ring_s: float) -> Picked | None:
        """Let it ring, each place for so long; return who took it, null: nobody."""
        officer = await self._officer()
        picked = None if officer is None else await self._at_officer(officer, ring_s)
        if picked is None and not self._leg.closed.is_set():
            picked = await self._at_queue(ring_s)
        return picked

    async def _officer(self) -> DeskPhone | None:
        if self._caller.debtor_id is None:
            return None
        found: DeskPhone | None = await self._board.db(
            self._board.board.officer_of, self._caller.debtor_id
        )
        return found

    async def _at_officer(self, officer: DeskPhone, ring_s: float) -> Picked | None:
        if officer.staff_id in self._board.headsets.free():
            await self._do(rings_at, self._caller.id, officer.staff_id, timed=False)
            return await self._first([self._browsers([officer.staff_id], ring_s, more=False)])
        if not officer.extension:
            return None
        await self._do(rings_at, self._caller.id, officer.staff_id or None, timed=False)
        return await self._first([self._telephone(officer, ring_s)])

    async def _at_queue(self, ring_s: float) -> Picked | None:
        queue, takers = self._board.trunks[self._trunk].desk_queue, await self._takers()
        places = []
        if queue:
            places.append(self._telephone(DeskPhone(0, queue), ring_s))
        if takers:
            places.append(self._browsers(takers, ring_s, more=True))
        if not places:
            return None
        await self._do(rings_at, self._caller.id, None, timed=False)
        return await self._first(places)

    async def _takers(self) -> list[int]:
        """Return who may take it and has not been asked, whoever waits longest first."""
        free = [each for each in self._board.headsets.free() if each not in self._tried]
        if not free:
            return []
        may = await self._board.db(self._board.board.takers_of, self._caller.debtor_id, free)
        return [each for each in free if each in set(may)]

    async def _first(self, places: Sequence[Any]) -> Picked | None:
        """Let some places ring at once; return the first that took it, no later than the caller."""
        rings = [asyncio.ensure_future(place) for place in places]
        gone = asyncio.ensure_future(self._leg.closed.wait())
        try:
            going = set[Any](rings)
            while going and not gone.done() and not any(map(_took, rings)):
                done, _ = await asyncio.wait({*going, gone}, return_when=asyncio.FIRST_COMPLETED)
                going -= done
        finally:
            for each in (gone, *rings):
                each.cancel()
            told = await asyncio.gather(*rings, return_exceptions=True)
            found = [each for each in told if isinstance(each, Picked)]
            keep = found[:1] if not self._leg.closed.is_set() else []
            for each in found[len(keep) :]:
                await each.desk.hang_up()
            if not keep or keep[0].by_telephone:
                await self._do(work.end_rings, self._caller.id, timed=False)
        _raise_of(told)
        return keep[0] if keep else None

    async def _telephone(self, phone: DeskPhone, ring_s: float) -> Picked | None:
        """Let a telephone ring."""
        settings = self._board.trunks[self._trunk]
        if settings.desk_dial is None:
            return None
        uri = settings.desk_dial.format(extension=phone.extension, domain=settings.domain)
        leg: Leg | None = None
        taken = False
        try:
            with suppress(NotDialled):
                leg = await self._board.phone.dial(
                    self._trunk, uri, shown=settings.user, headers={}
                )
                taken = await leg.picked_up(ring_s) is None
                return Picked(phone.staff_id or None, leg) if taken else None
        finally:
            if leg is not None and not taken:
                await leg.hang_up()
        return None

    async def _browsers(self, staff: Sequence[int], ring_s: float, *, more: bool) -> Picked | None:
        """Let browsers ring, some at a time; ``more``: also those that become free meanwhile."""
        waiting, ringing = list(staff), set[int]()
        until_s = time.monotonic() + ring_s
        try:
            while time.monotonic() < until_s:
                await self._ring_next(waiting, ringing)
                if not ringing:
                    return None
                await asyncio.sleep(LOOK_EVERY_S)
                picked = await self._look(ringing)
                if picked is not None:
                    return picked
                if more and len(ringing) < RING_AT_ONCE and not waiting:
                    waiting = await self._takers()
            return None
        finally:
            for each in ringing:
                self._board.headsets.quiet(each)

    async def _ring_next(self, waiting: list[int], ringing: set[int]) -> None:
        new = []
        while waiting and len(ringing) < RING_AT_ONCE:
            whose = waiting.pop(0)
            self._tried.add(whose)
            if self._board.headsets.ring(whose):
                ringing.add(whose)
                new.append(whose)
        if new:
            await self._do(work.ring_at, self._caller.id, new)

    async def _look(self, ringing: set[int]) -> Picked | None:
        """See who takes it, who lets it go, and who is there no more."""
        told = await self._do(work.rings_of, self._caller.id, timed=False)
        for whose in list(ringing):
            if told.get(whose) is RingState.TAKEN:
                leg = await self._taken(whose)
                if leg is not None:
                    ringing.discard(whose)
                    return Picked(whose, leg)
            lost = not self._board.headsets.rings(whose)
            if lost or told.get(whose) is not RingState.RINGING:
                ringing.discard(whose)
                self._board.headsets.quiet(whose)
                if lost:
                    await self._do(work.stop_ring, self._caller.id, whose, timed=False)
        return None

    async def _taken(self, whose: int) -> HeadsetLeg | None:
        """Have a browser take part that wants the call; null: it is not there any more."""
        leg = self._board.headsets.leg_of(whose)
        if leg is None:
            return None
        writing = asyncio.ensure_future(
            self._do(work.talks_at, self._caller.id, whose, timed=False)
        )
        try:
            if await asyncio.shield(writing):
                return leg
        except asyncio.CancelledError:
            # Somebody else has it, or the caller is gone: first the row says what it says.
            await writing
            await leg.hang_up()
            raise
        await leg.hang_up()
        return None

    async def _do(self, what: Any, *args: Any, timed: bool = True) -> Any:
        clock = {"clock": self._board.board.clock} if timed else {}
        return await self._board.db(what, *args, actor=self._board.board.actor, **clock)


def _took(place: asyncio.Future[Picked | None]) -> bool:
    return place.done() and not place.cancelled() and place.result() is not None


def _raise_of(told: Sequence[object]) -> None:
    for each in told:
        if isinstance(each, Exception):
            raise each
