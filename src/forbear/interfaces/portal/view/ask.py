"""Ask the assistant. For everybody: general knowledge; for whoever is in: their own matter too.

It works as a plain form. Of whoever is not in nothing is kept; where their conversation stands goes
along in the form, as two words that open nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from forbear.contexts.access.limit import TooManyTries, source_of, take_question
from forbear.contexts.assistant.bargain import waits
from forbear.contexts.assistant.llm_talk import phrased, phrases, read_as, rephrase
from forbear.contexts.assistant.talk import (
    TEXT_LENGTH_MAX,
    Exchange,
    conversation,
    detail_said,
    hear,
    understood,
)
from forbear.contexts.rulebook.library import open_knowledge
from forbear.interfaces.portal.presenter.ask import (
    lines_shown,
    meaning_word,
    model_told,
    reply_shown,
)
from forbear.interfaces.portal.presenter.bargain import again_shown, bargain_shown, pressed_word
from forbear.interfaces.portal.presenter.place import place_of
from forbear.interfaces.portal.view.items import account_of
from forbear.interfaces.portal.view.person import who_of
from forbear.interfaces.web.error import said
from forbear.interfaces.web.source import came_from
from forbear.policy.assistant.detail import Detail
from forbear.policy.assistant.dialogue import Stage, Standing, answer
from forbear.policy.assistant.intent import LIFE, Intent
from forbear.values.code import Jurisdiction, Language
from forbear.values.errors import InvalidInput

_UNCLEAR_KEPT_MAX = 9


class AskForm(forms.Form):
    """A question in the person's own words."""

    said = forms.CharField(
        max_length=TEXT_LENGTH_MAX,
        label=_("Your question"),
        help_text=_("In your own words. No passwords and no codes, please."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


@sensitive_post_parameters()
@sensitive_variables()
def ask(request: Any) -> HttpResponse:
    """Take a question, and answer it."""
    chosen = _chosen(request)
    form = AskForm(request.POST if request.method == "POST" and chosen is None else None)
    valid = chosen is not None or (form.is_bound and form.is_valid())
    text = form.cleaned_data["said"] if valid and chosen is None else None
    if request.inside is None:
        return _outside(request, form, text, chosen, asked=valid)
    bad = ""
    if valid:
        try:
            heard = hear(
                text, request.inside, chosen=chosen, today=_today(request), now=request.now
            )
            if phrases():
                rephrase(heard.ref, heard.reply, request.inside, **_beside(request, heard))
            return HttpResponseRedirect(f"{reverse('portal:ask')}#last")
        except InvalidInput as error:
            bad = " ".join(said(error))
    return inside_page(request, form, bad)


def asked_before(request: Any) -> Detail:
    """Return what the person told the assistant, where a form was opened from its reply."""
    try:
        ref = UUID(request.GET.get("asked", ""))
    except ValueError:
        return Detail()
    return detail_said(ref, actor=request.principal, today=_today(request), now=request.now)


def inside_page(request: Any, form: forms.Form, bad: str) -> HttpResponse:
    """Show the conversation of whoever is in. ``bad``: what was wrong with what they sent."""
    talked = conversation(request.inside, now=request.now)
    person = who_of(request)
    account = account_of(request) if talked and talked[-1].reply.show else None
    shown = [
        _exchange(
            each,
            account=account if each is talked[-1] else None,
            law=Jurisdiction(person.jurisdiction),
            region=person.region,
        )
        for each in talked
    ]
    if talked and phrases():
        last = talked[-1]
        beside = _beside(request, last, account)
        shown[-1]["short"] = phrased(last.ref, last.reply, request.inside, **beside)
    given = {
        "form": form if form.errors else AskForm(),
        "wrong": bad,
        "month": request.POST.get("month", ""),
        "bargain": _bargain(request, talked),
        "earlier": shown[:-1],
        "last": shown[-1] if shown else None,
        "model": model_told(read_as()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad or form.errors else HTTPStatus.OK
    return render(request, "portal/ask.html", given, status=status)


def _bargain(request: Any, talked: Sequence[Exchange]) -> dict[str, Any] | None:
    """Return the talk about an arrangement under the newest reply, or one to be taken up again."""
    if talked:
        stood = talked[-1].stood
        return None if stood is None else bargain_shown(stood)
    waiting = waits(request.inside, now=request.now)
    return None if waiting is None else again_shown(waiting)


def _beside(request: Any, each: Exchange, account: Any = None) -> dict[str, Any]:
    """Return what a reply is said with: the figures that stand beside it, and the language."""
    if account is None and each.reply.show:
        account = account_of(request)
    return {
        "lines": lines_shown(account) if each.reply.show else (),
        "language": Language.ZH if (get_language() or "").startswith("zh") else Language.EN,
        "now": request.now,
    }


def _outside(
    request: Any, form: forms.Form, text: str | None, chosen: Intent | None, *, asked: bool
) -> HttpResponse:
    standing, last = _standing(request), None
    refused = asked and not _may_ask(request)
    if asked:
        heard = understood(text, chosen, today=_today(request))
        # Whoever may be in danger is answered however often somebody asked from where they are.
        refused = refused and not LIFE & set(heard.meant)
    if asked and not refused:
        standing, reply = answer(
            standing, heard, text or "", inside=False, knowledge=open_knowledge()
        )
        shown = reply_shown(reply, ref=None, account=None, law=place_of(request), region=None)
        last = {"said": text if chosen is None else meaning_word(chosen), "reply": shown}
    given = {
        "form": form if form.errors or refused else AskForm(),
        "earlier": [],
        "last": last,
        "too_often": refused,
        "stage": standing.stage.value,
        "unclear": standing.unclear,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if refused:
        status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "portal/ask.html", given, status=status)


def _may_ask(request: Any) -> bool:
    try:
        take_question(source_of(came_from(request)), now=request.now)
    except TooManyTries:
        return False
    return True


def _exchange(each: Exchange, **given: Any) -> dict[str, Any]:
    chosen = meaning_word(each.meant[0]) if each.said is None and each.meant else ""
    done = "" if each.stood is None else pressed_word(each.stood)
    return {
        "said": each.said or chosen or done,
        "reply": reply_shown(each.reply, ref=each.ref, stood=each.stood, **given),
    }


def _standing(request: Any) -> Standing:
    """Return where a conversation stood of which nothing is kept here."""
    stage, unclear = request.POST.get("stage", ""), request.POST.get("unclear", "")
    return Standing(
        Stage(stage) if stage in set(Stage) else Stage.OPEN,
        min(int(unclear), _UNCLEAR_KEPT_MAX) if unclear.isdecimal() and len(unclear) < 3 else 0,
    )


def _chosen(request: Any) -> Intent | None:
    name = request.POST.get("chosen", "") if request.method == "POST" else ""
    return Intent(name) if name in set(Intent) else None


def _today(request: Any) -> Any:
    return settings.FORBEAR_MORNING.day(request.now)
