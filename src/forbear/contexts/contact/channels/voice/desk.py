"""How does a collector's call go: their own telephone first, then the person, then both?"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forbear.contexts.contact.call.recording import RecordingFile
from forbear.contexts.contact.call.word import CallEnd, CallState, CallWish
from forbear.contexts.contact.channels.port import Accepted, Handed, NotKnown
from forbear.contexts.contact.channels.voice.ending import end_of_unanswered
from forbear.contexts.contact.channels.voice.mixer import Conversation, Tape
from forbear.contexts.contact.channels.voice.phone import Leg, NotDialled
from forbear.contexts.contact.channels.voice.prompt import NoSound, ringback, sound_of
from forbear.contexts.contact.channels.voice.side import Desk
from forbear.contexts.contact.channels.voice.sound import RATE, Samples
from forbear.contexts.rulebook.library import open_documents

if TYPE_CHECKING:
    from forbear.contexts.contact.call.job import DeskPhone, Job
    from forbear.contexts.contact.channels.voice.switchboard import Switchboard, Under
    from forbear.contexts.contact.gate.claim import Claim

VOICE_WORDS = "document.voice"
_OUR_FAULT = frozenset({CallEnd.ABANDONED, CallEnd.MEDIA_LOST})


async def call_by_desk(board: Switchboard, one: Claim, job: Job, wanted: DeskPhone) -> None:
    """Carry one call that a collector asked for, to its end."""
    if not await board.db(board.writer.open, job, wanted.staff_id):
        return
    notice: Samples | None = None
    if job.recorded:
        try:
            notice = sound_of(board.board.prompts, recorded_notice(job), job.language)
        except NoSound as missing:
            await not_begun(board, one, job, missing.code, CallEnd.NOT_DIALLED)
            return
    desk = await _picked_up(board, job, wanted)
    if desk is None:
        await not_begun(board, one, job, "DESK_UNREACHED", CallEnd.DESK_UNREACHED)
        return
    handed = await board.db(board.writer.begin, one, job.provider)
    person = board.legs.get(job.permit_id)
    if not isinstance(handed, Accepted) or person is None:
        await desk.hang_up()
        await refused(board, job, handed, person)
        return
    await _connect(board, job, person, desk, notice)


def recorded_notice(job: Job) -> str:
    """Return the approved words that say that a call is recorded."""
    return _said(job, "recorded")


def _said(job: Job, name: str) -> str:
    return open_documents().newest(VOICE_WORDS).says[name].of(job.language)


async def _picked_up(board: Switchboard, job: Job, wanted: DeskPhone) -> Desk | None:
    """Have the collector there: in their browser, else at their telephone; null: they are not."""
    headset = board.headsets.leg_of(wanted.staff_id)
    if headset is not None:
        return headset
    trunk = board.trunks[job.provider]
    if not wanted.extension or trunk.desk_dial is None:
        return None
    uri = trunk.desk_dial.format(extension=wanted.extension, domain=trunk.domain)
    try:
        leg = await board.phone.dial(job.provider, uri, shown=trunk.user, headers={})
    except NotDialled:
        return None
    return leg if await leg.picked_up(trunk.desk_ring_s) is None else None


async def not_begun(board: Switchboard, one: Claim, job: Job, why: str, end: CallEnd) -> None:
    """Give a call back before anything left, and write down why."""
    await board.db(board.writer.give_back, one, why)
    await board.db(board.writer.close, job.permit_id, job.provider, end)


async def refused(board: Switchboard, job: Job, handed: Handed | None, person: Leg | None) -> None:
    """Write down how a call ended that the gate or the trunk did not take."""
    end = CallEnd.TAKEN_BACK
    if isinstance(handed, NotKnown):
        # Something failed in between: it is not said that nothing left, and nothing goes on.
        end = CallEnd.SWITCHBOARD_LOST
    elif handed is not None:
        end = CallEnd.NOT_DIALLED if person is None else end_of_unanswered(person.reason)
    if person is not None:
        await person.hang_up()
    await board.db(board.writer.close, job.permit_id, job.provider, end)


async def _connect(
    board: Switchboard, job: Job, person: Leg, desk: Desk, notice: Samples | None
) -> None:
    """Let it ring, bring both together, and carry them until one hangs up."""
    from forbear.contexts.contact.channels.voice.switchboard import Under

    talk = Conversation(person, desk)
    under = Under(job, person, desk, talk)
    board.under[job.permit_id] = under
    steering = asyncio.ensure_future(_steer(under))
    board.mixer.add(talk)
    tape: Taped | None = None
    end: CallEnd | None = None
    try:
        assert talk.desk is not None, "a collector is there"
        talk.desk.repeat(ringback(job.language))
        end = await ring(board, under)
        talk.desk.stop()
        if end is None:
            if notice is not None:
                tape = await record(board, under, notice)
            talk.bridged = True
            end = await _until_over(under)
        if end in _OUR_FAULT and not person.closed.is_set():
            await _apologise(board, under)
    finally:
        board.mixer.remove(talk)
        steering.cancel()
        await asyncio.gather(person.hang_up(), desk.hang_up())
        board.under.pop(job.permit_id, None)
        if tape is not None:
            await tape.close(board, job)
        end = end or CallEnd.CALLED_OFF
        await board.db(board.writer.close, job.permit_id, job.provider, end)


async def ring(board: Switchboard, under: Under) -> CallEnd | None:
    """Wait for the person to answer; null: they did, and that is written down."""
    job, person, desk = under.job, under.person, under.desk
    ringing = asyncio.ensure_future(_note_ringing(board, under))
    picked = asyncio.ensure_future(person.picked_up(board.trunks[job.provider].ring_s))
    away = [asyncio.ensure_future(under.ended_here.wait())]
    if desk is not None:
        away.append(asyncio.ensure_future(desk.gone()))
    try:
        await asyncio.wait([picked, *away], return_when=asyncio.FIRST_COMPLETED)
        if not picked.done():
            await person.hang_up()
            return CallEnd.CALLED_OFF
        if picked.result() is not None:
            return picked.result()
        sip_id = str(person.call.call_id or "")
        if desk is None:
            # Whether a person or a machine answered is not known yet, and is told at the end.
            await board.db(board.writer.stand, job.permit_id, CallState.ANSWERED, sip_id=sip_id)
        else:
            await board.db(board.writer.answered, job, sip_id)
        return CallEnd.ABANDONED if desk is not None and not desk.there else None
    finally:
        for each in (ringing, picked, *away):
            each.cancel()


async def _note_ringing(board: Switchboard, under: Under) -> None:
    await under.person.rung.wait()
    sip_id = str(under.person.call.call_id or "")
    await board.db(board.writer.stand, under.job.permit_id, CallState.RINGING, sip_id=sip_id)


async def _until_over(under: Under) -> CallEnd:
    person, desk = under.person, under.desk
    assert desk is not None, "a collector is there"
    desk_over = asyncio.ensure_future(desk.over())
    waits = [asyncio.ensure_future(each.wait()) for each in (person.closed, under.ended_here)]
    await asyncio.wait([*waits, desk_over], return_when=asyncio.FIRST_COMPLETED)
    left = desk_over.done()
    for each in (*waits, desk_over):
        each.cancel()
    if person.closed.is_set():
        return person.end
    if not left:
        return CallEnd.WE_HUNG_UP
    return CallEnd.MEDIA_LOST if desk.lost else CallEnd.DESK_HUNG_UP


async def _apologise(board: Switchboard, under: Under) -> None:
    """Tell the person that it is our fault that nobody is there; without its sound, nothing."""
    job, talk = under.job, under.talk
    try:
        said = sound_of(board.board.prompts, _said(job, "cut_off"), job.language)
    except NoSound:
        return
    await say_last(talk, under.person, said)


async def say_last(talk: Conversation, person: Leg, said: Samples) -> None:
    """Let a person hear the last words of a call, and nobody else beside them."""
    talk.bridged = False
    talk.person.stop()
    talk.person.play(said)
    with suppress(TimeoutError):
        await asyncio.wait_for(person.closed.wait(), said.size / RATE + 0.3)


async def _steer(under: Under) -> None:
    """Do what is wished of a call while it goes on."""
    while True:
        wished = await under.wished.get()
        if wished.wish is CallWish.HANG_UP:
            under.ended_here.set()
        elif wished.wish is CallWish.KEYS:
            await under.person.press(wished.keys)
        else:
            under.talk.muted = wished.wish is CallWish.MUTE


@dataclass(frozen=True, slots=True)
class Taped:
    """A recording that goes on."""

    tape: Tape
    file: RecordingFile

    async def close(self, board: Switchboard, job: Job) -> None:
        """End it and write down what it became."""
        self.tape.close()
        await board.db(board.writer.recorded, job, self.tape, self.file)


async def tape_of(board: Switchboard, under: Under) -> Taped:
    """Begin to record both sides."""
    recording = Taped(*await board.db(board.writer.record, under.job))
    under.talk.hears.append(recording.tape)
    return recording


async def record(board: Switchboard, under: Under, notice: Samples) -> Taped:
    """Say to both that the call is recorded, and begin to record it with those words."""
    recording = await tape_of(board, under)
    under.talk.person.play(notice)
    if under.talk.desk is not None:
        under.talk.desk.play(notice)
    return recording
