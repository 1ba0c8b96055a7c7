"""What was recorded: a list, one recording, and its sound for whoever has said why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from forbear.contexts.contact.call import hearing
from forbear.contexts.contact.channels.registry import sound_of_recording
from forbear.contexts.people import queries as people
from forbear.interfaces.console.presenter.record import reasons_shown
from forbear.interfaces.console.presenter.recording import recording_shown, recordings_shown
from forbear.interfaces.console.presenter.span import days_asked
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import Denied, InvalidInput


@require_GET
def recordings(request: Any) -> HttpResponse:
    """Show the recordings of some days."""
    actor, given, morning = request.principal, request.GET, settings.FORBEAR_MORNING
    days = days_asked(given, today=morning.day(request.now), zone=morning.zone)
    found = hearing.recordings(
        days.since, days.until, before=_instant(given.get("before")), actor=actor, now=request.now
    )
    names = people.staff_names({each.staff_id or 0 for each in found.rows}, actor=actor)
    return render(request, "console/recordings.html", recordings_shown(found, days, names))


def recording(request: Any, ident: UUID) -> HttpResponse:
    """Show one recording; who says why they listen can then play it."""
    actor, now = request.principal, request.now
    found = hearing.recording_of(ident, actor=actor, now=now)
    fault = None
    if request.method == "POST":
        try:
            hearing.say_why(ident, request.POST.get("reason", ""), actor=actor, now=now)
        except (Denied, InvalidInput) as refused:
            fault = refused
        else:
            return redirect("recording", ident)
    names = people.staff_names({found.staff_id or 0}, actor=actor)
    shown = {
        "recording": recording_shown(found, names),
        "plays": found.removed_at is None and hearing.may_hear(ident, actor=actor, now=now),
        "reasons": reasons_shown(),
        "fault": "" if fault is None else " ".join(said(fault)),
    }
    status = 200 if fault is None else status_of(fault)
    return render(request, "console/recording.html", shown, status=status)


@require_GET
def sound(request: Any, ident: UUID) -> HttpResponse:
    """Hand out the sound, to be played in the page alone."""
    pieces = hearing.hear(
        ident, settings.FORBEAR_RECORDINGS, actor=request.principal, now=request.now
    )
    answer = HttpResponse(sound_of_recording(pieces), content_type="audio/wav")
    answer["Content-Disposition"] = "inline"
    answer["Cache-Control"] = "no-store"
    return answer


def _instant(text: str | None) -> datetime | None:
    """Return an instant that an address holds; None: it holds none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
