"""Rights over one's own data: see, correct, delete, explanation, a human, object, restrict."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import BaseModel

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.data_request import (
    AnswerSaid,
    answer_data_request,
    file_data_request,
    show_data,
)
from forbear.contexts.rights.explanation import explain_decisions
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import DataRight, Finding
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.filings import FilingDone, FilingSent, FilingTaken, taken
from forbear.interfaces.api.field import Ref, Sent, SentId, Text, Version
from forbear.values.day import from_day_number

router = Router(tags=["data rights"])


class DataRequestSent(FilingSent):
    """Which right over their own data a person uses; to object or restrict binds at once."""

    right: DataRight


class DataAnswerSent(Sent):
    """What is answered, and why. ``decided_by``: who decided, where that must be a human."""

    finding: Finding
    reasons: Text
    version: Version
    decided_by: SentId | None = None


class StaysShown(BaseModel):
    """Why something of the data stays; ``rule`` empty: no rule of a pack."""

    en: str
    zh: str
    rule: str


class AnsweredShown(BaseModel):
    """What an answer changed. ``keep_until``: the last day on which something must stay."""

    filing: FilingDone
    erased: bool
    stays: list[StaysShown]
    keep_until: date | None


class HeldShown(BaseModel):
    """How many rows about a person stand in one place."""

    place: str
    en: str
    zh: str
    rows: int


class DataShown(BaseModel):
    """What is held of a person, why and until when; values are masked here, as everywhere."""

    debtor_ref: str
    name_masked: str
    national_id_masked: str
    jurisdiction: str
    region: str | None
    believed_region: str | None
    believed_confidence_percent: int | None
    points: list[str]
    loans: list[str]
    held: list[HeldShown]
    stays: list[StaysShown]
    keep_until: date | None


class PlanExplainedShown(BaseModel):
    """What the agenda of a day decided, with its reason in both languages."""

    day: date
    outcome: str
    cause: str | None
    reason_en: str
    reason_zh: str
    channel: str | None
    state: str


class ContactExplainedShown(BaseModel):
    """What the gate decided about one contact: every rule asked, and what it saw."""

    permit_id: UUID
    stage: str
    at: datetime
    allowed: bool
    answer: dict[str, Any]


class ExplainedShown(BaseModel):
    """The latest decisions of machines about a person; ``human``: how to have one decide."""

    plans: list[PlanExplainedShown]
    contacts: list[ContactExplainedShown]
    human: str


@call(
    router,
    "POST",
    "/data-requests",
    scope=Scope.FILINGS_TAKE,
    answer=FilingTaken,
    status=201,
)
def use_right(request: Request, said: DataRequestSent) -> object:
    """Take in that a person uses a right over their own data; its clock starts."""
    names = FilingSent.model_fields
    given = FilingSaid(reason=said.right, **{name: getattr(said, name) for name in names})
    return taken(
        file_data_request(
            given,
            source=Source.API,
            actor=request.actor,
            today=request.today,
            now=request.now,
        )
    )


@call(
    router,
    "POST",
    "/data-requests/{ref}/answer",
    scope=Scope.DATA_RIGHTS_ANSWER,
    answer=AnsweredShown,
)
def answer_right(request: Request, ref: Ref, said: DataAnswerSent) -> object:
    """Answer with reasons, and do what follows; what must stay is told, why and until when."""
    done = answer_data_request(
        ref,
        AnswerSaid(said.finding, said.reasons, said.version, said.decided_by),
        actor=request.actor,
        today=request.today,
        now=request.now,
    )
    until = None if done.stays is None else done.stays.keep_until
    reasons = () if done.stays is None else done.stays.reasons
    return {
        "filing": done.filing,
        "erased": done.erased,
        "stays": [{"en": r.en, "zh": r.zh, "rule": r.rule_id} for r in reasons],
        "keep_until": None if until is None else from_day_number(until),
    }


@call(router, "GET", "/debtors/{ref}/data", scope=Scope.DATA_RIGHTS_ANSWER, answer=DataShown)
def show_held(request: Request, ref: Ref) -> object:
    """Show what is held of a person, where, why and until when; the showing is recorded."""
    found = show_data(ref, actor=request.actor, now=request.now)
    person = found.person
    return {
        "debtor_ref": person.ref,
        "name_masked": person.name_masked,
        "national_id_masked": person.national_id_masked,
        "jurisdiction": person.jurisdiction,
        "region": person.region,
        "believed_region": person.believed_region,
        "believed_confidence_percent": person.believed_confidence_percent,
        "points": [f"{each.kind} {each.masked}" for each in person.points],
        "loans": [each.ref for each in person.loans],
        "held": list(found.held),
        "stays": [{"en": r.en, "zh": r.zh, "rule": r.rule_id} for r in found.stays],
        "keep_until": found.keep_until,
    }


@call(
    router,
    "GET",
    "/debtors/{ref}/explanation",
    scope=Scope.DATA_RIGHTS_ANSWER,
    answer=ExplainedShown,
)
def explain(request: Request, ref: Ref) -> object:
    """Explain why machines decided as they did about a person: plans, and each contact."""
    return explain_decisions(ref, actor=request.actor)
