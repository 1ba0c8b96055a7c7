"""What is good to know: one's rights, and free help. For everybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from forbear.contexts.rulebook.library import (
    open_documents,
    open_helpers,
    open_lender,
    open_regions,
)
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.portal.presenter.place import PLACES, place_of, regions_of
from forbear.policy.help import HelpKind, helpers_for
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction

_KINDS = (
    HelpKind.DEBT_ADVICE,
    HelpKind.LEGAL_AID,
    HelpKind.MEDIATION,
    HelpKind.REGULATOR,
    HelpKind.CRISIS,
    HelpKind.EMERGENCY,
)


def rights(request: Any) -> HttpResponse:
    """Show what somebody may demand, in plain words."""
    law = place_of(request)
    found = open_documents().rights_on(law, settings.FORBEAR_MORNING.day(request.now)).rights
    shown = {"rights": [in_tongue(each) for each in found], "places": _places(law)}
    return render(request, "portal/rights.html", shown)


def help_near(request: Any) -> HttpResponse:
    """Show who helps free of charge where somebody lives."""
    law = place_of(request)
    wanted = request.GET.get("region", "")
    region = wanted if wanted in open_regions() else None
    groups = []
    for kind in _KINDS:
        found = helpers_for(open_helpers(), law, region=region, kind=kind)
        rows = [
            {
                "name": in_tongue(Both(zh=each.name_zh, en=each.name_en)),
                "says": in_tongue(Both(zh=each.says_zh, en=each.says_en)),
                "phone": each.phone,
                "web": each.web,
            }
            for each in found
        ]
        if rows:
            groups.append({"kind": kind.value, "rows": rows})
    shown = {
        "groups": groups,
        "places": _places(law),
        "law": law.value,
        "regions": regions_of(law, chosen=region),
    }
    return render(request, "portal/help.html", shown)


def _places(law: Jurisdiction) -> list[dict[str, Any]]:
    served = [each for each in PLACES if each in open_lender().actors]
    return [{"code": each.value, "label": PLACES[each], "here": each is law} for each in served]
