"""Finding somebody by what one has at hand. What is typed never stands in an address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from forbear.contexts.people import queries as people
from forbear.contexts.portfolio.queries.find import find_by_anything
from forbear.interfaces.console.presenter.search import found_shown

_SIGNS_MAX = 100


def search(request: Any) -> HttpResponse:
    """Show the form, or whom it found; one person alone is opened at once."""
    if request.method != "POST":
        return render(request, "console/search.html", {"found": None})
    actor, text = request.principal, request.POST.get("text", "").strip()[:_SIGNS_MAX]
    found = find_by_anything(text, actor=actor, now=request.now) if text else ()
    if len({each.id for each in found}) == 1:
        return redirect("person", found[0].id)
    teams = people.teams(actor=actor, with_closed=True)
    return render(request, "console/search.html", {"found": found_shown(found, teams=teams)})
