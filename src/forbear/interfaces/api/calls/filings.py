"""What every dispute, complaint, hardship and data request has in common: see it, work on it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import BaseModel, StringConstraints

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.rights.actions.attachment import NAME_LENGTH_MAX, attach
from forbear.contexts.rights.actions.work import (
    add_statement,
    ask_person,
    finish_correction,
    give_owner,
    lengthen,
    reopen,
    take_back,
    take_up,
)
from forbear.contexts.rights.filing import Filed
from forbear.contexts.rights.listing import (
    FilingListed,
    FilingShown,
    LateListed,
    ReviewListed,
    get_filing,
    list_filings,
    list_late,
    list_reviews,
)
from forbear.contexts.rights.transition import FilingState
from forbear.contexts.rights.word import FilingKind, Intake, Side
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.field import (
    Day,
    Evidence,
    Flag,
    Id,
    Ref,
    Sent,
    SentId,
    Text,
    Version,
)
from forbear.interfaces.api.page import Page, Paged, after, page

router = Router(tags=["filings"])
FILE = "application/octet-stream"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {FILE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
FileName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NAME_LENGTH_MAX, pattern=r"^[\w .()-]+$"),
]


class FilingSent(Sent):
    """What every filing says. No loan: everything of the person's.

    ``contact_point_ref``: where the person was reached; ``text``: in their own words.
    """

    ref: Ref
    debtor_ref: Ref
    intake: Intake
    received_date: Day
    loan_ref: Ref | None = None
    contact_point_ref: Ref | None = None
    text: Text | None = None


class FilingTaken(BaseModel):
    """What taking in set going. ``due_on``: by when an answer is owed; null: no rule says."""

    id: int
    ref: str
    new: bool
    state: str
    hold_ref: str | None
    due_on: date | None
    plan_cancelled: bool


class FilingDone(BaseModel):
    """Where the filing stands now; the next change names this version."""

    ref: str
    state: str
    finding: str | None
    owner_id: int | None
    version: int


class FilingsAsked(Paged):
    """Which filings are asked for."""

    kind: FilingKind | None = None
    state: FilingState | None = None
    debtor_ref: Ref | None = None
    owner_id: Id | None = None


class LateAsked(Paged):
    """Which late clocks are asked for."""

    kind: FilingKind | None = None


class VersionSent(Sent):
    """Which version was looked at."""

    version: Version


class TextSent(VersionSent):
    """What is said, and which version was looked at."""

    text: Text


class StatementSent(Sent):
    """What is said. ``evidence``: it tells what a piece of evidence shows."""

    text: Text
    evidence: Flag = False


class StatementDone(BaseModel):
    """The statement that was written down."""

    id: int


class OwnerSent(VersionSent):
    """Who looks into it: the id of a member of staff."""

    owner_id: SentId


class ExtensionSent(TextSent):
    """Which longer time of a rule is taken, by its name; ``text`` tells the person why."""

    step: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z ]+$")]
    approval_id: SentId | None = None


class CorrectionMadeSent(Sent):
    """On what evidence something that was owed is put right."""

    evidence: Evidence


class CorrectionMade(BaseModel):
    """The correction, now done."""

    id: int
    done_as: str


class FileAsked(BaseModel):
    """What the file is called, with its ending."""

    name: FileName


class AttachedDone(BaseModel):
    """The file as it is kept. ``new`` false: this content is there already."""

    ref: UUID
    kind: str
    bytes: int
    sha256: str
    new: bool


def taken(done: Filed) -> Told:
    """Return the answer of a call that takes something in: 201 for a new one, 200 for a known."""
    return Told(201 if done.new else 200, done)


@call(router, "GET", "/filings", scope=Scope.FILINGS_READ, answer=Page[FilingListed])
def list_all_filings(request: Request, asked: Query[FilingsAsked]) -> object:
    """List disputes, complaints, hardships and data requests in the order they came in."""
    found = list_filings(
        after=after(asked),
        rows=asked.limit + 1,
        kind=asked.kind,
        state=asked.state,
        debtor_ref=asked.debtor_ref,
        owner_id=asked.owner_id,
        today=request.today,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(router, "GET", "/filings/{ref}", scope=Scope.FILINGS_READ, answer=FilingShown)
def show_filing(request: Request, ref: Ref) -> object:
    """Show one filing with its clocks, and that things were said and handed in, not what."""
    return get_filing(ref, today=request.today, actor=request.actor, now=request.now)


@call(router, "GET", "/late-filings", scope=Scope.FILINGS_READ, answer=Page[LateListed])
def list_late_filings(request: Request, asked: Query[LateAsked]) -> object:
    """List clocks whose day has gone by without an answer."""
    found = list_late(
        after=after(asked),
        rows=asked.limit + 1,
        kind=asked.kind,
        today=request.today,
        actor=request.actor,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(router, "GET", "/hardship-reviews", scope=Scope.FILINGS_READ, answer=Page[ReviewListed])
def list_due_reviews(request: Request, asked: Query[Paged]) -> object:
    """List hardships that somebody must look at again by today."""
    found = list_reviews(
        after=after(asked), rows=asked.limit + 1, today=request.today, actor=request.actor
    )
    return page(found, asked.limit, lambda row: row.id)


@call(router, "POST", "/filings/{ref}/work", scope=Scope.FILINGS_WORK, answer=FilingDone)
def begin_work(request: Request, ref: Ref, said: VersionSent) -> object:
    """Begin to look into a filing."""
    return take_up(ref, version=said.version, actor=request.actor, now=request.now)


@call(router, "POST", "/filings/{ref}/questions", scope=Scope.FILINGS_WORK, answer=FilingDone)
def ask_question(request: Request, ref: Ref, said: TextSent) -> object:
    """Ask the person something; clocks go on all the same."""
    return ask_person(ref, said.text, version=said.version, actor=request.actor, now=request.now)


@call(
    router,
    "POST",
    "/filings/{ref}/statements",
    scope=Scope.FILINGS_TAKE,
    answer=StatementDone,
    status=201,
)
def say_something(request: Request, ref: Ref, said: StatementSent) -> object:
    """Write down what the person says; an answer to a question lets the work go on."""
    return _said(request, ref, said, Side.PERSON)


@call(
    router,
    "POST",
    "/filings/{ref}/lender-statements",
    scope=Scope.FILINGS_WORK,
    answer=StatementDone,
    status=201,
)
def say_for_lender(request: Request, ref: Ref, said: StatementSent) -> object:
    """Write down what the lender says, such as what a piece of evidence shows."""
    return _said(request, ref, said, Side.LENDER)


def _said(request: Request, ref: str, said: StatementSent, side: Side) -> object:
    return add_statement(
        ref,
        said.text,
        side=side,
        evidence=said.evidence,
        actor=request.actor,
        now=request.now,
    )


@call(
    router,
    "POST",
    "/filings/{ref}/attachments",
    scope=Scope.FILINGS_TAKE,
    answer=AttachedDone,
    status=201,
    extra=_BODY,
)
def hand_in(request: Request, ref: Ref, asked: Query[FileAsked]) -> object:
    """Hand in a file for the person: a PDF, PNG, JPEG or plain text, sealed with their key."""
    return _handed_in(request, ref, asked.name, Side.PERSON)


@call(
    router,
    "POST",
    "/filings/{ref}/lender-attachments",
    scope=Scope.FILINGS_WORK,
    answer=AttachedDone,
    status=201,
    extra=_BODY,
)
def hand_in_for_lender(request: Request, ref: Ref, asked: Query[FileAsked]) -> object:
    """Hand in a file for the lender, such as a contract or a statement of account."""
    return _handed_in(request, ref, asked.name, Side.LENDER)


def _handed_in(request: Request, ref: str, name: str, side: Side) -> Told:
    content = request.http.body
    done = attach(ref, name, content, side=side, actor=request.actor, now=request.now)
    return Told(201 if done.new else 200, done)


@call(router, "POST", "/filings/{ref}/owner", scope=Scope.FILINGS_WORK, answer=FilingDone)
def set_owner(request: Request, ref: Ref, said: OwnerSent) -> object:
    """Give a filing to somebody who had no part in what it is about."""
    return give_owner(
        ref, said.owner_id, version=said.version, actor=request.actor, now=request.now
    )


@call(router, "POST", "/filings/{ref}/extension", scope=Scope.FILINGS_WORK, answer=FilingDone)
def take_longer(request: Request, ref: Ref, said: ExtensionSent) -> object:
    """Take the longer time that a rule allows, and tell the person why."""
    return lengthen(
        ref,
        said.step,
        said.text,
        version=said.version,
        approval_id=said.approval_id,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(router, "POST", "/filings/{ref}/withdrawal", scope=Scope.FILINGS_TAKE, answer=FilingDone)
def withdraw_filing(request: Request, ref: Ref, said: VersionSent) -> object:
    """Let the person take a filing back; what it stopped goes on the same day."""
    return take_back(
        ref,
        version=said.version,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(router, "POST", "/filings/{ref}/reopening", scope=Scope.FILINGS_TAKE, answer=FilingDone)
def open_again(request: Request, ref: Ref, said: TextSent) -> object:
    """Take up again what was settled, for a reason such as new evidence."""
    return reopen(
        ref,
        said.text,
        version=said.version,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(
    router,
    "POST",
    "/filings/{ref}/corrections/{number}",
    scope=Scope.FILINGS_WORK,
    answer=CorrectionMade,
)
def correction_done(request: Request, ref: Ref, number: Id, said: CorrectionMadeSent) -> object:
    """Say that a correction that was owed has been made elsewhere, on evidence."""
    return finish_correction(
        ref, number, evidence=said.evidence, actor=request.actor, now=request.now
    )
