"""Local teams: what counts of each, what a change would do, and how it is changed by two."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from forbear.contexts.nightly.local.preview import preview
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.people import queries as people
from forbear.contexts.people.actions.team import UnknownTeam
from forbear.contexts.people.actions.terms import adopt_terms, propose_terms
from forbear.contexts.people.role import Permission
from forbear.contexts.people.terms import TeamOnDay, coming, proposals, teams_on
from forbear.interfaces.console.presenter.local import (
    effect_shown,
    form_of,
    form_shown,
    listed,
    read_form,
    steps_shown,
)
from forbear.interfaces.console.presenter.span import number_chosen
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError


@require_GET
def local_teams(request: Any) -> HttpResponse:
    """List every team with what counts of it today, and what is to come."""
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    found = teams_on(today, actor=actor)
    shown = {
        "teams": listed(found, coming(today, actor=actor), today=today),
        "today": today.isoformat(),
        "tab": "teams",
    }
    return render(request, "console/local_teams.html", shown)


def local_team(request: Any, team: int) -> HttpResponse:
    """Show one team; try a change, ask a second person for it, or put it in force."""
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    fault: ForbearError | None = None
    shown: dict[str, Any] = {}
    one = _team(team, today, request)
    given = form_of(one.terms, since=today + timedelta(days=1))
    if request.method == "POST":
        deed = request.POST.get("deed", "")
        given = request.POST
        try:
            if deed == "adopt":
                adopt_terms(
                    number_chosen(request.POST.get("terms")),
                    today=today,
                    actor=actor,
                    now=request.now,
                )
                messages.success(request, _("It counts from its day on."))
                return redirect("local_team", team)
            terms, since = read_form(given, one.terms)
            if deed == "ask":
                propose_terms(team, terms, since=since, today=today, actor=actor, now=request.now)
                messages.success(request, _("Written down; a second person decides."))
                return redirect("local_team", team)
            shown = {"effect": _effect(request, one, terms, since)}
        except UnknownTeam:
            raise
        except ForbearError as refused:
            fault = refused
            given = given if deed != "adopt" else form_of(one.terms, since=today)
    history = proposals(team, actor=actor)
    by = {each.asked_by for each in history} | {each.adopted_by or 0 for each in history}
    names = people.staff_names(by, actor=actor)
    waiting = {each.id: people.approval(each.approval_id, actor=actor) for each in history[:5]}
    shown |= {
        "team": listed((one,), (), today=today)[0],
        "form": form_shown(given, one.terms),
        "steps": steps_shown(history, waiting, names, today=today),
        "may_plan": actor.may(Permission.TEAMS_PLAN),
        "agency": one.agency,
        "fault": "" if fault is None else " ".join(said(fault)),
        "tab": "teams",
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/local_team.html", shown, status=status)


def _effect(request: Any, one: TeamOnDay, terms: Any, since: date) -> dict[str, Any]:
    found = preview(
        one.code,
        terms,
        day=since,
        workspace=Workspace(settings.FORBEAR_HOME),
        actor=request.principal,
    )
    return effect_shown(found, teams_on(since, actor=request.principal))


def _team(team: int, today: date, request: Any) -> TeamOnDay:
    for each in teams_on(today, actor=request.principal):
        if each.id == team:
            return each
    raise UnknownTeam(
        f"There is no open team {team}.",
        remedy="Choose from the list of teams.",
        message_zh=f"没有编号为 {team} 的在用团队。",
        remedy_zh="请从团队列表中选择。",
    )
