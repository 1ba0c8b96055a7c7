"""A colleague at a desk writes down that no model may weigh a person, or that one may again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.contexts.portfolio.row import unknown_person
from forbear.contexts.portfolio.said import weighing_said
from forbear.contexts.portfolio.word import Source
from forbear.interfaces.console.view.work import request_id


@require_POST
def weigh(request: Any, person: int) -> HttpResponse:
    """Write down what the person said; it counts from the next night on."""
    ref = refs_of([person], actor=request.principal).get(person)
    if ref is None:
        raise unknown_person(str(person))
    wanted = request.POST.get("wanted") == "1"
    said = weighing_said(f"desk-{request_id(request).hex}", ref, wanted=wanted)
    record_consent(said, source=Source.STAFF, actor=request.principal, now=request.now)
    messages.success(request, _("Written down; it counts from the next night on."))
    return redirect("person", person)
