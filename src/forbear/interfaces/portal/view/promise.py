"""A person promises to pay an amount by a day, and may take it back."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from forbear.contexts.arrangements.actions.promise import (
    PromiseSaid,
    make_promise,
    withdraw_promise,
)
from forbear.contexts.arrangements.queries import list_promises
from forbear.contexts.payments.queries import get_payable
from forbear.contexts.rulebook.library import open_arrangements
from forbear.interfaces.console.presenter.word import long_day, money
from forbear.interfaces.portal.field import AmountField, DayField, offer, plain_amount
from forbear.interfaces.portal.presenter.account import masked_ref
from forbear.interfaces.portal.view.ask import asked_before
from forbear.interfaces.portal.view.person import ref_of
from forbear.interfaces.web.error import said
from forbear.values.errors import ForbearError
from forbear.values.money import Currency

_ROWS_MAX = 50


class PromiseForm(forms.Form):
    """How much, by when, and on which contract."""

    loan = forms.ChoiceField(label=_("Contract"))
    amount = AmountField(label=_("How much?"))
    due = DayField(label=_("By which day?"))
    reminder = forms.BooleanField(
        label=_("Remind me the day before"), required=False, initial=False
    )


def promise(request: Any) -> HttpResponse:
    """Take a promise, and show those that were made."""
    loans = [each for each in _payable(request) if each.overdue_minor]
    told = asked_before(request)
    form = PromiseForm(
        request.POST or None,
        initial={"amount": plain_amount(told.amount_minor), "due": told.day},
    )
    offer(
        form,
        "loan",
        [
            (each.ref, f"{masked_ref(each.ref)} · {money(each.overdue_minor, each.currency)}")
            for each in loans
        ],
    )
    today = settings.FORBEAR_MORNING.day(request.now)
    last = today + timedelta(days=open_arrangements().promises.days_max)
    form.fields["due"].widget.attrs |= {"min": str(today), "max": str(last)}
    wrong = ""
    if request.method == "POST" and form.is_valid():
        given = PromiseSaid(
            ref=f"portal-{uuid4().hex}",
            debtor_ref=ref_of(request),
            amount_minor=form.cleaned_data["amount"],
            due_date=form.cleaned_data["due"],
            reminder=form.cleaned_data["reminder"],
            loan_ref=form.cleaned_data["loan"],
        )
        try:
            make_promise(given, actor=request.principal, today=today, now=request.now)
            return HttpResponseRedirect(reverse("portal:promise"))
        except ForbearError as error:
            wrong = " ".join(said(error))
    shown = {
        "form": form,
        "wrong": wrong,
        "last": long_day(last),
        "promises": _promises(request),
        "any": bool(loans),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong or form.errors else HTTPStatus.OK
    return render(request, "portal/promise.html", shown, status=status)


@require_POST
def withdraw(request: Any, ref: str) -> HttpResponse:
    """Take a promise back."""
    today = settings.FORBEAR_MORNING.day(request.now)
    withdraw_promise(ref, actor=request.principal, today=today, now=request.now)
    return HttpResponseRedirect(reverse("portal:promise"))


def _promises(request: Any) -> list[dict[str, Any]]:
    found = list_promises(after=0, rows=_ROWS_MAX, actor=request.principal)
    return [
        {
            "ref": each.ref,
            "amount": money(each.amount_minor, Currency(each.currency)),
            "day": long_day(each.due_date),
            "state": each.state,
            "open": each.state == "OPEN",
        }
        for each in reversed(found)
    ]


def _payable(request: Any) -> Any:
    today = settings.FORBEAR_MORNING.day(request.now)
    return get_payable(request.inside.debtor_id, actor=request.principal, today=today)
