"""The pages of signing in: allauth's, with what the demonstration shows beside them."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from forbear.contexts.people.demo import ACCOUNTS, DEMO_PASSWORD, DEMO_SECRET
from forbear.interfaces.console.presenter.word import role_word

_CODE_S = 30


class SignIn(LoginView):
    """User name and password."""

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Add the demonstration's accounts, in a demonstration alone."""
        shown: dict[str, Any] = super().get_context_data(**named)
        if settings.FORBEAR_DEMO:
            shown["demo_password"] = DEMO_PASSWORD
            shown["demo_accounts"] = [
                {"username": each.username, "role": role_word(each.role)} for each in ACCOUNTS
            ]
        return shown


class SignInCode(AuthenticateView):
    """The second factor."""

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        """Add the code of a demonstration's account, in a demonstration alone."""
        shown: dict[str, Any] = super().get_context_data(**named)
        return shown | _demo_code(self.stage.login.user)


sign_in = SignIn.as_view()
sign_in_code = SignInCode.as_view()


def sign_in_demo(request: Any) -> HttpResponse:
    """Show the present code of the demonstration's account that is signing in."""
    if not settings.FORBEAR_DEMO:
        raise Http404
    login = unstash_login(request, peek=True)
    if login is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "console/demo_code.html", _demo_code(login.user))


def _demo_code(user: Any) -> dict[str, Any]:
    known = {account.username for account in ACCOUNTS}
    if not settings.FORBEAR_DEMO or user is None or user.username not in known:
        return {}
    counter = int(time.time()) // _CODE_S
    left = _CODE_S - int(time.time()) % _CODE_S
    return {
        "demo_code": format_hotp_value(hotp_value(DEMO_SECRET, counter)),
        "demo_code_left_s": left,
    }
