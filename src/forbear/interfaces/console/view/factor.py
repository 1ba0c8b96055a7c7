"""Second factors: allauth's pages, each change in one transaction with its entry."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.utils import timezone

from forbear.contexts.people.actions.session import changing_second_factors
from forbear.contexts.people.permission import principal_of
from forbear.interfaces.web.staff import has_shown_second_factor, shown_second_factor


def recorded(view: Callable[..., Any]) -> Callable[..., Any]:
    """Put whatever a form changes about one's second factors and its entry into one transaction."""

    @wraps(view)
    def answer(request: Any, *arguments: Any, **named: Any) -> HttpResponse:
        if request.method != "POST":
            found: HttpResponse = view(request, *arguments, **named)
            return found
        actor = principal_of(request.user)
        shown = shown_second_factor(request)
        with changing_second_factors(shown=shown, actor=actor, now=timezone.now()):
            found = view(request, *arguments, **named)
        # Who has just set up a first factor has shown it.
        if not shown and Authenticator.objects.filter(user_id=request.user.pk).exists():
            has_shown_second_factor(request)
            # The password a moment ago, the factor now: nothing need be confirmed once more.
            record_authentication(request, request.user, "mfa", reauthenticated=True)
        return found

    return answer
