"""What providers tell of contacts, and by which secrets they are known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Router
from pydantic import AfterValidator, BaseModel, StringConstraints

from forbear.contexts.contact.channels.registry import Receipt
from forbear.contexts.contact.gate.receipt import take_receipt
from forbear.contexts.exchange.actions.source import add_source, retire_source
from forbear.contexts.exchange.queries import SourceShown, receipt_sources
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.calls.webhooks import EndpointDone, Retired, Secret
from forbear.interfaces.api.field import Id, Instant, Sent
from forbear.values.code import Outcome

router = Router(tags=["receipts"])
Provider = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[\w.:-]+$")]
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _likely(at: datetime) -> datetime:
    if not _FIRST <= at < _LAST:
        raise ValueError("an instant of this century")
    return at


class SourceSent(Sent):
    """A provider and the secret by which it signs."""

    provider: Provider
    secret: Secret


class ReceiptData(Sent):
    """What became of the contact of a permit, and when. ``outcome`` null: it was taken."""

    permit_id: UUID
    outcome: Outcome | None = None
    at: Annotated[Instant, AfterValidator(_likely)]


class ReceiptSent(Sent):
    """One message of a provider; its id is in the header ``webhook-id``."""

    type: Literal["contact.receipt"]
    timestamp: Instant
    data: ReceiptData


class ReceiptAnswered(BaseModel):
    """Whether the message was new."""

    new: bool


@call(router, "POST", "/receipts/{provider}", scope=None, answer=ReceiptAnswered)
def take_in_receipt(request: Request, provider: Provider, said: ReceiptSent) -> object:
    """Take what a provider tells of a contact, signed by Standard Webhooks.

    The headers are webhook-id, webhook-timestamp (seconds since 1970, at most five minutes off)
    and webhook-signature. A message counts once, in whatever order messages come.
    """
    told = Receipt(request.message_id, said.data.permit_id, said.data.outcome, said.data.at)
    return ReceiptAnswered(new=take_receipt(provider, told, actor=request.actor, now=request.now))


@call(
    router,
    "POST",
    "/receipt-sources",
    scope=Scope.WEBHOOKS_MANAGE,
    answer=EndpointDone,
    status=201,
)
def add_receipt_source(request: Request, said: SourceSent) -> object:
    """Believe what a provider signs under a secret; earlier ones stay until retired."""
    made, new = add_source(said.provider, secret=said.secret, actor=request.actor, now=request.now)
    return Told(201 if new else 200, EndpointDone(id=made, new=new))


@call(
    router,
    "GET",
    "/receipt-sources",
    scope=Scope.WEBHOOKS_MANAGE,
    answer=list[SourceShown],
)
def list_receipt_sources(request: Request) -> object:
    """List the secrets of providers, without the secrets."""
    return receipt_sources(actor=request.actor)


@call(
    router,
    "POST",
    "/receipt-sources/{source_id}/retirement",
    scope=Scope.WEBHOOKS_MANAGE,
    answer=Retired,
)
def retire_receipt_source(request: Request, source_id: Id) -> object:
    """Believe nothing more that is signed under a secret, and forget it."""
    return Retired(ended=retire_source(source_id, actor=request.actor, now=request.now))
