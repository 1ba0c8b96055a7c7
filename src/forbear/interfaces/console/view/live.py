"""How the teams stand now: at a supervisor's desk, and large on a wall."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.contexts.cases.campaign.alive import senders_alive
from forbear.contexts.cases.desk.live import teams_live
from forbear.contexts.cases.today import day_figures
from forbear.contexts.contact.agency.look import findings_unlooked
from forbear.contexts.contact.gate.outbox import outbox
from forbear.contexts.contact.gate.stop import stops_on
from forbear.contexts.nightly.latest import latest_night
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.contacts import (
    live_shown,
    reasons_shown,
    state_shown,
    stops_shown,
)
from forbear.interfaces.console.presenter.live import outbox_shown, teams_shown, wall_shown
from forbear.interfaces.console.presenter.word import CHANNELS
from forbear.interfaces.console.view.contacts import counted
from forbear.interfaces.web.hold import held_now

REASONS_MAX = 6


def _since(now: datetime) -> datetime:
    """Return when the lender's own day began."""
    morning = settings.FORBEAR_MORNING
    return datetime.combine(morning.day(now), time.min, morning.zone)


@require_GET
def team_board(request: Any) -> HttpResponse:
    """Show the teams, sending, refusals and caps; as a part where the page itself asks."""
    actor, now = request.principal, request.now
    night = latest_night(actor=actor, now=now)
    since = _since(now)
    found = None if night.day is None else counted(night.day, request)
    stops = stops_on(actor=actor)
    teams = [team for team in people.teams(actor=actor) if team.id in actor.teams]
    live = teams_live(night.day, since=since, actor=actor, now=now)
    seats = people.colleagues([team.id for team in teams], actor=actor)
    state = state_shown(
        night, found, senders_alive(actor=actor, now=now), stops, held_now(), now=now
    )
    told = None if found is None else live_shown(found)
    shown = {
        "state": state,
        "outbox": outbox_shown(outbox(since=since, actor=actor, now=now), now=now),
        "teams": teams_shown(teams, live, seats),
        "refused": [] if found is None else reasons_shown(found, most=REASONS_MAX),
        "spent": [] if told is None else told["spent"][:REASONS_MAX],
        "at": here(now, "time"),
        "still": "still" in request.GET,
        "unlooked": findings_unlooked(actor=actor),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "console/team_board_live.html", shown)
    shown["stops"] = stops_shown(stops)
    shown["channels"] = [{"code": code.value, "label": word} for code, word in CHANNELS.items()]
    shown["may_stop"] = actor.may(Permission.SENDING_STOP)
    shown["may_release"] = actor.may(Permission.SENDING_RELEASE)
    return render(request, "console/team_board.html", shown)


@require_GET
def wall(request: Any) -> HttpResponse:
    """Show the day in large type, without anything of a person; it renews itself."""
    actor, now = request.principal, request.now
    night = latest_night(actor=actor, now=now)
    found = None if night.day is None else counted(night.day, request)
    stops = stops_on(actor=actor)
    state = state_shown(
        night, found, senders_alive(actor=actor, now=now), stops, held_now(), now=now
    )
    figures = day_figures(night.day, actor=actor)
    teams = people.teams(actor=actor)
    box = outbox(since=_since(now), actor=actor, now=now)
    shown = {
        "state": state,
        **wall_shown(figures, box, teams, own=actor.teams, now=now),
        "at": f"{now.astimezone(settings.FORBEAR_MORNING.zone):%H:%M}",
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, "console/wall_live.html" if part else "console/wall.html", shown)
