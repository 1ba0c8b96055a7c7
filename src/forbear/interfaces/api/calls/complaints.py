"""Complaints: take them in from every channel, look into them, answer, escalate, count."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.complaint import (
    MENTIONS_MAX,
    ComplaintDecided,
    ComplaintSaid,
    decide_complaint,
    escalate,
    file_complaint,
)
from forbear.contexts.rights.actions.work import acknowledge
from forbear.contexts.rights.export import ComplaintExported, export_complaint
from forbear.contexts.rights.figures import ComplaintCount, count_complaints
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import Finding, Redress
from forbear.contexts.rulebook.library import open_complaints
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.filings import (
    FilingDone,
    FilingSent,
    FilingTaken,
    VersionSent,
    taken,
)
from forbear.interfaces.api.field import (
    AmountAboveZero,
    Day,
    Evidence,
    Ref,
    Sent,
    SentId,
    Text,
    Version,
)
from forbear.policy.complaint import ReasonSet
from forbear.values.money import Currency

router = Router(tags=["complaints"])
ReasonCode = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Z][A-Z0-9_]*$")
]


class ComplaintSent(FilingSent):
    """What is alleged, by a code of GET /complaint-reasons.

    ``contacts``: permit ids or refs of the calls and messages concerned; ``about_staff``: the id
    of whom it is about, where that is known.
    """

    reason: ReasonCode
    contacts: Annotated[tuple[Ref, ...], Field(max_length=MENTIONS_MAX)] = ()
    about_staff: SentId | None = None


class ComplaintAnswerSent(Sent):
    """What was borne out, why, what let it happen, and what is done."""

    finding: Finding
    reasons: Text
    version: Version
    substantiated: ReasonCode | None = None
    root_cause: Text | None = None
    redress: Redress = Redress.NONE
    redress_minor: AmountAboveZero | None = None
    currency: Currency | None = None


class EscalationSent(VersionSent):
    """To which authority, by a code of GET /help, and under which number there."""

    authority: ReasonCode
    authority_ref: Evidence | None = None


class ComplaintReasonShown(BaseModel):
    """One thing that a complaint can be about; ``stops``: collection stands still meanwhile."""

    code: str
    reasons: ReasonSet
    en: str
    zh: str
    stops: bool
    within: str
    like: list[str]


class ReasonsAsked(BaseModel):
    """From whose list."""

    reasons: ReasonSet | None = None


class FiguresAsked(BaseModel):
    """Received on which days, both included."""

    since: Day
    until: Day


@call(
    router, "GET", "/complaint-reasons", scope=Scope.FILINGS_READ, answer=list[ComplaintReasonShown]
)
def list_reasons(request: Request, asked: Query[ReasonsAsked]) -> object:
    """List what complaints can be about, with the same thing in other lists."""
    del request
    known = open_complaints().values()
    return [each for each in known if asked.reasons in {None, each.reasons}]


@call(
    router,
    "POST",
    "/complaints",
    scope=Scope.FILINGS_TAKE,
    answer=FilingTaken,
    status=201,
)
def complain(request: Request, said: ComplaintSent) -> object:
    """Take a complaint in; what it must stop stops at once, and its clocks start."""
    names = FilingSent.model_fields
    given = FilingSaid(reason=said.reason, **{name: getattr(said, name) for name in names})
    return taken(
        file_complaint(
            ComplaintSaid(given, said.contacts, said.about_staff),
            source=Source.API,
            actor=request.actor,
            today=request.today,
            now=request.now,
        )
    )


@call(
    router,
    "POST",
    "/complaints/{ref}/acknowledgement",
    scope=Scope.FILINGS_WORK,
    answer=FilingDone,
)
def acknowledge_complaint(request: Request, ref: Ref, said: VersionSent) -> object:
    """Say that the person was told that it is here, and by when it is answered."""
    return acknowledge(ref, version=said.version, actor=request.actor, now=request.now)


@call(router, "POST", "/complaints/{ref}/decision", scope=Scope.FILINGS_DECIDE, answer=FilingDone)
def settle_complaint(request: Request, ref: Ref, said: ComplaintAnswerSent) -> object:
    """Answer a complaint: what was borne out, why, what let it happen, and what is done."""
    given = {name: getattr(said, name) for name in ComplaintAnswerSent.model_fields}
    return decide_complaint(
        ref,
        ComplaintDecided(**given),
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(router, "POST", "/complaints/{ref}/escalation", scope=Scope.FILINGS_TAKE, answer=FilingDone)
def escalate_complaint(request: Request, ref: Ref, said: EscalationSent) -> object:
    """Note that a complaint went to an authority; what it stops stays stopped."""
    return escalate(
        ref,
        said.authority,
        authority_ref=said.authority_ref,
        version=said.version,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(
    router, "POST", "/complaints/{ref}/export", scope=Scope.FILINGS_WORK, answer=ComplaintExported
)
def write_out_complaint(request: Request, ref: Ref) -> object:
    """Write a complaint out for an authority, as JSON and CSV, without names."""
    return export_complaint(ref, actor=request.actor, today=request.today, now=request.now)


@call(
    router,
    "GET",
    "/complaint-figures",
    scope=Scope.COMPLAINTS_COUNT,
    answer=list[ComplaintCount],
)
def complaint_figures(request: Request, asked: Query[FiguresAsked]) -> object:
    """Count complaints by what is alleged and borne out, team, and whether in time."""
    return list(
        count_complaints(asked.since, asked.until, actor=request.actor, today=request.today)
    )
