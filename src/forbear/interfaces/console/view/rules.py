"""The rules in force on a day, what two days differ in, and what that does to past contacts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from forbear.contexts.house.queries import own_in_force
from forbear.contexts.nightly.replay import ReplaySettings, replay
from forbear.contexts.nightly.workspace import Workspace
from forbear.contexts.rulebook.library import Shelved, open_lender
from forbear.interfaces.console.presenter.rules import (
    day_of,
    difference_shown,
    laws_shown,
    pack_shown,
    replay_shown,
)
from forbear.interfaces.web.error import said
from forbear.policy.pack import Library
from forbear.values.code import Jurisdiction
from forbear.values.errors import ForbearError

TRIED_DAYS = 30


def rules(request: Any) -> HttpResponse:
    """Show a day's rules, or what differs from another day's; on demand, try it on the past.

    Of two days the earlier is what was and the later what is, whichever was asked for first.
    """
    given = request.POST if request.method == "POST" else request.GET
    today = settings.FORBEAR_MORNING.day(request.now)
    name = given.get("law", "").upper()
    law = Jurisdiction(name) if name in set(Jurisdiction) else Jurisdiction.CN
    day = day_of(given.get("on"), today)
    library = own_in_force(actor=request.principal).library
    other = day_of(given.get("against"), today) if given.get("against") else None
    if other is not None and other > day:
        day, other = other, day
    actor = open_lender().actors.get(law)
    pack = library.pack(law, as_of=day, actor=actor)
    shown: dict[str, Any] = {
        "laws": laws_shown(law),
        "law": law.value.lower(),
        "day": day.isoformat(),
        "against": "",
        **pack_shown(pack, library),
    }
    if other is not None:
        shown["against"] = other.isoformat()
        before = library.pack(law, as_of=other, actor=actor)
        shown["difference"] = difference_shown(before, pack)
        if request.method == "POST":
            shown |= tried(library, day, library, other, request)
    return render(request, "console/rules.html", shown)


def tried(
    library: Library, day: date, former: Library, other: date, request: Any
) -> dict[str, Any]:
    """Return what rules of a day would have done to recent contacts beside former ones."""
    workspace = Workspace(settings.FORBEAR_HOME)
    try:
        last = settings.FORBEAR_MORNING.day(request.now)
        asked = ReplaySettings(
            after=f"after@{day}",
            before=f"before@{other}",
            first=last - timedelta(days=TRIED_DAYS),
            last=last,
            shown_max=0,
            shelves={
                f"after@{day}": Shelved(library, day, {}, {}),
                f"before@{other}": Shelved(former, other, {}, {}),
            },
        )
        found = replay(workspace=workspace, settings=asked)
    except ForbearError as refused:
        return {"replay_fault": " ".join(said(refused))}
    return {"replay": replay_shown(found.as_dict())}
