"""Is it really us, is it for me, and how is a fraud told? For everybody, without entering."""

from __future__ import annotations

import re
import unicodedata
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from forbear.contexts.access.actions.not_me import not_me_by_code, not_me_by_link
from forbear.contexts.access.limit import source_of
from forbear.contexts.access.principal import DOOR
from forbear.contexts.contact.caller.check import Told, check_code, check_number
from forbear.contexts.contact.caller.limit import source_of as checker_of
from forbear.contexts.contact.caller.line import list_lines
from forbear.contexts.contact.caller.word import Checked
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.web.source import came_from
from forbear.policy.wording.form import Both

TEXT_LENGTH_MAX = 1000
_CODE = re.compile(r"(?<!\d)\d{4}[\s\-–—·.]?\d{4}[\s\-–—·.]?\d{4}(?!\d)")
_NUMBER = re.compile(r"\+?\d[\d ()\-]{2,22}")
_OURS = {Checked.GENUINE, Checked.REGISTERED}


class CheckForm(forms.Form):
    """A code, a number, or a whole message, in one place."""

    said = forms.CharField(
        max_length=TEXT_LENGTH_MAX,
        label=gettext_lazy("A code, a telephone number, or the whole message"),
        help_text=gettext_lazy("Paste or type it. Nothing of it is kept."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )


class CodeSeenForm(forms.Form):
    """The code that stands in a message."""

    code = forms.CharField(
        max_length=40,
        label=gettext_lazy("The code in the message or from the caller"),
        help_text=gettext_lazy("Twelve digits."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )


@sensitive_post_parameters()
def check(request: Any) -> HttpResponse:
    """Say whether a contact was ours."""
    form = CheckForm(request.POST or None)
    answer = None
    if request.method == "POST" and form.is_valid():
        answer = _answer(form.cleaned_data["said"], checker_of(came_from(request)), request.now)
    shown = {
        "form": form,
        "answer": answer and in_tongue(Both(zh=answer.zh, en=answer.en)),
        "none": request.method == "POST" and form.is_valid() and answer is None,
        "good": answer is not None and answer.answer in _OURS,
        "lines": [
            {"number": each.number, "name": in_tongue(Both(zh=each.name_zh, en=each.name_en))}
            for each in list_lines(now=request.now)
        ],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/check.html", shown, status=status)


@sensitive_post_parameters()
def not_me(request: Any) -> HttpResponse:
    """Stop contact by the number that a message reached, by its code."""
    form = CodeSeenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        source = checker_of(came_from(request))
        not_me_by_code(form.cleaned_data["code"], source=source, actor=DOOR, now=request.now)
        return render(request, "portal/stopped.html", {})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "portal/not_me.html", {"form": form}, status=status)


@require_POST
def not_me_link(request: Any, token: str) -> HttpResponse:
    """Stop contact by the number that a link was sent to, with one tap."""
    source = source_of(came_from(request))
    not_me_by_link(token, source=source, actor=DOOR, now=request.now)
    return render(request, "portal/stopped.html", {})


def fraud(request: Any) -> HttpResponse:
    """Show how a fraud is told."""
    return render(request, "portal/fraud.html", {})


def _answer(said: str, source: bytes, now: Any) -> Told | None:
    text = unicodedata.normalize("NFKC", said).strip()
    codes = _CODE.findall(text)
    answer = check_code(codes[0], source=source, now=now) if codes else None
    if answer is not None and answer.answer is not Checked.NOT_OURS:
        return answer
    # Twelve digits may also be a number with its area code.
    if _NUMBER.fullmatch(text):
        by_number = check_number(text, source=source, now=now)
        return by_number if answer is None or by_number.answer is Checked.REGISTERED else answer
    return answer
