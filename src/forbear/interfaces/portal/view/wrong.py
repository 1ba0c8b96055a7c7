"""Something is wrong with the debt, or with how the person was treated: say so, and follow it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.attachment import attach
from forbear.contexts.rights.actions.complaint import ComplaintSaid, file_complaint
from forbear.contexts.rights.actions.dispute import file_dispute
from forbear.contexts.rights.actions.work import add_statement, take_back
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.listing import get_filing, list_filings
from forbear.contexts.rights.word import DisputeReason, FilingKind, Intake, Side
from forbear.contexts.rulebook.library import open_complaints
from forbear.interfaces.portal.field import offer
from forbear.interfaces.portal.presenter.account import masked_ref
from forbear.interfaces.portal.presenter.filing import (
    authorities,
    filing_shown,
    listed_shown,
    reason_word,
)
from forbear.interfaces.portal.view.near import in_distress
from forbear.interfaces.portal.view.person import by_of, person_of, who_of
from forbear.interfaces.web.error import said
from forbear.policy.complaint import ReasonSet
from forbear.values.code import Jurisdiction
from forbear.values.errors import ForbearError

ROWS_MAX = 50
TEXT_LENGTH_MAX = 4_000
# Whoever is in is the person; that a number reaches somebody else is told without being in.
DISPUTES = tuple(each for each in DisputeReason if each is not DisputeReason.WRONG_PERSON)


class TellForm(forms.Form):
    """On which contract, and, for whoever wants to, in their own words."""

    loan = forms.ChoiceField(label=_("About which contract?"), required=False)
    text = forms.CharField(
        max_length=TEXT_LENGTH_MAX,
        label=_("In your own words"),
        help_text=_("You can also add this later."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class MoreForm(forms.Form):
    """Something more to say."""

    text = forms.CharField(
        max_length=TEXT_LENGTH_MAX,
        label=_("Add something"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def wrong(request: Any) -> HttpResponse:
    """Show what can be said to be wrong, and everything that was put before us."""
    person = who_of(request)
    rows = list_filings(
        after=0, rows=ROWS_MAX, today=by_of(request)["today"], actor=request.principal
    )
    own = [each for each in open_complaints().values() if each.reasons is ReasonSet.OWN]
    shown = {
        "disputes": [
            {
                "address": reverse("portal:dispute", args=[each.value]),
                "label": reason_word(FilingKind.DISPUTE, each.value),
            }
            for each in DISPUTES
        ],
        "complaints": [
            {
                "address": reverse("portal:complaint", args=[each.code]),
                "label": reason_word(FilingKind.COMPLAINT, each.code),
            }
            for each in own
        ],
        "filings": [listed_shown(each) for each in reversed(rows)],
        "authorities": authorities(Jurisdiction(person.jurisdiction), person.region),
    }
    return render(request, "portal/wrong.html", shown)


@sensitive_post_parameters()
def dispute(request: Any, reason: str) -> HttpResponse:
    """Take a dispute in; contact about it stops in the same moment."""
    if reason not in set(DISPUTES):
        raise Http404
    return _told(request, FilingKind.DISPUTE, reason)


@sensitive_post_parameters()
def complaint(request: Any, reason: str) -> HttpResponse:
    """Take a complaint in; its clock begins."""
    if reason not in open_complaints():
        raise Http404
    return _told(request, FilingKind.COMPLAINT, reason)


@sensitive_post_parameters()
def filing(request: Any, ref: str) -> HttpResponse:
    """Show what became of it; take more words, files, and that the person takes it back."""
    by, bad = by_of(request), ""
    form = MoreForm(request.POST if request.POST.get("do") == "say" else None)
    try:
        if _done(request, ref, form):
            words = form.cleaned_data["text"] if form.is_bound else None
            return HttpResponseRedirect(after_words(request, ref, words))
    except ForbearError as error:
        bad = " ".join(said(error))
    person = who_of(request)
    found = get_filing(ref, opened=True, **by)
    shown = {
        "filing": filing_shown(found),
        "form": form,
        "wrong": bad,
        "authorities": authorities(Jurisdiction(person.jurisdiction), person.region),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad or form.errors else HTTPStatus.OK
    return render(request, "portal/filing.html", shown, status=status)


def after_words(request: Any, ref: str, text: str | None) -> str:
    """Return where somebody goes on who said something: to it, or to who helps right now."""
    if in_distress(request, text):
        return reverse("portal:near")
    return reverse("portal:filing", args=[ref])


def _told(request: Any, kind: FilingKind, reason: str) -> HttpResponse:
    person, by, bad = person_of(request), by_of(request), ""
    form = TellForm(request.POST or None)
    loans = [(each.ref, masked_ref(each.ref)) for each in person.loans]
    every = [("", _("All of them"))] if len(loans) > 1 else []
    offer(form, "loan", [*loans, *every] or [("", "")])
    if request.method == "POST" and form.is_valid():
        ref = f"portal-{uuid4().hex}"
        given = FilingSaid(
            ref=ref,
            debtor_ref=person.ref,
            reason=reason,
            intake=Intake.PORTAL,
            received_date=by["today"],
            loan_ref=form.cleaned_data["loan"] or None,
            text=form.cleaned_data["text"] or None,
        )
        try:
            if kind is FilingKind.DISPUTE:
                file_dispute(given, source=Source.PORTAL, **by)
            else:
                file_complaint(ComplaintSaid(given), source=Source.PORTAL, **by)
            return HttpResponseRedirect(after_words(request, ref, given.text))
        except ForbearError as error:
            bad = " ".join(said(error))
    shown = {
        "form": form,
        "wrong": bad,
        "reason": reason_word(kind, reason),
        "dispute": kind is FilingKind.DISPUTE,
        "authorities": authorities(Jurisdiction(person.jurisdiction), person.region),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad or form.errors else HTTPStatus.OK
    return render(request, "portal/tell.html", shown, status=status)


def _done(request: Any, ref: str, form: MoreForm) -> bool:
    """Do what was asked about a filing; say whether anything was."""
    actor, now = request.principal, request.now
    match request.POST.get("do"):
        case "say" if form.is_valid():
            add_statement(ref, form.cleaned_data["text"], side=Side.PERSON, actor=actor, now=now)
        case "file" if "file" in request.FILES:
            handed = request.FILES["file"]
            name = "".join(sign for sign in handed.name if sign.isalnum() or sign in " ._()-")
            attach(ref, name[-80:] or "file", handed.read(), side=Side.PERSON, actor=actor, now=now)
        case "back":
            version = request.POST.get("version", "")
            take_back(ref, version=int(version) if version.isdecimal() else 0, **by_of(request))
        case _:
            return False
    return True
