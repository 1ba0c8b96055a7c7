"""Payments and their reversals: record and list them."""

from __future__ import annotations

from ninja import Query, Router
from pydantic import BaseModel

from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.ledger.listing import PostingListed, list_postings
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.field import AmountAboveZero, Day, Ref, Sent
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.values.code import Purpose

router = Router(tags=["payments"])


class PaymentSent(Sent):
    """A payment, or with ``reverses`` the reversal of one: a ref of its own, the same amount.

    ``posting_date``: when it became known; today where left out.
    """

    ref: Ref
    loan_ref: Ref
    value_date: Day
    amount_minor: AmountAboveZero
    posting_date: Day | None = None
    purpose: Purpose = Purpose.SCHEDULE
    reverses: Ref | None = None


class PaymentDone(BaseModel):
    """The posting that stands.

    ``contacts_on_wrong_basis``: contacts made while the loan was believed to stand worse.
    """

    id: int
    ref: str
    new: bool
    contacts_on_wrong_basis: int


class PaymentsAsked(Paged):
    """Which postings are asked for."""

    ref: Ref | None = None
    loan_ref: Ref | None = None


@call(router, "POST", "/payments", scope=Scope.PAYMENTS_WRITE, answer=PaymentDone, status=201)
def record_payment(request: Request, said: PaymentSent) -> object:
    """Record a payment or reversal; amounts, case and today's plan follow at once."""
    payment = Payment(
        ref=said.ref,
        loan=said.loan_ref,
        value_date=said.value_date,
        amount_minor=said.amount_minor,
        posting_date=said.posting_date,
        purpose=said.purpose,
        reverses=said.reverses,
    )
    done = record_posting(
        payment,
        source=PostingSource.API,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )
    shown = PaymentDone(
        id=done.posted.posting_id,
        ref=said.ref,
        new=done.posted.new,
        contacts_on_wrong_basis=done.on_wrong_basis,
    )
    return Told(201 if done.posted.new else 200, shown)


@call(router, "GET", "/payments", scope=Scope.PAYMENTS_READ, answer=Page[PostingListed])
def list_payments(request: Request, asked: Query[PaymentsAsked]) -> object:
    """List payments and reversals in the order in which they were recorded."""
    found = list_postings(
        after=after(asked),
        rows=asked.limit + 1,
        ref=asked.ref,
        loan_ref=asked.loan_ref,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)
