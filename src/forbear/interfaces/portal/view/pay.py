"""A person pays: how much, by which way, and what became of it?"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.contexts.payments.actions.begin import begin_payment, give_reference
from forbear.contexts.payments.actions.take_notice import NoticeSaid, take_notice
from forbear.contexts.payments.owed import LoanPayable
from forbear.contexts.payments.queries import get_intent, get_payable
from forbear.contexts.payments.ways.page import SimulatedPage, page_in_use
from forbear.contexts.payments.word import IntentState, NoticeKind
from forbear.interfaces.portal.context import there
from forbear.interfaces.portal.field import AmountField
from forbear.interfaces.portal.presenter.pay import intent_shown, payable_shown, transfer_shown
from forbear.interfaces.web.error import said
from forbear.values.errors import ForbearError
from forbear.values.principal import system

_SIMULATED = system("simulated-payment-page")


class OtherAmountForm(forms.Form):
    """Another amount than what is due or what is owed in all."""

    amount = AmountField(label=gettext_lazy("Another amount"))


def choose(request: Any) -> HttpResponse:
    """Show what can be paid on each contract, what is due now first, and by which ways."""
    payable = sorted(_payable(request), key=lambda each: each.overdue_minor == 0)
    loans = [payable_shown(each) for each in payable]
    return render(request, "portal/pay.html", {"loans": loans, "time": there("portal:time")})


def begin(request: Any, loan: int) -> HttpResponse:
    """Begin a payment: what is due, what falls due next, everything, or another amount."""
    found = _loan(request, loan)
    known = {"due": found.overdue_minor, "next": found.next_minor, "all": found.payoff_minor}
    wanted = known.get(request.POST.get("pay", ""))
    form = OtherAmountForm(request.POST if request.method == "POST" and wanted is None else None)
    if form.is_valid():
        wanted = form.cleaned_data["amount"]
    wrong = ""
    if wanted is not None:
        try:
            return HttpResponseRedirect(_begun(request, found, wanted))
        except ForbearError as error:
            wrong = " ".join(said(error))
    shown = {"loan": payable_shown(found), "form": form, "id": uuid4(), "wrong": wrong}
    bad = wrong or form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
    return render(request, "portal/pay_amount.html", shown, status=status)


def transfer(request: Any, loan: int) -> HttpResponse:
    """Show to which account money goes, with the reference of the contract and a square."""
    found = _loan(request, loan)
    reference = give_reference(found.ref, actor=request.principal, now=request.now)
    shown = {"to": transfer_shown(found, reference), "loan": payable_shown(found)}
    return render(request, "portal/pay_transfer.html", shown)


def back(request: Any, intent: UUID) -> HttpResponse:
    """Show what became of a payment, as far as its page has told."""
    found = get_intent(intent, actor=request.principal)
    ids = {each.ref: each.loan_id for each in _payable(request)}
    shown = {"payment": intent_shown(found, loan_id=ids.get(found.loan_ref))}
    return render(request, "portal/pay_back.html", shown)


def simulated(request: Any, intent: UUID) -> HttpResponse:
    """Stand in for a lender's page: whoever is in says what shall happen, and no money moves."""
    page = page_in_use()
    found = get_intent(intent, actor=request.principal)
    if not isinstance(page, SimulatedPage) or found.provider != page.provider:
        raise Http404
    if request.method == "POST":
        if found.state in {IntentState.OPEN, IntentState.FAILED}:
            paid = request.POST.get("do") == "pay"
            # What fails may be tried again; what was paid has one name.
            name = intent.hex if paid else f"try-{uuid4().hex}"
            told = NoticeSaid(
                event_id=name,
                kind=NoticeKind.SUCCEEDED if paid else NoticeKind.FAILED,
                payment_ref=name,
                currency=found.currency.value,
                amount_minor=found.amount_minor,
                at=request.now,
                value_date=_today(request),
                intent=intent,
            )
            take_notice(
                page.provider, told, actor=_SIMULATED, today=_today(request), now=request.now
            )
        return HttpResponseRedirect(reverse("portal:pay_back", args=[intent]))
    shown = {"payment": intent_shown(found, loan_id=None)}
    return render(request, "portal/pay_simulated.html", shown)


def _begun(request: Any, loan: LoanPayable, amount_minor: int) -> str:
    try:
        ref = UUID(request.POST.get("id", ""))
    except ValueError:
        ref = uuid4()
    begun = begin_payment(
        ref,
        loan.ref,
        amount_minor,
        back_to=request.build_absolute_uri(reverse("portal:pay_back", args=[ref])),
        actor=request.principal,
        today=_today(request),
        now=request.now,
    )
    return begun.address or reverse("portal:pay_simulated", args=[ref])


def _payable(request: Any) -> tuple[LoanPayable, ...]:
    return get_payable(request.inside.debtor_id, actor=request.principal, today=_today(request))


def _loan(request: Any, loan_id: int) -> LoanPayable:
    found = next((each for each in _payable(request) if each.loan_id == loan_id), None)
    if found is None:
        raise Http404(_("There is no such contract in your name."))
    return found


def _today(request: Any) -> Any:
    return settings.FORBEAR_MORNING.day(request.now)
