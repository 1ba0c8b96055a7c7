"""A supervisor's list of open cases, and giving them into other care."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.cases.actions.assign_case import assign_case
from forbear.contexts.cases.desk.board import board
from forbear.contexts.cases.transition import CaseState
from forbear.contexts.people import queries as people
from forbear.interfaces.console.presenter.search import (
    NOBODY,
    board_shown,
    sift_shown,
    states_shown,
)
from forbear.interfaces.console.presenter.span import number_in
from forbear.values.errors import InvalidInput

OPEN = tuple(state for state in CaseState if state is not CaseState.CLOSED)


@require_GET
def cases(request: Any) -> HttpResponse:
    """Show open cases, those of one state where that is asked."""
    actor, given = request.principal, request.GET
    asked = given.get("state", "").upper()
    chosen = CaseState(asked) if asked in set(OPEN) else None
    team, officer = number_in(given.get("team")), given.get("officer", "")
    found, following = board(
        teams=None if team is None else (team,),
        states=OPEN if chosen is None else (chosen,),
        officer_id=number_in(officer),
        unowned=officer == NOBODY,
        late_days_min=number_in(given.get("late")),
        debtor_ref=given.get("ref", "").strip()[:64] or None,
        bucket=given.get("bucket", "")[:20] or None,
        after=number_in(given.get("after")) or 0,
        actor=actor,
        now=request.now,
    )
    teams = people.teams(actor=actor)
    colleagues = people.colleagues([team.id for team in teams], actor=actor)
    query = given.copy()
    for name in ("after", "state"):
        query.pop(name, None)
    officers = {case.officer_id for case in found if case.officer_id}
    names = people.staff_names(officers, actor=actor)
    shown = {
        "cases": board_shown(found, teams=teams, colleagues=colleagues, names=names),
        "states": states_shown(chosen, OPEN),
        "next": following,
        "sift": sift_shown(given, teams, colleagues, own=actor.teams),
        "query": query.urlencode(),
        "state": "" if chosen is None else chosen.value.lower(),
    }
    return render(request, "console/cases.html", shown)


@require_POST
def assign(request: Any, case: int) -> HttpResponse:
    """Give a case to a team, or to somebody in it."""
    team, _colon, officer = request.POST.get("to", "").partition(":")
    version = request.POST.get("version", "")
    if not (team.isdecimal() and version.isdecimal() and (officer.isdecimal() or not officer)):
        raise InvalidInput(
            "Nobody was chosen.",
            remedy="Choose a team, or somebody in it.",
            message_zh="尚未选择。",
            remedy_zh="请选择团队或其中的人员。",
        )
    assign_case(
        case,
        team_id=int(team),
        officer_id=int(officer) if officer else None,
        version=int(version),
        actor=request.principal,
        now=request.now,
    )
    messages.success(request, _("Given into other care."))
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    here = wanted if safe and wanted.startswith("/") else reverse("cases")
    return HttpResponseRedirect(here)
