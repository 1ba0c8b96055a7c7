"""Outside agencies: their mandates, and what did not agree between permits and reports."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.contexts.contact.agency.listing import latest_days, list_findings
from forbear.contexts.people.terms import coming, teams_on
from forbear.interfaces.console.presenter.agency import days_shown, findings_shown
from forbear.interfaces.console.presenter.local import listed

DAYS_MAX, FINDINGS_MAX = 60, 200


@require_GET
def agencies(request: Any) -> HttpResponse:
    """Show every agency, its last days, and every difference that stands."""
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    teams = [team for team in teams_on(today, actor=actor) if team.agency]
    found = list_findings(after=0, rows=FINDINGS_MAX, standing=True, actor=actor)
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
        "findings": findings_shown(found, teams),
        "breaches": sum(each.breach for each in found),
        "tab": "agencies",
    }
    return render(request, "console/agencies.html", shown)
