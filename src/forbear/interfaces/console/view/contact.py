"""One contact on one page: what was asked, by which rules it was judged, what left, what came."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.cases.campaign.sent import approved_words, reveal_words
from forbear.contexts.contact.gate.explain import ContactTold, explain_contact
from forbear.contexts.people import queries as people
from forbear.contexts.people.role import Permission
from forbear.contexts.people.watch import prove_subject
from forbear.contexts.portfolio.queries.zone import zone_of
from forbear.interfaces.console.presenter.contact import contact_shown, staff_in, words_shown
from forbear.interfaces.console.presenter.record import reasons_shown
from forbear.interfaces.web.error import said, status_of
from forbear.values.errors import ForbearError, NotFound


@require_GET
def contact(request: Any, permit: UUID) -> HttpResponse:
    """Show the contact."""
    return _page(request, permit)


@require_POST
def contact_words(request: Any, permit: UUID) -> HttpResponse:
    """Show its words with the person's values in them, on this one page; the look is recorded."""
    reason = request.POST.get("reason", "")
    try:
        seen = reveal_words(permit, reason, actor=request.principal, now=request.now)
    except NotFound:
        raise
    except ForbearError as refused:
        fault = " ".join(said(refused))
        return _page(request, permit, fault=fault, status=status_of(refused))
    return _page(request, permit, filled=seen.text)


@require_GET
def contact_proof(request: Any, permit: UUID) -> HttpResponse:
    """Hand out what proves to a stranger that its entries are in the signed record."""
    told = explain_contact(permit, actor=request.principal)
    subject = told.entries[0].subject if told.entries else f"permit:{permit}"
    proof = prove_subject(subject, actor=request.principal)
    text = json.dumps(proof, indent=1, ensure_ascii=False)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="contact-{permit}.json"'
    return answer


def _page(
    request: Any,
    permit: UUID,
    *,
    filled: str | None = None,
    fault: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    actor = request.principal
    told = explain_contact(permit, actor=actor)
    # The rules judge by the person's clock, so the page tells times on it.
    zone = None if told.debtor_id is None else zone_of(told.debtor_id, actor=actor)
    with timezone.override(zone or timezone.get_current_timezone()):
        return _drawn(request, told, filled=filled, fault=fault, status=status)


def _drawn(
    request: Any, told: ContactTold, *, filled: str | None, fault: str, status: HTTPStatus
) -> HttpResponse:
    actor, permit = request.principal, told.permit_id
    names = people.staff_names(staff_in(told), actor=actor)
    shown = {
        "contact": contact_shown(told, names),
        "person": told.debtor_id,
        "words": words_shown(approved_words(permit, actor=actor), filled),
        "reasons": reasons_shown(),
        "may_reveal": actor.may(Permission.VALUE_REVEAL),
        "recorded": told.recorded and actor.may(Permission.QUALITY_SCORE),
        "may_prove": actor.may(Permission.AUDIT_SEE) and told.entries,
        "fault": fault,
    }
    return render(request, "console/contact.html", shown, status=status)
