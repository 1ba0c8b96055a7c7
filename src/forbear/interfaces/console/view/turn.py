"""Calls that follow each other by themselves, while a collector is at their desk and wants it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.contexts.cases.desk.turn import NobodyNext, take_next
from forbear.contexts.cases.slot import shipped_slots
from forbear.contexts.nightly.latest import latest_night
from forbear.contexts.rulebook.library import open_desks
from forbear.interfaces.console.presenter.clock import here_zone
from forbear.interfaces.console.presenter.today import night_shown
from forbear.interfaces.web.error import said

_ON, _FOR = "calls_follow", "calls_follow_to"


@require_POST
def turn(request: Any) -> HttpResponse:
    """Switch it on and go to who is next, or switch it off."""
    request.session[_ON] = request.POST.get("on") == "1"
    if not request.session[_ON]:
        request.session.pop(_FOR, None)
        messages.success(request, _("Calls no longer follow by themselves."))
        person = request.POST.get("person", "")
        return redirect("person", int(person)) if person.isdecimal() else redirect("queue")
    return go_on(request)


def follows(request: Any) -> bool:
    """Say whether calls follow each other by themselves for this collector now."""
    return bool(request.session.get(_ON))


def go_on(request: Any) -> HttpResponse:
    """Go to whoever is next; where nobody is, switch it off and say why."""
    actor, now = request.principal, request.now
    night = latest_night(actor=actor, now=now)
    if night.day is None or not night.standing.contacts_allowed:
        request.session[_ON] = False
        messages.warning(request, night_shown(night, zone=here_zone())["words"])
        return redirect("queue")
    try:
        slots = [slot.name for slot in shipped_slots()]
        person = take_next(night.day, slots=slots, actor=actor, now=now)
    except NobodyNext as nobody:
        request.session[_ON] = False
        messages.warning(request, " ".join(said(nobody)))
        return redirect("queue")
    request.session[_FOR] = person
    return redirect("person", person)


def dials_in_s(request: Any, person: int) -> int | None:
    """Return after how many seconds the page asks for the call by itself; None: it does not.

    It is told once: a page that is loaded again, or was opened by hand, waits for its reader.
    """
    due = follows(request) and request.session.get(_FOR) == person
    if due:
        request.session.pop(_FOR)
    return open_desks().turn_read_s if due else None
