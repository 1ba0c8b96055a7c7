"""Numbers and addresses of persons: record, judge, retire and list them."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import StringConstraints

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.portfolio.actions.point import (
    change_contact_point,
    judge_contact_point,
    record_contact_point,
    retire_contact_point,
)
from forbear.contexts.portfolio.queries.person import points_for
from forbear.contexts.portfolio.queries.shown import PointShown
from forbear.contexts.portfolio.said import PointSaid
from forbear.contexts.portfolio.word import Source
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.answer import Changed, Done, created
from forbear.interfaces.api.field import Flag, Ref, Sent, Zones
from forbear.values.code import Origin, PointKind, PointQuality, Relation

router = Router(tags=["contact points"])
Address = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class PointSent(Sent):
    """A number or address; ``address`` is sealed."""

    ref: Ref
    debtor_ref: Ref
    kind: PointKind
    relation: Relation
    origin: Origin
    address: Address | None = None
    quality: PointQuality = PointQuality.UNTRIED
    number_zones: Zones = ()
    workplace: Flag = False


class PointChange(Sent):
    """What changes about a contact point; what is left out stays. Whose it is cannot change."""

    address: Address | None = None
    origin: Origin = Origin.CONTRACT
    number_zones: Zones = ()
    workplace: Flag = False


class Judgement(Sent):
    """What is now known about reaching the person by a point."""

    quality: PointQuality


@call(router, "POST", "/contact-points", scope=Scope.PERSONS_WRITE, answer=Done, status=201)
def record_point(request: Request, said: PointSent) -> object:
    """Record a number or address of a person, of a guarantor or of a contact person."""
    given = {name: getattr(said, name) for name in PointSent.model_fields}
    return created(
        record_contact_point(
            PointSaid(**given), source=Source.API, actor=request.actor, now=request.now
        )
    )


@call(
    router,
    "GET",
    "/debtors/{ref}/contact-points",
    scope=Scope.PERSONS_READ,
    answer=list[PointShown],
)
def list_points(request: Request, ref: Ref) -> object:
    """List a person's contact points, masked, those in use first."""
    return points_for(ref, actor=request.actor, now=request.now)


@call(router, "PATCH", "/contact-points/{ref}", scope=Scope.PERSONS_WRITE, answer=Changed)
def change_point(request: Request, ref: Ref, said: PointChange) -> object:
    """Change a contact point; a new address starts untried."""
    changed = change_contact_point(
        ref,
        {name: getattr(said, name) for name in said.model_fields_set},
        source=Source.API,
        actor=request.actor,
        now=request.now,
    )
    return Changed(changed=list(changed))


@call(router, "POST", "/contact-points/{ref}/quality", scope=Scope.PERSONS_WRITE, answer=Done)
def judge_point(request: Request, ref: Ref, said: Judgement) -> object:
    """Say what is known about reaching the person by a point; a wrong person binds at once."""
    return judge_contact_point(ref, said.quality, actor=request.actor, now=request.now)


@call(router, "POST", "/contact-points/{ref}/retirement", scope=Scope.PERSONS_WRITE, answer=Done)
def retire_point(request: Request, ref: Ref) -> object:
    """Take a contact point out of use for good."""
    return retire_contact_point(ref, actor=request.actor, now=request.now)
