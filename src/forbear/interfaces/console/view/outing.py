"""One approved message to a chosen set: tried, started by a second person, watched, stopped."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forbear.contexts.cases.outing.act import start_outing, stop_outing
from forbear.contexts.cases.outing.figures import outing as one_outing
from forbear.contexts.cases.outing.figures import outings as every_outing
from forbear.contexts.cases.outing.figures import refused
from forbear.contexts.cases.outing.prepare import messages_to_choose, prepare_outing
from forbear.contexts.cases.outing.set import Chosen
from forbear.contexts.cases.transition import CaseState
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.interfaces.console.presenter.outing import form_shown, outing_shown, refusals_shown
from forbear.interfaces.console.presenter.span import number_in
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, InvalidInput, NotFound


def outings(request: Any) -> HttpResponse:
    """List the latest; prepare one: choose, try, and keep what was found."""
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    fault: ForbearError | None = None
    if request.method == "POST":
        told = request.POST
        state = told.get("state", "").upper()
        chosen = Chosen(
            team_id=number_in(told.get("team")),
            state=state if state in set(CaseState) else None,
            bucket=told.get("bucket", "").strip()[:20] or None,
            late_days_min=number_in(told.get("late_min")),
            late_days_max=number_in(told.get("late_max")),
        )
        try:
            made = prepare_outing(
                told.get("message", ""),
                chosen,
                persons_max=number_in(told.get("persons_max")),
                today=today,
                actor=actor,
                now=request.now,
            )
        except ForbearError as refusal:
            fault = refusal
        else:
            return redirect("outing", made)
    teams = people.teams(actor=actor, with_closed=True)
    found = every_outing(actor=actor)
    names = _names(found, request)
    shown = {
        "outings": [outing_shown(each, names, teams) for each in found],
        "form": form_shown(messages_to_choose(as_of=today), teams, actor.teams, request.POST),
        "may_make": actor.may(Permission.OUTING_MAKE),
        "fault": "" if fault is None else " ".join(said(fault)),
        "tab": "outings",
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/outings.html", shown, status=status)


def outing(request: Any, outing_id: int) -> HttpResponse:
    """Show what the trial found and how far it has come; start it, or stop it."""
    actor, by = request.principal, {"actor": request.principal, "now": request.now}
    fault: ForbearError | None = None
    if request.method == "POST":
        try:
            match request.POST.get("deed", ""):
                case "start":
                    start_outing(outing_id, **by)
                    messages.success(request, _("Started; the gate is asked person by person."))
                case "stop":
                    back = stop_outing(outing_id, **by)
                    words = _("Stopped. Taken back before they left: %(n)s.")
                    messages.success(request, words % {"n": back})
                case _:
                    raise InvalidInput("There is no such step.", message_zh="没有这一步骤。")
        except NotFound:
            raise
        except ForbearError as refusal:
            fault = refusal
        else:
            return redirect("outing", outing_id)
    found = one_outing(outing_id, actor=actor)
    tried, asked = refused(outing_id, actor=actor)
    ids = {person for each in tried for person in each.examples}
    refs = refs_of(ids, actor=actor) if ids else {}
    teams = people.teams(actor=actor, with_closed=True)
    shown = {
        "outing": outing_shown(found, _names([found], request), teams),
        "tried": refusals_shown(tried, refs),
        "asked": refusals_shown(asked, {}),
        "own": str(found.prepared_by) == actor.id,
        "may_start": actor.may(Permission.APPROVE),
        "may_stop": actor.may(Permission.SENDING_STOP),
        "fault": "" if fault is None else " ".join(said(fault)),
        "tab": "outings",
    }
    status = HTTPStatus.OK if fault is None else status_of(fault)
    return render(request, "console/outing.html", shown, status=status)


def _names(found: Any, request: Any) -> dict[int, str]:
    ids = {each.prepared_by for each in found} | {each.started_by or 0 for each in found}
    return people.staff_names(ids, actor=request.principal)
