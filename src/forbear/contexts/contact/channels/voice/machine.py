"""How does a call go in which a machine speaks?

It says that it is one, and asks by keys whether this is the person, before it says anything else.
What somebody presses is written down before the answer to it is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forbear.contexts.contact.call.said import no_more_calls, not_this_person, this_is_me
from forbear.contexts.contact.call.word import CallEnd
from forbear.contexts.contact.channels.port import Accepted
from forbear.contexts.contact.channels.voice.answering import Heard, Listener
from forbear.contexts.contact.channels.voice.desk import (
    Taped,
    not_begun,
    refused,
    ring,
    tape_of,
)
from forbear.contexts.contact.channels.voice.mixer import Conversation, Player
from forbear.contexts.contact.channels.voice.phone import NotDialled
from forbear.contexts.contact.channels.voice.prompt import NoSound
from forbear.contexts.contact.channels.voice.sound import Samples
from forbear.policy.menu import MenuKey, MenuStep
from forbear.values.code import Language, Outcome

if TYPE_CHECKING:
    from forbear.contexts.contact.call.job import Job
    from forbear.contexts.contact.channels.voice.switchboard import Switchboard, Under
    from forbear.contexts.contact.gate.claim import Claim

BEEP_WITHIN_S = 25.0
BEAT_S = 0.05
AFTER_S = 0.3
"""So long after the last word the line stays open, so that it is heard to its end."""


class Over(Exception):
    """The call is over."""


async def call_by_machine(board: Switchboard, one: Claim, job: Job) -> None:
    """Carry one call of a machine, to its end."""
    from forbear.contexts.contact.channels.voice.switchboard import Under

    if not await board.db(board.writer.open, job, None):
        return
    if not board.speaker(job.provider).speaks(job.language):
        await not_begun(board, one, job, "NO_VOICE", CallEnd.NOT_DIALLED)
        return
    handed = await board.db(board.writer.begin, one, job.provider)
    person = board.legs.get(job.permit_id)
    words = board.texts.pop(job.permit_id, "")
    if not isinstance(handed, Accepted) or person is None:
        await refused(board, job, handed, person)
        return
    talk = Conversation(person)
    under = Under(job, person, None, talk)
    board.under[job.permit_id] = under
    board.mixer.add(talk)
    dialogue = Dialogue(board, under, json.loads(words))
    end: CallEnd | None = None
    try:
        dialogue.prepare()
        end = await ring(board, under)
        if end is None:
            end = await dialogue.run()
    finally:
        await dialogue.close()
        board.mixer.remove(talk)
        await person.hang_up()
        board.under.pop(job.permit_id, None)
        end = end or CallEnd.CALLED_OFF
        outcome = dialogue.outcome
        await board.db(board.writer.close, job.permit_id, job.provider, end, outcome=outcome)


@dataclass
class Dialogue:
    """One call's course. ``outcome`` null: no more is known than how the call ended."""

    board: Switchboard
    under: Under
    told: dict[str, Any]
    outcome: Outcome | None = None

    def __post_init__(self) -> None:
        self._language = Language(self.told["language"])
        self._keys = {key: MenuKey(word) for key, word in self.told["keys"].items()}
        self._sounds: dict[MenuStep, asyncio.Future[Samples]] = {}
        self._listener = Listener()
        self._tape: Taped | None = None

    @property
    def _player(self) -> Player:
        return self.under.talk.person

    def prepare(self) -> None:
        """Begin to make every sound; the first is needed first."""
        speaker = self.board.speaker(self.under.job.provider)
        order = [MenuStep.IDENTIFY, MenuStep.FACTS, *MenuStep]
        for step in dict.fromkeys(order):
            if step.value in self.told["says"]:
                words = self.told["says"][step.value]
                made = self.board.db(speaker.say, words, self._language)
                self._sounds[step] = asyncio.ensure_future(made)

    async def close(self) -> None:
        """Let go of what is left."""
        for each in self._sounds.values():
            each.cancel()
        if self._tape is not None:
            await self._tape.close(self.board, self.under.job)

    async def run(self) -> CallEnd:
        """Go through the call; return how it ended."""
        job = self.under.job
        if job.recorded:
            self._tape = await tape_of(self.board, self.under)
        self.under.talk.hears.append(self._listener)
        try:
            if await self._identify():
                await self._about()
        except Over:
            person = self.under.person
            return person.end if person.closed.is_set() else CallEnd.WE_HUNG_UP
        except NoSound:
            return CallEnd.ABANDONED if self.outcome is None else CallEnd.WE_HUNG_UP
        if self.outcome is Outcome.VOICEMAIL:
            return CallEnd.VOICEMAIL
        return CallEnd.WE_HUNG_UP

    async def _identify(self) -> bool:
        """Ask who is there; True: the person."""
        key = await self._ask(MenuStep.IDENTIFY, watch=True)
        if self._listener.heard in {Heard.MACHINE, Heard.BEEP} and key is None:
            await self._leave_message()
            return False
        permit = self.under.job.permit_id
        who = {"actor": self.board.board.actor, "clock": self.board.board.clock}
        if key is MenuKey.ME:
            self.outcome = Outcome.RIGHT_PARTY
            await self.board.db(this_is_me, permit, **who)
            return True
        if key is MenuKey.NOT_ME:
            self.outcome = Outcome.WRONG_PERSON
            await self.board.db(not_this_person, permit, **who)
            await self._say(MenuStep.WRONG)
        else:
            await self._do(key)
        return False

    async def _about(self) -> None:
        """Say what the call is about, to the person alone."""
        self.outcome = Outcome.CONVERSATION
        key = await self._ask(MenuStep.FACTS)
        while key is MenuKey.AGAIN:
            key = await self._ask(MenuStep.FACTS)
        if key is MenuKey.LINK:
            sent = await self.board.db(self.board.board.link_of, self.under.job.permit_id)
            await self._say(MenuStep.LINK if sent else MenuStep.PERSON)
            return
        await self._do(key)

    async def _do(self, key: MenuKey | None) -> None:
        if key is MenuKey.STOP:
            who = {"actor": self.board.board.actor, "clock": self.board.board.clock}
            await self.board.db(no_more_calls, self.under.job.permit_id, **who)
            await self._say(MenuStep.STOPPED)
        elif key is MenuKey.PERSON:
            await self._say(MenuStep.PERSON)
            await self._hand_over()
        else:
            await self._say(MenuStep.CLOSE)

    async def _hand_over(self) -> None:
        """Call a member of staff to the telephone, and bring both together."""
        job = self.under.job
        trunk = self.board.trunks[job.provider]
        if not trunk.desk_queue or trunk.desk_dial is None:
            return
        uri = trunk.desk_dial.format(extension=trunk.desk_queue, domain=trunk.domain)
        try:
            desk = await self.board.phone.dial(job.provider, uri, shown=trunk.user, headers={})
        except NotDialled:
            return
        try:
            picked = asyncio.ensure_future(desk.picked_up(trunk.desk_ring_s))
            while not picked.done():
                await self._turn()
            if picked.result() is not None:
                return
            talk = self.under.talk
            talk.desk, talk.bridged = Player(desk), True
            while not desk.closed.is_set():
                await self._turn()
            talk.bridged = False
        finally:
            await desk.hang_up()

    async def _leave_message(self) -> None:
        """Wait for the beep, and leave what the law lets be left; else nothing."""
        self.outcome = Outcome.VOICEMAIL
        self._player.stop()
        if MenuStep.VOICEMAIL not in self._sounds:
            return
        loop = asyncio.get_running_loop()
        until = loop.time() + BEEP_WITHIN_S
        while self._listener.heard is not Heard.BEEP and loop.time() < until:
            await self._turn()
        await self._say(MenuStep.VOICEMAIL)

    async def _say(self, step: MenuStep) -> None:
        """Say something to its end."""
        self._player.play(await self._sounds[step])
        while self._player.busy:
            await self._turn()
        await asyncio.sleep(AFTER_S)

    async def _ask(self, step: MenuStep, *, watch: bool = False) -> MenuKey | None:
        """Say something and wait for a key, which may come at any time; None: none came.

        ``watch``: stop also when a machine is heard.
        """
        loop = asyncio.get_running_loop()
        sound = await self._sounds[step]
        for _ in range(self.told["repeats"]):
            self._player.play(sound)
            waits_until: float | None = None
            while waits_until is None or loop.time() < waits_until:
                key = await self._turn()
                if key is not None:
                    self._player.stop()
                    return key
                if watch and self._listener.heard in {Heard.MACHINE, Heard.BEEP}:
                    return None
                if waits_until is None and not self._player.busy:
                    waits_until = loop.time() + self.told["wait_s"]
        return None

    async def _turn(self) -> MenuKey | None:
        """Wait a moment, and return the key that was pressed meanwhile.

        Raises:
            Over: somebody ended the call.
        """
        person = self.under.person
        with contextlib.suppress(TimeoutError):
            digit = await asyncio.wait_for(person.digits.get(), BEAT_S)
            if digit in self._keys:
                return self._keys[digit]
        wished = self.under.wished
        if person.closed.is_set() or self.under.ended_here.is_set() or not wished.empty():
            raise Over
        return None
