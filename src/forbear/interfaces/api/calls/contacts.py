"""Contacts: report those that other systems made, and ask whether one would be allowed now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Router
from pydantic import BaseModel, Field

from forbear.contexts.contact.actions.record_attempts import (
    BATCH_MAX,
    AttemptSaid,
    AttemptsRecorded,
    record_attempts,
)
from forbear.contexts.contact.ask import ContactAsked, ask_contact
from forbear.contexts.contact.models import AttemptSource
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.field import Instant, Ref, Sent, Word
from forbear.values.code import Channel, ContactPurpose, Direction, Outcome

router = Router(tags=["contacts"])


class AttemptSent(Sent):
    """One contact that was tried; the same ref with another outcome is the latest word on it."""

    ref: Ref
    debtor_ref: Ref
    channel: Channel
    direction: Direction
    started_at: Instant
    outcome: Outcome
    contact_point_ref: Ref | None = None
    loan_ref: Ref | None = None
    team: Word | None = None


class AttemptsSent(Sent):
    """A batch of attempts, recorded all or none."""

    attempts: Annotated[tuple[AttemptSent, ...], Field(min_length=1, max_length=BATCH_MAX)]


class DecisionAsked(Sent):
    """A contact that is considered; no loan: none is chosen yet."""

    debtor_ref: Ref
    contact_point_ref: Ref
    channel: Channel
    loan_ref: Ref | None = None
    purpose: ContactPurpose = ContactPurpose.COLLECT


class FindingShown(BaseModel):
    """What one rule answers, in both languages, with its source and what it saw."""

    rule_id: str
    kind: str
    allows: bool
    effect: str
    text_en: str
    text_zh: str
    source: str
    address: str
    basis: str
    effective: date
    origin: str
    facts: list[tuple[str, str]]
    until: datetime | None


class DecisionShown(BaseModel):
    """Whether the contact would be allowed at ``at``; ``turns_at`` null: not by time alone.

    ``day`` and ``time_zone`` are the person's own; ``pack`` is a hash of the rules in force and
    ``sha256`` one of the whole answer.
    """

    allowed: bool
    at: datetime
    turns_at: datetime | None
    day: date
    time_zone: str
    pack: str
    sha256: str
    findings: list[FindingShown]


@call(router, "POST", "/attempts", scope=Scope.ATTEMPTS_WRITE, answer=AttemptsRecorded)
def report_attempts(request: Request, said: AttemptsSent) -> object:
    """Report contacts that other systems made, so that they count against every limit."""
    given = [
        AttemptSaid(**{name: getattr(each, name) for name in AttemptSent.model_fields})
        for each in said.attempts
    ]
    return record_attempts(given, source=AttemptSource.API, actor=request.actor, now=request.now)


@call(router, "POST", "/decisions", scope=Scope.DECISIONS_ASK, answer=DecisionShown)
def ask_decision(request: Request, said: DecisionAsked) -> object:
    """Ask whether a contact would be allowed now, with every rule's answer. Nothing is used up."""
    asked = ContactAsked(**{name: getattr(said, name) for name in DecisionAsked.model_fields})
    found = ask_contact(asked, actor=request.actor, now=request.now)
    told: dict[str, Any] = found.decision.as_dict()
    return DecisionShown(
        allowed=found.decision.allowed,
        at=request.now,
        turns_at=found.turns_at,
        day=found.day,
        time_zone=found.time_zone,
        pack=found.decision.pack,
        sha256=found.decision.sha256,
        findings=told["findings"],
    )
