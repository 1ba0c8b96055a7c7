"""How somebody gets in: a code that is sent to them, and the last four of their identity number.

Every answer is the same for whom we know and for whom we do not.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from forbear.contexts.access.enter import Asked, ask_by_link, ask_by_number, try_to_enter
from forbear.contexts.access.limit import TooManyTries, source_of
from forbear.contexts.access.word import Tried
from forbear.contexts.rulebook.library import open_portal
from forbear.interfaces.portal.view.public import back_to, safe_next
from forbear.interfaces.web.error import said
from forbear.interfaces.web.portal import keep_token
from forbear.interfaces.web.source import came_from
from forbear.interfaces.workers.tasks import send_entry_code

ENTRY_COOKIE = "entry"


class NumberForm(forms.Form):
    """The mobile number that we hold for the person."""

    number = forms.RegexField(
        regex=r"^[+0-9０-９][0-9０-９ ()\-－]{4,22}$",
        label=gettext_lazy("Your mobile number"),
        help_text=gettext_lazy("The one that we have for you. A code goes to it."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"invalid": gettext_lazy("Please type a telephone number, digits only.")},
    )


class CodeForm(forms.Form):
    """The code and the last four signs."""

    code = forms.CharField(
        max_length=20,
        label=gettext_lazy("The code"),
        help_text=gettext_lazy(
            "From the message. If you act for somebody, they tell it to you; none is sent."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    tail = forms.CharField(
        max_length=8,
        label=gettext_lazy("Last four of the identity number"),
        help_text=gettext_lazy("Of the person whose matter it is. X counts as one of the four."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


@sensitive_post_parameters()
def enter(request: Any) -> HttpResponse:
    """Ask for a code by a telephone number."""
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_by_number(
                form.cleaned_data["number"], source=_source(request), now=request.now
            )
        except TooManyTries as error:
            return _too_many(request, error)
        return _sent(request, asked)
    shown = {"form": form, "left": "left" in request.GET, "next": safe_next(request)}
    return render(request, "portal/enter.html", shown, status=_status(form))


@sensitive_post_parameters()
def link(request: Any, token: str) -> HttpResponse:
    """Ask for a code by a link. The page is the same whether there is such a link or not."""
    if request.method == "POST":
        try:
            asked = ask_by_link(token, source=_source(request), now=request.now)
        except TooManyTries as error:
            return _too_many(request, error)
        return _sent(request, asked)
    return render(request, "portal/link.html", {"token": token})


@sensitive_post_parameters()
def code(request: Any) -> HttpResponse:
    """Take the code and the last four signs, and let in whom they fit."""
    form = CodeForm(request.POST or None)
    token = request.COOKIES.get(ENTRY_COOKIE, "")
    wrong = False
    if request.method == "POST" and form.is_valid():
        try:
            answer = try_to_enter(
                token,
                code=form.cleaned_data["code"],
                tail=form.cleaned_data["tail"],
                source=_source(request),
                now=request.now,
            )
        except TooManyTries as error:
            return _too_many(request, error)
        if answer.token is not None:
            return _let_in(request, answer.token)
        if answer.tried is Tried.NOTHING_HELD:
            return render(request, "portal/other_way.html", {})
        wrong = True
    shown = {
        "form": form,
        "wrong": wrong,
        "next": safe_next(request),
        "minutes": open_portal().code_minutes,
        "codes_an_hour": open_portal().limits.codes_of_one_person_an_hour,
        "again": reverse("portal:enter"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else _status(form)
    return render(request, "portal/code.html", shown, status=status)


def _sent(request: Any, asked: Asked) -> HttpResponse:
    send_entry_code.defer(entry_id=asked.entry_id)
    after = urlencode({"next": wanted}) if (wanted := safe_next(request)) else ""
    answer = HttpResponseRedirect(f"{reverse('portal:code')}{'?' if after else ''}{after}")
    answer.set_cookie(
        ENTRY_COOKIE,
        asked.token,
        max_age=open_portal().code_minutes * 60,
        path=reverse("portal:first"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def _let_in(request: Any, token: str) -> HttpResponse:
    wanted = back_to(request)
    first = reverse("portal:first")
    answer = HttpResponseRedirect(reverse("portal:home") if wanted == first else wanted)
    answer.delete_cookie(ENTRY_COOKIE, path=first, samesite="Lax")
    keep_token(answer, token)
    return answer


def _too_many(request: Any, error: TooManyTries) -> HttpResponse:
    message, remedy = said(error)
    shown = {"message": message, "remedy": remedy}
    status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "portal/told.html", shown, status=status)


def _source(request: Any) -> bytes:
    return source_of(came_from(request))


def _status(form: forms.Form) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
