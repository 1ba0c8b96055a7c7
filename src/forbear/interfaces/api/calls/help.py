"""Who helps a person free of charge, handing over with consent, and who acts for a person."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Query, Router
from pydantic import BaseModel

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.portfolio.actions.representative import record_representative
from forbear.contexts.portfolio.said import RepresentativeSaid
from forbear.contexts.portfolio.word import RepresentativeKind, Source
from forbear.contexts.rights.actions.referral import (
    check_representative,
    move_referral,
    refer,
    release_representative,
)
from forbear.contexts.rights.listing import ReferralListed, list_referrals
from forbear.contexts.rights.transition import ReferralState
from forbear.contexts.rulebook.library import open_helpers
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.answer import Done, created
from forbear.interfaces.api.calls.debtors import Name, Region
from forbear.interfaces.api.field import Day, Evidence, Flag, Ref, Sent, Word
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.policy.help import HelpKind, HelpSure, helpers_for
from forbear.values.code import Jurisdiction

router = Router(tags=["help"])


class HelperShown(BaseModel):
    """Who helps. ``sure`` G: general knowledge, to be checked before it is shown to people."""

    code: str
    kind: HelpKind
    name_en: str
    name_zh: str
    says_en: str
    says_zh: str
    phone: str
    web: str
    sure: HelpSure
    checked: date
    source: str


class HelpAsked(BaseModel):
    """For whom: a country, and a region where one is known."""

    jurisdiction: Jurisdiction
    region: Region | None = None
    kind: HelpKind | None = None


class ReferralSent(Sent):
    """To whom a person is shown the way, by a code of GET /help."""

    ref: Ref
    debtor_ref: Ref
    helper: Word


class ReferralMoveSent(Sent):
    """Where the referral goes. To be handed over, the person must have agreed."""

    to: ReferralState
    consented: Flag = False


class ReferralDone(BaseModel):
    """Where the referral stands now."""

    ref: str
    state: str
    consented_at: datetime | None


class ReferralsAsked(Paged):
    """Whose referrals are asked for."""

    debtor_ref: Ref


class RepresentativeSent(Sent):
    """Somebody who says to act for a person, from a day to before a day (null: open)."""

    ref: Ref
    debtor_ref: Ref
    kind: RepresentativeKind
    from_date: Day
    name: Name
    address: Name | None = None
    until_date: Day | None = None


class CheckSent(Sent):
    """On what evidence the authority was checked, such as a document's number."""

    evidence: Evidence


@call(router, "GET", "/help", scope=Scope.FILINGS_READ, answer=list[HelperShown])
def list_help(request: Request, asked: Query[HelpAsked]) -> object:
    """List who helps people in debt in a country and region, and the authorities."""
    del request
    return list(
        helpers_for(open_helpers(), asked.jurisdiction, region=asked.region, kind=asked.kind)
    )


@call(router, "GET", "/referrals", scope=Scope.FILINGS_READ, answer=Page[ReferralListed])
def list_all_referrals(request: Request, asked: Query[ReferralsAsked]) -> object:
    """List a person's referrals."""
    found = list_referrals(
        asked.debtor_ref, after=after(asked), rows=asked.limit + 1, actor=request.actor
    )
    return page(found, asked.limit, lambda row: row.id)


@call(router, "POST", "/referrals", scope=Scope.FILINGS_TAKE, answer=Done, status=201)
def show_the_way(request: Request, said: ReferralSent) -> object:
    """Tell a person of somebody who helps; nobody else is told of the person."""
    return created(
        refer(said.ref, said.debtor_ref, said.helper, actor=request.actor, now=request.now)
    )


@call(router, "POST", "/referrals/{ref}/moves", scope=Scope.FILINGS_TAKE, answer=ReferralDone)
def hand_over_or_end(request: Request, ref: Ref, said: ReferralMoveSent) -> object:
    """Hand a person over with their consent, or note that they decline or that it has ended."""
    return move_referral(
        ref, said.to, consented=said.consented, actor=request.actor, now=request.now
    )


@call(router, "POST", "/representatives", scope=Scope.PERSONS_WRITE, answer=Done, status=201)
def add_representative(request: Request, said: RepresentativeSent) -> object:
    """Record somebody who says to act for a person; their authority is not yet checked."""
    given = {name: getattr(said, name) for name in RepresentativeSent.model_fields}
    return created(
        record_representative(
            RepresentativeSaid(**given),
            source=Source.API,
            actor=request.actor,
            now=request.now,
        )
    )


@call(router, "POST", "/representatives/{ref}/check", scope=Scope.PERSONS_WRITE, answer=Done)
def check_authority(request: Request, ref: Ref, said: CheckSent) -> object:
    """Say that the authority was checked: from now on the person is not contacted."""
    return check_representative(
        ref,
        evidence=said.evidence,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(router, "POST", "/representatives/{ref}/end", scope=Scope.PERSONS_WRITE, answer=Done)
def end_authority(request: Request, ref: Ref) -> object:
    """Say that somebody acts for the person no longer."""
    return release_representative(ref, actor=request.actor, today=request.today, now=request.now)
