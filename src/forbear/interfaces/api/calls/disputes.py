"""Disputes: a debt is not as it is said to be. File one, and decide it with reasons."""

from __future__ import annotations

from typing import Annotated

from ninja import Router
from pydantic import Field

from forbear.contexts.exchange.scope import Scope
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.actions.dispute import DecisionSaid, decide_dispute, file_dispute
from forbear.contexts.rights.correct import CorrectionSaid
from forbear.contexts.rights.filing import FilingSaid
from forbear.contexts.rights.word import CorrectionKind, DisputeReason, Finding
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.calls.bureau import Month, StatusWord
from forbear.interfaces.api.calls.filings import FilingDone, FilingSent, FilingTaken, taken
from forbear.interfaces.api.field import AmountAboveZero, Day, Ref, Sent, Text, Version
from forbear.policy.bureau.month import parse_month

router = Router(tags=["disputes"])


class DebtDisputeSent(FilingSent):
    """A dispute of one debt, or of all. Whoever is not the person names where they were reached.

    ``validation_sent_date``: when the notice of the right to dispute was sent.
    """

    reason: DisputeReason
    validation_sent_date: Day | None = None


class CorrectedSent(Sent):
    """What is put right on a loan: a credit, that it is settled, or lines at a bureau.

    ``codes``: what is right at the bureau, by month, such as {"2026-09": "N"}.
    """

    kind: CorrectionKind
    loan_ref: Ref
    amount_minor: AmountAboveZero | None = None
    since_date: Day | None = None
    codes: Annotated[dict[Month, StatusWord], Field(max_length=60)] | None = None


class DisputeDecisionSent(Sent):
    """What is decided, why, and what is put right."""

    finding: Finding
    reasons: Text
    version: Version
    corrections: Annotated[tuple[CorrectedSent, ...], Field(max_length=50)] = ()


@call(
    router,
    "POST",
    "/disputes",
    scope=Scope.FILINGS_TAKE,
    answer=FilingTaken,
    status=201,
)
def dispute(request: Request, said: DebtDisputeSent) -> object:
    """File a dispute: contact about it stops at once, and its clocks start."""
    names = FilingSent.model_fields
    given = FilingSaid(reason=said.reason, **{name: getattr(said, name) for name in names})
    return taken(
        file_dispute(
            given,
            validation_sent_date=said.validation_sent_date,
            source=Source.API,
            actor=request.actor,
            today=request.today,
            now=request.now,
        )
    )


@call(router, "POST", "/disputes/{ref}/decision", scope=Scope.FILINGS_DECIDE, answer=FilingDone)
def settle_dispute(request: Request, ref: Ref, said: DisputeDecisionSent) -> object:
    """Decide a dispute with reasons; what is wrong is put right, and the hold ends."""
    corrections = tuple(
        CorrectionSaid(
            each.kind,
            each.loan_ref,
            each.amount_minor,
            each.since_date,
            {parse_month(month): code for month, code in (each.codes or {}).items()},
        )
        for each in said.corrections
    )
    return decide_dispute(
        ref,
        DecisionSaid(said.finding, said.reasons, said.version, corrections),
        actor=request.actor,
        today=request.today,
        now=request.now,
    )
