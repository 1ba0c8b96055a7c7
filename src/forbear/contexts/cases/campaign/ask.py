"""Whose turn is it, and what does the gate say?

Each row of the day is asked for under one id of its own, so that whoever asks again after a crash
asks for the same contact. A refusal that time alone turns is asked again then, if the planned time
still runs; one that only a new fact can turn is final for the day. Nothing is asked while it is
plain that nothing may be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from django.db import connection

from forbear.contexts.cases.campaign.words import message_for
from forbear.contexts.cases.models import Asking, PlanState
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Answer, Asked, OtherWish, authorise
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.condition import unfit
from forbear.contexts.contact.gate.stop import stops_on
from forbear.contexts.contact.gate.word import Cause, StopScope, Way
from forbear.contexts.database.transaction import acting, reading
from forbear.policy.ask.budget import remaining
from forbear.policy.kind import Kind
from forbear.values.code import Channel, Jurisdiction
from forbear.values.principal import Principal

LEASE = timedelta(seconds=60)
"""So long a row that was taken and not answered, as by a process that died, waits."""
AGAIN = timedelta(minutes=10)
"""So long after a refusal for the system's own sake the gate is asked again."""
NO_MESSAGE = "NO_MESSAGE"
ASKED_OTHERWISE = "ASKED_OTHERWISE"
_REQUESTS = UUID("5f0b8f0e-2f0c-5b53-9a52-3a1c1b0f7f21")
OF_THE_SYSTEM = {Cause.STOPPED, Cause.CONDITION, Cause.NOT_RECORDED, Cause.DOUBT}
"""Refusals that no fact about the person turns: the gate is asked again a little later."""
_LAPSE = "UPDATE cases_asking SET ask_at = NULL WHERE ask_at <= %(now)s AND until_at <= %(now)s"
_TAKE = """
WITH due AS (
  SELECT day, debtor_id FROM cases_asking WHERE ask_at <= %(now)s AND until_at > %(now)s
  AND channel = ANY(%(channels)s) ORDER BY ask_at, debtor_id LIMIT %(limit)s
  FOR UPDATE SKIP LOCKED),
taken AS (
  UPDATE cases_asking a SET ask_at = %(leased)s FROM due
  WHERE a.day = due.day AND a.debtor_id = due.debtor_id
  RETURNING a.day, a.debtor_id, a.channel, a.until_at)
SELECT t.day, t.debtor_id, t.channel, t.until_at, p.loan_id, p.contact_point_id, team.code,
  d.jurisdiction,
  CASE WHEN s.days_past_due > 0 OR s.overdue_minor = 0 THEN s.days_past_due END,
  p.state IS NOT DISTINCT FROM 'OPEN' AND p.channel = t.channel
FROM taken t JOIN portfolio_debtor d ON d.id = t.debtor_id
LEFT JOIN cases_plan p ON p.day = t.day AND p.debtor_id = t.debtor_id
LEFT JOIN people_team team ON team.id = p.team_id
LEFT JOIN ledger_standing s ON s.loan_id = p.loan_id ORDER BY t.until_at, t.debtor_id
"""


class Choosing(Protocol):
    """Chooses words for a stage."""

    def __call__(
        self, law: Jurisdiction, channel: Channel, days_past_due: int, *, as_of: date
    ) -> tuple[str, int] | None:
        """Return id and version of the approved message; null: nothing is sent then."""


@dataclass(frozen=True, slots=True)
class Due:
    """One row whose turn has come. Null: the plan or the books do not say.

    ``days_past_due`` is also null within days of grace: then nothing falls due soon any more, and
    nothing is late yet, so there are no words for it.
    """

    day: date
    debtor_id: int
    channel: Channel
    until_at: datetime
    loan_id: int | None
    contact_point_id: int | None
    team: str | None
    law: Jurisdiction
    days_past_due: int | None
    planned: bool

    @property
    def request(self) -> UUID:
        """The id under which this row is asked for, however often."""
        return uuid5(_REQUESTS, f"{self.day.isoformat()}:{self.debtor_id}")


@dataclass
class Round:
    """What one round of asking brought."""

    allowed: int = 0
    refused: int = 0


def ask_due(
    provider: str,
    channels: Collection[Channel],
    *,
    limit: int,
    actor: Principal,
    clock: Clock = database_clock,
    going: Callable[[], bool] = lambda: True,
    words: Choosing = message_for,
) -> Round:
    """Ask the gate for up to ``limit`` rows whose time has come, for one provider to carry.

    ``words`` chooses the message for a stage; null: nothing is asked for then.
    ``going`` is asked before each; what is left then is asked for when its lease has ended.
    """
    done = Round()
    for due in _due(
        open_channels(channels, actor=actor, clock=clock), limit, actor=actor, clock=clock
    ):
        if not going():
            break
        allowed = _ask(due, provider, words, actor=actor, clock=clock)
        done.allowed += allowed
        done.refused += not allowed
    return done


def open_channels(
    channels: Collection[Channel], *, actor: Principal, clock: Clock
) -> list[Channel]:
    """Return the channels that no stop and no condition of the system closes altogether."""
    with reading(actor):
        if unfit(clock()) is not None:
            return []
    stops = stops_on(actor=actor)
    if any(stop.scope is StopScope.GLOBAL for stop in stops):
        return []
    closed = {stop.subject for stop in stops if stop.scope is StopScope.CHANNEL}
    return [channel for channel in channels if channel.value not in closed]


def _due(channels: list[Channel], limit: int, *, actor: Principal, clock: Clock) -> list[Due]:
    with acting(actor), connection.cursor() as cursor:
        now = clock()
        cursor.execute(_LAPSE, {"now": now})
        if not channels:
            return []
        told = {"now": now, "leased": now + LEASE, "limit": limit, "channels": channels}
        cursor.execute(_TAKE, told)
        rows = cursor.fetchall()
    return [
        Due(day, debtor_id, Channel(channel), until_at, *rest, Jurisdiction(law), late, planned)
        for day, debtor_id, channel, until_at, *rest, law, late, planned in rows
    ]


def _ask(due: Due, provider: str, words: Choosing, *, actor: Principal, clock: Clock) -> bool:
    now = clock()
    if not due.planned or due.contact_point_id is None:
        return _keep(due, now, cause=PlanState.CANCELLED.value, actor=actor)
    message = None
    if due.days_past_due is not None:
        message = words(due.law, due.channel, due.days_past_due, as_of=due.day)
    if message is None:
        return _keep(due, now, cause=NO_MESSAGE, actor=actor)
    asked = Asked(
        due.request,
        Wish(due.debtor_id, due.contact_point_id, due.channel, due.loan_id),
        Way.AGENDA,
        provider,
        message=message,
        team=due.team,
        lasts=due.until_at - now,
    )
    try:
        answer = authorise(asked, actor=actor, clock=clock)
    except OtherWish:
        return _keep(due, now, cause=ASKED_OTHERWISE, actor=actor)
    if answer.attempt_id is not None:
        spent = _spent(answer)
        return _keep(due, now, cause="", attempt_id=answer.attempt_id, spent=spent, actor=actor)
    cause = answer.reasons[0].cause
    again = now + AGAIN if cause in OF_THE_SYSTEM else answer.turns_at
    return _keep(
        due,
        now,
        cause=cause.value,
        rules=" ".join(one.detail for one in answer.reasons if one.cause is Cause.RULE),
        turns_at=answer.turns_at,
        ask_at=again if again is not None and again < due.until_at else None,
        spent=_spent(answer),
        actor=actor,
    )


def _spent(answer: Answer) -> str:
    """Return the caps that leave the person nothing more, the contact itself counted."""
    decision = None if answer.verdict is None else answer.verdict.decision
    if decision is None:
        return ""
    taken = answer.attempt_id is not None
    caps = [cap.about.rule_id for cap in remaining(decision) if cap.left <= taken]
    refusing = [
        found.rule_id for found in decision.refusals if found.about.kind == Kind.FREQUENCY_CAP
    ]
    return " ".join(sorted({*caps, *refusing}))


def _keep(
    due: Due,
    now: datetime,
    *,
    cause: str,
    actor: Principal,
    attempt_id: int | None = None,
    rules: str = "",
    turns_at: datetime | None = None,
    ask_at: datetime | None = None,
    spent: str = "",
) -> bool:
    """Write down what was answered; the decision itself has its entry at the gate."""
    with acting(actor):
        Asking.objects.filter(day=due.day, debtor_id=due.debtor_id).update(
            asked_at=now,
            attempt_id=attempt_id,
            cause=cause,
            rules=rules,
            turns_at=turns_at,
            ask_at=ask_at,
            spent=spent,
        )
    return attempt_id is not None
