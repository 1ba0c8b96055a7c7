"""What follows from an arrangement: holds on its loans, the loans' states, the person's case?

All of it happens in the transaction of what it follows from, and Forbear itself is its doer.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from forbear.contexts.arrangements.kept import CONTEXT
from forbear.contexts.arrangements.models import Arrangement, CoveredLoan
from forbear.contexts.arrangements.row import FORBEAR
from forbear.contexts.cases.actions.change_loan import enter_loan_state_and_refresh
from forbear.contexts.cases.actions.hold import end_hold_and_refresh, enter_hold_and_refresh
from forbear.contexts.cases.move import move, open_case_of
from forbear.contexts.cases.transition import NEXT, CaseState
from forbear.contexts.ledger.totals import totals_of
from forbear.contexts.portfolio.actions.hold import AlreadyReleased
from forbear.contexts.portfolio.queries.day import first_day_anywhere
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import HoldKind, LoanState


def place_holds(row: Arrangement, *, today: date, now: datetime) -> None:
    """Let collection stand still on every loan, and the clock where nothing more is added."""
    person = ref_of_person(row.debtor_id)
    for loan in row.loans.order_by("id"):
        for kind, start in _kinds(row, today=today, now=now):
            enter_hold_and_refresh(
                HoldSaid(
                    ref=_hold_ref(row, loan, kind),
                    debtor_ref=person,
                    kind=kind,
                    start_date=start,
                    loan_ref=loan.loan_ref,
                ),
                source=Source.SYSTEM,
                actor=FORBEAR,
                today=today,
                now=now,
            )


def release_holds(
    row: Arrangement,
    *,
    because: str,
    today: date,
    now: datetime,
    placed: int | None = None,
    clock_only: bool = False,
) -> None:
    """Let go what its holds held, those released before left as they are.

    ``because`` is the evidence that stands beside it; ``placed``: those of an earlier round.
    """
    for loan in row.loans.order_by("id"):
        for kind, _ in _kinds(row, today=today, now=now):
            if clock_only and kind is not HoldKind.PAUSE:
                continue
            with suppress(AlreadyReleased):
                end_hold_and_refresh(
                    _hold_ref(row, loan, kind, placed),
                    evidence=f"arrangement:{row.pk}:{because.lower()}",
                    actor=FORBEAR,
                    today=today,
                    now=now,
                    keeper=CONTEXT,
                )


def _kinds(row: Arrangement, *, today: date, now: datetime) -> list[tuple[HoldKind, date]]:
    kinds = [(HoldKind.ARRANGEMENT, first_day_anywhere(now))]
    # What was agreed holds the day of the signature whole: the clock stands still from the next on.
    return [*kinds, (HoldKind.PAUSE, today + timedelta(days=1))] if row.frozen else kinds


def _hold_ref(
    row: Arrangement, loan: CoveredLoan, kind: HoldKind, placed: int | None = None
) -> str:
    number = row.round if placed is None else placed
    return f"arrangement-{row.pk}-{loan.loan_id}-{number}-{kind.value.lower()}"


def set_loans(row: Arrangement, state: LoanState, *, today: date, now: datetime) -> None:
    """Say that the loans are settled, or open again."""
    for loan in row.loans.order_by("id"):
        enter_loan_state_and_refresh(
            loan.loan_ref,
            state,
            since=min(today, now.astimezone(UTC).date()),
            source=Source.SYSTEM,
            actor=FORBEAR,
            today=today,
            now=now,
        )


def settle_case(debtor_id: int, *, because: str, now: datetime) -> None:
    """Bring a held person's case in line: arranged while every late loan is covered, else worked.

    A person may have other loans; while one of them is late and not covered, work goes on.
    """
    case = open_case_of(debtor_id)
    if case is None:
        return
    late = totals_of(debtor_id).late_loans
    live = CoveredLoan.objects.filter(debtor_id=debtor_id, live=True)
    arranged = bool(late) and late <= set(live.values_list("loan_id", flat=True))
    state = CaseState(case.state)
    if arranged and CaseState.ARRANGED in NEXT[state]:
        move(case, CaseState.ARRANGED, actor=FORBEAR, now=now, because=because)
    elif not arranged and state is CaseState.ARRANGED:
        move(case, CaseState.WORKING, actor=FORBEAR, now=now, because=because)
