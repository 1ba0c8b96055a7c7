"""Contacts: report those that other systems made, and ask whether one would be allowed now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query, Router
from pydantic import BaseModel, Field

from forbear.contexts.contact.actions.record_attempts import (
    BATCH_MAX,
    AttemptSaid,
    AttemptsRecorded,
    record_attempts,
)
from forbear.contexts.contact.ask import ContactAsked, ask_contact
from forbear.contexts.contact.gate.ask import Reason
from forbear.contexts.contact.gate.budget import budget
from forbear.contexts.contact.models import AttemptSource
from forbear.contexts.contact.named import named
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


class BudgetAsked(BaseModel):
    """Which contact is considered; no loan: none is chosen yet."""

    contact_point_ref: Ref
    channel: Channel
    loan_ref: Ref | None = None
    purpose: ContactPurpose = ContactPurpose.COLLECT


class CapShown(BaseModel):
    """What one rule that counts leaves. ``days`` null: over everything; ``until``: more is left."""

    rule_id: str
    text_en: str
    text_zh: str
    source: str
    address: str
    counted: int
    at_most: int
    left: int
    days: int | None
    until: datetime | None


class ReasonShown(BaseModel):
    """What stands against the contact now. ``detail`` names the rule or the condition."""

    cause: str
    detail: str
    en: str
    zh: str


class BudgetShown(BaseModel):
    """How often the person may still be contacted so, as the gate itself counts.

    ``left``: what every cap together leaves now; ``left_today`` and ``left_week``: what those of
    one day and of seven do. Null: no such cap counts. ``reasons``: why not now, caps among them.
    """

    at: datetime
    left: int | None
    left_today: int | None
    left_week: int | None
    caps: list[CapShown]
    reasons: list[ReasonShown]
    turns_at: datetime | None


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


@call(
    router,
    "GET",
    "/debtors/{ref}/contact-budget",
    scope=Scope.DECISIONS_ASK,
    answer=BudgetShown,
)
def show_budget(request: Request, ref: Ref, asked: Query[BudgetAsked]) -> object:
    """Show how many contacts every rule still leaves for a person. Nothing is used up."""
    wish = named(
        ContactAsked(ref, asked.contact_point_ref, asked.channel, asked.loan_ref, asked.purpose),
        actor=request.actor,
    )
    found = budget(wish, actor=request.actor)

    def least(days: int) -> int | None:
        return min((cap.left for cap in found.caps if cap.days == days), default=None)

    return BudgetShown(
        at=found.at,
        left=found.left,
        left_today=least(1),
        left_week=least(7),
        caps=[
            CapShown(
                rule_id=cap.about.rule_id,
                text_en=cap.about.text_en,
                text_zh=cap.about.text_zh,
                source=cap.about.source,
                address=cap.about.address,
                counted=cap.counted,
                at_most=cap.at_most,
                left=cap.left,
                days=cap.days,
                until=cap.until,
            )
            for cap in found.caps
        ],
        reasons=[reason_shown(each) for each in found.reasons],
        turns_at=found.turns_at,
    )


def reason_shown(reason: Reason) -> ReasonShown:
    """Return a reason as it is shown."""
    return ReasonShown(cause=reason.cause.value, detail=reason.detail, en=reason.en, zh=reason.zh)
