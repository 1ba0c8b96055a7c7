"""Outside agencies: their mandates, and what did not agree between permits and reports."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forbear.contexts.contact.agency.listing import latest_days, list_findings
from forbear.contexts.contact.agency.look import look_at_finding, looks_at
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.contexts.people.terms import coming, teams_on
from forbear.interfaces.console.presenter.agency import days_shown, findings_shown
from forbear.interfaces.console.presenter.local import listed
from forbear.interfaces.console.presenter.span import number_in
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, NotFound

DAYS_MAX, FINDINGS_MAX = 60, 200


def agencies(request: Any) -> HttpResponse:
    """Show every agency, its last days, and every difference that stands; take what was found."""
    actor, fault = request.principal, ""
    status = HTTPStatus.OK
    if request.method == "POST":
        told, by = request.POST, {"actor": actor, "now": request.now}
        try:
            look_at_finding(number_in(told.get("finding")) or 0, told.get("note", ""), **by)
        except NotFound:
            raise
        except ForbearError as refusal:
            fault, status = " ".join(said(refusal)), status_of(refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect("agencies")
    return _page(request, fault, status)


def _page(request: Any, fault: str, status: HTTPStatus) -> HttpResponse:
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    teams = [team for team in teams_on(today, actor=actor) if team.agency]
    found = list_findings(after=0, rows=FINDINGS_MAX, standing=True, actor=actor)
    looks = looks_at([each.id for each in found], actor=actor)
    names = people.staff_names({each.by for each in looks.values()}, actor=actor)
    rows = findings_shown(found, teams, looks, names)
    shown = {
        "agencies": [
            {
                **row,
                "mandate": "" if team.terms is None else team.terms.mandate_until or "",
                "review": "" if team.terms is None else team.terms.review_on or "",
            }
            for row, team in zip(
                listed(teams, coming(today, actor=actor), today=today), teams, strict=True
            )
        ],
        "days": days_shown(latest_days(rows=DAYS_MAX, actor=actor), teams),
        "findings": [row for row in rows if not row["looked"]],
        "looked": [row for row in rows if row["looked"]],
        "breaches": sum(each.breach and each.id not in looks for each in found),
        "may_look": actor.may(Permission.AGENCIES_LOOK),
        "fault": fault,
        "given": {"finding": request.POST.get("finding", ""), "note": request.POST.get("note", "")},
        "tab": "agencies",
    }
    return render(request, "console/agencies.html", shown, status=status)
