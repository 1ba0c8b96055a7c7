"""What the gate refused: chosen by rule, channel, day and team, counted, and one by one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.contexts.contact.gate.refused import Wanted, refusals
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.interfaces.console.presenter.refusals import chosen_shown, refusals_shown
from forbear.interfaces.console.presenter.span import days_asked, number_in
from forbear.values.code import Channel


@require_GET
def refused(request: Any) -> HttpResponse:
    """Show refusals of some days."""
    actor, given, morning = request.principal, request.GET, settings.FORBEAR_MORNING
    days = days_asked(given, today=morning.day(request.now), zone=morning.zone)
    channel = given.get("channel", "")
    wanted = Wanted(
        days.since,
        days.until,
        channel=Channel(channel) if channel in set(Channel) else None,
        team_id=number_in(given.get("team")),
        reason=given.get("reason", "")[:80] or None,
    )
    found = refusals(
        wanted,
        zone=morning.zone.key,
        before=number_in(given.get("before")),
        actor=actor,
        now=request.now,
    )
    teams = people.teams(actor=actor, with_closed=True)
    shown = {
        **refusals_shown(found, days, teams=teams),
        **chosen_shown(wanted, days, teams=teams, actor=actor),
        "tab": "refusals",
        "sees_contacts": actor.may(Permission.CONTACTS_SEE),
    }
    return render(request, "console/refusals.html", shown)
