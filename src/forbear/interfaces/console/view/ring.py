"""Calls to us that ring in one's browser: what every page shows of them, and the answer to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from forbear.contexts.contact.call.ring import (
    STEERS,
    pass_ring,
    ringing_at,
    steer_ring,
    take_ring,
)
from forbear.contexts.contact.call.word import CallWish
from forbear.contexts.contact.channels.registry import headset_setting
from forbear.interfaces.console.presenter.ring import key_of, ring_shown
from forbear.interfaces.web.error import form_not_whole

SOON_MS, LATER_MS = 2_000, 15_000
"""How soon a page asks again where a browser is a telephone, and where it is none."""


@require_GET
def ring(request: Any) -> HttpResponse:
    """Tell which call rings here, as a part of the page, and when to ask again; 0: never."""
    if headset_setting(settings.FORBEAR_PROVIDERS) is None:
        return JsonResponse({"again_ms": 0, "key": "", "part": ""})
    found = ringing_at(actor=request.principal, now=request.now)
    part = ""
    if found.rings is not None:
        part = render_to_string("console/ring.html", {"ring": ring_shown(found.rings)}, request)
    again_ms = SOON_MS if found.waits else LATER_MS
    return JsonResponse({"again_ms": again_ms, "key": key_of(found.rings), "part": part})


@require_POST
def take(request: Any) -> HttpResponse:
    """Take a call that rings here."""
    take_ring(_which(request), actor=request.principal, now=request.now)
    return HttpResponse(status=204)


@require_POST
def let_go(request: Any) -> HttpResponse:
    """Let a call that rings here go on to the next."""
    pass_ring(_which(request), actor=request.principal, now=request.now)
    return HttpResponse(status=204)


@require_POST
def steer(request: Any) -> HttpResponse:
    """End the call one has taken, or let the caller hear nothing for a while."""
    wishes = {each.value: each for each in STEERS}
    wish: CallWish | None = wishes.get(request.POST.get("wish", ""))
    if wish is None:
        raise form_not_whole()
    steer_ring(_which(request), wish, actor=request.principal, now=request.now)
    return HttpResponse(status=204)


def _which(request: Any) -> UUID:
    try:
        return UUID(request.POST.get("call", ""))
    except ValueError:
        raise form_not_whole() from None
