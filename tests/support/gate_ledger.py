"""What must be true of a provider's ledger beside what Forbear says, whatever happened meanwhile?

The checker looks at the provider's ledger and at what anybody may read of contacts; it knows
nothing of how the gate works. Its own test plants defects and sees them found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

SETTLED_WITHIN = timedelta(minutes=15)
_TAKEN = {"ACCEPTED"}
_ANSWERED = {"ANSWERED", "WRONG_PERSON", "RIGHT_PARTY", "CONVERSATION"}
_NOT_TAKEN = {"REJECTED", "WITHDRAWN"}


@dataclass(frozen=True)
class Seen:
    """One contact in the provider's ledger."""

    id: UUID
    address: str
    channel: str
    at: datetime
    outcome: str | None

    @property
    def taken(self) -> bool:
        """The provider took it."""
        return self.outcome is not None


@dataclass(frozen=True)
class Said:
    """What Forbear says of one contact. ``intent_at`` null: it says that nothing left."""

    id: UUID
    debtor: str
    channel: str
    state: str
    outcome: str
    intent_at: datetime | None
    decided: bool


@dataclass(frozen=True)
class Limits:
    """What bound the persons of a run on a local day: calls, those answered, and hours."""

    calls: int
    answered: int
    opens_hour: int
    closes_hour: int
    zone: str
    stopped_since: Mapping[str, datetime]


def faults(
    ledger: Sequence[Seen],
    said: Iterable[Said],
    *,
    whose: Mapping[str, str],
    limits: Limits,
    now: datetime,
    answers_surely: bool = True,
) -> list[str]:
    """Return every breach in words; empty: all is well.

    ``whose`` names the person behind an address. ``answers_surely``: the provider tells the truth
    about what it took whenever it is asked, so that after a while nothing may be unknown.
    """
    known = {one.id: one for one in said}
    return [
        *_twice(ledger),
        *_unexplained(ledger, known, whose),
        *_beyond(ledger, whose, limits),
        *_untrue(ledger, known),
        *_open(known.values(), now, answers_surely=answers_surely),
    ]


def _twice(ledger: Sequence[Seen]) -> list[str]:
    counts = Counter(entry.id for entry in ledger)
    return [f"{one} was handed over {number} times" for one, number in counts.items() if number > 1]


def _unexplained(
    ledger: Sequence[Seen], known: Mapping[UUID, Said], whose: Mapping[str, str]
) -> list[str]:
    found = []
    for entry in ledger:
        one = known.get(entry.id)
        if one is None:
            found.append(f"{entry.id} left and nobody knows of it")
        elif not one.decided:
            found.append(f"{entry.id} left without a decision")
        elif one.intent_at is None:
            found.append(f"{entry.id} left without an intent")
        elif one.debtor != whose.get(entry.address):
            found.append(f"{entry.id} went to an address of somebody else")
        elif one.channel != entry.channel:
            found.append(f"{entry.id} went another way than was allowed")
        elif entry.at < one.intent_at - timedelta(seconds=1):
            found.append(f"{entry.id} left before its intent")
    return found


def _beyond(ledger: Sequence[Seen], whose: Mapping[str, str], limits: Limits) -> list[str]:
    found, zone = [], ZoneInfo(limits.zone)
    calls: dict[tuple[str, object], int] = defaultdict(int)
    answered: dict[tuple[str, object], int] = defaultdict(int)
    for entry in ledger:
        if not entry.taken:
            continue
        local, person = entry.at.astimezone(zone), whose.get(entry.address, entry.address)
        if not limits.opens_hour <= local.hour < limits.closes_hour:
            found.append(f"{entry.id} left at {local:%H:%M}")
        stopped = limits.stopped_since.get(person)
        if stopped is not None and entry.at > stopped:
            found.append(f"{entry.id} left after a stop")
        calls[person, local.date()] += 1
        answered[person, local.date()] += entry.outcome in _ANSWERED
    for counts, at_most in ((calls, limits.calls), (answered, limits.answered)):
        found += [
            f"{person} was called or reached {number} times on {day}"
            for (person, day), number in counts.items()
            if number > at_most
        ]
    return found


def _untrue(ledger: Sequence[Seen], known: Mapping[UUID, Said]) -> list[str]:
    taken = {entry.id for entry in ledger if entry.taken}
    seen = {entry.id for entry in ledger}
    found = []
    for one in known.values():
        if one.state in _TAKEN and one.id not in taken:
            found.append(f"{one.id} is said to have been taken and was not")
        if one.state in _NOT_TAKEN and one.id in taken:
            found.append(f"{one.id} is said not to have been taken and was")
        if one.state == "WITHDRAWN" and one.id in seen:
            found.append(f"{one.id} was taken back after it had left")
        if one.id in taken and one.outcome == "FAILED":
            found.append(f"{one.id} was taken and counts as nothing")
    return found


def _open(said: Iterable[Said], now: datetime, *, answers_surely: bool) -> list[str]:
    found = []
    for one in said:
        late = one.intent_at is not None and now - one.intent_at > SETTLED_WITHIN
        if one.state == "INTENT" and late:
            found.append(f"{one.id} hangs between intent and answer")
        if one.state == "UNKNOWN" and answers_surely and late:
            found.append(f"{one.id} is not known although the provider knows")
        if one.state == "CLAIMED":
            found.append(f"{one.id} hangs in a worker's hands")
    return found
