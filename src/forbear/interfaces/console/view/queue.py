"""A collector's work of the day, in its order."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from forbear.contexts.cases.desk.queue import my_queue
from forbear.contexts.cases.slot import shipped_slots
from forbear.contexts.nightly.latest import latest_night
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_sending
from forbear.interfaces.console.presenter.clock import here_zone
from forbear.interfaces.console.presenter.queue import STANDS, WAYS, filters_shown, queue_shown
from forbear.interfaces.console.presenter.today import night_shown
from forbear.interfaces.console.view.today import cursor_of
from forbear.interfaces.console.view.turn import follows
from forbear.values.code import Channel


def queue(request: Any) -> HttpResponse:
    """Show the queue; as a part of the page where the page itself asks for more."""
    actor, now = request.principal, request.now
    night = latest_night(actor=actor, now=now)
    teams = people.teams(actor=actor, with_closed=True)
    after, chosen = cursor_of(request), _chosen(request)
    shown: dict[str, Any] = {"night": night_shown(night, zone=here_zone())}
    shown["follows"], shown["calls"] = follows(request), actor.may(Permission.CASE_WORK)
    shown["filters"] = filters_shown(chosen)
    shown["asked"] = "&".join(f"{name}={value}" for name, value in chosen.items() if value)
    if night.standing.contacts_allowed and night.day:
        known = [slot.name for slot in shipped_slots()]
        found = my_queue(
            night.day,
            slots=[name for name in known if chosen["slot"] in {"", name}],
            channels=_channels(chosen["way"]),
            states=STANDS[chosen["state"]][1],
            after=after,
            actor=actor,
            now=now,
        )
        shown["queue"] = queue_shown(found, teams=teams, after=after, actor=actor, now=now)
    part = request.headers.get("HX-Request") == "true"
    return render(request, "console/queue_rows.html" if part else "console/queue.html", shown)


def _channels(way: str) -> frozenset[Channel]:
    return open_sending().by_person if way == "desk" else frozenset(Channel)


def _chosen(request: Any) -> dict[str, str]:
    """Return what is asked for; whatever is not known stands for everything that is to do."""
    asked = request.GET
    slots = {slot.name for slot in shipped_slots()}
    slot, state, way = asked.get("slot", ""), asked.get("state", ""), asked.get("way", "")
    return {
        "slot": slot if slot in slots else "",
        "state": state if state in STANDS else "open",
        "way": way if way in WAYS else "desk",
    }
