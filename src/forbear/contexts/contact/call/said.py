"""What a person said by a key is written down at once, and takes back what it forbids."""

from __future__ import annotations

from uuid import UUID

from forbear.contexts.contact.gate.clock import Clock, database_clock
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import acting
from forbear.contexts.portfolio.actions.consent import enter_consent
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.portfolio.said import ConsentSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import Channel, ConsentKind, ConsentState, PointQuality
from forbear.values.principal import Principal


def no_more_calls(permit_id: UUID, *, actor: Principal, clock: Clock = database_clock) -> None:
    """Write down that the person wants no more calls by machines, wherever they may be reached.

    Whatever waits to be called so is taken back in the same transaction.
    """
    with acting(actor):
        row, person = _whose(permit_id)
        said = ConsentSaid(
            ref=f"call-{permit_id}",
            debtor_ref=person.ref,
            kind=ConsentKind.CHANNEL,
            state=ConsentState.WITHDRAWN,
            channel=Channel(row.channel),
        )
        enter_consent(said, source=Source.SYSTEM, actor=actor, now=clock())


def not_this_person(permit_id: UUID, *, actor: Principal, clock: Clock = database_clock) -> None:
    """Write down that a number is somebody else's; nothing about the person goes there again."""
    with acting(actor):
        row, person = _whose(permit_id)
        point = next((p for p in person.points if p.no == row.attempt.contact_point_id), None)
        if point is not None:
            quality = PointQuality.WRONG_PERSON
            enter_quality(point.ref, quality, actor=actor, now=clock())


def this_is_me(permit_id: UUID, *, actor: Principal, clock: Clock = database_clock) -> None:
    """Write down that the person answers at a number."""
    with acting(actor):
        row, person = _whose(permit_id)
        point = next((p for p in person.points if p.no == row.attempt.contact_point_id), None)
        if point is not None:
            enter_quality(point.ref, PointQuality.CONFIRMED, actor=actor, now=clock())


def _whose(permit_id: UUID) -> tuple[Dispatch, PersonFacts]:
    row = Dispatch.objects.select_related("attempt").get(permit_id=permit_id)
    hold_person(row.debtor_id)
    return row, facts_of_id(row.debtor_id)
