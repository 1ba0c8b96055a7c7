"""Persons who owe: record, change, show and list them. Personal values come in and never go out."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from pydantic import Field, StringConstraints

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.portfolio.actions.debtor import change_debtor, record_debtor, record_region
from forbear.contexts.portfolio.queries.listing import PersonListed, list_persons
from forbear.contexts.portfolio.queries.person import get_person
from forbear.contexts.portfolio.queries.shown import PersonShown
from forbear.contexts.portfolio.said import DebtorSaid, RegionSaid
from forbear.contexts.portfolio.word import Source
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.answer import Changed, Done, created
from forbear.interfaces.api.field import Flag, Id, Ref, Sent, Word, Zones
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.values.code import Dialect, Jurisdiction, Language, RegionSource

router = Router(tags=["persons"])
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
NationalId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Region = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=r"^[A-Z0-9-]+$")]


class BeliefSent(Sent):
    """Where one source says that a person lives."""

    source: RegionSource
    region: Region
    confidence_percent: Annotated[int, Field(strict=True, ge=1, le=100)]


class DebtorSent(Sent):
    """A person who owes. ``name`` and ``national_id`` are sealed; ``team`` is a team's code."""

    ref: Ref
    jurisdiction: Jurisdiction
    name: Name | None = None
    national_id: NationalId | None = None
    region: Region | None = None
    region_source: RegionSource | None = None
    beliefs: Annotated[tuple[BeliefSent, ...], Field(max_length=3)] = ()
    time_zones: Zones = ()
    language: Language | None = None
    dialect: Dialect | None = None
    officer_ref: Ref | None = None
    team: Word | None = None
    vulnerable: Flag = False


class DebtorChange(Sent):
    """What changes about a person; what is left out stays, null empties."""

    name: Name | None = None
    national_id: NationalId | None = None
    region: Region | None = None
    region_source: RegionSource | None = None
    time_zones: Zones = ()
    language: Language | None = None
    dialect: Dialect | None = None
    officer_ref: Ref | None = None
    team: Word | None = None
    vulnerable: Flag = False


class DebtorsAsked(Paged):
    """Which persons are asked for."""

    ref: Ref | None = None
    team_id: Id | None = None


@call(router, "POST", "/debtors", scope=Scope.PERSONS_WRITE, answer=Done, status=201)
def record_person(request: Request, said: DebtorSent) -> object:
    """Record a person who owes.

    The same ref with the same content is the same person; with other content it is refused.
    """
    given = {name: getattr(said, name) for name in DebtorSent.model_fields}
    given["beliefs"] = tuple(
        RegionSaid(each.source, each.region, each.confidence_percent) for each in said.beliefs
    )
    return created(
        record_debtor(DebtorSaid(**given), source=Source.API, actor=request.actor, now=request.now)
    )


@call(router, "GET", "/debtors", scope=Scope.PERSONS_READ, answer=Page[PersonListed])
def list_debtors(request: Request, asked: Query[DebtorsAsked]) -> object:
    """List persons, masked, in the order in which they were recorded."""
    found = list_persons(
        after=after(asked),
        rows=asked.limit + 1,
        ref=asked.ref,
        team_id=asked.team_id,
        actor=request.actor,
        now=request.now,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(router, "GET", "/debtors/{ref}", scope=Scope.PERSONS_READ, answer=PersonShown)
def get_debtor(request: Request, ref: Ref) -> object:
    """Show a person, masked, with everything that binds contact today."""
    return get_person(ref, as_of=request.today, actor=request.actor, now=request.now)


@call(router, "PATCH", "/debtors/{ref}", scope=Scope.PERSONS_WRITE, answer=Changed)
def change_person(request: Request, ref: Ref, said: DebtorChange) -> object:
    """Change what is known of a person."""
    changed = change_debtor(
        ref,
        {name: getattr(said, name) for name in said.model_fields_set},
        source=Source.API,
        actor=request.actor,
        now=request.now,
    )
    return Changed(changed=list(changed))


@call(router, "POST", "/debtors/{ref}/regions", scope=Scope.PERSONS_WRITE, answer=Done, status=201)
def record_region_of_person(request: Request, ref: Ref, said: BeliefSent) -> object:
    """Record where a source says that a person lives, and how sure that is.

    The surest word becomes the person's region. Said again it changes nothing.
    """
    told = RegionSaid(said.source, said.region, said.confidence_percent)
    return created(record_region(ref, told, actor=request.actor, now=request.now))
