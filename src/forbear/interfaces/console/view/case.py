"""Who has a case: taking it, giving it back, taking it over, giving it into other care."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.contexts.cases.actions.claim_case import (
    CaseHeld,
    release_case,
    take_case,
    take_over_case,
)
from forbear.contexts.cases.desk.whose import debtor_of
from forbear.interfaces.web.error import said


@require_POST
def take(request: Any, case: int) -> HttpResponse:
    """Take a case and go to the person; where somebody else has it, say who."""
    try:
        take_case(case, actor=request.principal, now=request.now)
    except CaseHeld as held:
        messages.warning(request, " ".join(said(held)))
    return _to_person(request, case)


@require_POST
def take_over(request: Any, case: int) -> HttpResponse:
    """Take a case from whoever has it."""
    take_over_case(case, actor=request.principal, now=request.now)
    return _to_person(request, case)


@require_POST
def release(request: Any, case: int) -> HttpResponse:
    """Give a case back, and go on with the queue."""
    release_case(case, actor=request.principal, now=request.now)
    messages.success(request, _("Given back."))
    return redirect("queue")


def _to_person(request: Any, case: int) -> HttpResponse:
    return redirect("person", debtor_of(case, actor=request.principal))
