"""How is a browser the telephone of whoever sits before it?

A member of staff has one headset at most. It may be replaced while a call goes on, as when its page
is loaded again; one that is heard no more is lost, and so is the call in which it was used.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from forbear.contexts.contact.call import headset_work as work
from forbear.contexts.contact.call.headset_work import Kept, Offered
from forbear.contexts.contact.call.word import HeadsetFault, HeadsetTest
from forbear.contexts.contact.channels.voice.headset_setting import HeadsetSettings
from forbear.contexts.contact.channels.voice.line import Line
from forbear.contexts.contact.channels.voice.mixer import Player
from forbear.contexts.contact.channels.voice.prompt import bell
from forbear.contexts.contact.channels.voice.sound import PEAK, RATE, Samples

if TYPE_CHECKING:
    from forbear.contexts.contact.channels.voice.switchboard import Switchboard

PRESENT_S = 1.5
"""Browsers send sound all the time, silence included: one not heard for so long is not there."""
LOST_S = 4.0
"""So long a page may take to come back before its call counts as lost."""
CONNECT_S = 20.0
TRY_S = 3.0
LOOK_EVERY_S, WATCH_EVERY_S = 1.0, 0.2
HEARD_LEVEL, QUIET_LEVEL = PEAK * 10 ** (-45 / 20), PEAK * 10 ** (-65 / 20)
"""As a share of the loudest that can be: speech lies above the first, noise of a room below."""


@dataclass(eq=False)
class HeadsetLeg:
    """A collector's side of one call, in their browser."""

    line: Line
    lost: bool = False
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def there(self) -> bool:
        """Whether the browser was heard a moment ago."""
        return not self.closed.is_set() and _silent_s(self.line) < PRESENT_S

    def hear(self) -> Samples:
        """Return what was said since the last time."""
        return self.line.hear()

    def say(self, samples: Samples) -> None:
        """Let the collector hear this."""
        self.line.say(samples)

    def hush(self) -> None:
        """Drop what was to be said and has not left."""
        self.line.hush()

    async def gone(self) -> None:
        """Wait until the browser was not heard for a moment."""
        while self.there:  # noqa: ASYNC110  # that nothing comes is no event
            await asyncio.sleep(WATCH_EVERY_S / 2)

    async def over(self) -> None:
        """Wait until it was taken off, or is lost."""
        await self.closed.wait()

    async def hang_up(self) -> None:
        """Let it be free for another call."""
        self.line.close()
        self.closed.set()


@dataclass(eq=False)
class Seat:
    """One browser. ``leg`` null: no call uses it. ``trying`` null: nobody hears themselves.

    ``bell`` null: no call to us rings there. ``used_s``: when it last was part of a call.
    """

    staff_id: int
    offer_id: UUID
    line: Line
    peer: Any
    began_s: float = field(default_factory=time.monotonic)
    leg: HeadsetLeg | None = None
    trying: Try | None = None
    bell: Player | None = None
    used_s: float = 0.0

    @property
    def free(self) -> bool:
        """Whether it is there and takes part in no call."""
        return not self.busy and _silent_s(self.line) < PRESENT_S

    @property
    def busy(self) -> bool:
        """Whether a call goes on in it."""
        return self.leg is not None and not self.leg.closed.is_set()


class Try:
    """Somebody hears themselves: for some seconds they are listened to, then it is played back."""

    def __init__(self, line: Line) -> None:
        self._line, self._player = line, Player(line)
        self._heard: list[Samples] = []
        self._until_s = time.monotonic() + TRY_S
        self.level: float | None = None

    @property
    def listens(self) -> bool:
        """Whether it still listens."""
        return self.level is None

    @property
    def over(self) -> bool:
        """Whether all was played back."""
        return not self.listens and not self._player.busy

    def turn(self, now_s: float) -> None:
        """Listen, or play back what is due."""
        self._heard.append(self._line.hear())
        if self.listens and now_s >= self._until_s:
            whole = np.concatenate(self._heard)
            self.level = level_of(whole)
            self._player.play(whole)
        if not self.listens:
            self._heard.clear()
            self._player.turn(now_s)

    def found(self) -> HeadsetTest:
        """Say how well somebody was heard."""
        level = self.level or 0.0
        if level >= HEARD_LEVEL:
            return HeadsetTest.HEARD
        return HeadsetTest.QUIET if level >= QUIET_LEVEL else HeadsetTest.NOTHING


def level_of(samples: Samples) -> float:
    """Return how loud the loudest tenth of some sound is, as a mean amplitude."""
    size = RATE // 20
    if samples.size < size:
        return 0.0
    whole = samples[: samples.size // size * size].reshape(-1, size).astype(np.float64)
    loudness = np.sort(np.sqrt(np.mean(whole**2, axis=1)))
    return float(loudness[-max(1, loudness.size // 10) :].mean())


class Headsets:
    """The browsers of one switchboard. ``settings`` null: it takes none."""

    def __init__(self, board: Switchboard, settings: HeadsetSettings | None) -> None:
        self._at, self._settings = board, settings
        self._browsers: Any = None
        self._missing = False
        self._coming: dict[int, Seat] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.seats: dict[int, Seat] = {}

    def start(self) -> None:
        """Begin to take browsers, where the settings say so."""
        if self._settings is None:
            return
        try:
            from forbear.contexts.contact.channels.voice.rtc import Browsers

            self._browsers = Browsers(self._settings)
            self._browsers.start()
        except ImportError:
            self._missing = True
        self._tasks = [
            asyncio.ensure_future(self._every(WATCH_EVERY_S, self._watch)),
            asyncio.ensure_future(self._every(LOOK_EVERY_S, self._look)),
        ]

    def halt(self) -> None:
        """Take no more browsers; those that are here stay, until closed."""
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        """Let all browsers go."""
        self.halt()
        for seat in [*self.seats.values(), *self._coming.values()]:
            with suppress(Exception):
                await self._let_go(seat, HeadsetFault.SILENT)
        if self._browsers is not None:
            self._browsers.end()

    def leg_of(self, staff_id: int) -> HeadsetLeg | None:
        """Have a collector's browser take part in a call; null: it is not there, or in another."""
        seat = self.seats.get(staff_id)
        if seat is None or not seat.free:
            return None
        self._interrupt(seat)
        seat.line.close()
        seat.line.open()
        seat.leg, seat.used_s = HeadsetLeg(seat.line), time.monotonic()
        return seat.leg

    def free(self) -> list[int]:
        """Return whose browsers could take a call now, whoever waits for one longest first."""
        seats = [seat for seat in self.seats.values() if seat.free and seat.bell is None]
        return [seat.staff_id for seat in sorted(seats, key=lambda seat: seat.used_s)]

    def ring(self, staff_id: int) -> bool:
        """Let a browser ring until it is quieted; False: it is not there, or in a call."""
        seat = self.seats.get(staff_id)
        if seat is None or not seat.free or seat.bell is not None:
            return False
        self._interrupt(seat)
        self._ring(seat)
        return True

    def rings(self, staff_id: int) -> bool:
        """Say whether a browser still rings and is there."""
        seat = self.seats.get(staff_id)
        return seat is not None and seat.bell is not None and seat.free

    def quiet(self, staff_id: int) -> None:
        """Let a browser ring no more."""
        seat = self.seats.get(staff_id)
        if seat is not None:
            self._quiet(seat)

    async def beat(self) -> None:
        """Say that those connected here still are."""
        if self.seats or self._coming:
            await self._do(work.beat_headsets, self._at.owner)

    async def _every(self, seconds: float, do: Any) -> None:
        while True:
            await self._at.safely(do)
            await asyncio.sleep(seconds)

    async def _look(self) -> None:
        """Take up what is offered, and what the table says of those that are here."""
        for offered in await self._do(work.take_offers, self._at.owner):
            self._at.spawn(self._take(offered))
        if not self.seats:
            return
        kept = await self._do(work.kept_of, list(self.seats))
        for staff_id, seat in list(self.seats.items()):
            await self._heed(seat, kept.get(staff_id))

    async def _take(self, offered: Offered) -> None:
        fault = self._refusal(offered.staff_id)
        if fault is None:
            from forbear.contexts.contact.channels.voice.rtc import UnusableOffer

            line = Line()
            try:
                now = await self._at.db(self._at.writer.now)
                peer, answer = await self._browsers.answer(offered.offer, line, now=now)
            except UnusableOffer:
                fault = HeadsetFault.UNUSABLE
        if fault is not None:
            await self._do(work.refuse_offer, offered.offer_id, fault, timed=False)
            return
        before = self._coming.pop(offered.staff_id, None)
        self._coming[offered.staff_id] = Seat(offered.staff_id, offered.offer_id, line, peer)
        if before is not None:
            await self._browsers.let_go(before.peer)
        await self._do(work.answer_offer, offered.offer_id, answer, timed=False)

    def _refusal(self, staff_id: int) -> HeadsetFault | None:
        assert self._settings is not None, "it takes browsers"
        if self._missing:
            return HeadsetFault.NOT_INSTALLED
        others = {*self.seats, *self._coming} - {staff_id}
        return HeadsetFault.FULL if len(others) >= self._settings.seats_max else None

    async def _heed(self, seat: Seat, kept: Kept | None) -> None:
        elsewhere = kept is not None and kept.owner not in {None, self._at.owner}
        mine = kept is not None and kept.offer_id == seat.offer_id
        if kept is None or elsewhere or (mine and kept.ended):
            await self._let_go(seat, None)
        elif mine and not kept.page_there and not seat.busy:
            # Whoever is signed out gets no call; one that goes on is brought to its end.
            await self._let_go(seat, HeadsetFault.PAGE_GONE)
        elif mine and kept.test and seat.trying is None:
            await self._try(seat)

    async def _watch(self) -> None:
        """See who has come, and who is lost."""
        for seat in list(self._coming.values()):
            if seat.line.silent_s is not None:
                await self._seat(seat)
            elif time.monotonic() - seat.began_s > CONNECT_S:
                self._coming.pop(seat.staff_id, None)
                await self._do(work.refuse_offer, seat.offer_id, HeadsetFault.NO_WAY, timed=False)
                await self._browsers.let_go(seat.peer)
        for seat in list(self.seats.values()):
            if _silent_s(seat.line) > LOST_S:
                await self._let_go(seat, HeadsetFault.SILENT)
            elif seat.trying is not None:
                await self._go_on_trying(seat, seat.trying)

    async def _seat(self, seat: Seat) -> None:
        """Let a browser take its place; a call that goes on in the one before goes on in it."""
        del self._coming[seat.staff_id]
        before = self.seats.get(seat.staff_id)
        self.seats[seat.staff_id] = seat
        if before is not None:
            self._stop_trying(before)
            seat.used_s = before.used_s
            if before.bell is not None:
                self._quiet(before)
                self._ring(seat)
            if before.leg is not None and before.busy:
                seat.leg = before.leg
                seat.line.open()
                seat.leg.line = seat.line
            before.line.close()
            await self._browsers.let_go(before.peer)
        await self._do(work.note_connected, seat.staff_id, seat.offer_id)

    async def _let_go(self, seat: Seat, fault: HeadsetFault | None) -> None:
        """Let a browser go; ``fault`` null: it was taken off, or is connected elsewhere."""
        for place in (self.seats, self._coming):
            if place.get(seat.staff_id) is seat:
                del place[seat.staff_id]
        self._stop_trying(seat)
        self._quiet(seat)
        if seat.leg is not None and seat.busy:
            seat.leg.lost = fault is not None
            seat.leg.closed.set()
        seat.line.close()
        if fault is not None:
            await self._do(work.note_lost, seat.staff_id, seat.offer_id, fault)
        await self._browsers.let_go(seat.peer)

    async def _try(self, seat: Seat) -> None:
        if seat.busy or seat.bell is not None:
            await self._do(work.note_test, seat.offer_id, None, timed=False)
            return
        seat.line.close()
        seat.line.open()
        seat.trying = Try(seat.line)
        self._at.mixer.add(seat.trying)
        await self._do(work.note_test, seat.offer_id, HeadsetTest.LISTENING, timed=False)

    async def _go_on_trying(self, seat: Seat, trying: Try) -> None:
        if not trying.over:
            return
        self._stop_trying(seat)
        seat.line.close()
        await self._do(work.note_test, seat.offer_id, trying.found(), timed=False)

    def _interrupt(self, seat: Seat) -> None:
        """Let a call come before whatever else a browser does."""
        self._quiet(seat)
        if seat.trying is not None:
            self._stop_trying(seat)
            self._at.spawn(self._do(work.note_test, seat.offer_id, None, timed=False))

    def _ring(self, seat: Seat) -> None:
        seat.bell = Player(seat.line)
        seat.bell.repeat(bell())
        self._at.mixer.add(seat.bell)

    def _quiet(self, seat: Seat) -> None:
        if seat.bell is not None:
            self._at.mixer.remove(seat.bell)
            seat.bell.stop()
            seat.bell = None

    def _stop_trying(self, seat: Seat) -> None:
        if seat.trying is not None:
            self._at.mixer.remove(seat.trying)
            seat.trying = None

    async def _do(self, what: Any, *args: Any, timed: bool = True) -> Any:
        clock = {"clock": self._at.board.clock} if timed else {}
        return await self._at.db(what, *args, actor=self._at.board.actor, **clock)


def _silent_s(line: Line) -> float:
    return float("inf") if line.silent_s is None else line.silent_s
