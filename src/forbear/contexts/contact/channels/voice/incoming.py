"""How does a call go that somebody makes to us?

In staffed hours it rings at the colleague who knows the caller, then at the queue; until somebody
picks up, the caller hears it ring and pays nothing. Else a truthful sentence is said, and who
presses one is called back. Nobody is told whether their number is known here.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forbear.contexts.contact.call import incoming
from forbear.contexts.contact.call import ring_work as work
from forbear.contexts.contact.call.incoming import Caller
from forbear.contexts.contact.call.recording import begin_incoming, end_recording
from forbear.contexts.contact.call.word import CallWish, IncomingEnd
from forbear.contexts.contact.channels.voice.desk import VOICE_WORDS, say_last
from forbear.contexts.contact.channels.voice.mixer import Conversation
from forbear.contexts.contact.channels.voice.phone import Leg
from forbear.contexts.contact.channels.voice.prompt import NoSound, sound_of
from forbear.contexts.contact.channels.voice.ringing import LOOK_EVERY_S, Picked, Ringing
from forbear.contexts.contact.channels.voice.side import Desk
from forbear.contexts.contact.channels.voice.sound import RATE, Samples
from forbear.contexts.rulebook.library import open_documents
from forbear.values.code import Language

if TYPE_CHECKING:
    from forbear.contexts.contact.channels.voice.switchboard import Switchboard

KEY_S = 8.0
"""So long after the last word a key is waited for."""
CALLS_BACK = "1"
_NUMBER = re.compile(r"(?:sips?:|tel:)?(\+?[\d\-.() ]{5,24})(?:[@;>]|$)")


def number_in(said: str) -> str:
    """Return the number in what a trunk says of a caller; "" where it shows none.

    >>> number_in('"x" <sip:+8613800138000@carrier.example;user=phone>')
    '+8613800138000'
    >>> number_in("sip:anonymous@anonymous.invalid")
    ''
    """
    inside = said.partition("<")[2].partition(">")[0] or said
    found = _NUMBER.match(inside.strip())
    return found[1] if found else ""


@dataclass(eq=False)
class Incoming:
    """One call to us under way."""

    board: Switchboard
    trunk: str
    caller: Caller
    leg: Leg
    desk: Desk | None = None
    ended_here: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Carry it to its end."""
        settings = self.board.trunks[self.trunk]
        end = IncomingEnd.TURNED_AWAY
        try:
            if settings.inbound is None:
                await self.leg.turn_away()
                return
            open_now = settings.inbound.at(await self.board.db(self.board.writer.now))
            ringing = Ringing(self.board, self.trunk, self.caller, self.leg)
            picked = await ringing.picked_up(settings.inbound.ring_s) if open_now else None
            if self.leg.closed.is_set():
                end = IncomingEnd.GIVEN_UP
            elif picked is not None:
                end = await self._talk(picked)
            else:
                end = await self._told(open_now=open_now)
        finally:
            await self.leg.hang_up()
            if self.desk is not None:
                await self.desk.hang_up()
            await self._do(work.end_rings, self.caller.id, timed=False)
            await self._do(incoming.ended, self.caller.id, end)

    async def _talk(self, picked: Picked) -> IncomingEnd:
        self.desk = picked.desk
        if not await self.leg.answer():
            return IncomingEnd.GIVEN_UP
        await self._do(incoming.taken, self.caller.id, picked.staff_id)
        talk = Conversation(self.leg, self.desk)
        self.board.mixer.add(talk)
        steering = None if picked.by_telephone else asyncio.ensure_future(self._steer(talk))
        tape = None
        try:
            notice = self._sound("recorded") if self.caller.recorded else None
            if notice is not None:
                tape = await self._record(talk, notice)
            talk.bridged = True
            await self._until_over(self.desk)
            if self.desk.lost and not self.leg.closed.is_set():
                await self._apologise(talk)
        finally:
            if steering is not None:
                steering.cancel()
            self.board.mixer.remove(talk)
            if tape is not None:
                await self._recorded(*tape)
        return IncomingEnd.TALKED

    async def _until_over(self, desk: Desk) -> None:
        ends = (self.leg.closed.wait(), desk.over(), self.ended_here.wait())
        waits = [asyncio.ensure_future(each) for each in ends]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    async def _apologise(self, talk: Conversation) -> None:
        """Tell the caller that it is our fault that nobody is there; without its sound, nothing."""
        said = self._sound("cut_off")
        if said is None:
            return
        await say_last(talk, self.leg, said)

    async def _steer(self, talk: Conversation) -> None:
        """Do what a colleague wishes from their page while they talk in their browser."""
        while True:
            wished = await self._do(work.take_ring_wish, self.caller.id, timed=False)
            if wished is CallWish.HANG_UP:
                self.ended_here.set()
            elif wished is not None:
                talk.muted = wished is CallWish.MUTE
            await asyncio.sleep(LOOK_EVERY_S)

    async def _told(self, *, open_now: bool) -> IncomingEnd:
        """Say that nobody is there, and keep it if the caller asks to be called back."""
        name = "nobody_free" if open_now else "closed"
        said = self._sound(name if self.caller.number else "withheld")
        kept = self._sound("callback_kept")
        if said is None or kept is None:
            await self.leg.turn_away()
            return IncomingEnd.TURNED_AWAY
        if not await self.leg.answer():
            return IncomingEnd.GIVEN_UP
        talk = Conversation(self.leg)
        self.board.mixer.add(talk)
        try:
            talk.person.play(said)
            if self.caller.number and await self._asks_back(said.size / RATE + KEY_S):
                await self._do(incoming.wants_callback, self.caller)
                talk.person.stop()
                talk.person.play(kept)
                await asyncio.sleep(kept.size / RATE + 0.3)
            elif not self.caller.number:
                await asyncio.sleep(said.size / RATE + 0.3)
        finally:
            self.board.mixer.remove(talk)
        return IncomingEnd.NOBODY_FREE if open_now else IncomingEnd.CLOSED

    async def _asks_back(self, within_s: float) -> bool:
        gone = asyncio.ensure_future(self.leg.closed.wait())
        key = asyncio.ensure_future(self.leg.digits.get())
        await asyncio.wait([gone, key], timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        pressed = key.result() if key.done() else ""
        gone.cancel()
        key.cancel()
        return pressed == CALLS_BACK

    async def _record(self, talk: Conversation, notice: Samples) -> tuple[Any, Any]:
        at, caller = self.board, self.caller
        assert caller.debtor_id is not None, "whose calls are recorded is known"
        who = {"actor": at.board.actor, "now": await at.db(at.writer.now)}
        file = await at.db(begin_incoming, caller.id, caller.debtor_id, at.board.folder, **who)
        tape = at.writer.tape_into(file)
        talk.hears.append(tape)
        talk.person.play(notice)
        assert talk.desk is not None, "a colleague is there"
        talk.desk.play(notice)
        return tape, file

    async def _recorded(self, tape: Any, file: Any) -> None:
        at = self.board
        tape.close()
        sha256 = await at.db(lambda: at.scribe.submit(file.close).result())
        told = {"pieces": file.pieces, "seconds": tape.length // RATE, "sha256": sha256}
        now = await at.db(at.writer.now)
        await at.db(end_recording, self.caller.id, **told, actor=at.board.actor, now=now)

    def _sound(self, name: str) -> Samples | None:
        words = open_documents().newest(VOICE_WORDS).says[name].of(self.caller.language)
        try:
            return sound_of(self.board.board.prompts, words, self.caller.language)
        except NoSound:
            return None

    async def _do(self, what: Any, *args: Any, timed: bool = True) -> Any:
        clock = {"clock": self.board.board.clock} if timed else {}
        return await self.board.db(what, *args, actor=self.board.board.actor, **clock)


async def take_call(board: Switchboard, trunk: str, leg: Leg, said: str) -> None:
    """Take a call that has come in by a trunk; ``said`` is what that says of the caller."""
    caller = await board.db(
        incoming.came_in,
        trunk,
        number_in(said),
        owner=board.owner,
        language=_language(board, trunk),
        actor=board.board.actor,
        clock=board.board.clock,
    )
    await Incoming(board, trunk, caller, leg).run()


def _language(board: Switchboard, trunk: str) -> Language:
    """Return in which language a trunk speaks first."""
    languages: Iterator[Language] = iter(board.trunks[trunk].voices)
    return next(languages, Language.ZH)
