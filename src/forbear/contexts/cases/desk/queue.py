"""Whom does somebody work on today, in which order, and what may still be done for each?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forbear.contexts.cases.desk.claim import Held, held_now
from forbear.contexts.cases.models import Callback, PlanState
from forbear.contexts.cases.today import PAGE_ROWS_MAX, Cursor, PlanRow, plan_page
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.contact.gate.budget import Budget, budgets
from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.care import codes_of_teams
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.zone import zones_of
from forbear.contexts.portfolio.roll import Called, roll
from forbear.values.code import Channel
from forbear.values.principal import Principal

CALLBACKS_MAX = 20
CALLBACKS_AHEAD = timedelta(hours=12)
"""Calls that were promised for so soon stand above the day's plan."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One planned person, as the gate would answer for the plan's contact at this moment.

    ``held`` null: nobody has the case. ``zone``: the person's own clock, "UTC" if not known.
    """

    plan: PlanRow
    held: Held | None
    budget: Budget | None
    zone: str


@dataclass(frozen=True, slots=True)
class CallbackDue:
    """Somebody who was promised a call; ``mine``: the actor promised it."""

    case_id: int
    debtor_id: int
    debtor_ref: str
    name_masked: str
    due_at: datetime
    zone: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the day's work; ``next`` null: the last one."""

    rows: tuple[QueueRow, ...]
    next: Cursor | None
    callbacks: tuple[CallbackDue, ...]


def my_queue(
    day: date,
    *,
    slots: Sequence[str],
    channels: Collection[Channel],
    states: Collection[PlanState],
    after: Cursor | None = None,
    rows_max: int = PAGE_ROWS_MAX,
    actor: Principal,
    now: datetime,
    clock: Clock = database_clock,
) -> Queue:
    """Return planned persons of one's own teams in the order of work, and calls promised for today.

    How many questions the database is asked does not depend on how many rows there are.

    Raises:
        NotPermitted: QUEUE_SEE or PERSON_SEE is missing.
    """
    page = plan_page(
        day,
        slots=slots,
        after=after,
        teams=actor.teams,
        channels=channels,
        states=states,
        rows_max=rows_max,
        actor=actor,
        now=now,
    )
    wishes = {row.debtor_id: wish for row in page.rows if (wish := _wish(row)) is not None}
    with reading(actor):
        codes = codes_of_teams({row.team_id for row in page.rows})
    teams = {row.debtor_id: codes.get(row.team_id) for row in page.rows}
    found = budgets(wishes.values(), actor=actor, clock=clock, teams=teams)
    with reading(actor):
        held = held_now([row.case_id for row in page.rows if row.case_id is not None], now=now)
        zones = zones_of([row.debtor_id for row in page.rows])
    rows = tuple(
        QueueRow(
            row,
            held.get(row.case_id or 0),
            found.get(wishes[row.debtor_id]) if row.debtor_id in wishes else None,
            zones.get(row.debtor_id, "UTC"),
        )
        for row in page.rows
    )
    due = (
        ()
        if after is not None
        else callbacks_due(until=now + CALLBACKS_AHEAD, actor=actor, now=now)
    )
    return Queue(rows, page.next, due)


def callbacks_due(*, until: datetime, actor: Principal, now: datetime) -> tuple[CallbackDue, ...]:
    """Return calls that were promised for before an instant and not made, the earliest first.

    Raises:
        NotPermitted: QUEUE_SEE is missing.
    """
    may(actor, Permission.QUEUE_SEE)
    with reading(actor):
        waiting = Callback.objects.filter(done_at__isnull=True, due_at__lt=until)
        rows = list(waiting.order_by("due_at")[:CALLBACKS_MAX])
        ids = [row.debtor_id for row in rows]
        called, zones = (roll(ids, now=now), zones_of(ids)) if rows else ({}, {})
    return tuple(_due(row, called, zones, actor) for row in rows if row.debtor_id in called)


def _due(
    row: Callback, called: Mapping[int, Called], zones: Mapping[int, str], actor: Principal
) -> CallbackDue:
    who = called[row.debtor_id]
    return CallbackDue(
        row.case_id,
        row.debtor_id,
        who.ref,
        who.name_masked,
        row.due_at,
        zones.get(row.debtor_id, "UTC"),
        str(row.staff_id) == actor.id,
    )


def _wish(row: PlanRow) -> Wish | None:
    if row.contact_point_id is None:
        return None
    return Wish(row.debtor_id, row.contact_point_id, row.channel, row.loan_id)
