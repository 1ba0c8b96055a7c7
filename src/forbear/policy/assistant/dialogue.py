"""How does a conversation go on after a message?

Explicit state: where the conversation stands, what was understood and whether the person is in give
the next reply, always the same one. A reply names approved articles, pages on which the person
decides, and at most one deed; it holds no words, figures or law of its own. Nothing is done that
the person did not choose, but for what keeps somebody safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from forbear.policy.assistant.intent import GUARDED, Intent
from forbear.policy.assistant.knowledge import PUBLIC, Article, Knowledge, Show, Way
from forbear.policy.assistant.understand import Understood
from forbear.values.code import Code

_UNCLEAR_MAX = 2
"""After so many messages in a row that were not understood a member of staff is called."""
_ARTICLES_MAX = 3
"""So many matters of one message are answered at once, what protects people first; the others are
named, for the person to choose."""
_WAYS_MAX = 5


class Stage(Code):
    """Where a conversation stands."""

    OPEN = "OPEN"
    ASKED = "ASKED"
    """It was asked which of some meanings was meant."""
    CARE = "CARE"
    """A life may be in danger. Nothing about money is said until staff have read it."""
    HANDED = "HANDED"
    """A member of staff was called, and the assistant still answers."""


class Deed(Code):
    """What is done at once, because of what was said."""

    SIGNAL = "SIGNAL"
    """Contact stops and somebody trained is called, as the pages do for words of distress."""
    HAND_OVER = "HAND_OVER"
    """A member of staff is called, with this conversation."""


class Line(Code):
    """A sentence of the assistant's own beside its articles, by its approved text."""

    WHICH = "WHICH"
    """Which of these did you mean?"""
    NOT_CLEAR = "NOT_CLEAR"
    ALSO = "ALSO"
    """There was more in the message: which of it next?"""
    HANDED = "HANDED"
    """A member of staff was called."""
    ENTER_FIRST = "ENTER_FIRST"
    """The person's own figures are shown after entering."""
    TELEPHONE = "TELEPHONE"
    """Nobody knows who is writing: how staff are reached."""
    STOPPED = "STOPPED"
    """Nobody asks for money now; somebody trained looks at it."""
    # What is said while an arrangement is come to by talking.
    PLAN_ASK = "PLAN_ASK"
    """What can be paid a month?"""
    PLAN_NO_AMOUNT = "PLAN_NO_AMOUNT"
    PLAN_OFFER = "PLAN_OFFER"
    PLAN_SAME = "PLAN_SAME"
    """What is offered stays, however one asks."""
    PLAN_LESS = "PLAN_LESS"
    PLAN_NO_LESS = "PLAN_NO_LESS"
    PLAN_GRANTED = "PLAN_GRANTED"
    PLAN_NOT_GRANTED = "PLAN_NOT_GRANTED"
    PLAN_TOO_LITTLE = "PLAN_TOO_LITTLE"
    """Nothing can be offered on so little."""
    PLAN_NEEDED = "PLAN_NEEDED"
    """The least that would do."""
    PLAN_HARD = "PLAN_HARD"
    PLAN_CHOSEN = "PLAN_CHOSEN"
    PLAN_CHANGED = "PLAN_CHANGED"
    """The figures are others than those that were shown."""
    PLAN_AT_ONCE = "PLAN_AT_ONCE"
    PLAN_COVERED = "PLAN_COVERED"
    PLAN_PAGE = "PLAN_PAGE"
    """It cannot be worked out here: the page asks what is needed."""
    PLAN_LEFT = "PLAN_LEFT"
    PLAN_STANDS = "PLAN_STANDS"
    """Something else was answered, and the talk stands where it stood."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands, and how many messages in a row were not understood."""

    stage: Stage = Stage.OPEN
    unclear: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What the assistant answers.

    ``choices``: meanings of which the person may name one. ``listeners``: who listens by day and
    night is shown. ``show`` is empty for whoever is not in.
    """

    lines: tuple[Line, ...] = ()
    articles: tuple[Article, ...] = ()
    show: tuple[Show, ...] = ()
    ways: tuple[Way, ...] = ()
    choices: tuple[Intent, ...] = ()
    listeners: bool = False
    deed: Deed | None = None


def answer(
    before: Standing, heard: Understood, text: str, *, inside: bool, knowledge: Knowledge
) -> tuple[Standing, Reply]:
    """Return where the conversation stands after a message, and the reply to it."""
    if Intent.SELF_HARM in heard.meant:
        return _life(knowledge, inside=inside)
    if before.stage is Stage.CARE:
        return before, _still_near(heard, knowledge, inside=inside)
    if Intent.MINOR in heard.meant:
        return _minor(knowledge, inside=inside)
    if GUARDED & set(heard.meant):
        return _refused(before, knowledge)
    if not heard.meant:
        standing, reply = _unclear(before, heard, text, knowledge, inside=inside)
    else:
        standing, reply = _answered(before, heard.meant, knowledge, inside=inside)
    return standing, replace(reply, listeners=True) if heard.care else reply


def _life(knowledge: Knowledge, *, inside: bool) -> tuple[Standing, Reply]:
    lines = (Line.STOPPED,) if inside else ()
    return Standing(Stage.CARE), Reply(
        lines=lines,
        articles=(knowledge.answering(Intent.SELF_HARM),),
        listeners=True,
        deed=Deed.SIGNAL if inside else None,
    )


def _still_near(heard: Understood, knowledge: Knowledge, *, inside: bool) -> Reply:
    """Answer after words of danger: listeners stay, staff can be called, nothing about money."""
    called = inside and Intent.HUMAN in heard.meant
    return Reply(
        lines=(Line.HANDED,) if called else (),
        articles=() if called else (knowledge.answering(Intent.SELF_HARM),),
        ways=() if called else (Way.HUMAN,),
        listeners=True,
        deed=Deed.HAND_OVER if called else None,
    )


def _minor(knowledge: Knowledge, *, inside: bool) -> tuple[Standing, Reply]:
    return Standing(Stage.HANDED if inside else Stage.OPEN), Reply(
        lines=(Line.HANDED,) if inside else (Line.TELEPHONE,),
        articles=(knowledge.answering(Intent.MINOR),),
        deed=Deed.HAND_OVER if inside else None,
    )


def _refused(before: Standing, knowledge: Knowledge) -> tuple[Standing, Reply]:
    article = knowledge.answering(Intent.OTHER_PERSON)
    return Standing(before.stage), Reply(articles=(article,), ways=(Way.CHECK,))


def _unclear(
    before: Standing, heard: Understood, text: str, knowledge: Knowledge, *, inside: bool
) -> tuple[Standing, Reply]:
    times = before.unclear + 1
    if times > _UNCLEAR_MAX:
        return _handed(knowledge, inside=inside)
    if heard.near:
        reply = Reply(lines=(Line.WHICH,), choices=heard.near, ways=(Way.HUMAN,))
        return Standing(Stage.ASKED, times), reply
    near = knowledge.nearest(text, at_most=3)
    choices = tuple(sorted(_one_of(each) for each in near if Intent.NONE not in each.intents))
    lines = (Line.NOT_CLEAR,)
    return Standing(Stage.ASKED, times), Reply(lines=lines, choices=choices, ways=(Way.HUMAN,))


def _one_of(article: Article) -> Intent:
    return min(article.intents)


def _handed(knowledge: Knowledge, *, inside: bool) -> tuple[Standing, Reply]:
    if inside:
        return Standing(Stage.HANDED), Reply(lines=(Line.HANDED,), deed=Deed.HAND_OVER)
    article = knowledge.answering(Intent.HUMAN)
    return Standing(), Reply(lines=(Line.TELEPHONE,), articles=(article,), ways=(Way.ENTER,))


def _answered(
    before: Standing, meant: Sequence[Intent], knowledge: Knowledge, *, inside: bool
) -> tuple[Standing, Reply]:
    others = tuple(each for each in meant if each is not Intent.HUMAN)
    if Intent.HUMAN in meant:
        standing, reply = _handed(knowledge, inside=inside)
        if not others:
            return standing, reply
        # Whoever asks for a person still learns meanwhile what can be done about the rest.
        _, rest = _answered(before, others, knowledge, inside=inside)
        return standing, replace(
            rest,
            lines=(*reply.lines, *rest.lines),
            articles=(*rest.articles, *reply.articles)[:_ARTICLES_MAX],
            deed=reply.deed,
        )
    every = dict.fromkeys(knowledge.answering(each) for each in meant)
    found = tuple(every)[:_ARTICLES_MAX]
    later = tuple(each for each in meant if knowledge.answering(each) not in found)
    # The first way of each answer, then the second of each: none is crowded out.
    by_turns = (way for turn in zip_longest(*(each.ways for each in found)) for way in turn)
    wanted = tuple(dict.fromkeys(way for way in by_turns if way is not None))
    show = tuple(dict.fromkeys(each for one in found for each in one.show))
    standing = Standing(before.stage if before.stage is Stage.HANDED else Stage.OPEN)
    also = (Line.ALSO,) if later else ()
    if inside:
        ways = wanted[:_WAYS_MAX]
        return standing, Reply(lines=also, articles=found, show=show, ways=ways, choices=later)
    # Whoever is not in learns what can be done there, and nothing of anybody.
    hidden = bool(show) or any(way not in PUBLIC for way in wanted)
    open_ways = tuple(way for way in wanted if way in PUBLIC and way is not Way.HUMAN)
    ways = (((Way.ENTER,) if hidden else ()) + open_ways)[:_WAYS_MAX]
    lines = ((Line.ENTER_FIRST,) if hidden else ()) + also
    return standing, Reply(lines=lines, articles=found, ways=ways, choices=later)
