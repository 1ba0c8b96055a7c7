"""How do a lender's collectors work: how long do they keep a case, and what do they say of it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from forbear.policy.reading import Field, read_file
from forbear.values.code import Jurisdiction


@dataclass(frozen=True, slots=True)
class Desk:
    """What holds at a desk where one law holds; ``says`` by the name of a variable.

    ``recorded``: calls are, and persons are told so. ``hardship``: a programme is open to persons.
    ``messages``: the ids of those that may be sent by hand.
    """

    recorded: bool
    hardship: bool
    says: Mapping[str, str]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desks:
    """A lender's choices about the work of its collectors.

    ``claim_lasts``: so long a case stays with somebody in silence; ``call_waits``: so long an
    allowed call may wait to be connected; ``callback_within``: how far ahead one may be promised.
    Where calls follow by themselves: ``turn_read_s`` seconds the next person stands on the page
    before they are called, and within ``turn_again_after`` of a call nobody comes up again.
    """

    claim_lasts: timedelta
    call_waits: timedelta
    callback_within: timedelta
    turn_read_s: int
    turn_again_after: timedelta
    by_law: Mapping[Jurisdiction, Desk]


def load_desks(file: str, text: str) -> Desks:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="how collectors work")
    read.only("source", "verified", "claim", "call", "callback", "turn", "desks")
    desks = read.part("desks").only(*Jurisdiction)
    claim = read.part("claim").only("silence_minutes")
    call = read.part("call").only("connect_minutes")
    callback = read.part("callback").only("days_max")
    turn = read.part("turn").only("read_seconds", "again_hours")
    return Desks(
        claim_lasts=timedelta(minutes=claim.count("silence_minutes")),
        call_waits=timedelta(minutes=call.count("connect_minutes")),
        callback_within=timedelta(days=callback.count("days_max")),
        turn_read_s=turn.count("read_seconds"),
        turn_again_after=timedelta(hours=turn.count("again_hours")),
        by_law={Jurisdiction(law): _desk(desks.part(law)) for law in desks.value},
    )


def _desk(field: Field) -> Desk:
    field.only("recorded", "hardship", "says", "messages")
    says = field.part("says")
    return Desk(
        recorded=field.flag("recorded", default=False),
        hardship=field.flag("hardship", default=False),
        says={name: says.get(name, str) for name in says.value},
        messages=field.texts("messages"),
    )
