"""Where events are told to: add, list and retire endpoints."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from ninja import Router
from pydantic import BaseModel, Field, StringConstraints

from forbear.contexts.exchange.actions.endpoint import add_endpoint, retire_endpoint
from forbear.contexts.exchange.queries import EndpointShown, endpoints
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.exchange.target import URL_LENGTH_MAX
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.field import Id, Sent, Word

router = Router(tags=["webhooks"])
Secret = Annotated[str, StringConstraints(max_length=120, pattern=r"^whsec_[A-Za-z0-9+/]+={0,2}$")]


class EndpointSent(Sent):
    """An address, what it is told, and the secret that the receiver chose for its signatures."""

    url: Annotated[str, StringConstraints(min_length=8, max_length=URL_LENGTH_MAX)]
    events: Annotated[tuple[Word, ...], Field(min_length=1, max_length=50)]
    secret: Secret


class EndpointDone(BaseModel):
    """The endpoint that stands now. ``new`` false: it stood there before, the same."""

    id: int
    new: bool


class Retired(BaseModel):
    """Whether the endpoint was told until now."""

    ended: bool


@call(router, "POST", "/webhooks", scope=Scope.WEBHOOKS_MANAGE, answer=EndpointDone, status=201)
def add_webhook(request: Request, said: EndpointSent) -> object:
    """Tell an address of some events from now on, signed by Standard Webhooks."""
    made, new = add_endpoint(
        said.url,
        said.events,
        secret=said.secret,
        private=settings.FORBEAR_WEBHOOKS_TO_PRIVATE,
        actor=request.actor,
        now=request.now,
    )
    return Told(201 if new else 200, EndpointDone(id=made, new=new))


@call(router, "GET", "/webhooks", scope=Scope.WEBHOOKS_MANAGE, answer=list[EndpointShown])
def list_webhooks(request: Request) -> object:
    """List every endpoint, without its secret."""
    return endpoints(actor=request.actor)


@call(
    router,
    "POST",
    "/webhooks/{endpoint_id}/retirement",
    scope=Scope.WEBHOOKS_MANAGE,
    answer=Retired,
)
def retire_webhook(request: Request, endpoint_id: Id) -> object:
    """Tell an address nothing more, and forget its secret."""
    return Retired(ended=retire_endpoint(endpoint_id, actor=request.actor, now=request.now))
