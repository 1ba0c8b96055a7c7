"""Who asks, and is every step of their signing in done and still fresh?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from forbear.contexts.people.actions.session import Ending, signing_out
from forbear.contexts.people.permission import principal_and_zone, principal_of
from forbear.contexts.people.session import saw_session
from forbear.interfaces.web.access import (
    Audience,
    Unclassified,
    check_permission,
    has_fully_signed_in,
    whom_of,
)
from forbear.interfaces.web.error import told
from forbear.values.errors import ForbearError
from forbear.values.principal import ANYBODY

_LOG = logging.getLogger(__name__)
_SEEN, _SINCE, _FACTOR = "seen_at_s", "since_at_s", "second_factor"
# Writing on every request would be a write for each row that is scrolled into view.
_SEEN_STEP_S = 30
# A page that asks again by itself says so: nobody need sit before it.
_BY_ITSELF = "X-Forbear-By-Itself"
# Everybody may ask, or the address itself looks who asks.
_NOT_OURS = {
    Audience.PUBLIC,
    Audience.SIGNING_IN,
    Audience.PROBE,
    Audience.TOKEN,
    Audience.INSIDE,
}
FIRST_PASSWORD, FIRST_FACTOR = "choose_password", "mfa_index"


class StaffMiddleware:
    """Puts ``principal``, ``now`` and ``first_step`` on the request, and guards every address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.now = timezone.now()
        request.principal = ANYBODY
        request.first_step = None
        timezone.deactivate()
        if request.user.is_authenticated:
            ending = _ending(request)
            if ending:
                return _out(request, ending)
            request.first_step = _first_step(request)
            # Whoever works here reads times on the clock of their team, else on the lender's.
            timezone.activate(settings.FORBEAR_MORNING.zone)
            if request.first_step is None:
                request.principal, zone = principal_and_zone(request.user)
                timezone.activate(zone or settings.FORBEAR_MORNING.zone)
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        response: HttpResponse = self.get_response(request)
        response.headers["Content-Language"] = translation.get_language() or ""
        return response

    def process_view(
        self, request: Any, view: Callable[..., Any], _args: Any, _named: Any
    ) -> HttpResponse | None:
        """Let those through for whom the address is; send others where they can go on."""
        try:
            whom = whom_of(view)
            if whom in _NOT_OURS:
                return None
            if not request.user.is_authenticated:
                return _elsewhere(request, redirect_to_login(request.get_full_path()))
            if whom is Audience.ANY_STEP:
                return None
            if whom is Audience.SETTING_UP and request.first_step != FIRST_PASSWORD:
                return None
            if not has_fully_signed_in(request):
                step = HttpResponseRedirect(reverse(request.first_step))
                return _elsewhere(request, step)
            check_permission(whom, request)
        except ForbearError as error:
            return self.process_exception(request, error)
        return None

    def process_exception(self, _request: Any, error: Exception) -> HttpResponse | None:
        """Tell an error of ours in words; any other is left to the page for defects."""
        if not isinstance(error, ForbearError):
            return None
        if isinstance(error, Unclassified):
            _LOG.error("An address without a declared audience was asked for.")
        return told(error)


def has_shown_second_factor(request: Any) -> None:
    """Keep in the session that its owner has shown a second factor."""
    request.session[_FACTOR] = True


def shown_second_factor(request: Any) -> bool:
    """Return whether the session's owner has shown a second factor in it."""
    return bool(request.session.get(_FACTOR))


def begin_session(request: Any, *, now: datetime) -> None:
    """Start the clocks of a session."""
    request.session[_SINCE] = request.session[_SEEN] = int(now.timestamp())


def factors_shown(request: Any, user: Any) -> list[str]:
    """Return by which ways somebody has shown who they are in this session."""
    records = get_authentication_records(request, user)
    return sorted({str(each.get("type") or each["method"]) for each in records})


def _ending(request: Any) -> Ending | None:
    now = int(request.now.timestamp())
    seen, since = request.session.get(_SEEN), request.session.get(_SINCE)
    if seen is None or since is None or now - since >= settings.SESSION_WHOLE_S_MAX:
        return Ending.TOO_LONG
    if now - seen >= settings.SESSION_IDLE_S_MAX:
        return Ending.IDLE
    if now - seen >= _SEEN_STEP_S and _BY_ITSELF not in request.headers:
        request.session[_SEEN] = now
        saw_session(request.session.session_key, now=request.now)
    if not request.session.get(_FACTOR) and _factor_set_up(request):
        return Ending.FACTOR_MISSING
    return None


def _first_step(request: Any) -> str | None:
    if request.user.password_given_at is not None:
        return FIRST_PASSWORD
    return None if request.session.get(_FACTOR) else FIRST_FACTOR


def _factor_set_up(request: Any) -> bool:
    return Authenticator.objects.filter(user_id=request.user.pk).exists()


def _out(request: Any, why: Ending) -> HttpResponse:
    language = request.user.language
    with signing_out(why=why, actor=principal_of(request.user), now=request.now):
        logout(request)
    translation.activate(language)
    words = {
        Ending.IDLE: _("You were signed out after 15 minutes without activity."),
        Ending.TOO_LONG: _("You were signed out after 12 hours."),
        Ending.FACTOR_MISSING: _("Please sign in again with your second factor."),
    }
    messages.info(request, words[why])
    return _elsewhere(request, redirect_to_login(request.get_full_path()))


def _elsewhere(request: Any, answer: HttpResponseRedirect) -> HttpResponse:
    """Send a whole page on; a part that a script asked for cannot be sent on by a redirect."""
    if request.headers.get("HX-Request") != "true":
        return answer
    return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
