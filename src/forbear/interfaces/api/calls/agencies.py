"""Outside agencies: ask for permits, begin them, tell outcomes, report days, see what differs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from forbear.contexts.contact.agency.begin import begin, tell_outcome
from forbear.contexts.contact.agency.listing import (
    DayListed,
    FindingListed,
    list_days,
    list_findings,
)
from forbear.contexts.contact.agency.match import ContactReported
from forbear.contexts.contact.agency.permit import MINUTES, MINUTES_MAX, ask_permit, show_permit
from forbear.contexts.contact.agency.report import BATCH_MAX, ReportTaken, take_report
from forbear.contexts.contact.ask import ContactAsked
from forbear.contexts.contact.gate.word import DispatchState
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.field import Day, Instant, Ref, Sent
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.values.code import Channel, Outcome

router = Router(tags=["agencies"])
EventId = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[!-~]+$")]


class PermitSent(Sent):
    """A contact that an agency wants to make.

    ``id`` is a new random UUID of the agency's; the same again is the same permit. ``minutes``: how
    long it may wait to be begun.
    """

    id: UUID
    debtor_ref: Ref
    loan_ref: Ref
    contact_point_ref: Ref
    channel: Channel = Channel.VOICE
    minutes: Annotated[int, Field(strict=True, ge=1, le=MINUTES_MAX)] = MINUTES


class PermitReason(BaseModel):
    """Why not, in both languages; source and address are empty where it is no rule's.

    ``source`` names the article, ``address`` is where to read it.
    ``opens_at``: when time alone lifts this reason; null: it takes a new fact, or is not known.
    """

    cause: str
    detail: str
    en: str
    zh: str
    source: str
    address: str
    opens_at: datetime | None


class PermitShown(BaseModel):
    """A permit, or every reason why there is none. No number is ever in it.

    ``masked`` is all that is shown of the number. The lender's own telephone system connects the
    call, once the permit is begun and until ``connect_until``. ``state`` null: refused at once.
    ``check_code`` is read out, so that the person can check the call; null: there is no call.
    ``opens_at``: when time alone turns a refusal.
    """

    id: UUID
    allowed: bool
    debtor_ref: str | None
    contact_point_ref: str | None
    channel: str
    masked: str
    state: DispatchState | None
    outcome: Outcome | None
    expires_at: datetime | None
    begun_at: datetime | None
    connect_until: datetime | None
    check_code: str | None
    reasons: list[PermitReason]
    opens_at: datetime | None


class OutcomeSent(Sent):
    """What became of a contact that was begun; ``event_id`` is the agency's, one for each event."""

    event_id: EventId
    outcome: Outcome
    at: Instant


class OutcomeTaken(BaseModel):
    """Whether the event was new."""

    new: bool


class ContactSent(Sent):
    """One contact that the agency made; ``ref`` is its own number for it."""

    ref: Ref
    permit_id: UUID | None = None
    debtor_ref: Ref
    channel: Channel
    started_at: Instant
    outcome: Outcome


class ReportSent(Sent):
    """Contacts of one day of the agency's clock; a day may come in several batches."""

    day: Day
    contacts: Annotated[tuple[ContactSent, ...], Field(max_length=BATCH_MAX)]


class FindingsAsked(Paged):
    """Which findings are asked for. ``standing``: without those that a later report mended."""

    day: Day | None = None
    standing: bool = False


@call(router, "POST", "/agency/permits", scope=Scope.AGENCY_CONTACT, answer=PermitShown)
def ask_for_permit(request: Request, said: PermitSent) -> object:
    """Ask for leave to contact a person. A permit counts against every cap until it lapses."""
    asked = ContactAsked(said.debtor_ref, said.contact_point_ref, said.channel, said.loan_ref)
    return ask_permit(said.id, asked, minutes=said.minutes, actor=request.actor)


@call(
    router,
    "POST",
    "/agency/permits/{permit_id}/begin",
    scope=Scope.AGENCY_CONTACT,
    answer=PermitShown,
)
def begin_contact(request: Request, permit_id: UUID) -> object:
    """Use a permit now: every rule is asked again; once begun, it counts as made."""
    return begin(permit_id, actor=request.actor)


@call(
    router,
    "POST",
    "/agency/permits/{permit_id}/outcomes",
    scope=Scope.AGENCY_CONTACT,
    answer=OutcomeTaken,
)
def report_outcome(request: Request, permit_id: UUID, said: OutcomeSent) -> object:
    """Tell what became of a contact, late, twice or in any order; what says most counts."""
    new = tell_outcome(
        permit_id,
        event_id=said.event_id,
        outcome=said.outcome,
        at=said.at,
        actor=request.actor,
        now=request.now,
    )
    return OutcomeTaken(new=new)


@call(router, "POST", "/agency/reports", scope=Scope.AGENCY_CONTACT, answer=ReportTaken)
def report_day(request: Request, said: ReportSent) -> object:
    """Report a day's contacts, all of a batch or none; each is held against its permit."""
    given = [
        ContactReported(**{name: getattr(each, name) for name in ContactSent.model_fields})
        for each in said.contacts
    ]
    return take_report(said.day, given, actor=request.actor, now=request.now)


@call(router, "GET", "/permits/{permit_id}", scope=Scope.CONTACTS_READ, answer=PermitShown)
def show_one_permit(request: Request, permit_id: UUID) -> object:
    """Show an agency's permit; the lender's telephone system connects while it is begun."""
    return show_permit(permit_id, actor=request.actor, now=request.now)


@call(
    router,
    "GET",
    "/agency-findings",
    scope=Scope.CONTACTS_READ,
    answer=Page[FindingListed],
)
def list_agency_findings(request: Request, asked: Query[FindingsAsked]) -> object:
    """List where agencies' reports and their permits do not agree, the oldest first."""
    found = list_findings(
        after=after(asked),
        rows=asked.limit + 1,
        day=asked.day,
        standing=asked.standing,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(router, "GET", "/agency-days", scope=Scope.CONTACTS_READ, answer=Page[DayListed])
def list_agency_days(request: Request, asked: Query[Paged]) -> object:
    """List the days of agencies, and how far each is reconciled."""
    found = list_days(after=after(asked), rows=asked.limit + 1, actor=request.actor)
    return page(found, asked.limit, lambda row: row.id)
