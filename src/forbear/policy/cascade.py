"""When a day's contact reached nobody, by which other ways may it be tried, and after how long?

A cascade is one plan: its steps follow one another, each on condition of how the one before ended.
Only an end that reached nobody leads on; what is not known, or reached somebody, never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from forbear.policy.reading import Field, read_file
from forbear.values.code import Channel, Jurisdiction, Outcome

REACHED_NOBODY = frozenset(
    {
        Outcome.NOT_CONNECTED,
        Outcome.RANG,
        Outcome.VOICEMAIL,
        Outcome.SENT,
        Outcome.FAILED,
    }
)
"""With these nobody is known to have been reached; ``SENT`` once the waiting time is over."""
_STEPS_MAX = 4
_WAIT_MINUTES_MAX = 12 * 60


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: ``when`` the contact before ended so, ``wait`` after it began, by a channel."""

    when: frozenset[Outcome]
    wait: timedelta
    channel: Channel


@dataclass(frozen=True, slots=True)
class Cascade:
    """One plan. ``first``: the channels of the day's plan that it follows.

    ``contacts_at_most``: so many contacts in all the person may have had that day, by whatever way
    and whoever made them, before a step is asked for.
    """

    name: str
    laws: frozenset[Jurisdiction]
    first: frozenset[Channel]
    contacts_at_most: int
    steps: tuple[Step, ...]


def load_cascades(file: str, text: str) -> tuple[Cascade, ...]:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form, or leads on from an end that reached somebody.
    """
    read = read_file(file, text, what="a list of cascades").only("cascades")
    found = [_cascade(each) for each in read.parts("cascades")] if read.has("cascades") else []
    for index, one in enumerate(found):
        same = [each for each in found[:index] if _meet(one, each)]
        if same:
            raise read.fail(
                f"cascades[{index}]",
                f"follows the same plans as {same[0].name}",
                "Let one cascade follow each channel and law.",
            )
    return tuple(found)


def cascade_for(cascades: Sequence[Cascade], law: Jurisdiction, first: Channel) -> Cascade | None:
    """Return the cascade that follows a plan; None: none does."""
    return next((one for one in cascades if law in one.laws and first in one.first), None)


def _meet(one: Cascade, other: Cascade) -> bool:
    return one.name == other.name or bool(one.laws & other.laws and one.first & other.first)


def _cascade(read: Field) -> Cascade:
    read.only("name", "laws", "first", "contacts_at_most", "steps")
    steps = tuple(_step(each) for each in read.parts("steps"))
    if not 1 <= len(steps) <= _STEPS_MAX:
        raise read.fail("steps", "is too long or empty", f"Name 1 to {_STEPS_MAX} steps.")
    return Cascade(
        read.get("name", str),
        read.words("laws", Jurisdiction),
        read.words("first", Channel),
        read.count("contacts_at_most", low=2),
        steps,
    )


def _step(read: Field) -> Step:
    read.only("when", "wait_minutes", "channel")
    when = read.words("when", Outcome)
    if when - REACHED_NOBODY:
        able = ", ".join(sorted(REACHED_NOBODY))
        raise read.fail("when", "names an end that may have reached somebody", f"Use: {able}.")
    wait = read.count("wait_minutes", low=5)
    if wait > _WAIT_MINUTES_MAX:
        remedy = f"Write at most {_WAIT_MINUTES_MAX}."
        raise read.fail("wait_minutes", "is longer than a day's work", remedy)
    return Step(when, timedelta(minutes=wait), read.word("channel", Channel))
