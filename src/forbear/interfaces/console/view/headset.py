"""One's browser as one's telephone: its page, and what the page's script asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.contact.call.headset import (
    end_headset,
    offer_headset,
    see_headset,
    try_headset,
)
from forbear.contexts.contact.channels.registry import headset_installed, headset_setting
from forbear.interfaces.console.presenter.headset import headset_shown
from forbear.interfaces.web.error import form_not_whole

# The one page that may hear: every other keeps the header that shuts the microphone.
HEARS = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"


@require_GET
def headset(request: Any) -> HttpResponse:
    """Show the page on which the headset is connected and tried out."""
    wanted = headset_setting(settings.FORBEAR_PROVIDERS)
    told = {
        "allowed": wanted is not None,
        "installed": headset_installed(),
    }
    answer = render(request, "console/headset.html", told)
    answer.headers["Permissions-Policy"] = HEARS
    return answer


@require_GET
def servers(request: Any) -> JsonResponse:
    """Tell which servers this browser may ask on its way, with passwords for some hours."""
    wanted = headset_setting(settings.FORBEAR_PROVIDERS)
    whose = f"staff-{request.principal.id}"
    found = [] if wanted is None else wanted.servers(whose, now=request.now)
    answer = JsonResponse({"servers": found})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def offer(request: Any) -> JsonResponse:
    """Take how the browser can be reached; a switchboard answers."""
    session, actor = request.session.session_key, request.principal
    said = request.POST.get("offer", "")
    return JsonResponse({"id": str(offer_headset(said, session, actor=actor, now=request.now))})


@require_POST
def state(request: Any) -> JsonResponse:
    """Say how the headset stands; the page asks by itself, and so says that it is there."""
    session, actor = request.session.session_key, request.principal
    return JsonResponse(
        headset_shown(see_headset(_which(request), session, actor=actor, now=request.now))
    )


@require_POST
def end(request: Any) -> HttpResponse:
    """Take the headset off."""
    session, actor = request.session.session_key, request.principal
    end_headset(_which(request), session, actor=actor, now=request.now)
    return HttpResponse(status=204)


@require_POST
def hear_oneself(request: Any) -> HttpResponse:
    """Begin the test in which one hears oneself."""
    session, actor = request.session.session_key, request.principal
    try_headset(_which(request), session, actor=actor, now=request.now)
    return HttpResponse(status=204)


def _which(request: Any) -> UUID:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        raise form_not_whole() from None
