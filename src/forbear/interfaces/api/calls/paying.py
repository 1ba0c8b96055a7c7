"""Ways to pay: references, payments that were begun, and what a payment page tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from ninja import Query, Router
from pydantic import BaseModel, StringConstraints

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.payments.actions.begin import begin_payment, give_reference
from forbear.contexts.payments.actions.settle_notice import SettledSaid, settle_notice
from forbear.contexts.payments.actions.take_notice import NoticeSaid, take_notice
from forbear.contexts.payments.queries import IntentShown, NoticeShown, get_intent, list_notices
from forbear.contexts.payments.reference import shown_reference
from forbear.contexts.payments.word import NoticeKind, NoticeState, Settled, Why
from forbear.contexts.portfolio.check import invalid
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.calls.receipts import Provider
from forbear.interfaces.api.field import AmountAboveZero, Flag, Id, Instant, Ref, Sent, Version
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.values.money import Currency

router = Router(tags=["payments"])
PaymentRef = Annotated[
    str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.:-]+$")
]
Reference = Annotated[
    str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9 -]+$")
]
Back = Annotated[
    str, StringConstraints(max_length=300, pattern=r"^https://[A-Za-z0-9.:-]+(/[!-~]*)?$")
]
_KINDS = {
    "payment.succeeded": NoticeKind.SUCCEEDED,
    "payment.failed": NoticeKind.FAILED,
    "payment.returned": NoticeKind.RETURNED,
}
_CLOCKS_APART = timedelta(minutes=5)


class IntentSent(Sent):
    """A payment to begin. ``id``: random; sent again it is the same payment.

    ``back_to``: where the page sends the person in the end.
    """

    id: UUID
    loan_ref: Ref
    amount_minor: AmountAboveZero
    back_to: Back | None = None


class IntentDone(BaseModel):
    """A payment that was begun. ``address`` null: there is no page of the lender's own."""

    id: UUID
    address: str | None
    new: bool


class ReferenceShown(BaseModel):
    """What a person writes beside a transfer for a loan."""

    reference: str


class PaymentData(Sent):
    """What happened. ``payment_ref``: the page's own name for the payment; ``at``: when.

    ``intent``: the payment that was begun; ``reference``: what stood beside a transfer. At least
    one; both must mean the same loan. ``return_ref``: the page's name for a return.
    """

    payment_ref: PaymentRef
    amount_minor: AmountAboveZero
    currency: Currency
    at: Instant
    intent: UUID | None = None
    reference: Reference | None = None
    return_ref: PaymentRef | None = None


class PaymentTold(Sent):
    """One message of a payment page; its id is in the header ``webhook-id``."""

    type: Literal["payment.succeeded", "payment.failed", "payment.returned"]
    timestamp: Instant
    data: PaymentData


class PaymentTaken(BaseModel):
    """What became of a message: booked, noted, or kept until somebody has looked into it."""

    new: bool
    state: NoticeState
    why: Why | None


class NoticesAsked(Paged):
    """Which messages are asked for. ``open_only`` false: also those that were dealt with."""

    open_only: bool = True


class SettledSent(Sent):
    """What came of looking into a message; ``loan_ref`` goes with MATCHED alone."""

    version: Version
    settled: Literal["MATCHED", "SENT_BACK", "LOOKED_AT"]
    loan_ref: Ref | None = None


class NoticeDone(BaseModel):
    """That it was written down."""

    done: Flag


@call(router, "POST", "/receipts/{provider}/payments", scope=None, answer=PaymentTaken)
def take_in_payment(request: Request, provider: Provider, said: PaymentTold) -> object:
    """Take what a payment page tells, signed by Standard Webhooks.

    The headers are webhook-id, webhook-timestamp (seconds since 1970, at most five minutes off)
    and webhook-signature. A message counts once and a payment is booked once, in whatever order
    and however often they come. What cannot be booked is kept and listed.
    """
    data = said.data
    told = NoticeSaid(
        event_id=request.message_id,
        kind=_KINDS[said.type],
        payment_ref=data.payment_ref,
        currency=data.currency.value,
        amount_minor=data.amount_minor,
        at=_past(data.at, now=request.now),
        value_date=settings.FORBEAR_MORNING.day(data.at),
        intent=data.intent,
        reference=data.reference or "",
        return_ref=data.return_ref or "",
    )
    return take_notice(provider, told, actor=request.actor, today=request.today, now=request.now)


def _past(at: datetime, *, now: datetime) -> datetime:
    if not now.replace(year=now.year - 2, day=1) <= at <= now + _CLOCKS_APART:
        raise invalid(
            "data.at",
            "lies ahead, or more than two years back",
            "在未来，或早于两年前",
            remedy="Say when the money moved.",
            remedy_zh="请填写款项发生的时间。",
        )
    return at


@call(
    router,
    "POST",
    "/loans/{ref}/payment-reference",
    scope=Scope.PAYMENTS_ASK,
    answer=ReferenceShown,
)
def give_payment_reference(request: Request, ref: Ref) -> object:
    """Give the reference that a person writes beside a transfer; a loan's never changes."""
    given = give_reference(ref, actor=request.actor, now=request.now)
    return ReferenceShown(reference=shown_reference(given))


@call(
    router,
    "POST",
    "/payment-intents",
    scope=Scope.PAYMENTS_ASK,
    answer=IntentDone,
    status=201,
)
def begin_payment_intent(request: Request, said: IntentSent) -> object:
    """Begin a payment on the lender's page. Nothing is posted until that page tells of money."""
    begun = begin_payment(
        said.id,
        said.loan_ref,
        said.amount_minor,
        back_to=said.back_to or "",
        actor=request.actor,
        today=request.today,
        now=request.now,
    )
    shown = IntentDone(id=begun.ref, address=begun.address, new=begun.new)
    return Told(201 if begun.new else 200, shown)


@call(
    router,
    "GET",
    "/payment-intents/{intent}",
    scope=Scope.PAYMENTS_ASK,
    answer=IntentShown,
)
def get_payment_intent(request: Request, intent: UUID) -> object:
    """Show a payment that was begun: what the page asks for, and what came of it."""
    return get_intent(intent, actor=request.actor)


@call(
    router,
    "GET",
    "/payment-notices",
    scope=Scope.PAYMENTS_MATCH,
    answer=Page[NoticeShown],
)
def list_payment_notices(request: Request, asked: Query[NoticesAsked]) -> object:
    """List what payment pages told and somebody must look into."""
    found = list_notices(
        open_only=asked.open_only,
        after=after(asked),
        rows=asked.limit + 1,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(
    router,
    "POST",
    "/payment-notices/{notice_id}/settlement",
    scope=Scope.PAYMENTS_MATCH,
    answer=NoticeDone,
)
def settle_payment_notice(request: Request, notice_id: Id, said: SettledSent) -> object:
    """Say what came of looking into a message; MATCHED books the money on a loan."""
    given = SettledSaid(said.version, Settled(said.settled), said.loan_ref)
    settle_notice(notice_id, given, actor=request.actor, today=request.today, now=request.now)
    return NoticeDone(done=True)
