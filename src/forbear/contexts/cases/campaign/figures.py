"""How does the day's agenda stand: planned, waiting, asked, sent, refused, not known?

Sums over persons whom the reader need not be allowed to see one by one. Every planned row of the
day is counted in one place; what is counted is today's rows alone, by their day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from forbear.contexts.cases.models import PlanState
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
    """A day's contacts by channel at an instant, and what keeps those back that do not go.

    ``unknown_since``: since when the oldest contact that is not known has not been; of any day.
    ``spent``: by cap, how many persons have no contact left under it.
    """

    day: date
    at: datetime
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
_SPAN = (
    "SELECT coalesce(min(attempt_id), 0), coalesce(max(attempt_id), 0) FROM cases_asking "
    "WHERE day = %(day)s AND attempt_id IS NOT NULL"
)
# A day's attempts lie together in the order of their ids, so both tables are read along their
# keys, once. What the planner thinks of row security would have it look each row up instead.
_JOINED = "SET LOCAL enable_nestloop = off; SET LOCAL enable_sort = off"
_ASKED = """
SELECT a.channel, a.asked_at IS NOT NULL, a.until_at <= %(now)s OR a.until_at <= a.opens_at,
  a.cause, a.rules, CASE WHEN a.asked_at IS NULL THEN a.opens_at ELSE a.turns_at END, a.zone,
  a.spent, d.state, d.cause, t.outcome,
  CASE WHEN d.state = 'WITHDRAWN' THEN d.message_id ELSE '' END, count(*)
FROM cases_asking a
LEFT JOIN contact_dispatch d ON d.attempt_id = a.attempt_id
  AND d.attempt_id BETWEEN %(low)s AND %(high)s
LEFT JOIN contact_attempt t ON t.id = a.attempt_id AND t.id BETWEEN %(low)s AND %(high)s
WHERE a.day = %(day)s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
"""
_UNKNOWN = "SELECT count(*), min(intent_at) FROM contact_dispatch WHERE state = 'UNKNOWN'"
_UNDER_WAY = (
    "SELECT (SELECT count(*) FROM contact_dispatch WHERE state IN ('AUTHORISED', 'CLAIMED')), "
    "(SELECT count(*) FROM contact_dispatch WHERE state = 'UNKNOWN')"
)
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
        cursor.execute(_PLANS, [day])
        plans = cursor.fetchall()
        cursor.execute(_SPAN, {"day": day})
        low, high = cursor.fetchone()
        cursor.execute(_JOINED)
        cursor.execute(_ASKED, {"day": day, "now": now, "low": low, "high": high})
        asked = [_Row(*row) for row in cursor.fetchall()]
        cursor.execute(_UNKNOWN)
        unknown, since = cursor.fetchone()
    tally = _Tally()
    for row in asked:
        tally.add(row, now)
    tally.add_plans(plans)
    return Live(
        day,
        now,
        tally.counts,
        tuple(Opening(at, zone, number) for (at, zone), number in sorted(tally.openings.items())),
        tuple(sorted(tally.refused.values(), key=lambda each: (-each.contacts, each.rule))),
        dict(tally.spent.most_common()),
        unknown,
        since,
    )


def under_way(*, actor: Principal) -> tuple[int, int]:
    """Return how many contacts wait in the queue, and of how many the fate is not known."""
    with reading(actor), connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY)
        waiting, unknown = cursor.fetchone()
        return waiting, unknown


class _Row(NamedTuple):
    channel: str
    asked: bool
    over: bool
    cause: str
    rules: str
    at: datetime | None
    zone: str
    spent: str
    state: str | None
    taken_back_for: str | None
    outcome: str | None
    message: str
    number: int


class _Tally:
    def __init__(self) -> None:
        self.counts: dict[Channel, Counter[Stand]] = {}
        self.openings = Counter[tuple[datetime, str]]()
        self.refused: dict[tuple[str, str, str | None], Refused] = {}
        self.spent = Counter[str]()

    def _count(self, channel: str, stand: Stand, number: int) -> None:
        self.counts.setdefault(Channel(channel), Counter())[stand] += number

    def add(self, row: _Row, now: datetime) -> None:
        """Count rows that are alike."""
        if row.cause == PlanState.CANCELLED.value:
            return  # the plan itself tells
        for rule in row.spent.split():
            self.spent[rule] += row.number
        if row.state is not None:
            self._add_sent(row, DispatchState(row.state), Outcome(row.outcome))
        elif row.asked:
            self._count(row.channel, _S.REFUSED, row.number)
            for rule in row.rules.split() or [""]:
                self._refuse(row, row.cause, rule, None)
        else:
            self._count(row.channel, _S.LAPSED if row.over else _S.WAITING, row.number)
            if not row.over and row.at is not None and row.at > now:
                self.openings[row.at, row.zone] += row.number

    def _add_sent(self, row: _Row, state: DispatchState, outcome: Outcome) -> None:
        stand = _ACCEPTED.get(outcome, _S.SENT) if state is _D.ACCEPTED else _BY_STATE[state]
        self._count(row.channel, stand, row.number)
        if state is _D.WITHDRAWN:
            cause = row.taken_back_for or ""
            self._refuse(row, cause, "", row.message if cause == Cause.WORDING.value else "")

    def _refuse(self, row: _Row, cause: str, rule: str, taken_back: str | None) -> None:
        key = (cause, rule, taken_back)
        known = self.refused.get(key, Refused(cause, rule, 0, None, "", taken_back))
        at = row.at if taken_back is None else None
        sooner = at is not None and (known.opens_at is None or at < known.opens_at)
        self.refused[key] = replace(
            known,
            contacts=known.contacts + row.number,
            opens_at=at if sooner else known.opens_at,
            zone=row.zone if sooner else known.zone,
        )

    def add_plans(self, rows: list[tuple[str, str, int]]) -> None:
        """Count what waits for a colleague, what was cancelled, and what is not laid out yet."""
        planned, cancelled = Counter[str](), Counter[str]()
        for channel, state, number in rows:
            planned[channel] += number
            cancelled[channel] += number if state == PlanState.CANCELLED.value else 0
            if Channel(channel) in open_sending().by_person:
                stand = _S.DONE if state == PlanState.DONE.value else _S.COLLEAGUE
                self._count(channel, stand, 0 if state == PlanState.CANCELLED.value else number)
        for channel, number in planned.items():
            left = number - sum(self.counts.get(Channel(channel), Counter()).values())
            gone = max(0, min(left, cancelled[channel]))
            self._count(channel, _S.CANCELLED, gone)
            self._count(channel, _S.WAITING, max(0, left - gone))
