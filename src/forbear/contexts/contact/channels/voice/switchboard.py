"""How does one process place calls that the gate allows, and carry them to their end?

It claims what waits for its trunks, has the collector's telephone picked up first, asks the gate a
second time, and only then dials the person: so nobody is ever called for whom nobody is there.
Where a call stands is committed at each step. A process that dies takes its calls with it; the next
one closes what it left, and dials nothing again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from forbear.contexts.contact.call.incoming import beat_incoming
from forbear.contexts.contact.call.job import DeskPhone, Job, dialled_as, job_of
from forbear.contexts.contact.call.live import Asked as Wished
from forbear.contexts.contact.call.live import beat, take_lost, take_wishes
from forbear.contexts.contact.call.word import CallEnd, CallState, CallWish
from forbear.contexts.contact.channels.port import Envelope
from forbear.contexts.contact.channels.registry import Entry, Providers
from forbear.contexts.contact.channels.voice.adapter import SIGN_S, VoiceAdapter
from forbear.contexts.contact.channels.voice.headset import Headsets
from forbear.contexts.contact.channels.voice.headset_setting import HeadsetSettings
from forbear.contexts.contact.channels.voice.mixer import Conversation, Mixer
from forbear.contexts.contact.channels.voice.phone import Leg, NotDialled, Phone
from forbear.contexts.contact.channels.voice.setting import VoiceSettings
from forbear.contexts.contact.channels.voice.side import Desk
from forbear.contexts.contact.channels.voice.speaker import Speaker
from forbear.contexts.contact.channels.voice.writer import Writer
from forbear.contexts.contact.gate.back import leave_to_others
from forbear.contexts.contact.gate.claim import Claim, claim
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.intent import Compose
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.contact.gate.settle import settle
from forbear.values.code import Jurisdiction, Outcome
from forbear.values.principal import Principal, system

SWITCHBOARD = system("switchboard")
LOOK_EVERY_S = 0.2
BEAT_EVERY_S = 3.0
SETTLE_EVERY_S = 5.0
DESK_LEASE = timedelta(seconds=150)
"""Longer than a collector's telephone may ring, since the gate asks again only afterwards."""
THREADS = 8
_log = logging.getLogger("forbear.voice")


@dataclass(frozen=True, slots=True)
class Board:
    """What a switchboard is told about the house it serves.

    ``desk_of`` tells who wants a call; null: a machine does. ``link_of`` asks the gate for the
    text message that a person asked for in a call, and says whether it goes. ``folder``
    holds recordings and ``prompts`` the sound of words. ``officer_of`` tells which colleague knows
    a person who calls us, and where their telephone is; null: nobody does. ``takers_of`` tells
    which of some colleagues may take the call of a person, or of somebody who is not known.
    """

    entries: tuple[Entry, ...]
    desk_of: Callable[[UUID], DeskPhone | None]
    compose: Compose
    folder: Path
    prompts: Path
    link_of: Callable[[UUID], bool] = lambda _permit: False
    officer_of: Callable[[int], DeskPhone | None] = lambda _debtor: None
    takers_of: Callable[[int | None, Sequence[int]], Sequence[int]] = lambda _debtor, _among: ()
    actor: Principal = SWITCHBOARD
    clock: Clock = database_clock
    lease: timedelta = DESK_LEASE


@dataclass(eq=False)
class Under:
    """One call under way. ``desk`` null: a machine speaks."""

    job: Job
    person: Leg
    desk: Desk | None
    talk: Conversation
    wished: asyncio.Queue[Wished] = field(default_factory=asyncio.Queue)
    ended_here: asyncio.Event = field(default_factory=asyncio.Event)


class Switchboard:
    """One process at work."""

    def __init__(self, board: Board) -> None:
        self.board, self.owner = board, uuid4()
        self.trunks: Mapping[str, VoiceSettings] = {e.name: e.settings for e in board.entries}
        self.phone, self.mixer = Phone(self.trunks), Mixer()
        self.headsets = Headsets(self, headset_settings(board.entries))
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="calls")
        # Pieces of recordings are written one after another.
        self.scribe = ThreadPoolExecutor(1, thread_name_prefix="scribe")
        self.under: dict[UUID, Under] = {}
        self.legs: dict[UUID, Leg] = {}
        self.texts: dict[UUID, str] = {}
        self._laws: dict[UUID, tuple[Jurisdiction, str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.adapters = {entry.name: self._adapter(entry) for entry in board.entries}
        self.writer = Writer(self)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, going: Callable[[], bool]) -> None:
        """Work until told to stop; calls under way are then ended and written down."""
        self._loop = asyncio.get_running_loop()
        self.phone.on_incoming = self._came
        await self.phone.start()
        self.mixer.start()
        self.headsets.start()
        beating = self.spawn(self._beat())
        settling = self.spawn(self._settle())
        try:
            while going():
                await self.safely(self._look)
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            beating.cancel()
            settling.cancel()
            self.headsets.halt()
            await self._end_all()
            await self.headsets.close()
            self.mixer.end()
            await self.phone.close()
            for _ in range(THREADS):
                self.pool.submit(_close_own)
            self.pool.shutdown()
            self.scribe.shutdown()

    def speaker(self, trunk: str) -> Speaker:
        """Return the voices of a trunk."""
        return Speaker(self.trunks[trunk].voices, self.board.prompts)

    async def db(self, do: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do something with the database in a thread of its own."""
        return await asyncio.get_running_loop().run_in_executor(
            self.pool, lambda: do(*args, **kwargs)
        )

    async def _look(self) -> None:
        """Take what waits, and what is wished of calls under way."""
        if self.under:
            for wished in await self.db(take_wishes, self.owner, actor=self.board.actor):
                under = self.under.get(wished.permit_id)
                if under is not None:
                    under.wished.put_nowait(wished)
        room = min(each.calls_max for each in self.trunks.values()) - len(self._tasks) + 2
        if room <= 0:
            return
        taken = await self.db(
            claim,
            self.owner,
            providers=tuple(self.trunks),
            limit=min(room, THREADS),
            actor=self.board.actor,
            clock=self.board.clock,
            lease=self.board.lease,
        )
        for one in taken:
            self.spawn(self._carry(one))

    async def _carry(self, one: Claim) -> None:
        from forbear.contexts.contact.channels.voice.desk import call_by_desk
        from forbear.contexts.contact.channels.voice.machine import call_by_machine

        def numbers_for(name: str, law: Jurisdiction, region: str | None) -> tuple[str, ...]:
            return self.trunks[name].numbers_for(law, region)

        now = await self.db(self.writer.now)
        job = await self.db(job_of, one, numbers_for, actor=self.board.actor, now=now)
        if job.line is None:
            await self.db(self.writer.give_back, one, "NO_REGISTERED_LINE")
            return
        self._laws[job.permit_id] = (job.law, job.line)
        try:
            wanted = await self.db(self.board.desk_of, job.permit_id)
            if wanted is not None and wanted.headset_at not in {None, self.owner}:
                # Their browser is connected to another process: that one takes the call.
                await self.db(leave_to_others, one, actor=self.board.actor)
                return
            if wanted is None:
                await call_by_machine(self, one, job)
            else:
                await call_by_desk(self, one, job, wanted)
        finally:
            self._laws.pop(job.permit_id, None)
            self.legs.pop(job.permit_id, None)
            self.texts.pop(job.permit_id, None)

    def _adapter(self, entry: Entry) -> VoiceAdapter:
        return VoiceAdapter(
            entry.name,
            entry.carries,
            owner=self.owner,
            actor=self.board.actor,
            dials=self._dials,
        )

    def _dials(self, permit: Permit, envelope: Envelope) -> Leg:
        """Place a permitted call; called from the gate's thread, which waits meanwhile."""
        assert self._loop is not None, "it runs"
        dialling = asyncio.run_coroutine_threadsafe(self._dial(permit, envelope), self._loop)
        return dialling.result()

    async def _dial(self, permit: Permit, envelope: Envelope) -> Leg:
        law, line = self._laws[permit.id]
        number = dialled_as(envelope.address, law)
        if number is None:
            raise NotDialled("NO_NUMBER")
        trunk = self.trunks[permit.provider]
        uri = trunk.dial.format(number=number, digits=number.lstrip("+"), domain=trunk.domain)
        shown = "".join(sign for sign in line if sign.isdecimal() or sign == "+")
        leg = await self.phone.dial(permit.provider, uri, shown=shown, headers={})
        self.legs[permit.id], self.texts[permit.id] = leg, envelope.text
        await leg.first_sign(SIGN_S)
        return leg

    def _came(self, trunk: str, leg: Leg, said: str) -> None:
        from forbear.contexts.contact.channels.voice.incoming import take_call

        self.spawn(take_call(self, trunk, leg, said))

    async def _beat(self) -> None:
        while True:
            await self.safely(lambda: self.db(beat, self.owner, actor=self.board.actor))
            await self.safely(lambda: self.db(beat_incoming, self.owner, actor=self.board.actor))
            await self.safely(self.headsets.beat)
            await asyncio.sleep(BEAT_EVERY_S)

    async def _settle(self) -> None:
        providers = Providers(self.adapters.values())
        clock, actor = self.board.clock, self.board.actor
        while True:
            await self.safely(self.close_lost)
            await self.safely(lambda: self.db(settle, providers, actor=actor, clock=clock))
            await asyncio.sleep(SETTLE_EVERY_S)

    async def close_lost(self) -> None:
        """Close what dead processes left: what was seen of it counts, the rest is not known."""
        who = {"actor": self.board.actor, "clock": self.board.clock}
        for lost in await self.db(take_lost, self.owner, tuple(self.trunks), **who):
            seen = {CallState.RINGING: Outcome.RANG, CallState.ANSWERED: Outcome.ANSWERED}
            await self.db(
                self.writer.close,
                lost.permit_id,
                lost.provider,
                CallEnd.SWITCHBOARD_LOST,
                outcome=seen.get(lost.state),
            )

    async def _end_all(self) -> None:
        for under in list(self.under.values()):
            asked = Wished(under.job.permit_id, CallWish.HANG_UP, "")
            under.wished.put_nowait(asked)
        pending = {task for task in self._tasks if not task.done()}
        if pending:
            _, late = await asyncio.wait(pending, timeout=3.0)
            for task in late:
                task.cancel()

    def spawn(self, work: Any) -> asyncio.Task[None]:
        """Do something meanwhile; what goes wrong in it is told in the log."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("a call failed", exc_info=task.exception())

    async def safely(self, do: Callable[[], Any]) -> None:
        """Do something; whatever goes wrong is told in the log, and work goes on."""
        try:
            await do()
        except Exception:  # noqa: BLE001  # the loop goes on, whatever it is
            _log.exception("the switchboard could not go on")
            await self.db(_close_own)


def headset_settings(entries: tuple[Entry, ...]) -> HeadsetSettings | None:
    """Return how browsers reach some trunks' process: the first that says so; None: none does."""
    found = (entry.settings.headset for entry in entries)
    return next((each for each in found if each is not None), None)


def _close_own() -> None:
    """Close this thread's own connection; the name alone would be another thread's."""
    connection.close()
