"""A person is in hardship: say why, and nobody asks for payment until it was looked at."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.hardship import HardshipSaid, declare_hardship
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import FilingKind, HardshipCategory, Intake
from forbear.contexts.rulebook.library import open_helpers
from forbear.interfaces.portal.context import in_tongue
from forbear.interfaces.portal.field import offer
from forbear.interfaces.portal.presenter.filing import reason_word
from forbear.interfaces.portal.view.person import by_of, who_of
from forbear.interfaces.portal.view.wrong import TEXT_LENGTH_MAX, after_words
from forbear.interfaces.web.error import said
from forbear.policy.help import HelpKind, helpers_for
from forbear.policy.wording.form import Both
from forbear.values.code import Jurisdiction
from forbear.values.errors import ForbearError

_KINDS = (HelpKind.DEBT_ADVICE, HelpKind.LEGAL_AID, HelpKind.CRISIS, HelpKind.EMERGENCY)


class HardForm(forms.Form):
    """Why it is hard, and how hard; everything else can wait."""

    reason = forms.ChoiceField(label=_("What happened?"), widget=forms.RadioSelect)
    severity = forms.ChoiceField(
        label=_("How is it now?"),
        widget=forms.RadioSelect,
        choices=[
            ("2", _("I can pay, but less than agreed")),
            ("3", _("I can pay nothing for some time")),
            ("4", _("There is not enough for food, rent or medicine")),
        ],
    )
    text = forms.CharField(
        max_length=TEXT_LENGTH_MAX,
        label=_("In your own words"),
        help_text=_("You need not. Evidence is not asked for now either."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    consented = forms.BooleanField(
        label=_("If my words speak of health, you may keep them for this purpose"), required=False
    )


@sensitive_post_parameters()
def hard(request: Any) -> HttpResponse:
    """Take a hardship in, and show who helps free of charge."""
    person, by, bad = who_of(request), by_of(request), ""
    form = HardForm(request.POST or None)
    offer(
        form,
        "reason",
        [
            (each.value, reason_word(FilingKind.HARDSHIP, each.value))
            for each in HardshipCategory
            if each is not HardshipCategory.DISTRESS
        ],
    )
    if request.method == "POST" and form.is_valid():
        told, ref = form.cleaned_data, f"portal-{uuid4().hex}"
        given = FilingSaid(
            ref=ref,
            debtor_ref=person.ref,
            reason=told["reason"],
            intake=Intake.PORTAL,
            received_date=by["today"],
            text=told["text"] or None,
        )
        hardship = HardshipSaid(given, int(told["severity"]), consented=told["consented"])
        try:
            declare_hardship(hardship, source=Source.PORTAL, **by)
            return HttpResponseRedirect(after_words(request, ref, given.text))
        except ForbearError as error:
            bad = " ".join(said(error))
    shown = {"form": form, "wrong": bad, "helpers": _helpers(person)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad or form.errors else HTTPStatus.OK
    return render(request, "portal/hard.html", shown, status=status)


def _helpers(person: Any) -> list[dict[str, Any]]:
    law = Jurisdiction(person.jurisdiction)
    return [
        {
            "name": in_tongue(Both(zh=each.name_zh, en=each.name_en)),
            "says": in_tongue(Both(zh=each.says_zh, en=each.says_en)),
            "phone": each.phone,
            "web": each.web,
        }
        for kind in _KINDS
        for each in helpers_for(open_helpers(), law, region=person.region, kind=kind)
    ]
