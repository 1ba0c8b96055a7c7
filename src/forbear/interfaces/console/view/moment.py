"""Moments in calls that somebody should look at: a list, and what somebody made of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.contact.transcript import reading
from forbear.contexts.contact.transcript.decide import decide_moment
from forbear.contexts.contact.transcript.word import MomentKind
from forbear.contexts.people import queries as people
from forbear.interfaces.console.presenter.moment import moments_shown, staff_in
from forbear.interfaces.console.presenter.span import days_asked, number_in
from forbear.interfaces.console.view.recording import recording_page

DAYS_BACK = 29


@require_GET
def moments(request: Any) -> HttpResponse:
    """Show moments of some days: those that wait, or those that are decided."""
    actor, given, morning = request.principal, request.GET, settings.FORBEAR_MORNING
    days = days_asked(given, today=morning.day(request.now), zone=morning.zone, back=DAYS_BACK)
    wanted = given.get("kind", "")
    kind = MomentKind(wanted) if wanted in set(MomentKind) else None
    decided = given.get("decided") == "1"
    found = reading.moments(
        days.since,
        days.until,
        kind=kind,
        decided=decided,
        before=number_in(given.get("before")),
        actor=actor,
        now=request.now,
    )
    names = people.staff_names(staff_in(found.rows), actor=actor)
    shown = moments_shown(found, days, names, kind=kind, decided=decided)
    return render(request, "console/moments.html", shown)


@require_POST
def decide(request: Any, ident: UUID, moment: int) -> HttpResponse:
    """Take what somebody made of a moment."""

    def take() -> None:
        verdict = request.POST.get("verdict", "")
        done = decide_moment(ident, moment, verdict, actor=request.principal, now=request.now)
        messages.success(
            request,
            _("Written down, and contact follows from it at once.") if done else _("Written down."),
        )

    refused = recording_page(request, ident, take)
    return redirect("recording", ident) if refused is None else refused
