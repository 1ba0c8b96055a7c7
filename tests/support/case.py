"""A person who is late, with a team, a case, today's plan and contacts made; all invented."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from forbear.contexts.cases.models import Case, Plan
from forbear.contexts.cases.refresh import refresh_person
from forbear.contexts.contact.models import Attempt
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.ledger.standing import refresh_standings
from forbear.contexts.people.role import Role
from forbear.contexts.portfolio.actions.schedule import record_schedule
from forbear.contexts.portfolio.contract import give_to_team
from forbear.contexts.portfolio.models import ContactPoint, Debtor, Loan
from forbear.contexts.portfolio.said import InstalmentSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Direction, Jurisdiction
from forbear.values.principal import Principal
from tests.support.people import new_principal, new_team
from tests.support.portfolio import NOW, SETUP, new_loan, new_person, new_point

TODAY = date(2026, 11, 25)
BY_API = {"source": Source.API, "actor": SETUP, "now": NOW}
# 400.00 on the sixth of three months, the latest 19 days ago.
SCHEDULE = tuple(
    InstalmentSaid(number, date(2026, number + 8, 6), 40_000, 1_000) for number in (1, 2, 3)
)
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Late:
    """Somebody late with all three instalments, in the care of one team."""

    ref: str
    debtor_id: int
    loan: str
    loan_id: int
    case_id: int
    team_id: int
    collector: Principal
    supervisor: Principal


def new_late_person(**given: object) -> Late:
    """Record a person who is late since September, with a case and a plan for today."""
    team = new_team()
    zones = given.pop("time_zones", ("Asia/Shanghai",))
    ref = new_person(name="欧阳虚构", jurisdiction=Jurisdiction.CN, time_zones=zones, **given)
    point = new_point(ref)
    loan = new_loan(ref, contract_date=date(2026, 8, 1), disbursed_date=date(2026, 8, 6))
    record_schedule(loan, SCHEDULE, **BY_API)
    with acting(SETUP):
        debtor = Debtor.objects.get(ref=ref).pk
        loan_id = Loan.objects.get(ref=loan).pk
        give_to_team(debtor, team)
        refresh_standings([loan_id], as_of=TODAY, known=TODAY, now=NOW)
        refresh_person(debtor, because="setup", actor=SETUP, today=TODAY, now=NOW)
        new_plan(debtor, team, loan_id, point_id=ContactPoint.objects.get(ref=point).pk)
        case = Case.objects.get(debtor_id=debtor)
    return Late(
        ref,
        debtor,
        loan,
        loan_id,
        case.pk,
        team,
        new_principal(Role.COLLECTOR, teams=(team,)),
        new_principal(Role.SUPERVISOR, teams=(team,)),
    )


def new_plan(
    debtor_id: int, team_id: int, loan_id: int, *, point_id: int, day: date = TODAY
) -> None:
    """Plan a call, inside an action."""
    Plan.objects.create(
        day=day,
        debtor_id=debtor_id,
        night_id="night",
        outcome="PLANNED",
        text_en="A call in the morning.",
        text_zh="上午致电。",
        loan_id=loan_id,
        contact_point_id=point_id,
        channel="VOICE",
        team_id=team_id,
        slot="morning",
        rank=1,
    )


def plan_state(late: Late, day: date = TODAY) -> str:
    """Return what became of the day's plan."""
    with reading(SETUP):
        return Plan.objects.get(debtor_id=late.debtor_id, day=day).state


def contacted(late: Late, day: date, *, loan_id: int | None = None, hour: int = 3) -> int:
    """Note a call about a person's loan, at an hour of a day, UTC; return its id."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    with acting(SETUP):
        return Attempt.objects.create(
            ref=f"attempt-{next(_NUMBERS)}",
            debtor_id=late.debtor_id,
            loan_id=loan_id,
            channel="VOICE",
            direction=Direction.OUTBOUND.value,
            started_at=at,
            outcome="RANG",
            source="STAFF",
            recorded_at=at,
        ).pk


def days_ago(days: int) -> date:
    """Return a day before today."""
    return TODAY - timedelta(days=days)
