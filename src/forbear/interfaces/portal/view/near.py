"""Somebody writes words that let fear for them: contact stops, and they see who helps right now."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render

from forbear.contexts.cases.desk.check import signs_in
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.hardship import signal_distress
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import HardshipCategory, Intake
from forbear.contexts.rulebook.library import open_helpers
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.portal.view.person import by_of, who_of
from forbear.policy.help import HelpKind, helpers_for
from forbear.policy.wording.form import Both
from forbear.values.code import HoldKind, Jurisdiction

_ACUTE = frozenset({HoldKind.SELF_HARM, HoldKind.CRISIS})


def in_distress(request: Any, text: str | None) -> bool:
    """Stop all contact at once and call somebody trained, where words let fear for the person."""
    kinds = {kind for sign in signs_in(text or "") for kind in sign.sign.kinds}
    if not kinds & _ACUTE:
        return False
    by = by_of(request)
    signal_distress(
        FilingSaid(
            ref=f"portal-{uuid4().hex}",
            debtor_ref=who_of(request).ref,
            reason=HardshipCategory.DISTRESS.value,
            intake=Intake.PORTAL,
            received_date=by["today"],
        ),
        source=Source.PORTAL,
        **by,
    )
    return True


def near(request: Any) -> HttpResponse:
    """Show who listens now, by day and night."""
    person = who_of(request)
    law = Jurisdiction(person.jurisdiction)
    shown = [
        {
            "name": in_tongue(Both(zh=each.name_zh, en=each.name_en)),
            "says": in_tongue(Both(zh=each.says_zh, en=each.says_en)),
            "phone": each.phone,
        }
        for kind in (HelpKind.CRISIS, HelpKind.EMERGENCY)
        for each in helpers_for(open_helpers(), law, region=person.region, kind=kind)
    ]
    return render(request, "portal/near.html", {"helpers": shown})
