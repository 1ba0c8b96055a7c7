"""Cases and each day's agenda: list, show, move on and give away."""

from __future__ import annotations

from ninja import Query, Router
from pydantic import BaseModel

from forbear.contexts.cases.actions.assign_case import assign_case
from forbear.contexts.cases.actions.move_case import move_case
from forbear.contexts.cases.listing import (
    CaseListed,
    PlanListed,
    get_case,
    list_cases,
    list_plans,
)
from forbear.contexts.cases.transition import CaseEnd, CaseState
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.field import Day, Id, Reason, Ref, Sent, SentId
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.values.code import AgendaOutcome

router = Router(tags=["cases and agenda"])


class CasesAsked(Paged):
    """Which cases are asked for."""

    debtor_ref: Ref | None = None
    team_id: Id | None = None
    state: CaseState | None = None


class PlansAsked(Paged):
    """Which plans of a day are asked for."""

    team_id: Id | None = None
    outcome: AgendaOutcome | None = None


class MoveSent(Sent):
    """Where a case goes and why; ``version`` is the one that was looked at."""

    to: CaseState
    because: Reason
    version: SentId
    ended_as: CaseEnd | None = None


class AssignSent(Sent):
    """In whose care a case goes; no officer: the team's."""

    team_id: SentId
    officer_id: SentId | None = None
    version: SentId


class CaseDone(BaseModel):
    """Where the case stands now; the next change names this version."""

    id: int
    state: str
    version: int


@call(router, "GET", "/cases", scope=Scope.CASES_READ, answer=Page[CaseListed])
def list_all_cases(request: Request, asked: Query[CasesAsked]) -> object:
    """List cases in the order in which they were opened."""
    found = list_cases(
        after=after(asked),
        rows=asked.limit + 1,
        debtor_ref=asked.debtor_ref,
        team_id=asked.team_id,
        state=None if asked.state is None else asked.state.value,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(router, "GET", "/cases/{case_id}", scope=Scope.CASES_READ, answer=CaseListed)
def show_case(request: Request, case_id: Id) -> object:
    """Show one case."""
    return get_case(case_id, actor=request.actor)


@call(router, "POST", "/cases/{case_id}/moves", scope=Scope.CASES_WORK, answer=CaseDone)
def move_on(request: Request, case_id: Id, said: MoveSent) -> object:
    """Move a case to another state; refused when somebody has changed it meanwhile."""
    return move_case(
        case_id,
        said.to,
        because=said.because,
        version=said.version,
        ended_as=said.ended_as,
        actor=request.actor,
        now=request.now,
    )


@call(router, "POST", "/cases/{case_id}/assignment", scope=Scope.CASES_ASSIGN, answer=CaseDone)
def give_away(request: Request, case_id: Id, said: AssignSent) -> object:
    """Give a case, and the person with it, into the care of a team or one of its people."""
    return assign_case(
        case_id,
        team_id=said.team_id,
        officer_id=said.officer_id,
        version=said.version,
        actor=request.actor,
        now=request.now,
    )


@call(router, "GET", "/agenda/{day}", scope=Scope.AGENDA_READ, answer=Page[PlanListed])
def list_agenda(request: Request, day: Day, asked: Query[PlansAsked]) -> object:
    """List the plans of a day: whom to contact and how, or why not. Work by slot and rank."""
    found = list_plans(
        day,
        after=after(asked),
        rows=asked.limit + 1,
        team_id=asked.team_id,
        outcome=None if asked.outcome is None else asked.outcome.value,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.debtor_id)
