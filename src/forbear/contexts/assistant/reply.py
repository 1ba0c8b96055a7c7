"""What is answered to a message: by the talk about an arrangement, by the dialogue, or by both?

Words of danger, of age and of need come first, wherever a talk stands; what a message does in the
talk is not asked about beside it. While a life may be in danger there is no talk at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from forbear.contexts.access.visit import Inside
from forbear.contexts.assistant.bargain import (
    Pressed,
    Turned,
    going_on,
    may_talk,
    place_of,
    pressed_at,
    pressed_before,
    stood_of,
    turn,
)
from forbear.contexts.assistant.models import Bargain, Talk
from forbear.contexts.portfolio.held import held_person
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.contexts.rulebook.library import open_knowledge, open_talk_signs, open_understanding
from forbear.policy.assistant.bargain import Move
from forbear.policy.assistant.bargain_heard import HANDED, Moved, beside, moved_by
from forbear.policy.assistant.bargain_shown import Stood
from forbear.policy.assistant.dialogue import Deed, Line, Reply, Stage, Standing, answer
from forbear.policy.assistant.intent import GUARDED, Intent
from forbear.policy.assistant.understand import Understood

_WAYS_MAX = 5
_LATELY = timedelta(hours=12)
"""So long a talk is still before somebody who asks something else."""

Answered = tuple[Standing, Reply, Stood | None]


def answered(
    talk: Talk,
    heard: Understood,
    text: str | None,
    pressed: Pressed | None,
    inside: Inside,
    *,
    today: date,
    now: datetime,
) -> Answered:
    """Return where the conversation stands, the reply, and how the talk stood where it is shown."""
    before = Standing(Stage(talk.stage), talk.unclear)
    if before.stage is Stage.CARE or not may_talk(inside):
        return *_said(before, heard, text), None
    plain = open_understanding().reader.plain(text or "")
    signer = held_person(ref_of_person(inside.debtor_id))
    row = going_on(talk, now=now)
    if pressed is not None and not pressed_at(row, pressed):
        return _joined(before, heard, Moved(), pressed_before(pressed, talk), plain)
    if pressed is not None:
        moved = pressed.moved or Moved()
    else:
        found = moved_by(plain, heard, place_of(row), open_talk_signs())
        if found is None:
            return _beside_a_talk(before, heard, text, row, lately=_lately(row, now))
        moved = found
    turned = turn(row, talk, moved, signer, inside, today=today, now=now)
    if pressed is not None and turned.stood is not None:
        turned = replace(turned, stood=replace(turned.stood, pressed=moved.move))
    return _joined(before, heard, moved, turned, plain)


def _said(before: Standing, heard: Understood, text: str | None) -> tuple[Standing, Reply]:
    return answer(before, heard, text or "", inside=True, knowledge=open_knowledge())


def _lately(row: Bargain | None, now: datetime) -> bool:
    return row is not None and now - row.moved_at < _LATELY


def _beside_a_talk(
    before: Standing, heard: Understood, text: str | None, row: Bargain | None, *, lately: bool
) -> Answered:
    """Answer what is not of the talk; how that stands is shown again where nothing forbids it."""
    standing, reply = _said(before, heard, text)
    calm = not (reply.deed or reply.listeners or GUARDED & set(heard.meant))
    if row is None or not lately or not calm:
        return standing, reply, None
    return standing, replace(reply, lines=(*reply.lines, Line.PLAN_STANDS)), stood_of(row)


def _joined(
    before: Standing, heard: Understood, moved: Moved, turned: Turned, plain: str
) -> Answered:
    """Return the reply to a message that did something in the talk, and to what else it says."""
    others = beside(plain, heard, moved) or ((Intent.DISTRESS,) if heard.care else ())
    if others:
        standing, reply = _said(before, replace(heard, meant=others, near=()), plain)
    else:
        stage = Stage.HANDED if before.stage is Stage.HANDED else Stage.OPEN
        standing, reply = Standing(stage), Reply()
    stopped = moved.move is Move.MUST_STOP and (heard.care or bool(HANDED & set(heard.meant)))
    deed = reply.deed or (Deed.HAND_OVER if turned.hands or stopped else None)
    lines = (*reply.lines, *turned.lines)
    if deed is Deed.HAND_OVER:
        standing = Standing(Stage.HANDED)
        lines = tuple(dict.fromkeys((Line.HANDED, *lines)))
    ways = tuple(dict.fromkeys((*turned.ways, *reply.ways)))[:_WAYS_MAX]
    shown = None if moved.move is Move.MUST_STOP else turned.stood
    return standing, replace(reply, lines=lines, ways=ways, deed=deed), shown
