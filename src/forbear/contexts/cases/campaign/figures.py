"""How does the day's agenda stand: planned, waiting, asked, sent, refused, not known?

Sums over persons whom the reader need not be allowed to see one by one. Every planned row of the
day is counted in one place; what is counted is today's rows alone, by their day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from forbear.contexts.contact.gate.word import Cause, DispatchState
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_sending
from forbear.values.code import Channel, Code, Outcome
from forbear.values.principal import Principal, system


class Stand(Code):
    """Where a planned contact of today stands. Each is in one place."""

    COLLEAGUE = "COLLEAGUE"
    """It waits for a collector; no machine makes it."""
    WAITING = "WAITING"
    """Its time has not come yet, or the gate has not been asked."""
    QUEUED = "QUEUED"
    """Allowed, and about to leave."""
    SENT = "SENT"
    """The provider took it; no more is known yet."""
    DELIVERED = "DELIVERED"
    ANSWERED = "ANSWERED"
    """Somebody answered, or wrote back."""
    NOT_REACHED = "NOT_REACHED"
    """Taken, but it reached nobody, or somebody else."""
    UNKNOWN = "UNKNOWN"
    """Nobody knows whether it was taken; the provider is being asked."""
    FAILED = "FAILED"
    """Definitely not taken."""
    REFUSED = "REFUSED"
    """A rule or a condition refuses it."""
    WITHDRAWN = "WITHDRAWN"
    """Allowed, and taken back before anything left."""
    LAPSED = "LAPSED"
    """Its time went by before it could be asked for."""
    CANCELLED = "CANCELLED"
    """A fact of the day made it needless."""
    DONE = "DONE"
    """A collector has done it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why contacts of a channel were refused or taken back.

    ``rule`` empty: a cause that is no rule. ``opens_at``: when time alone turns the first of them.
    ``taken_back``: it had been allowed; the message whose words would not be true, or empty.
    """

    cause: str
    rule: str
    contacts: int
    opens_at: datetime | None
    zone: str
    taken_back: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """So many wait for one instant, on a person's own clock."""

    opens_at: datetime
    zone: str
    contacts: int


@dataclass(frozen=True, slots=True)
class Live:
    """A day's contacts by channel, and what keeps those back that do not go.

    ``unknown_since``: since when the oldest contact that is not known has not been; of any day.
    ``spent``: by cap, how many persons have no contact left under it.
    """

    day: date
    counts: dict[Channel, Counter[Stand]]
    openings: tuple[Opening, ...]
    refused: tuple[Refused, ...]
    spent: dict[str, int]
    unknown: int
    unknown_since: datetime | None


_PLANS = (
    "SELECT channel, state, count(*) FROM cases_plan WHERE day = %s AND channel IS NOT NULL "
    "GROUP BY channel, state"
)
_SENT = (
    "SELECT a.channel, d.state, d.cause, t.outcome, "
    "CASE WHEN d.state = 'WITHDRAWN' THEN d.message_id ELSE '' END, count(*) FROM cases_asking a "
    "JOIN contact_dispatch d ON d.attempt_id = a.attempt_id "
    "JOIN contact_attempt t ON t.id = a.attempt_id WHERE a.day = %s "
    "GROUP BY 1, 2, 3, 4, 5"
)
_REST = (
    "SELECT channel, asked_at IS NOT NULL, until_at <= %(now)s OR until_at <= opens_at, cause, "
    "rules, CASE WHEN asked_at IS NULL THEN opens_at ELSE turns_at END, zone, count(*) "
    "FROM cases_asking WHERE day = %(day)s AND attempt_id IS NULL "
    "GROUP BY 1, 2, 3, 4, 5, 6, 7"
)
_SPENT = "SELECT spent, count(*) FROM cases_asking WHERE day = %s AND spent <> '' GROUP BY spent"
_UNKNOWN = "SELECT count(*), min(intent_at) FROM contact_dispatch WHERE state = 'UNKNOWN'"
_S, _D, _O = Stand, DispatchState, Outcome
_ACCEPTED = {
    _O.DELIVERED: _S.DELIVERED,
    _O.ANSWERED: _S.ANSWERED,
    _O.REPLIED: _S.ANSWERED,
    _O.RIGHT_PARTY: _S.ANSWERED,
    _O.CONVERSATION: _S.ANSWERED,
    _O.VOICEMAIL: _S.DELIVERED,
    _O.RANG: _S.NOT_REACHED,
    _O.NOT_CONNECTED: _S.NOT_REACHED,
    _O.WRONG_PERSON: _S.NOT_REACHED,
}
_BY_STATE = {
    _D.AUTHORISED: _S.QUEUED,
    _D.CLAIMED: _S.QUEUED,
    _D.INTENT: _S.QUEUED,
    _D.UNKNOWN: _S.UNKNOWN,
    _D.REJECTED: _S.FAILED,
    _D.WITHDRAWN: _S.WITHDRAWN,
}


def live(day: date, *, actor: Principal, now: datetime) -> Live:
    """Return how a day's agenda stands.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    with reading(system("figures")), connection.cursor() as cursor:

        def rows(query: str, told: object) -> list[tuple]:  # type: ignore[type-arg]
            cursor.execute(query, told)
            return cursor.fetchall()

        plans, sent = rows(_PLANS, [day]), rows(_SENT, [day])
        rest, spent = rows(_REST, {"day": day, "now": now}), rows(_SPENT, [day])
        ((unknown, since),) = rows(_UNKNOWN, [])
    tally = _Tally()
    tally.add_sent(sent)
    tally.add_rest(rest, now)
    tally.add_plans(plans)
    caps = Counter[str]()
    for rules, count in spent:
        for rule in rules.split():
            caps[rule] += count
    return Live(
        day,
        tally.counts,
        tuple(sorted(tally.openings, key=lambda each: (each.opens_at, each.zone))),
        tuple(sorted(tally.refused, key=lambda each: (-each.contacts, each.rule))),
        dict(caps.most_common()),
        unknown,
        since,
    )


class _Tally:
    def __init__(self) -> None:
        self.counts: dict[Channel, Counter[Stand]] = {}
        self.openings: list[Opening] = []
        self.refused: list[Refused] = []

    def _count(self, channel: str, stand: Stand, number: int) -> None:
        self.counts.setdefault(Channel(channel), Counter())[stand] += number

    def add_sent(self, rows: list[tuple]) -> None:  # type: ignore[type-arg]
        taken_back = Counter[tuple[str, str]]()
        for channel, state, cause, outcome, message, number in rows:
            if DispatchState(state) is _D.ACCEPTED:
                self._count(channel, _ACCEPTED.get(Outcome(outcome), _S.SENT), number)
            else:
                self._count(channel, _BY_STATE[DispatchState(state)], number)
            if state == _D.WITHDRAWN.value:
                taken_back[cause or "", message if cause == Cause.WORDING else ""] += number
        self.refused += [
            Refused(cause, "", number, None, "", message)
            for (cause, message), number in taken_back.items()
        ]

    def add_rest(self, rows: list[tuple], now: datetime) -> None:  # type: ignore[type-arg]
        openings, refused = Counter[tuple[datetime, str]](), dict[tuple[str, str], Refused]()
        for channel, asked, over, cause, rules, at, zone, number in rows:
            if cause == _S.CANCELLED.value:
                continue  # the plan itself tells
            if not asked:
                self._count(channel, _S.LAPSED if over else _S.WAITING, number)
                if not over and at > now:
                    openings[at, zone] += number
                continue
            self._count(channel, _S.REFUSED, number)
            for rule in rules.split() or [""]:
                known = refused.get((cause, rule), Refused(cause, rule, 0, None, ""))
                first = known.opens_at is None or (at is not None and at < known.opens_at)
                refused[cause, rule] = Refused(
                    cause,
                    rule,
                    known.contacts + number,
                    at if first else known.opens_at,
                    zone if first else known.zone,
                )
        self.openings += [Opening(at, zone, number) for (at, zone), number in openings.items()]
        self.refused += refused.values()

    def add_plans(self, rows: list[tuple]) -> None:  # type: ignore[type-arg]
        """Count what waits for a colleague, what was cancelled, and what is not laid out yet."""
        planned, cancelled = Counter[str](), Counter[str]()
        for channel, state, number in rows:
            planned[channel] += number
            cancelled[channel] += number if state == _S.CANCELLED.value else 0
            if Channel(channel) in open_sending().by_person:
                stand = _S.DONE if state == _S.DONE.value else _S.COLLEAGUE
                self._count(channel, stand, 0 if state == _S.CANCELLED.value else number)
        for channel, number in planned.items():
            left = number - sum(self.counts.get(Channel(channel), Counter()).values())
            gone = max(0, min(left, cancelled[channel]))
            self._count(channel, _S.CANCELLED, gone)
            self._count(channel, _S.WAITING, max(0, left - gone))
