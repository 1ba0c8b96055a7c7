"""What a person can agree to: promises, and arrangements beside what they can afford."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from forbear.contexts.arrangements.actions.promise import (
    PromiseSaid,
    make_promise,
    withdraw_promise,
)
from forbear.contexts.arrangements.actions.propose import ProposalSaid, propose
from forbear.contexts.arrangements.actions.waive import ask_waiver
from forbear.contexts.arrangements.offer import Wanted, offers
from forbear.contexts.payments.owed import LoanPayable
from forbear.contexts.payments.queries import get_payable
from forbear.contexts.people.actions.approval import ApprovalMissing
from forbear.contexts.people.queries import approval as approval_of
from forbear.contexts.portfolio.queries.find import refs_of
from forbear.contexts.portfolio.row import unknown_person
from forbear.interfaces.console.presenter.span import number_in
from forbear.interfaces.console.presenter.word import money
from forbear.interfaces.portal.field import AmountField, offer
from forbear.interfaces.portal.presenter.plan import every_words, offers_shown, steps_shown
from forbear.interfaces.portal.view.time import MeansForm
from forbear.interfaces.web.error import said, status_of
from forbear.policy.arrange.word import Every, PlanKind, Target
from forbear.values.errors import ForbearError, InvalidInput, NotFound
from forbear.values.principal import Principal


class DeskForm(MeansForm):
    """The same questions, asked by a colleague; and what the lender would give up."""

    every = forms.ChoiceField(
        label=gettext_lazy("How often they want to pay"),
        widget=forms.RadioSelect,
        initial=Every.MONTH.value,
        required=False,
    )
    month = AmountField(label=gettext_lazy("What they say they can pay each month"), required=False)
    income = AmountField(label=gettext_lazy("What comes in each month"), required=False)
    living = AmountField(label=gettext_lazy("What the household needs each month"), required=False)
    others = AmountField(
        label=gettext_lazy("What other lenders ask for each month"), required=False
    )
    adults = forms.IntegerField(
        label=gettext_lazy("Adults in the household"), min_value=1, max_value=20, initial=1
    )
    children = forms.IntegerField(
        label=gettext_lazy("Children in the household"), min_value=0, max_value=20, initial=0
    )
    waive = AmountField(
        label=gettext_lazy("Penalty that is given up"),
        help_text=gettext_lazy("More than your own authority takes a second person."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of both: an amount a month, or what comes in."""
        found = forms.Form.clean(self) or {}
        if found.get("month") is None and found.get("income") is None and not self.errors:
            self.add_error("income", _("Ask for what comes in, or what they can pay."))
        return found


@require_POST
def promise(request: Any, person: int) -> HttpResponse:
    """Take a promise to pay an amount by a day."""
    actor, form = request.principal, request.POST
    today = settings.FORBEAR_MORNING.day(request.now)
    try:
        given = PromiseSaid(
            ref=f"desk-{form.get('request', '')[:40]}",
            debtor_ref=_ref(person, actor),
            amount_minor=_amount(form.get("amount", "")),
            due_date=forms.DateField().clean(form.get("due", "")),
            reminder="reminder" in form,
            loan_ref=form.get("loan") or None,
        )
        make_promise(given, actor=actor, today=today, now=request.now)
    except forms.ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    except NotFound:
        raise
    except ForbearError as refused:
        messages.error(request, " ".join(said(refused)))
    else:
        messages.success(request, _("The promise is kept here; until its day nobody asks."))
    return redirect("person", person)


@require_POST
def promise_back(request: Any, person: int) -> HttpResponse:
    """Take a promise back."""
    today = settings.FORBEAR_MORNING.day(request.now)
    ref = request.POST.get("ref", "")[:64]
    try:
        withdraw_promise(ref, actor=request.principal, today=today, now=request.now)
    except NotFound:
        raise
    except ForbearError as refused:
        messages.error(request, " ".join(said(refused)))
    else:
        messages.success(request, _("Taken back."))
    return redirect("person", person)


@sensitive_post_parameters()
def arrange(request: Any, person: int) -> HttpResponse:
    """Work out what can be offered beside what can be afforded; keep one, or ask a second person.

    What is told of income and needs is worked with and not kept.
    """
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    ref = _ref(person, actor)
    payable = get_payable(person, actor=actor, today=today)
    loans = [each for each in payable if each.payoff_minor and not each.settled]
    form, proposal = _form(request, loans), _proposal_ref(request)
    shown: dict[str, Any] = {}
    fault: ForbearError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            wanted = _wanted(form, loans, ref)
            worked = offers(wanted, actor=actor, today=today, now=request.now)
            shown = {
                "means": steps_shown(worked.afforded),
                "offers": offers_shown(worked.offered),
                "needed": _needed(worked.offered.needed_minor, loans),
            }
            done = _done(request, person, wanted, proposal)
            if done is not None:
                return done
        except NotFound:
            raise
        except ForbearError as refused:
            fault = refused
    shown |= {
        "person": person,
        "ref": ref,
        "form": form,
        "proposal": proposal,
        "any": bool(loans),
        "fault": "" if fault is None else " ".join(said(fault)),
        "asks": isinstance(fault, ApprovalMissing),
        "approval": request.POST.get("approval") or request.GET.get("approval", ""),
    }
    status = HTTPStatus.OK if fault is None and not form.errors else HTTPStatus.UNPROCESSABLE_ENTITY
    status = status if fault is None else status_of(fault)
    return render(request, "console/arrange.html", shown, status=status)


def _done(request: Any, person: int, wanted: Wanted, proposal: str) -> HttpResponse | None:
    """Keep an arrangement, or ask a second person; None: neither was wanted."""
    actor, today = request.principal, settings.FORBEAR_MORNING.day(request.now)
    do = request.POST.get("do", "")
    if do == "ask":
        number = ask_waiver(
            proposal,
            wanted.debtor_ref,
            waive_minor=wanted.waive_minor,
            currency=wanted.budget.currency,
            freeze=wanted.freeze,
            actor=actor,
            now=request.now,
        )
        words = _("Asked; the number is %(n)s. Once it is granted, go on from the person's page.")
        messages.success(request, words % {"n": number})
        return redirect("person", person)
    if do not in set(PlanKind):
        return None
    approval = number_in(request.POST.get("approval"))
    given = ProposalSaid(proposal, wanted, PlanKind(do), approval_id=approval)
    propose(given, actor=actor, today=today, now=request.now)
    messages.success(request, _("Proposed. The person reads and signs it on their own pages."))
    return redirect("person", person)


def _proposal_ref(request: Any) -> str:
    """Return under which ref an arrangement is kept: anew, or that which was approved."""
    kept = str(request.POST.get("proposal", ""))[:64]
    number = number_in(request.GET.get("approval"))
    if not kept and number is not None:
        subject = approval_of(number, actor=request.principal).subject
        kept = subject.removeprefix("arrangement:")
    return kept or f"desk-{uuid4().hex}"


def _form(request: Any, loans: list[LoanPayable]) -> DeskForm:
    form = DeskForm(request.POST or None, auto_id="arrange-%s")
    offer(
        form,
        "loans",
        [(each.ref, f"{each.ref} · {money(each.payoff_minor, each.currency)}") for each in loans],
    )
    if not form.is_bound:
        form.initial = {"loans": [each.ref for each in loans if each.overdue_minor]}
        form.initial |= {"target": Target.ARREARS.value, "every": Every.MONTH.value}
    offer(form, "every", [(each.value, words) for each, words in every_words().items()])
    offer(
        form,
        "target",
        [
            (Target.ARREARS.value, _("What is overdue; the contract's own instalments go on")),
            (Target.PAYOFF.value, _("Everything, until the contract ends")),
        ],
    )
    return form


def _wanted(form: DeskForm, loans: list[LoanPayable], ref: str) -> Wanted:
    refs = tuple(form.cleaned_data["loans"])
    currency = next(each.currency for each in loans if each.ref in refs)
    return Wanted(
        debtor_ref=ref,
        loan_refs=refs,
        target=Target(form.cleaned_data["target"]),
        budget=form.budget(currency),
        waive_minor=form.cleaned_data["waive"] or 0,
        every=form.pace(),
    )


def _needed(minor: int | None, loans: list[LoanPayable]) -> str:
    return "" if minor is None or not loans else money(minor, loans[0].currency)


def _ref(person: int, actor: Principal) -> str:
    ref = refs_of([person], actor=actor).get(person)
    if ref is None:
        raise unknown_person(str(person))
    return ref


def _amount(text: str) -> int:
    """Return an amount that was typed.

    Raises:
        InvalidInput: it is none.
    """
    try:
        minor = AmountField().clean(text)
    except forms.ValidationError as wrong:
        raise InvalidInput(
            "This is no amount.",
            remedy="Write it like 1200 or 1200.50.",
            message_zh="金额格式有误。",
            remedy_zh="请填写如 1200 或 1200.50。",
            field="amount",
        ) from wrong
    return int(minor)
