"""What binds contact: consents, and holds that are placed and released."""

from __future__ import annotations

from ninja import Router

from forbear.contexts.cases.actions.hold import place_hold_and_refresh, release_hold_and_refresh
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.portfolio.actions.consent import record_consent
from forbear.contexts.portfolio.said import ConsentSaid, HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.answer import Done, created
from forbear.interfaces.api.field import Day, Evidence, Ref, Sent
from forbear.values.code import Channel, ConsentKind, ConsentState, HoldKind

router = Router(tags=["consents and holds"])


class ConsentSent(Sent):
    """An agreement or its withdrawal; no point and no channel: for all of the person's own."""

    ref: Ref
    debtor_ref: Ref
    kind: ConsentKind
    state: ConsentState
    contact_point_ref: Ref | None = None
    channel: Channel | None = None


class HoldSent(Sent):
    """A reason to stand still, from a day to before a day (null: open). No loan or channel: all."""

    ref: Ref
    debtor_ref: Ref
    kind: HoldKind
    start_date: Day
    end_date: Day | None = None
    loan_ref: Ref | None = None
    channel: Channel | None = None


class ReleaseSent(Sent):
    """On what evidence a hold is released, such as a document's number."""

    evidence: Evidence


@call(router, "POST", "/consents", scope=Scope.PERSONS_WRITE, answer=Done, status=201)
def add_consent(request: Request, said: ConsentSent) -> object:
    """Record an agreement or its withdrawal; the latest counts."""
    given = ConsentSaid(**{name: getattr(said, name) for name in ConsentSent.model_fields})
    return created(record_consent(given, source=Source.API, actor=request.actor, now=request.now))


@call(router, "POST", "/holds", scope=Scope.PERSONS_WRITE, answer=Done, status=201)
def add_hold(request: Request, said: HoldSent) -> object:
    """Place a hold on a person, one loan or one channel; it binds at once."""
    given = HoldSaid(**{name: getattr(said, name) for name in HoldSent.model_fields})
    done = place_hold_and_refresh(
        given, source=Source.API, actor=request.actor, today=request.today, now=request.now
    )
    return created(done.recorded)


@call(router, "POST", "/holds/{ref}/release", scope=Scope.HOLDS_RELEASE, answer=Done)
def end_hold(request: Request, ref: Ref, said: ReleaseSent) -> object:
    """Release a hold on evidence; it no longer binds from today on."""
    return release_hold_and_refresh(
        ref,
        evidence=said.evidence,
        actor=request.actor,
        today=request.today,
        now=request.now,
    ).recorded
