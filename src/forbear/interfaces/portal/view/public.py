"""The pages that everybody may read, and how they want to read them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from forbear.contexts.access.visit import leave as end_visit
from forbear.interfaces.portal.context import there
from forbear.interfaces.web.error import PORTAL
from forbear.interfaces.web.portal import forget_token
from forbear.values.errors import InvalidInput

_YEAR_S = 365 * 24 * 60 * 60


def first(request: Any) -> HttpResponse:
    """Show who is behind these pages, and what anybody can do here."""
    groups = {
        "contacted": (
            ("portal:check", _("Is this call or message really us?"), ""),
            ("portal:not_me", _("Wrong number: I am not this person"), ""),
            ("portal:fraud", _("How to spot a fraud"), ""),
        ),
        "own": (("portal:enter", _("See my own matter"), _("With a one-time code; no account.")),),
        "known": (
            ("portal:ask", _("Ask the assistant"), _("A machine; it can call a person.")),
            ("portal:rights", _("Your rights"), ""),
            ("portal:help", _("Free help near you"), ""),
            ("portal:learn", _("Short lessons about money"), ""),
            ("portal:budget", _("My month and my debts"), _("A calculator; nothing is kept.")),
        ),
    }
    shown = {
        name: [
            {"address": address, "label": label, "hint": hint}
            for page, label, hint in rows
            if (address := there(page))
        ]
        for name, rows in groups.items()
    }
    return render(request, "portal/first.html", shown)


@require_POST
def reading(request: Any) -> HttpResponse:
    """Choose language or size of text, for this browser."""
    answer = HttpResponseRedirect(back_to(request))
    if (language := request.POST.get("language")) is not None:
        if language not in dict(settings.LANGUAGES):
            raise InvalidInput("There is no such language here.", message_zh="这里没有这种语言。")
        _keep(answer, settings.LANGUAGE_COOKIE_NAME, language)
    if (large := request.POST.get("large")) in {"0", "1"}:
        _keep(answer, settings.PORTAL_LARGE_COOKIE_NAME, large)
    return answer


@require_POST
def sign_out(request: Any) -> HttpResponse:
    """End the visit, and go to the first page."""
    answer = HttpResponseRedirect(reverse("portal:first"))
    _end(request, answer)
    return answer


def leave(request: Any) -> HttpResponse:
    """End the visit at once, and show nothing of it."""
    if settings.PORTAL_LEAVE_TO:
        answer: HttpResponse = HttpResponseRedirect(settings.PORTAL_LEAVE_TO)
    else:
        answer = render(request, "portal/left.html")
    _end(request, answer)
    return answer


def back_to(request: Any) -> str:
    """Return the page of the portal that a form names as the next one; else the first."""
    return safe_next(request) or reverse("portal:first")


def safe_next(request: Any) -> str:
    """Return the page of the portal that a form or an address names as the next one; else empty."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith(PORTAL) else ""


def _end(request: Any, answer: HttpResponse) -> None:
    token = request.COOKIES.get(settings.PORTAL_COOKIE_NAME)
    if token:
        end_visit(token, now=request.now)
        forget_token(answer)


def _keep(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=_YEAR_S,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
