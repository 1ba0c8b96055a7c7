"""Whose turn is it in a message to a chosen set, and what does the gate say?

Each row is asked for in one transaction that holds the set against being stopped, so that once
``stop_outing`` has returned nothing more is asked for. A row has one id of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID, uuid5

from forbear.contexts.cases.campaign.ask import (
    AGAIN,
    LEASE,
    NO_MESSAGE,
    OF_THE_SYSTEM,
    Round,
    open_channels,
)
from forbear.contexts.cases.outing.act import take_back
from forbear.contexts.cases.outing.models import OutingRow
from forbear.contexts.cases.outing.search import search_on
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.authorise import Answer, Asked, authorise_within
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.gate.word import Cause, Way
from forbear.contexts.database.prepared import ask, tell
from forbear.contexts.database.transaction import acting
from forbear.contexts.rulebook.library import open_wordings
from forbear.policy.wording.form import UnknownWording, Wording
from forbear.values.code import Channel
from forbear.values.principal import Principal

_REQUESTS = UUID("2d3f1c55-6a2e-5b0f-8a17-94a0f6d1b7e3")
_END = """
UPDATE cases_outing o SET state = 'DONE', ended_at = %(now)s WHERE o.state = 'RUNNING'
AND (o.until_at <= %(now)s OR o.search_after IS NULL AND NOT EXISTS (SELECT 1 FROM cases_outingrow r
  WHERE r.outing_id = o.id AND r.ask_at IS NOT NULL))
"""
_TAKE = """
WITH due AS (
  SELECT r.id FROM cases_outingrow r JOIN cases_outing o ON o.id = r.outing_id
  WHERE o.state = 'RUNNING' AND r.ask_at <= %(now)s AND o.until_at > %(now)s
  AND o.channel = ANY(%(channels)s) ORDER BY r.ask_at, r.id LIMIT %(limit)s
  FOR UPDATE OF r SKIP LOCKED)
UPDATE cases_outingrow r SET ask_at = %(leased)s FROM due WHERE r.id = due.id RETURNING r.id
"""
_RUNNING = """
SELECT message_id, message_version, channel, until_at FROM cases_outing
WHERE id = %s AND state = 'RUNNING' FOR SHARE
"""


def ask_outings(
    provider: str,
    channels: Collection[Channel],
    *,
    limit: int,
    actor: Principal,
    clock: Clock = database_clock,
    going: Callable[[], bool] = lambda: True,
) -> Round:
    """Ask the gate for up to ``limit`` rows whose time has come, for one provider to carry."""
    done = Round()
    take_back(now=clock())
    search_on(actor=actor, now=clock())
    for row_id in _due(open_channels(channels, actor=actor, clock=clock), limit, actor, clock):
        if not going():
            break
        allowed = _ask(row_id, provider, actor=actor, clock=clock)
        done.allowed += allowed is True
        done.refused += allowed is False
    return done


def _due(channels: Collection[Channel], limit: int, actor: Principal, clock: Clock) -> list[int]:
    with acting(actor):
        now = clock()
        tell(_END, {"now": now})
        if not channels:
            return []
        told = {"now": now, "leased": now + LEASE, "limit": limit, "channels": list(channels)}
        return [row for (row,) in ask(_TAKE, told)]


def _ask(row_id: int, provider: str, *, actor: Principal, clock: Clock) -> bool | None:
    """Return whether it was allowed; None: it was stopped meanwhile."""
    with acting(actor):
        row = OutingRow.objects.get(pk=row_id)
        running = ask(_RUNNING, [row.outing_id])
        if not running:
            return None
        message, version, channel, until = running[0]
        now = clock()
        row.asked_at = now
        wording = _in_force(message, version, now)
        if row.contact_point_id is None or wording is None:
            row.cause, row.ask_at = NO_MESSAGE, None
        else:
            asked = Asked(
                uuid5(_REQUESTS, str(row.pk)),
                Wish(
                    row.debtor_id,
                    row.contact_point_id,
                    Channel(channel),
                    row.loan_id,
                    wording.contact,
                ),
                Way.CAMPAIGN,
                provider,
                message=(message, version),
                team=row.team,
                lasts=until - now,
            )
            _keep(row, authorise_within(asked, actor=actor, clock=clock), until, now)
        row.save()
        return row.attempt_id is not None


def _in_force(message: str, version: int, now: datetime) -> Wording | None:
    """Return the words that were tried, while they are those in force; else None."""
    try:
        found = open_wordings().on(message, as_of=now.date())
    except UnknownWording:
        return None
    return found if found.version == version else None


def _keep(row: OutingRow, answer: Answer, until: datetime, now: datetime) -> None:
    row.attempt_id, row.turns_at = answer.attempt_id, answer.turns_at
    row.cause, row.rules, row.ask_at = "", "", None
    if answer.attempt_id is not None:
        return
    cause = answer.reasons[0].cause
    again = now + AGAIN if cause in OF_THE_SYSTEM else answer.turns_at
    row.cause = cause.value
    row.rules = " ".join(one.detail for one in answer.reasons if one.cause is Cause.RULE)
    row.ask_at = again if again is not None and again < until else None
