"""The first page: what the day looks like, and whom to speak with."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from forbear.contexts.cases.slot import shipped_slots
from forbear.contexts.cases.today import Cursor, day_figures, plan_page
from forbear.contexts.nightly.latest import latest_night
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.interfaces.console.presenter.clock import here_zone
from forbear.interfaces.console.presenter.today import figures_shown, night_shown, rows_shown
from forbear.values.errors import InvalidInput


def today(request: Any) -> HttpResponse:
    """Show the day: the night's state, figures by team, and the plan of one's own teams."""
    actor = request.principal
    night = latest_night(actor=actor, now=request.now)
    teams = people.teams(actor=actor, with_closed=True)
    zone = here_zone()
    shown: dict[str, Any] = {"night": night_shown(night, zone=zone)}
    if actor.may(Permission.REPORT_SEE) or actor.may(Permission.QUEUE_SEE):
        figures = day_figures(night.day, actor=actor)
        shown["figures"] = figures_shown(figures, teams=teams, own=actor.teams)
    if actor.may(Permission.QUEUE_SEE) and night.standing.contacts_allowed and night.day:
        shown["plan"] = _plan(request, night.day, None)
    shown["sees_contacts"] = actor.may(Permission.CONTACTS_SEE)
    shown["has_plan"] = actor.may(Permission.QUEUE_SEE)
    return render(request, "console/today.html", shown)


def plan(request: Any) -> HttpResponse:
    """Show the next rows of the plan; as a part of the page, or alone where no script runs."""
    night = latest_night(actor=request.principal, now=request.now)
    after = cursor_of(request)
    rows = None
    if night.standing.contacts_allowed and night.day:
        rows = _plan(request, night.day, after)
    whole = request.headers.get("HX-Request") != "true"
    name = "console/plan.html" if whole else "console/plan_rows.html"
    return render(request, name, {"plan": rows, "has_plan": True})


def _plan(request: Any, day: Any, after: Cursor | None) -> dict[str, Any]:
    slots = [slot.name for slot in shipped_slots()]
    page = plan_page(day, slots=slots, after=after, actor=request.principal, now=request.now)
    teams = people.teams(actor=request.principal, with_closed=True)
    return rows_shown(page, teams=teams, after=after)


def cursor_of(request: Any) -> Cursor | None:
    """Return behind which row of a plan a page begins; None: the first page.

    Raises:
        InvalidInput: there is no such place.
    """
    text = request.GET.get("after")
    if not text:
        return None
    slot, _, rest = text.partition(".")
    rank, _, debtor = rest.partition(".")
    known = any(each.name == slot for each in shipped_slots())
    if not (known and rank.isdecimal() and debtor.isdecimal() and len(rest) < 40):
        raise InvalidInput(
            "This place in the list does not exist.",
            remedy="Start from the first page.",
            message_zh="列表中没有这个位置。",
            remedy_zh="请从首页重新开始。",
        )
    return Cursor(slot, int(rank), int(debtor))
