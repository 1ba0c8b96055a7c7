"""What becomes of contacts whose fate nobody knows?

An intent without an answer counts as not known after a while. Then the provider is asked by our
own id, seldomer each time; only an answer that the provider's own promise makes final gives the
caps back. Nothing is ever sent again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forbear.contexts.contact.channels.port import Absent, Accepted, Adapter, NotAccepted, NotKnown
from forbear.contexts.contact.channels.registry import Providers
from forbear.contexts.contact.gate.clock import Clock, about_time, database_clock
from forbear.contexts.contact.gate.permit import LOST_AFTER
from forbear.contexts.contact.gate.row import held
from forbear.contexts.contact.gate.send import about_fate, settle_as
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.contact.models import ANSWER_LENGTH_MAX
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.contract import about_holding, hold_person
from forbear.values.principal import Principal

ASK_UNTIL = timedelta(hours=72)
ASK_EVERY_MIN = timedelta(seconds=5)
_ASK_EVERY_MAX = timedelta(minutes=10)
"""So soon after a provider is there again, whatever was not known is asked about."""
_ASK_LEASE = timedelta(minutes=2)
_BATCH = 100
_LOST = (
    "SELECT attempt_id, debtor_id FROM contact_dispatch WHERE state = 'INTENT' "
    "AND intent_at <= %s ORDER BY intent_at LIMIT %s"
)
# Whoever takes a row to ask about moves its next turn, so that two do not ask at once; should he
# die of it, somebody else asks then.
_DUE = (
    "UPDATE contact_dispatch SET ask_at = %(next)s, asked_count = asked_count + 1 "
    "WHERE attempt_id IN (SELECT attempt_id FROM contact_dispatch WHERE state = 'UNKNOWN' "
    "AND ask_at <= %(now)s AND intent_at > %(since)s AND provider = ANY(%(providers)s) "
    "ORDER BY ask_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) "
    "RETURNING attempt_id, debtor_id, permit_id, provider, intent_at, asked_count"
)


@dataclass(frozen=True, slots=True)
class Settled:
    """How many lost answers were found, and what asking brought."""

    lost: int
    accepted: int
    rejected: int
    unknown: int


def settle(
    providers: Providers,
    *,
    actor: Principal,
    clock: Clock = database_clock,
    lost_after: timedelta = LOST_AFTER,
    ask_every: timedelta = ASK_EVERY_MIN,
) -> Settled:
    """Find answers that were lost, and ask about what is not known and whose turn has come.

    ``ask_every``: how long after the first question the second comes; each pause then doubles.
    """
    lost = _find_lost(actor=actor, clock=clock, lost_after=lost_after)
    counts = {DispatchState.ACCEPTED: 0, DispatchState.REJECTED: 0, DispatchState.UNKNOWN: 0}
    for asked in _due(providers, actor=actor, clock=clock):
        adapter = providers.named(asked.provider)
        assert adapter is not None, "only what is set up here is taken"
        pause = min(_ASK_EVERY_MAX, ask_every * 2 ** min(asked.asked_count, 12))
        state = _ask(asked, adapter, pause, lost_after, actor=actor, clock=clock)
        counts[state] += 1
    return Settled(
        lost,
        counts[DispatchState.ACCEPTED],
        counts[DispatchState.REJECTED],
        counts[DispatchState.UNKNOWN],
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    attempt_id: int
    debtor_id: int
    permit_id: UUID
    provider: str
    intent_at: datetime
    asked_count: int


def _find_lost(*, actor: Principal, clock: Clock, lost_after: timedelta) -> int:
    with reading(actor):
        rows = ask(_LOST, [clock() - lost_after, _BATCH])
    found = 0
    for attempt_id, debtor_id in rows:
        held_first = about_holding(debtor_id)
        with acting(actor, held_first, *about_fate(attempt_id), *about_time(clock)):
            hold_person(debtor_id)
            row = held(attempt_id, DispatchState.INTENT)
            if row is not None:
                settle_as(row, NotKnown("NO_ANSWER"), actor=actor, now=clock())
                found += 1
            chaos("gate.settle.before_commit")
    return found


def _due(providers: Providers, *, actor: Principal, clock: Clock) -> list[_Asked]:
    with acting(actor):
        now = clock()
        due = ask(
            _DUE,
            {
                "next": now + _ASK_LEASE,
                "now": now,
                "since": now - ASK_UNTIL,
                "providers": list(providers.names),
                "limit": _BATCH,
            },
        )
    return [_Asked(*row) for row in sorted(due)]


def _ask(
    asked: _Asked,
    adapter: Adapter,
    pause: timedelta,
    lost_after: timedelta,
    *,
    actor: Principal,
    clock: Clock,
) -> DispatchState:
    traits = adapter.traits
    answer: Accepted | NotAccepted | Absent | NotKnown = NotKnown("CANNOT_BE_ASKED")
    if traits.asks:
        try:
            answer = adapter.look_up(asked.permit_id)
        except Exception as error:  # noqa: BLE001  # a provider that is away says nothing
            answer = NotKnown(type(error).__name__)
    held_first = about_holding(asked.debtor_id)
    with acting(actor, held_first, *about_fate(asked.attempt_id), *about_time(clock)):
        hold_person(asked.debtor_id)
        row = held(asked.attempt_id, DispatchState.UNKNOWN)
        if row is None:
            return DispatchState.ACCEPTED
        now = clock()
        if isinstance(answer, Absent):
            final = traits.absent_final_after
            # Before a permit has surely run out, what is absent may still be handed over.
            if final is None or now < asked.intent_at + max(final, lost_after):
                answer = NotKnown("ABSENT_SO_FAR")
        if isinstance(answer, NotKnown):
            row.ask_at = now + pause
            row.answer = answer.code[:ANSWER_LENGTH_MAX]
            row.save(update_fields=["ask_at", "answer"])
        else:
            settle_as(row, answer, actor=actor, now=now)
        chaos("gate.ask.before_commit")
        return DispatchState(row.state)
