"""A person needs more time: what can be paid each month, what can be agreed, and how it is kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from forbear.contexts.arrangements.actions.change import (
    EndReason,
    ask_to_be_reminded,
    end_arrangement,
    pause_arrangement,
    withdraw_arrangement,
)
from forbear.contexts.arrangements.actions.propose import ProposalSaid, propose
from forbear.contexts.arrangements.actions.show import show_agreement
from forbear.contexts.arrangements.actions.sign import SignatureSaid, make_code, sign
from forbear.contexts.arrangements.offer import Wanted, offers
from forbear.contexts.arrangements.queries import (
    ArrangementShown,
    get_arrangement,
    list_arrangements,
)
from forbear.contexts.payments.owed import LoanPayable
from forbear.contexts.payments.queries import get_payable
from forbear.contexts.rulebook.library import open_arrangements
from forbear.interfaces.console.presenter.word import chinese, money
from forbear.interfaces.portal.context import there
from forbear.interfaces.portal.field import AmountField, offer, plain_amount
from forbear.interfaces.portal.presenter.account import masked_ref
from forbear.interfaces.portal.presenter.plan import (
    LIVE,
    calendar_of,
    every_words,
    offers_shown,
    plan_shown,
    steps_shown,
)
from forbear.interfaces.portal.view.ask import asked_before
from forbear.interfaces.portal.view.person import ref_of
from forbear.interfaces.web.error import said
from forbear.policy.arrange.afford import Budget, OtherDebt
from forbear.policy.arrange.word import Every, PlanKind, Target
from forbear.values.code import Language
from forbear.values.errors import ForbearError
from forbear.values.money import Currency

_ROWS_MAX = 50
_HANDED_LENGTH_MAX = 20
HANDED = "suggest"
"""The field in which another page hands a monthly amount over."""


class MeansForm(forms.Form):
    """What can be paid each month; whoever does not know works it out from what comes and goes."""

    loans = forms.MultipleChoiceField(
        label=_("Which contracts?"), widget=forms.CheckboxSelectMultiple
    )
    target = forms.ChoiceField(label=_("What shall be agreed?"), widget=forms.RadioSelect)
    every = forms.ChoiceField(
        label=_("How often do you want to pay?"),
        help_text=_("Every month, where you choose nothing."),
        widget=forms.RadioSelect,
        required=False,
    )
    month = AmountField(
        label=_("What can you pay each month?"),
        help_text=_("What is left after food, rent and everything you need. Less is fine."),
        required=False,
    )
    income = AmountField(label=_("What comes in each month"), required=False)
    living = AmountField(
        label=_("What your household needs each month"),
        help_text=_("Rent, food, school, medicine, transport: all together."),
        required=False,
    )
    others = AmountField(label=_("What other lenders ask for each month"), required=False)
    adults = forms.IntegerField(
        label=_("Adults who live from it, you included"), min_value=1, max_value=20, initial=1
    )
    children = forms.IntegerField(
        label=_("Children who live from it"), min_value=0, max_value=20, initial=0
    )

    HELPER = ("income", "living", "others", "adults", "children")

    def clean(self) -> dict[str, Any]:
        """Ask for one of both: an amount a month, or what comes in."""
        found = super().clean() or {}
        if found.get("month") is None and found.get("income") is None and not self.errors:
            self.add_error("month", _("Please type an amount here, or work it out below."))
        return found

    def pace(self) -> Every:
        """Return how far apart instalments shall lie; a month, where nothing was chosen."""
        return Every(self.cleaned_data["every"] or Every.MONTH.value)

    def budget(self, currency: Currency) -> Budget:
        """Return what was told."""
        told = self.cleaned_data
        asked = told["others"]
        return Budget(
            currency=currency,
            debts=() if not asked else (OtherDebt(asked),),
            adults=told["adults"],
            children=told["children"],
            income_month_minor=told["income"],
            outgoing_month_minor=told["living"],
            can_pay_month_minor=told["month"],
        )


class SignForm(forms.Form):
    """The person's name as they write it, and the code that reached them."""

    name = forms.CharField(
        max_length=120,
        label=_("Your full name"),
        help_text=_("As it stands in the contract. Typing it is your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    code = forms.CharField(
        max_length=20,
        label=_("The code"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    reminder = forms.BooleanField(label=_("Remind me the day before each payment"), required=False)
    text = forms.CharField(widget=forms.HiddenInput)


def time(request: Any) -> HttpResponse:
    """Ask what can be paid each month, and show what can be agreed on it."""
    replaces = request.POST.get("replaces") or request.GET.get("replaces") or ""
    loans = [each for each in _payable(request) if each.payoff_minor and not each.settled]
    form = _form(request, loans)
    wrong, shown = "", {}
    if request.method == "POST" and form.is_valid():
        try:
            worked = offers(_wanted(request, form, loans), **_by(request))
            shown = {
                "offers": offers_shown(worked.offered),
                "means": steps_shown(worked.afforded),
                "monthly": worked.ask.every is Every.MONTH,
                "needed": ""
                if worked.offered.needed_minor is None
                else money(worked.offered.needed_minor, worked.afforded.currency),
                "answers": _answers(request),
            }
        except ForbearError as error:
            wrong = " ".join(said(error))
    plans = [each for each in _plans(request) if each.state in {*LIVE, "PROPOSED", "OFFERED"}]
    shown |= {
        "form": form,
        "main": [form[name] for name in ("loans", "target", "every", "month")],
        "helper": [form[name] for name in MeansForm.HELPER],
        "wrong": wrong,
        "any": bool(loans),
        "hard": there("portal:hard"),
        "replaces": replaces,
        "plans": [] if replaces else [_shown(request, each) for each in plans],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong or form.errors else HTTPStatus.OK
    page = "portal/time_offers.html" if shown.get("offers") else "portal/time.html"
    return render(request, page, shown, status=status)


@require_POST
def choose(request: Any) -> HttpResponse:
    """Keep one of the options for some days, so that it can be read and signed."""
    loans = [each for each in _payable(request) if each.payoff_minor and not each.settled]
    form = _form(request, loans)
    if not form.is_valid() or request.POST.get("kind") not in set(PlanKind):
        return HttpResponseRedirect(reverse("portal:time"))
    ref = f"portal-{uuid4().hex}"
    given = ProposalSaid(
        ref,
        _wanted(request, form, loans),
        PlanKind(request.POST["kind"]),
        request.POST.get("replaces") or None,
    )
    propose(given, **_by(request))
    return HttpResponseRedirect(reverse("portal:plan", args=[ref]))


@sensitive_post_parameters()
def plan(request: Any, ref: str) -> HttpResponse:
    """Show one arrangement: to read and sign, or how it is kept."""
    found = get_arrangement(ref, actor=request.principal)
    shown = {"plan": _shown(request, found)}
    if found.state not in {"PROPOSED", "OFFERED"}:
        terms = open_arrangements()
        shown["months"] = list(range(1, terms.pause_months_max + 1))
        shown["may_pause"] = found.pauses < terms.pauses_max
        return render(request, "portal/plan.html", shown)
    text = show_agreement(ref, **_by(request))
    wrong, sent = "", request.POST.get("do") in {"code", "sign"}
    form = SignForm(request.POST if request.POST.get("do") == "sign" else None)
    form.initial = {"text": text.sha256}
    try:
        if request.POST.get("do") == "code":
            make_code(ref, **_by(request))
        elif form.is_valid():
            told = form.cleaned_data
            tongue = Language.ZH if chinese() else Language.EN
            signature = SignatureSaid(
                told["name"], told["code"], told["text"], tongue, told["reminder"]
            )
            sign(ref, signature, **_by(request))
            return HttpResponseRedirect(reverse("portal:plan", args=[ref]))
    except ForbearError as error:
        wrong = " ".join(said(error))
        sent = sent and request.POST.get("do") == "sign"
    shown |= {
        "text": text.text_zh if chinese() else text.text_en,
        "form": form,
        "sent": sent,
        "wrong": wrong,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong or form.errors else HTTPStatus.OK
    return render(request, "portal/plan_sign.html", shown, status=status)


@require_POST
def change(request: Any, ref: str) -> HttpResponse:
    """Pause an arrangement, end it, or take it back."""
    match request.POST.get("do"):
        case "pause":
            months = request.POST.get("months", "")
            pause_arrangement(ref, int(months) if months.isdecimal() else 0, **_by(request))
        case "remind" | "remind_not" as do:
            ask_to_be_reminded(ref, wanted=do == "remind", **_by(request))
        case "end":
            end_arrangement(ref, EndReason.PERSON_ASKED, **_by(request))
        case "withdraw":
            withdraw_arrangement(ref, **_by(request))
    return HttpResponseRedirect(reverse("portal:plan", args=[ref]))


def days(request: Any, ref: str) -> HttpResponse:
    """Hand out the days that are to come, for a calendar."""
    found = get_arrangement(ref, actor=request.principal)
    answer = HttpResponse(calendar_of(found, now=request.now), content_type="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="account-service.ics"'
    return answer


def _form(request: Any, loans: list[LoanPayable]) -> MeansForm:
    told = asked_before(request)
    # The calculator hands an amount over, to be looked at here; nothing was answered yet.
    handed = request.POST.get(HANDED, "") if request.method == "POST" else ""
    month = handed[:_HANDED_LENGTH_MAX] or plain_amount(told.amount_minor)
    form = MeansForm(None if handed else request.POST or None, initial={"month": month})
    offer(
        form,
        "loans",
        [
            (each.ref, f"{masked_ref(each.ref)} · {money(each.payoff_minor, each.currency)}")
            for each in loans
        ],
    )
    if len(loans) == 1:
        # There is nothing to choose, so nothing is chosen beforehand.
        form.fields["loans"].widget = forms.MultipleHiddenInput()
        form.fields["loans"].initial = [loans[0].ref]
    offer(
        form,
        "target",
        [
            (Target.ARREARS.value, _("What is overdue; the contract's own instalments go on")),
            (Target.PAYOFF.value, _("Everything, until the contract ends")),
        ],
    )
    offer(form, "every", [(each.value, words) for each, words in every_words().items()])
    return form


def _wanted(request: Any, form: MeansForm, loans: list[LoanPayable]) -> Wanted:
    refs = tuple(form.cleaned_data["loans"])
    currency = next(each.currency for each in loans if each.ref in refs)
    return Wanted(
        debtor_ref=ref_of(request),
        loan_refs=refs,
        target=Target(form.cleaned_data["target"]),
        budget=form.budget(currency),
        every=form.pace(),
    )


def _answers(request: Any) -> list[tuple[str, str]]:
    """Return what was answered, to be sent on with a choice; nothing of it is kept here."""
    names = ("loans", "target", "every", "month", *MeansForm.HELPER, "replaces")
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _plans(request: Any) -> tuple[ArrangementShown, ...]:
    return list_arrangements(after=0, rows=_ROWS_MAX, actor=request.principal)


def _shown(request: Any, plan: ArrangementShown) -> dict[str, Any]:
    days = open_arrangements().cooling_off_days
    return plan_shown(plan, today=_by(request)["today"], cooling_off_days=days)


def _payable(request: Any) -> tuple[LoanPayable, ...]:
    today = settings.FORBEAR_MORNING.day(request.now)
    return get_payable(request.inside.debtor_id, actor=request.principal, today=today)


def _by(request: Any) -> dict[str, Any]:
    today = settings.FORBEAR_MORNING.day(request.now)
    return {"actor": request.principal, "today": today, "now": request.now}
