"""A colleague at a desk opens a person's way to their own pages again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.contexts.access.actions.reopen import ask_reopen, reopen
from forbear.contexts.access.word import Known
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.contexts.portfolio.row import unknown_person
from forbear.values.errors import InvalidInput


@require_POST
def open_again(request: Any, person: int) -> HttpResponse:
    """Open what tries have shut, or a number that somebody granted; else ask for that."""
    ref = refs_of([person], actor=request.principal).get(person)
    if ref is None:
        raise unknown_person(str(person))
    by = {"actor": request.principal, "now": request.now}
    known, point = _known(request), _number(request, "point")
    if request.POST.get("deed") == "ask" and point is not None:
        ask_reopen(ref, point, known, **by)
        messages.success(request, _("Asked of a second person; once granted, open it here."))
    else:
        approval = _number(request, "approval")
        reopen(ref, known, contact_point_id=point, approval_id=approval, **by)
        messages.success(request, _("Open again. They may ask for a new code now."))
    return redirect("person", person)


def _known(request: Any) -> Known:
    said = request.POST.get("known", "")
    if said not in {each.value for each in Known}:
        raise InvalidInput(
            "Say how you made sure who it is.",
            remedy="Choose one of the three.",
            message_zh="请说明您如何确认对方身份。",
            remedy_zh="请从三项中选择一项。",
        )
    return Known(said)


def _number(request: Any, name: str) -> int | None:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None
