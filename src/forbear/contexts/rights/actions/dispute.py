"""Somebody says that a debt is not as it is said to be; and the lender decides, with reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import doing, may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.correct import CorrectionSaid, correct
from forbear.contexts.rights.filing import (
    Filed,
    FilingSaid,
    filed,
    find_filing,
    move,
    place_lasting,
    release_hold,
    take_in,
)
from forbear.contexts.rights.models import Filing
from forbear.contexts.rights.reported import mark, unmark
from forbear.contexts.rights.statement import say
from forbear.contexts.rights.transition import FilingState
from forbear.contexts.rights.word import (
    LASTING,
    MARKS_THE_POINT,
    DisputeReason,
    FilingKind,
    Finding,
    Side,
    StatementKind,
)
from forbear.policy.kind import ClockStart
from forbear.values.code import HoldKind, Matter, PointQuality
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class DecisionSaid:
    """What is decided, and why. ``reasons``: what the person is told; ``version``: looked at."""

    finding: Finding
    reasons: str = field(repr=False)
    version: int
    corrections: tuple[CorrectionSaid, ...] = ()


def file_dispute(
    said: FilingSaid,
    *,
    validation_sent_date: date | None = None,
    source: Source,
    actor: Principal,
    today: date,
    now: datetime,
) -> Filed:
    """Take a dispute in: contact about it stops in the same transaction, and its clocks start.

    ``validation_sent_date``: when the notice of the right to dispute was sent, where a law gives a
    period for it. Somebody who is not the person, or says that the debt is not theirs, is not
    contacted again where they were reached.

    Raises:
        NotPermitted: FILINGS_TAKE is missing.
        InvalidField, UnknownRef, OtherPerson, PersonErased, OtherFiling: nothing was written.
    """
    may(actor, Permission.FILINGS_TAKE)
    reason = check.word("reason", said.reason, DisputeReason)  # type: ignore[arg-type]
    if reason is DisputeReason.WRONG_PERSON and said.contact_point_ref is None:
        raise _no_point()
    starts, also = {}, ()
    if validation_sent_date is not None:
        sent = check.past_day("validation_sent_date", validation_sent_date, now=now)
        starts, also = {ClockStart.SENT: sent}, (Matter.VALIDATION_PERIOD,)
    with acting(actor):
        taken = take_in(
            said,
            FilingKind.DISPUTE,
            hold=HoldKind.DISPUTE,
            also=also,
            starts=starts,
            source=source,
            actor=actor,
            today=today,
            now=now,
        )
        if taken.new:
            mark(taken.filing, actor=actor, now=now)
        if taken.new and reason in MARKS_THE_POINT and said.contact_point_ref is not None:
            by = doing(actor, Permission.PERSON_CHANGE)
            enter_quality(said.contact_point_ref, PointQuality.WRONG_PERSON, actor=by, now=now)
        return filed(taken)


def _no_point() -> check.InvalidField:
    return check.invalid(
        "contact_point_ref",
        "is missing: where was somebody else reached",
        "缺失：请说明在哪个联系方式接触到了他人",
        remedy="Name the contact point, so that nobody is called there again.",
        remedy_zh="请填写该联系方式，以便不再联系此处。",
    )


def decide_dispute(
    ref: str, said: DecisionSaid, *, actor: Principal, today: date, now: datetime
) -> Filing:
    """Decide a dispute with reasons; what is wrong is put right, and the hold ends.

    All of it happens or none. Where the debt is found not to be the person's, or out of time, a
    hold of that kind stays. What cannot be put right here stays open as a correction that is owed.

    Raises:
        NotPermitted: FILINGS_DECIDE is missing; to credit an amount also POSTING_RECORD, to settle
            a loan BOOK_CHANGE.
        UnknownFiling, FilingChanged, FilingMayNotFollow.
        InvalidField: there are no reasons, or the corrections do not fit the finding.
    """
    may(actor, Permission.FILINGS_DECIDE)
    finding = check.word("finding", said.finding, Finding)
    check.label("reasons", said.reasons, length_max=8_000)
    if said.corrections and finding is Finding.REJECTED:
        raise check.invalid(
            "corrections",
            "cannot follow from a dispute that is not upheld",
            "异议不成立时不能有更正",
            remedy="Choose UPHELD or PARTLY, or leave the corrections out.",
            remedy_zh="请选择 UPHELD 或 PARTLY，或不填更正。",
        )
    with acting(actor):
        filing = find_filing(ref, FilingKind.DISPUTE, version=said.version)
        filing.finding = finding.value
        move(
            filing,
            FilingState.DECIDED,
            actor=actor,
            now=now,
            finding=finding,
            corrections=len(said.corrections),
        )
        say(filing, Side.LENDER, StatementKind.REASONS, said.reasons, actor=actor, now=now)
        for number, each in enumerate(said.corrections, start=1):
            correct(filing, each, number=number, actor=actor, today=today, now=now)
        unmark(filing, finding, actor=actor, now=now)
        lasting = LASTING.get(DisputeReason(filing.reason))
        if finding is Finding.UPHELD and lasting is not None:
            place_lasting(filing, lasting, actor=actor, today=today, now=now)
        release_hold(filing, actor=actor, today=today, now=now)
        return filing
