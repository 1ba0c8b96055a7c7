"""Does local work? The two arms of the local trial, as a page, a table file, and persons."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from forbear.contexts.nightly.local.trial import Compared, compared, persons_of
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.interfaces.console.presenter.effect import compared_shown, persons_shown, table
from forbear.values.code import TrialArm
from forbear.values.errors import InvalidInput

COUNTED_FOR_S = 600
PERSONS_MAX = 200


@require_GET
def effect(request: Any) -> HttpResponse:
    """Compare the arms, or say that it is too early to."""
    found = _compared(request)
    drills = request.principal.may(Permission.PERSON_SEE)
    shown = {
        "trial": None if found is None else compared_shown(found, drills=drills),
        "tab": "effect",
    }
    return render(request, "console/local_effect.html", shown)


@require_GET
def effect_table(request: Any) -> HttpResponse:
    """Hand the comparison out as CSV: counts and sums, without persons."""
    found = _compared(request)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(table(found))
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="forbear-local-trial.csv"'
    return answer


@require_GET
def persons(request: Any) -> HttpResponse:
    """List persons of an arm whom the reader may see."""
    arm, what = request.GET.get("arm", ""), request.GET.get("what", "all")
    if arm not in set(TrialArm):
        raise InvalidInput("There is no such arm.", message_zh="没有这一组。", field="arm")
    actor = request.principal
    found = persons_of(TrialArm(arm), what, rows=PERSONS_MAX, actor=actor)
    refs = refs_of({person for person, _since in found}, actor=actor) if found else {}
    shown = persons_shown(TrialArm(arm), what, found, refs)
    shown |= {"most": PERSONS_MAX if len(found) == PERSONS_MAX else 0, "tab": "effect"}
    return render(request, "console/local_persons.html", shown)


def _compared(request: Any) -> Compared | None:
    """Count at most every ten minutes, however many look on."""
    key = f"local:{settings.FORBEAR_MORNING.day(request.now)}"
    found: Compared | None = cache.get(key)
    if found is None:
        found = compared(actor=request.principal)
        cache.set(key, found, COUNTED_FOR_S)
    return found
