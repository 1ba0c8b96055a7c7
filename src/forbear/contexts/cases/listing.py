"""Which cases are there, and what does a day's agenda say, a page at a time?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from forbear.contexts.cases.models import Case, Plan
from forbear.contexts.cases.move import NoSuchCase
from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class CaseListed:
    """One case. Null team or officer: in nobody's care; null ``closed_at``: open."""

    id: int
    debtor_ref: str
    state: str
    team_id: int | None
    officer_id: int | None
    opened_at: datetime
    moved_at: datetime
    closed_at: datetime | None
    ended_as: str | None
    bucket: str
    days_past_due: int
    currency: str
    overdue_minor: int
    version: int


@dataclass(frozen=True, slots=True)
class PlanListed:
    """What a day's agenda says about one person. Null: not planned, or not bound to one."""

    day: date
    debtor_id: int
    debtor_ref: str
    night_id: str
    outcome: str
    cause: str | None
    text_en: str
    text_zh: str
    channel: str | None
    team_id: int | None
    officer_ref: str | None
    slot: str | None
    rank: int | None
    state: str
    cancelled_because: str


def list_cases(
    *,
    after: int,
    rows: int,
    actor: Principal,
    debtor_ref: str | None = None,
    team_id: int | None = None,
    state: str | None = None,
) -> tuple[CaseListed, ...]:
    """Return up to ``rows`` cases whose ids follow ``after``.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        given = {"debtor__ref": debtor_ref, "team_id": team_id, "state": state}
        wanted = Case.objects.filter(id__gt=after, **_given(given)).select_related("debtor")
        return tuple(_case(row) for row in wanted.order_by("id")[:rows])


def get_case(case_id: int, *, actor: Principal) -> CaseListed:
    """Return one case.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchCase: there is none that may be seen.
    """
    with reading(actor):
        may(actor, Permission.PERSON_SEE)
        row = Case.objects.filter(id=case_id).select_related("debtor").first()
        if row is None:
            raise NoSuchCase(
                f"There is no case {case_id} in your care.",
                remedy="Look it up again; it may have gone to another team.",
                message_zh=f"您负责的范围内没有案件 {case_id}。",
                remedy_zh="请重新查找；案件可能已转给其他团队。",
            )
        return _case(row)


def list_plans(
    day: date,
    *,
    after: int,
    rows: int,
    actor: Principal,
    team_id: int | None = None,
    outcome: str | None = None,
) -> tuple[PlanListed, ...]:
    """Return up to ``rows`` plans of a day, of persons whose ids follow ``after``.

    ``slot`` and ``rank`` tell in which order they are to be worked.

    Raises:
        NotPermitted: QUEUE_SEE is missing.
    """
    with reading(actor):
        may(actor, Permission.QUEUE_SEE)
        given = _given({"team_id": team_id, "outcome": outcome})
        wanted = Plan.objects.filter(day=day, debtor_id__gt=after, **given)
        found = wanted.select_related("debtor").order_by("debtor_id")[:rows]
        return tuple(_plan(row) for row in found)


def _given(conditions: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in conditions.items() if value is not None}


def _case(row: Case) -> CaseListed:
    names = [name for name in CaseListed.__dataclass_fields__ if name != "debtor_ref"]
    return CaseListed(debtor_ref=row.debtor.ref, **{name: getattr(row, name) for name in names})


def plans_of(debtor_ref: str, *, rows: int) -> tuple[PlanListed, ...]:
    """Return a person's latest plans, the newest first, inside a transaction."""
    required()
    wanted = Plan.objects.filter(debtor__ref=debtor_ref).select_related("debtor")
    return tuple(_plan(row) for row in wanted.order_by("-day")[:rows])


def _plan(row: Plan) -> PlanListed:
    names = [name for name in PlanListed.__dataclass_fields__ if name != "debtor_ref"]
    return PlanListed(debtor_ref=row.debtor.ref, **{name: getattr(row, name) for name in names})
