"""What was recorded: a list, one recording, and its sound for whoever has said why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from forbear.contexts.contact.call import hearing
from forbear.contexts.contact.channels.registry import sound_of_recording
from forbear.contexts.contact.transcript.reading import moments_of, read_transcript
from forbear.contexts.people import queries as people
from forbear.interfaces.console.presenter.moment import (
    at_shown,
    moment_shown,
    staff_in,
    transcript_shown,
)
from forbear.interfaces.console.presenter.record import reasons_shown
from forbear.interfaces.console.presenter.recording import recording_shown, recordings_shown
from forbear.interfaces.console.presenter.span import days_asked, number_in
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import Conflict, Denied, ForbearError, InvalidInput, NotFound


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
    """Show one recording; who says why they listen can then play it, and read what was said."""
    actor, now = request.principal, request.now

    def take() -> None:
        if request.method == "POST":
            hearing.say_why(ident, request.POST.get("reason", ""), actor=actor, now=now)

    refused = recording_page(request, ident, take)
    if refused is None and request.method == "POST":
        return redirect(request.get_full_path())
    return refused or _shown(request, ident)


def recording_page(request: Any, ident: UUID, take: Callable[[], None]) -> HttpResponse | None:
    """Do what a form of the page asks for; return the page that says why not, or None."""
    hearing.recording_of(ident, actor=request.principal, now=request.now)
    try:
        take()
    except NotFound:
        raise
    except (Denied, InvalidInput, Conflict) as refused:
        return _shown(request, ident, fault=refused)
    return None


def _shown(request: Any, ident: UUID, *, fault: ForbearError | None = None) -> HttpResponse:
    actor, now = request.principal, request.now
    found = hearing.recording_of(ident, actor=actor, now=now)
    hears = hearing.may_hear(ident, actor=actor, now=now)
    from_s = number_in(request.GET.get("from")) or 0
    shown = {
        "recording": recording_shown(found, people.staff_names({found.staff_id or 0}, actor=actor)),
        "plays": hears and found.sounds and found.removed_at is None,
        "opens": hears,
        "from_s": from_s,
        "from_shown": at_shown(from_s * 1000),
        "reasons": reasons_shown(),
        "fault": "" if fault is None else " ".join(said(fault)),
        **(words_shown(ident, hears=hears, actor=actor, now=now) if found.written else {}),
    }
    status = 200 if fault is None else status_of(fault)
    return render(request, "console/recording.html", shown, status=status)


def words_shown(ident: UUID, *, hears: bool, actor: Any, now: datetime) -> dict[str, Any]:
    """Return a call's moments, and what was said to whoever has said why they read it."""
    found = moments_of(ident, actor=actor, now=now)
    names = people.staff_names(staff_in(found), actor=actor)
    shown: dict[str, Any] = {"moments": [moment_shown(each, names) for each in found]}
    if hears:
        said_there = read_transcript(ident, actor=actor, now=now)
        shown["transcript"] = transcript_shown(said_there, found, names)
    return shown


@require_GET
def sound(request: Any, ident: UUID) -> HttpResponse:
    """Hand out the sound, from a second on, to be played in the page alone."""
    pieces = hearing.hear(
        ident, settings.FORBEAR_RECORDINGS, actor=request.principal, now=request.now
    )
    from_s = number_in(request.GET.get("from")) or 0
    heard = sound_of_recording(pieces, from_s=from_s)
    answer = HttpResponse(heard, content_type="audio/wav")
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
