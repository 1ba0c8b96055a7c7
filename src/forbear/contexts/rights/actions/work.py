"""A filing is taken up, talked about, given an owner, more time, taken back, or reopened."""

from __future__ import annotations

from datetime import date, datetime

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.actions.approval import require_approval
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.clock import MATTERS, lengthened, start_clocks
from forbear.contexts.rights.correct import close_correction
from forbear.contexts.rights.filing import find_filing, hold_kind, move, note, place_hold
from forbear.contexts.rights.filing import release_hold as release
from forbear.contexts.rights.independent import refuse_involved
from forbear.contexts.rights.models import Correction, Filing, Hardship, Statement
from forbear.contexts.rights.reported import mark, unmark
from forbear.contexts.rights.solve import end_solution
from forbear.contexts.rights.statement import say
from forbear.contexts.rights.transition import SETTLED, FilingState
from forbear.contexts.rights.word import FilingKind, Side, StatementKind
from forbear.contexts.rulebook.library import pack_in_force
from forbear.policy.kind import ClockStart
from forbear.values.code import Jurisdiction, Matter
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import NotPermitted, Principal, PrincipalKind, Sight, staff_number

APPROVED_STEP = "approved"
"""The name that rules give to a length which takes a second person's approval."""
LENGTHEN = "clock.lengthen"


class NoLongerStep(InvalidInput):
    """No rule whose clock runs for this filing knows a longer time by that name."""

    code = "NO_LONGER_STEP"


class TooLateToLengthen(Conflict):
    """The day has gone by already; it cannot be moved any more."""

    code = "TOO_LATE_TO_LENGTHEN"


class NotSettledYet(Conflict):
    """What is still open need not be reopened."""

    code = "NOT_SETTLED_YET"


def take_up(ref: str, *, version: int, actor: Principal, now: datetime) -> Filing:
    """Begin to look into a filing.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged, FilingMayNotFollow.
    """
    may(actor, Permission.FILINGS_WORK)
    with acting(actor):
        filing = find_filing(ref, version=version)
        move(filing, FilingState.WORKING, actor=actor, now=now)
        return filing


def acknowledge(ref: str, *, version: int, actor: Principal, now: datetime) -> Filing:
    """Say that the person was told that a complaint is here, and by when it is answered.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged, FilingMayNotFollow.
    """
    may(actor, Permission.FILINGS_WORK)
    with acting(actor):
        filing = find_filing(ref, FilingKind.COMPLAINT, version=version)
        move(filing, FilingState.ACKNOWLEDGED, actor=actor, now=now)
        return filing


def ask_person(ref: str, text: str, *, version: int, actor: Principal, now: datetime) -> Filing:
    """Ask the person something; clocks go on all the same.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged, FilingMayNotFollow, InvalidField.
    """
    may(actor, Permission.FILINGS_WORK)
    check.label("text", text, length_max=8_000)
    with acting(actor):
        filing = find_filing(ref, version=version)
        move(filing, FilingState.ASKED, actor=actor, now=now)
        say(filing, Side.LENDER, StatementKind.QUESTION, text, actor=actor, now=now)
        return filing


def add_statement(
    ref: str, text: str, *, side: Side, evidence: bool = False, actor: Principal, now: datetime
) -> Statement:
    """Write down what either side says; an answer to a question lets the work go on.

    Raises:
        NotPermitted: FILINGS_TAKE is missing; to speak for the lender, FILINGS_WORK.
        UnknownFiling, InvalidField.
    """
    side = check.word("side", side, Side)
    may(actor, Permission.FILINGS_WORK if side is Side.LENDER else Permission.FILINGS_TAKE)
    check.label("text", text, length_max=8_000)
    with acting(actor):
        filing = find_filing(ref)
        answers = filing.state == FilingState.ASKED and side is Side.PERSON
        kind = StatementKind.EVIDENCE if evidence else StatementKind.ANSWER
        said = say(filing, side, kind, text, actor=actor, now=now)
        assert said is not None
        if answers:
            move(filing, FilingState.WORKING, actor=actor, now=now)
        return said


def give_owner(ref: str, staff_id: int, *, version: int, actor: Principal, now: datetime) -> Filing:
    """Give a filing to somebody who looks into it and was not part of what it is about.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged.
        NotIndependent: a complaint is about that person, or about a contact that they made.
        UnknownStaff: nobody who works here has that id.
    """
    may(actor, Permission.FILINGS_WORK)
    with acting(actor):
        filing = find_filing(ref, version=version)
        refuse_involved(filing, staff_id)
        before, filing.owner_id = filing.owner_id, staff_id
        filing.version += 1
        filing.save(update_fields=["owner", "version"])
        note(
            filing,
            AuditEvent.FILING_OWNER_CHANGED,
            actor=actor,
            now=now,
            owner=staff_id,
            owner_before=before,
        )
        return filing


def lengthen(
    ref: str,
    step: str,
    reasons: str,
    *,
    version: int,
    approval_id: int | None = None,
    actor: Principal,
    today: date,
    now: datetime,
) -> Filing:
    """Take the longer time that a rule allows, and tell the person why.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged, InvalidField.
        NoLongerStep: no rule knows a longer time by that name, or it was taken already.
        TooLateToLengthen: the day has gone by.
        ApprovalMissing: this length takes a second person, and nobody granted it.
    """
    may(actor, Permission.FILINGS_WORK)
    with acting(actor):
        filing = find_filing(ref, version=version)
        if step == APPROVED_STEP:
            require_approval(
                approval_id,
                what=LENGTHEN,
                subject=f"filing:{filing.pk}",
                debtor_id=filing.debtor_id,
                actor=actor,
                now=now,
            )
        moved = _lengthen(filing, step, actor=actor, today=today, now=now)
        if not moved:
            raise _no_longer(filing, step)
        say(filing, Side.LENDER, StatementKind.REASONS, reasons, actor=actor, now=now)
        filing.version += 1
        filing.save(update_fields=["version"])
        return filing


def _lengthen(filing: Filing, step: str, *, actor: Principal, today: date, now: datetime) -> int:
    pack = pack_in_force(Jurisdiction(filing.debtor.jurisdiction), today)
    moved = 0
    for clock in filing.clocks.filter(cycle=filing.cycle, met_at__isnull=True, protects=False):
        longer = lengthened(pack, clock, step)
        if longer is None or longer <= clock.due_on:
            continue
        if today > clock.due_on:
            raise TooLateToLengthen(
                f"This was due on {clock.due_on}; the day has gone by.",
                remedy="Answer now, and say that it is late.",
                message_zh=f"该事项应于 {clock.due_on} 前答复，期限已过。",
                remedy_zh="请立即答复并说明逾期。",
                field="step",
            )
        before, clock.due_on, clock.step = clock.due_on, longer, step
        clock.save(update_fields=["due_on", "step"])
        note(
            filing,
            AuditEvent.CLOCK_EXTENDED,
            actor=actor,
            now=now,
            rule=clock.rule_id,
            step=step,
            due_on=longer,
            due_on_before=before,
        )
        moved += 1
    return moved


def _no_longer(filing: Filing, step: str) -> NoLongerStep:
    pack = pack_in_force(Jurisdiction(filing.debtor.jurisdiction), filing.received_date)
    running = {clock.rule_id for clock in filing.clocks.filter(met_at__isnull=True)}
    names = sorted(
        {
            each.name
            for rule in pack.rules
            if rule.id in running
            for each in getattr(rule.parameters, "steps", ())
        }
        - {step}
    )
    return NoLongerStep(
        "No rule whose clock runs here allows a longer time by that name.",
        remedy=f"Rules know: {', '.join(names) or 'none'}. Or answer in time.",
        message_zh="没有仍在计时的规则允许以该名称延期。",
        remedy_zh=f"规则中的期限名称：{'、'.join(names) or '无'}。或请按期答复。",
        field="step",
    )


def take_back(ref: str, *, version: int, actor: Principal, today: date, now: datetime) -> Filing:
    """Let the person take a filing back: the work ends the same day, and the hold with it.

    Nobody whom a complaint is about, and no agency, can make it go away.

    Raises:
        NotPermitted: FILINGS_TAKE is missing; of somebody who works here, FILINGS_WORK.
        UnknownFiling, FilingChanged, FilingMayNotFollow, NotIndependent.
    """
    works_here = staff_number(str(actor))
    may(actor, Permission.FILINGS_TAKE if works_here is None else Permission.FILINGS_WORK)
    if actor.kind is PrincipalKind.TOKEN and actor.sight is not Sight.ALL:
        raise NotPermitted(
            "An agency does not take back what a person filed.",
            remedy="Let the person tell the lender.",
            message_zh="外包机构不能撤回个人提交的事项。",
            remedy_zh="请由本人告知机构。",
        )
    with acting(actor):
        filing = find_filing(ref, version=version)
        if works_here is not None:
            refuse_involved(filing, works_here)
        move(filing, FilingState.WITHDRAWN, actor=actor, now=now)
        row = Hardship.objects.select_for_update().filter(filing=filing).first()
        if row is not None:
            end_solution(filing, row, actor=actor, today=today, now=now)
        if filing.kind == FilingKind.DISPUTE:
            unmark(filing, None, actor=actor, now=now)
        release(filing, actor=actor, today=today, now=now)
        return filing


def reopen(
    ref: str, text: str, *, version: int, actor: Principal, today: date, now: datetime
) -> Filing:
    """Take up again what was settled, for a reason such as new evidence: hold and clocks anew.

    Nothing of the earlier answer is changed; the next one stands beside it.

    Raises:
        NotPermitted, UnknownFiling, FilingChanged, InvalidField.
        NotSettledYet: it is still open.
    """
    may(actor, Permission.FILINGS_TAKE)
    check.label("text", text, length_max=8_000)
    with acting(actor):
        filing = find_filing(ref, version=version)
        if FilingState(filing.state) not in SETTLED:
            raise NotSettledYet(
                "This is still open.",
                remedy="Add what is new as a statement.",
                message_zh="该事项尚未办结。",
                remedy_zh="请以补充说明的方式添加新内容。",
                field="state",
            )
        kind = FilingKind(filing.kind)
        filing.cycle += 1
        filing.finding = None
        move(filing, FilingState.WORKING, actor=actor, now=now)
        note(filing, AuditEvent.FILING_REOPENED, actor=actor, now=now)
        say(filing, Side.PERSON, StatementKind.REOPENED, text, actor=actor, now=now)
        # It was acknowledged when it was first received.
        again = [m for m in MATTERS[kind] if m is not Matter.COMPLAINT_ACKNOWLEDGEMENT]
        starts = {ClockStart.RECEIVED: today}
        start_clocks(filing, again, starts=starts, actor=actor, today=today, now=now)
        if kind is FilingKind.DISPUTE:
            mark(filing, actor=actor, now=now)
        hold = hold_kind(filing)
        place_hold(filing, hold, source=Source.STAFF, actor=actor, today=today, now=now)
        return filing


def finish_correction(
    ref: str, correction_id: int, *, evidence: str, actor: Principal, now: datetime
) -> Correction:
    """Say that a correction that was owed has been made elsewhere, on evidence.

    Raises:
        NotPermitted, UnknownFiling, NoSuchCorrection, InvalidField.
    """
    may(actor, Permission.FILINGS_WORK)
    with acting(actor):
        filing = find_filing(ref)
        return close_correction(correction_id, filing, evidence=evidence, actor=actor, now=now)
