"""One's own account: password, language, and where one is signed in."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, update_session_auth_hash
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from forbear.contexts.people import queries
from forbear.contexts.people.actions import (
    choose_language,
    choose_password,
    end_other_sessions,
    end_session,
)
from forbear.contexts.people.permission import principal_of
from forbear.interfaces.console.presenter.session import sessions_shown
from forbear.interfaces.web.access import has_fully_signed_in
from forbear.interfaces.web.error import said
from forbear.values.errors import InvalidInput


class PasswordForm(forms.Form):
    """The current password, and the new one twice."""

    current = forms.CharField(
        label=gettext_lazy("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    chosen = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        help_text=gettext_lazy("At least 12 characters. A few words are easier to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("New password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse two that differ."""
        found = super().clean() or {}
        if "chosen" in found and "again" in found and found["chosen"] != found["again"]:
            self.add_error("again", _("The two new passwords differ."))
        return found


@sensitive_post_parameters()
def password(request: Any) -> HttpResponse:
    """Choose one's own password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            choose_password(
                current=form.cleaned_data["current"],
                chosen=form.cleaned_data["chosen"],
                session=request.session.session_key,
                actor=principal_of(request.user),
                now=request.now,
            )
        except InvalidInput as error:
            form.add_error(None, " ".join(each for each in said(error) if each))
        else:
            _keep_session(request)
            messages.success(request, _("Your password has been changed."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    status = 422 if form.errors else 200
    first = request.user.password_given_at is not None
    return render(request, "console/password.html", {"form": form, "first": first}, status=status)


@require_POST
def language(request: Any) -> HttpResponse:
    """Switch the language: for good where somebody has signed in, else for this browser."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise InvalidInput("There is no such language here.", message_zh="这里没有这种语言。")
    if has_fully_signed_in(request):
        choose_language(wanted, actor=request.principal, now=request.now)
    elif request.user.is_authenticated:
        choose_language(wanted, actor=principal_of(request.user), now=request.now)
    answer = HttpResponseRedirect(_back(request))
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=365 * 24 * 60 * 60,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def sessions(request: Any) -> HttpResponse:
    """Show where one is signed in; end one session, or all others."""
    current = request.session.session_key
    if request.method == "POST":
        chosen = request.POST.get("session", "")
        if chosen.isdecimal():
            end_session(int(chosen), actor=request.principal, now=request.now)
        else:
            end_other_sessions(current, actor=request.principal, now=request.now)
        messages.success(request, _("Signed out there."))
        return redirect("sessions")
    found = queries.sessions(current=current, actor=request.principal)
    return render(request, "console/sessions.html", {"sessions": sessions_shown(found)})


def _keep_session(request: Any) -> None:
    """Keep this session, under a new key, when the password changes."""
    user = get_user_model().objects.get(pk=request.user.pk)
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    update_session_auth_hash(request, user)
    request.session.save()
    request.user = user
    UserSession.objects.create_from_request(request)


def _back(request: Any) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else "/"
