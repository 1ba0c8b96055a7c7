"""A case goes into the care of a team, or of one of its people."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.care import refuse_unfit
from forbear.contexts.cases.models import Case
from forbear.contexts.cases.move import locked_case
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import give_to_team
from forbear.values.principal import Principal


def assign_case(
    case_id: int,
    *,
    team_id: int,
    officer_id: int | None,
    version: int,
    actor: Principal,
    now: datetime,
) -> Case:
    """Give a case, and the person with it, into other care.

    Raises:
        NotPermitted, NoSuchCase, CaseChanged, CannotCare: nothing was changed.
    """
    may(actor, Permission.CASE_ASSIGN)
    with acting(actor):
        case = locked_case(case_id, version=version)
        refuse_unfit(team_id, officer_id, actor=actor)
        before = {"team": case.team_id, "officer": case.officer_id}
        case.team_id, case.officer_id, case.version = team_id, officer_id, case.version + 1
        case.save()
        give_to_team(case.debtor_id, team_id)
        record(
            AuditEvent.CASE_ASSIGNED,
            actor=actor,
            subject=f"case:{case.id}",
            now=now,
            debtor_id=case.debtor_id,
            body={"from": before, "to": {"team": team_id, "officer": officer_id}},
        )
        return case
