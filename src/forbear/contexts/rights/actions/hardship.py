"""Somebody cannot pay as agreed, or lets one fear for them: what is done, and who looks again?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import doing, may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.actions.vulnerability import enter_vulnerability, may_keep_words
from forbear.contexts.portfolio.said import VulnerabilitySaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.clock import start_clocks
from forbear.contexts.rights.filing import (
    Filed,
    FilingSaid,
    filed,
    find_filing,
    hold_ref,
    move,
    note,
    release_hold,
    take_in,
)
from forbear.contexts.rights.models import Clock, Filing, Hardship
from forbear.contexts.rights.solve import SolutionSaid, end_solution, solve
from forbear.contexts.rights.statement import say
from forbear.contexts.rights.transition import FilingState
from forbear.contexts.rights.word import (
    ABOUT_HEALTH,
    CARE,
    HARDSHIP_HOLDS,
    FilingKind,
    HardshipCategory,
    Side,
    Solution,
    StatementKind,
)
from forbear.contexts.rulebook.library import open_helpers
from forbear.policy.help import Helper, HelpKind, helpers_for
from forbear.policy.kind import ClockStart
from forbear.values.code import HoldKind, Jurisdiction, Matter
from forbear.values.principal import Principal

ACUTE = 5
SEVERITY_OF_CARE = 3


@dataclass(frozen=True, slots=True)
class HardshipSaid:
    """What makes it hard to pay. ``filing.reason``: a category; severity from 1 to 5 (acute).

    ``consented``: the person agreed, apart from everything else, that words about their health are
    kept. ``self_declared`` False: somebody who works here noticed it.
    """

    filing: FilingSaid
    severity: int
    self_declared: bool = True
    consented: bool = False


@dataclass(frozen=True, slots=True)
class DistressTaken:
    """What a sign of distress set going, and who helps right now: show it to the person."""

    filed: Filed
    helpers: tuple[Helper, ...]


def declare_hardship(
    said: HardshipSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> Filed:
    """Take a hardship in, with evidence or without it yet: nobody asks for payment meanwhile.

    Raises:
        NotPermitted: FILINGS_TAKE is missing.
        NoteNeedsConsent: words about health are given, and the law asks for a consent.
        InvalidField, UnknownRef, OtherPerson, PersonErased, OtherFiling: nothing was written.
    """
    may(actor, Permission.FILINGS_TAKE)
    with acting(actor):
        return _declare(said, source=source, actor=actor, today=today, now=now)


def signal_distress(
    said: FilingSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> DistressTaken:
    """Stop contact at once for somebody whose words let fear for them; a human takes over.

    Nothing is weighed first: the hold binds the whole person, and what was heard is kept only with
    consent. The answer names who helps right now.

    Raises:
        NotPermitted: FILINGS_TAKE is missing.
        UnknownRef, PersonErased, OtherFiling.
    """
    may(actor, Permission.FILINGS_TAKE)
    with acting(actor):
        return signal_within(said, source=source, actor=actor, today=today, now=now)


def signal_within(
    said: FilingSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> DistressTaken:
    """Do the same inside another action."""
    required()
    whole = FilingSaid(
        ref=said.ref,
        debtor_ref=said.debtor_ref,
        reason=HardshipCategory.DISTRESS.value,
        intake=said.intake,
        received_date=said.received_date,
    )
    done = _declare(
        HardshipSaid(whole, severity=ACUTE, self_declared=False),
        source=source,
        actor=actor,
        today=today,
        now=now,
    )
    filing = find_filing(said.ref, FilingKind.HARDSHIP)
    if done.new:
        note(filing, AuditEvent.DISTRESS_SIGNALLED, actor=actor, now=now)
    directory, law = open_helpers(), Jurisdiction(filing.debtor.jurisdiction)
    found = [
        helper
        for kind in (HelpKind.CRISIS, HelpKind.EMERGENCY)
        for helper in helpers_for(directory, law, region=filing.debtor.region, kind=kind)
    ]
    return DistressTaken(done, tuple(found))


def _declare(
    said: HardshipSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> Filed:
    category = check.word("reason", said.filing.reason, HardshipCategory)  # type: ignore[arg-type]
    severity = check.number("severity", said.severity, low=1, high=ACUTE)
    if said.filing.text is not None and category in ABOUT_HEALTH:
        may_keep_words(said.filing.debtor_ref, consented=said.consented, now=now)
    taken = take_in(
        said.filing,
        FilingKind.HARDSHIP,
        hold=HARDSHIP_HOLDS.get(category, HoldKind.HARDSHIP),
        source=source,
        actor=actor,
        today=today,
        now=now,
    )
    if not taken.new:
        return filed(taken)
    filing = taken.filing
    review = _review(filing, actor=actor, today=today, now=now)
    Hardship.objects.create(
        filing=filing,
        debtor_id=filing.debtor_id,
        severity=severity,
        self_declared=said.self_declared,
        review_date=review,
    )
    care = CARE.get(category)
    if care is not None:
        enter_vulnerability(
            VulnerabilitySaid(
                ref=hold_ref(filing),
                debtor_ref=filing.debtor.ref,
                kind=care,
                severity=severity,
                consented=said.consented,
                review_date=review,
            ),
            source=source,
            actor=doing(actor, Permission.PERSON_CHANGE),
            now=now,
        )
    return filed(taken)


def _review(filing: Filing, *, actor: Principal, today: date, now: datetime) -> date:
    """Return the day on which somebody must have looked again, as the rules reckon it."""
    cycle_has = filing.clocks.filter(cycle=filing.cycle, matter=Matter.HARDSHIP_REVIEW.value)
    clock: Clock | None = cycle_has.order_by("due_on").first()
    if clock is None:
        starts = {ClockStart.STARTED: today}
        made = start_clocks(
            filing, [Matter.HARDSHIP_REVIEW], starts=starts, actor=actor, today=today, now=now
        )
        clock = min(made, key=lambda each: each.due_on, default=None)
    return today if clock is None else clock.due_on


def grant_hardship(
    ref: str, said: SolutionSaid, *, actor: Principal, today: date, now: datetime
) -> Filing:
    """Do something for somebody in hardship, until a day on which somebody looks again.

    Raises:
        NotPermitted: FILINGS_DECIDE is missing; to write off, BOOK_CHANGE.
        UnknownFiling, FilingChanged, FilingMayNotFollow, InvalidField.
        ApprovalMissing: a write-off takes a second person, and nobody granted it.
    """
    may(actor, Permission.FILINGS_DECIDE)
    solution = check.word("solution", said.solution, Solution)
    check.label("reasons", said.reasons, length_max=8_000)
    with acting(actor):
        filing = find_filing(ref, FilingKind.HARDSHIP, version=said.version)
        row = Hardship.objects.select_for_update().get(filing=filing)
        to = FilingState.DECIDED if solution is Solution.NONE else FilingState.GRANTED
        move(filing, to, actor=actor, now=now, solution=solution, until=said.until_date)
        say(filing, Side.LENDER, StatementKind.REASONS, said.reasons, actor=actor, now=now)
        solve(filing, row, said, actor=actor, today=today, now=now)
        release_hold(filing, actor=actor, today=today, now=now)
        return filing


def review_hardship(
    ref: str, text: str, *, version: int, actor: Principal, today: date, now: datetime
) -> Filing:
    """Look again at what was granted: it goes on as it is until the next review.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged, InvalidField.
        FilingMayNotFollow: nothing is granted.
    """
    may(actor, Permission.FILINGS_DECIDE)
    check.label("text", text, length_max=8_000)
    with acting(actor):
        filing = find_filing(ref, FilingKind.HARDSHIP, version=version)
        row = Hardship.objects.select_for_update().get(filing=filing)
        solution = row.solution
        move(filing, FilingState.WORKING, actor=actor, now=now)
        filing.cycle += 1
        review = _review(filing, actor=actor, today=today, now=now)
        if row.until_date is not None:
            review = min(review, row.until_date)
        row.review_date = review
        row.save(update_fields=["review_date"])
        move(filing, FilingState.GRANTED, actor=actor, now=now, solution=solution, review=review)
        say(filing, Side.LENDER, StatementKind.REASONS, text, actor=actor, now=now)
        return filing


def end_hardship(
    ref: str, text: str, *, version: int, actor: Principal, today: date, now: datetime
) -> Filing:
    """Say that what was granted is over, and tell the person why.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged, FilingMayNotFollow, InvalidField.
    """
    may(actor, Permission.FILINGS_DECIDE)
    check.label("text", text, length_max=8_000)
    with acting(actor):
        filing = find_filing(ref, FilingKind.HARDSHIP, version=version)
        row = Hardship.objects.select_for_update().get(filing=filing)
        move(filing, FilingState.ENDED, actor=actor, now=now)
        say(filing, Side.LENDER, StatementKind.REASONS, text, actor=actor, now=now)
        end_solution(filing, row, actor=actor, today=today, now=now)
        return filing
