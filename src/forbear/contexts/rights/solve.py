"""What does a solution for somebody in hardship change, and how does it end?

A pause is a hold until a day. A freeze is a pause of the reckoning as well: neither days past due
nor penalty run. A plan is an arrangement that was proposed to the person; until its day nobody asks
for payment, so that they can think about it. A write-off takes a second person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from forbear.contexts.arrangements.queries import get_arrangement
from forbear.contexts.arrangements.row import no_such
from forbear.contexts.cases.actions.change_loan import enter_loan_state_and_refresh
from forbear.contexts.cases.actions.hold import (
    HoldChanged,
    end_hold_and_refresh,
    enter_hold_and_refresh,
)
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.owed import owed_on
from forbear.contexts.ledger.standing import refresh_standings
from forbear.contexts.people.actions.approval import require_approval
from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.queries.day import from_now_on
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rights.filing import CONTEXT, hold_kind
from forbear.contexts.rights.models import Filing, Hardship
from forbear.contexts.rights.word import Solution
from forbear.values.code import HoldKind, LoanState
from forbear.values.money import Currency
from forbear.values.principal import Principal

WRITE_OFF = "loan.write_off"


@dataclass(frozen=True, slots=True)
class SolutionSaid:
    """What is done, and why. ``until_date``: the first day on which it no longer holds.

    PAUSE, FREEZE and PLAN name a day; WRITE_OFF names the approval and the amount that it covers,
    in a filing about one loan. ``arrangement_ref``: what was proposed, for a plan.
    """

    solution: Solution
    reasons: str = field(repr=False)
    version: int
    until_date: date | None = None
    approval_id: int | None = None
    amount_minor: int | None = None
    arrangement_ref: str | None = None


def solve(
    filing: Filing,
    row: Hardship,
    said: SolutionSaid,
    *,
    actor: Principal,
    today: date,
    now: datetime,
) -> None:
    """Do what was decided, inside the decision's transaction.

    Raises:
        InvalidField: the day is missing, in the past, or not asked for.
        NoSuchArrangement: a plan is none of this person's arrangements.
        ApprovalMissing, NotPermitted.
    """
    required()
    solution = Solution(said.solution)
    until = _until(solution, said.until_date, today=today)
    _end_holds(filing, row, actor=actor, today=today, now=now)
    row.solution, row.until_date = solution.value, until
    row.proposal_ref = _proposed(filing, said, actor)
    row.review_date = None if until is None else min(until, row.review_date or until)
    if until is not None:
        kind = hold_kind(filing) or HoldKind.HARDSHIP
        placed = _place(filing, kind, "granted", until, actor=actor, today=today, now=now)
        row.solution_hold_id, row.solution_mark = placed.recorded.id, filing.version
    if solution is Solution.FREEZE:
        assert until is not None
        _place(filing, HoldKind.PAUSE, "frozen", until, actor=actor, today=today, now=now)
    if solution is Solution.WRITE_OFF:
        _write_off(filing, said, actor=actor, today=today, now=now)
    row.save()


def end_solution(
    filing: Filing, row: Hardship, *, actor: Principal, today: date, now: datetime
) -> None:
    """Let what was granted end, inside an action."""
    required()
    _end_holds(filing, row, actor=actor, today=today, now=now)
    row.review_date = row.until_date = None
    row.save()


def _end_holds(
    filing: Filing, row: Hardship, *, actor: Principal, today: date, now: datetime
) -> None:
    if row.solution_hold_id is None:
        return
    by = doing(actor, Permission.HOLD_RELEASE)
    names = ["granted", *(["frozen"] if row.solution == Solution.FREEZE else [])]
    for name in names:
        end_hold_and_refresh(
            f"filing-{filing.pk}-{row.solution_mark}-{name}",
            evidence=f"filing:{filing.pk}",
            actor=by,
            today=today,
            now=now,
            keeper=CONTEXT,
        )
    row.solution_hold_id = None


def _place(
    filing: Filing,
    kind: HoldKind,
    name: str,
    until: date,
    *,
    actor: Principal,
    today: date,
    now: datetime,
) -> HoldChanged:
    said = HoldSaid(
        ref=f"filing-{filing.pk}-{filing.version}-{name}",
        debtor_ref=filing.debtor.ref,
        kind=kind,
        start_date=from_now_on(filing.debtor_id, today=today, now=now),
        end_date=until,
        loan_ref=None if filing.loan is None else filing.loan.ref,
    )
    by = doing(actor, Permission.PERSON_CHANGE)
    return enter_hold_and_refresh(said, source=Source.STAFF, actor=by, today=today, now=now)


def _until(solution: Solution, day: date | None, *, today: date) -> date | None:
    dated = solution in {Solution.PAUSE, Solution.FREEZE, Solution.PLAN}
    if dated != (day is not None):
        raise check.invalid(
            "until_date",
            "stands with a pause, a freeze or a plan, and nowhere else",
            "仅暂停、停计与还款安排须填写截止日期",
            remedy="Name the first day on which it no longer holds, or leave it out.",
            remedy_zh="请填写不再适用的首日，或不填。",
        )
    if day is not None and check.day("until_date", day) <= today:
        raise check.invalid(
            "until_date",
            "does not lie ahead",
            "不是将来的日期",
            remedy="Name a day after today.",
            remedy_zh="请填写今天之后的日期。",
        )
    return day


def _proposed(filing: Filing, said: SolutionSaid, actor: Principal) -> str:
    """Return the ref of the arrangement that a plan is; it is this person's."""
    if (said.solution is Solution.PLAN) != (said.arrangement_ref is not None):
        raise check.invalid(
            "arrangement_ref",
            "stands with a plan, and nowhere else",
            "仅还款安排须填写",
            remedy="Propose an arrangement first, and name its ref.",
            remedy_zh="请先提出还款安排，再填写其编号。",
        )
    if said.arrangement_ref is None:
        return ""
    by = doing(actor, Permission.PERSON_SEE)
    found = get_arrangement(said.arrangement_ref, actor=by)
    if found.debtor_ref != filing.debtor.ref:
        raise no_such(said.arrangement_ref)
    return found.ref


def _write_off(
    filing: Filing, said: SolutionSaid, *, actor: Principal, today: date, now: datetime
) -> None:
    loan = filing.loan
    if loan is None:
        raise check.invalid(
            "solution",
            "writes off one loan, and this hardship names none",
            "核销须针对一笔借款，而该申报未指明借款",
            remedy="Declare the hardship for the loan that is to be written off.",
            remedy_zh="请就拟核销的借款另行申报。",
        )
    refresh_standings([loan.pk], as_of=today, known=today, now=now)
    owed = owed_on(loan.pk)
    amount = said.amount_minor
    if amount is None or amount <= 0 or (owed is not None and amount < owed.payoff_minor):
        raise check.invalid(
            "amount_minor",
            "does not cover what is owed",
            "低于应还总额",
            remedy="Name at least what pays the loan off today, and ask approval of that.",
            remedy_zh="请填写不低于今日结清金额的数额，并就该数额申请批准。",
        )
    require_approval(
        said.approval_id,
        what=WRITE_OFF,
        subject=f"loan:{loan.pk}",
        debtor_id=filing.debtor_id,
        amount_minor=amount,
        currency=Currency(loan.currency),
        actor=actor,
        now=now,
    )
    enter_loan_state_and_refresh(
        loan.ref,
        LoanState.WRITTEN_OFF,
        since=today,
        source=Source.STAFF,
        actor=doing(actor, Permission.BOOK_CHANGE),
        today=today,
        now=now,
    )
