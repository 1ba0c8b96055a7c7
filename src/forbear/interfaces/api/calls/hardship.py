"""Hardship: declared or noticed, what is done, when somebody looks again; and distress."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Router
from pydantic import BaseModel, Field, StringConstraints

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.hardship import (
    HardshipSaid,
    declare_hardship,
    end_hardship,
    grant_hardship,
    review_hardship,
    signal_distress,
)
from forbear.contexts.rights.actions.pause import (
    Paused,
    PauseSaid,
    end_crisis,
    lengthen_pause,
    start_pause,
)
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.solve import SolutionSaid
from forbear.contexts.rights.word import HardshipCategory, Intake, PauseKind, Solution
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.calls.filings import (
    FilingDone,
    FilingSent,
    FilingTaken,
    TextSent,
    taken,
)
from forbear.interfaces.api.calls.help import HelperShown
from forbear.interfaces.api.field import (
    AmountAboveZero,
    Day,
    Evidence,
    Flag,
    Ref,
    Sent,
    SentId,
    Text,
    Version,
)

router = Router(tags=["hardship"])


class HardshipSent(FilingSent):
    """What makes it hard to pay; severity from 1 to 5 (acute). Evidence may follow later.

    ``consented``: the person agreed, apart from everything else, that words about health are kept.
    """

    category: HardshipCategory
    severity: Annotated[int, Field(strict=True, ge=1, le=5)]
    self_declared: Flag = True
    consented: Flag = False


class DistressSent(Sent):
    """Somebody's words let fear for them. What was said is not sent."""

    ref: Ref
    debtor_ref: Ref
    intake: Intake
    received_date: Day


class DistressDone(BaseModel):
    """What it set going, and who helps right now: show it to the person."""

    filed: FilingTaken
    helpers: list[HelperShown]


class SolutionSent(Sent):
    """What is done, and why. A pause, freeze or plan names the first day after it.

    A plan names the arrangement that was proposed; a write-off the amount that it covers and the
    approval by a second person.
    """

    solution: Solution
    reasons: Text
    version: Version
    until_date: Day | None = None
    approval_id: SentId | None = None
    amount_minor: AmountAboveZero | None = None
    arrangement_ref: Ref | None = None


class LawfulPauseSent(Sent):
    """A pause whose length the law of the person's country sets."""

    ref: Ref
    debtor_ref: Ref
    kind: PauseKind
    started_date: Day


class CrisisSent(Sent):
    """When treatment ended."""

    ended_date: Day


class LongerSent(Sent):
    """Which longer time of a rule is taken, by its name, and on what evidence."""

    step: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z ]+$")]
    evidence: Evidence


class PauseDone(BaseModel):
    """A pause that binds. ``until_date``: the first day after it; null: while treatment lasts."""

    ref: str
    new: bool
    until_date: date | None
    rule_id: str


@call(
    router,
    "POST",
    "/hardships",
    scope=Scope.FILINGS_TAKE,
    answer=FilingTaken,
    status=201,
)
def declare(request: Request, said: HardshipSent) -> object:
    """Take a hardship in, with evidence or without: nobody asks for payment meanwhile."""
    names = FilingSent.model_fields
    given = FilingSaid(reason=said.category, **{name: getattr(said, name) for name in names})
    return taken(
        declare_hardship(
            HardshipSaid(given, said.severity, said.self_declared, said.consented),
            source=Source.API,
            actor=request.actor,
            today=request.today,
            now=request.now,
        )
    )


@call(
    router,
    "POST",
    "/distress",
    scope=Scope.FILINGS_TAKE,
    answer=DistressDone,
    status=201,
)
def distress(request: Request, said: DistressSent) -> object:
    """Stop contact at once for somebody in distress; a human takes over, and help is named."""
    given = FilingSaid(
        said.ref,
        said.debtor_ref,
        HardshipCategory.DISTRESS,
        said.intake,
        said.received_date,
    )
    done = signal_distress(
        given, source=Source.API, actor=request.actor, today=request.today, now=request.now
    )
    return Told(201 if done.filed.new else 200, done)


@call(router, "POST", "/hardships/{ref}/solution", scope=Scope.FILINGS_DECIDE, answer=FilingDone)
def grant(request: Request, ref: Ref, said: SolutionSent) -> object:
    """Do something for somebody in hardship, until a day on which somebody looks again."""
    given = {name: getattr(said, name) for name in SolutionSent.model_fields}
    return grant_hardship(
        ref,
        SolutionSaid(**given),
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(router, "POST", "/hardships/{ref}/review", scope=Scope.FILINGS_DECIDE, answer=FilingDone)
def review(request: Request, ref: Ref, said: TextSent) -> object:
    """Look again at what was granted: it goes on as it is until the next review."""
    return review_hardship(
        ref,
        said.text,
        version=said.version,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(router, "POST", "/hardships/{ref}/end", scope=Scope.FILINGS_DECIDE, answer=FilingDone)
def end_help(request: Request, ref: Ref, said: TextSent) -> object:
    """Say that what was granted is over, and tell the person why."""
    return end_hardship(
        ref,
        said.text,
        version=said.version,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


@call(router, "POST", "/pauses", scope=Scope.FILINGS_TAKE, answer=PauseDone, status=201)
def pause(request: Request, said: LawfulPauseSent) -> object:
    """Let a pause begin; the law of the person's country says how long it lasts."""
    done = start_pause(
        PauseSaid(said.ref, said.debtor_ref, said.kind, said.started_date),
        source=Source.API,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )
    return _paused(done)


@call(router, "POST", "/pauses/{ref}/treatment-end", scope=Scope.FILINGS_TAKE, answer=PauseDone)
def treatment_ended(request: Request, ref: Ref, said: CrisisSent) -> object:
    """Say when treatment of a crisis ended; the pause lasts on for as long as the rules say."""
    return end_crisis(
        ref, said.ended_date, actor=request.actor, today=request.today, now=request.now
    )


@call(router, "POST", "/pauses/{ref}/extension", scope=Scope.FILINGS_WORK, answer=PauseDone)
def pause_longer(request: Request, ref: Ref, said: LongerSent) -> object:
    """Let a pause go on for the longer time that a rule gives, on evidence."""
    return lengthen_pause(
        ref,
        said.step,
        evidence=said.evidence,
        actor=request.actor,
        today=request.today,
        now=request.now,
    )


def _paused(done: Paused) -> Told:
    return Told(201 if done.new else 200, done)
