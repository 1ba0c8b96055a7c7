"""A supervisor's list of open cases, and giving them into other care."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.cases.actions.assign_case import assign_case
from forbear.contexts.cases.actions.hand_over import hand_over
from forbear.contexts.cases.desk.board import board
from forbear.contexts.cases.handing import Chosen, Why, preview_hand_over
from forbear.contexts.cases.transition import CaseState
from forbear.contexts.people import queries as people
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.interfaces.console.presenter.search import (
    NOBODY,
    board_shown,
    hand_over_shown,
    sift_shown,
    states_shown,
    takers_shown,
    whys_shown,
)
from forbear.interfaces.console.presenter.span import number_chosen, number_in
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, InvalidInput

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
    own = [team for team in teams if team.id in actor.teams]
    colleagues = people.colleagues([team.id for team in teams], actor=actor)
    query = given.copy()
    for name in ("after", "state"):
        query.pop(name, None)
    officers = {case.officer_id for case in found if case.officer_id}
    names = people.staff_names(officers, actor=actor)
    shown = {
        "cases": board_shown(found, teams=own, colleagues=colleagues, names=names),
        "takers": takers_shown(own, colleagues),
        "whys": whys_shown(None),
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
    team, officer = _taker(request)
    version = number_in(request.POST.get("version"))
    if version is None:
        raise _nobody()
    assign_case(
        case,
        team_id=team,
        officer_id=officer,
        version=version,
        actor=request.principal,
        now=request.now,
    )
    messages.success(request, _("Given into other care."))
    return _back(request)


@require_POST
def hand_over_chosen(request: Any) -> HttpResponse:
    """Show who of several chosen persons would move, and who would not and why; then move them."""
    by = {"actor": request.principal, "now": request.now}
    team, officer = _taker(request)
    chosen = Chosen(_versions(request), team, officer)
    why = _why(request)
    fault: ForbearError | None = None
    if request.POST.get("deed") == "do":
        goes = [number_chosen(each) for each in request.POST.getlist("goes")]
        try:
            done = hand_over(chosen, goes=goes, why=why, **by)
        except ForbearError as refused:
            fault = refused
        else:
            told = ngettext("%(n)s case handed over.", "%(n)s cases handed over.", len(done.goes))
            messages.success(request, told % {"n": len(done.goes)})
            return _back(request)
    found = preview_hand_over(chosen, **by)
    refs = refs_of(set(found.persons.values()), actor=request.principal) if found.persons else {}
    teams = people.teams(actor=request.principal)
    colleagues = people.colleagues([each.id for each in teams], actor=request.principal)
    shown = {
        **hand_over_shown(chosen, found, refs, teams, colleagues),
        "why": why.value,
        "why_word": next(each["label"] for each in whys_shown(why) if each["chosen"]),
        "back": _wanted(request),
        "fault": "" if fault is None else " ".join(said(fault)),
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/hand_over.html", shown, status=status)


def _taker(request: Any) -> tuple[int, int | None]:
    team, _colon, officer = request.POST.get("to", "").partition(":")
    team_id, officer_id = number_in(team), number_in(officer)
    if team_id is None or (officer and officer_id is None):
        raise _nobody()
    return team_id, officer_id


def _why(request: Any) -> Why:
    try:
        return Why(request.POST.get("why", ""))
    except ValueError:
        raise InvalidInput(
            "Say why the cases are handed over.",
            remedy="Choose a reason from the list.",
            message_zh="请说明转交原因。",
            remedy_zh="请从列表中选择原因。",
            field="why",
        ) from None


def _nobody() -> InvalidInput:
    return InvalidInput(
        "Nobody was chosen.",
        remedy="Choose a team, or somebody in it.",
        message_zh="尚未选择。",
        remedy_zh="请选择团队或其中的人员。",
    )


def _versions(request: Any) -> dict[int, int]:
    pairs = (each.partition(":") for each in request.POST.getlist("case"))
    return {number_chosen(case): number_chosen(version) for case, _colon, version in pairs}


def _back(request: Any) -> HttpResponse:
    return HttpResponseRedirect(_wanted(request))


def _wanted(request: Any) -> str:
    """Return the page that somebody came from, as far as it is one of ours."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return str(wanted) if safe and wanted.startswith("/") else reverse("cases")
