"""A loan's schedule or state is changed: what does that change, at once?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.cases.late import LateFact, TakenIn, take_in
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.portfolio.actions.loan import enter_loan_state
from forbear.contexts.portfolio.actions.schedule import enter_schedule
from forbear.contexts.portfolio.contract import loan_by_ref
from forbear.contexts.portfolio.said import InstalmentSaid, Recorded
from forbear.contexts.portfolio.word import Source
from forbear.policy.debt.facts import LoanFacts
from forbear.values.code import LoanState
from forbear.values.day import from_day_number
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class LoanChanged:
    """What a change of a loan changed. ``taken_in`` null: nothing was new."""

    recorded: Recorded
    taken_in: TakenIn | None


def record_schedule_and_refresh(
    loan_ref: str,
    instalments: Sequence[InstalmentSaid],
    *,
    source: Source,
    actor: Principal,
    today: date,
    now: datetime,
) -> LoanChanged:
    """Record a whole schedule; amounts, case and today's plan follow in the same transaction.

    ``today`` is the lender's own day. Raises as ``portfolio.actions.schedule.record_schedule``
    does; then nothing happened.
    """
    with acting(actor):
        before = _believed(loan_ref)
        recorded = enter_schedule(loan_ref, instalments, source=source, actor=actor, now=now)
        since = _earliest_due(before, instalments)
        cause = f"schedule:{recorded.id}:{now.isoformat()}"
        return _changed(
            recorded, before, since=since, cause=cause, actor=actor, today=today, now=now
        )


def set_loan_state_and_refresh(
    ref: str,
    state: LoanState,
    *,
    since: date,
    source: Source,
    actor: Principal,
    today: date,
    now: datetime,
) -> LoanChanged:
    """Say where a loan stands; amounts, case and today's plan follow in the same transaction.

    ``today`` is the lender's own day. Raises as ``portfolio.actions.loan.set_loan_state`` does;
    then nothing happened.
    """
    with acting(actor):
        return enter_loan_state_and_refresh(
            ref, state, since=since, source=source, actor=actor, today=today, now=now
        )


def enter_loan_state_and_refresh(
    ref: str,
    state: LoanState,
    *,
    since: date,
    source: Source,
    actor: Principal,
    today: date,
    now: datetime,
) -> LoanChanged:
    """Do the same inside another action."""
    required()
    before = _believed(ref)
    recorded = enter_loan_state(ref, state, since=since, source=source, actor=actor, now=now)
    cause = f"loan:{recorded.id}:{state}:{now.isoformat()}"
    return _changed(recorded, before, since=since, cause=cause, actor=actor, today=today, now=now)


def _believed(ref: str) -> LoanFacts | None:
    """Return a loan as it is held to be; null: not known, or without a schedule yet."""
    found = loan_by_ref(ref)
    if found is None:
        return None
    loan_id, _ = found
    known = loan_facts([loan_id]).get(loan_id)
    return None if known is None else known[1]


def _earliest_due(before: LoanFacts | None, instalments: Sequence[InstalmentSaid]) -> date:
    """Return the first day on which the schedule, as it was or as it is, says anything."""
    was = [from_day_number(each.due_day) for each in before.instalments] if before else []
    return min([*was, *(each.due_date for each in instalments)])


def _changed(
    recorded: Recorded,
    before: LoanFacts | None,
    *,
    since: date,
    cause: str,
    actor: Principal,
    today: date,
    now: datetime,
) -> LoanChanged:
    found = loan_by_ref(recorded.ref)
    if not recorded.new or found is None:
        return LoanChanged(recorded, None)
    loan_id, debtor_id = found
    believed = {} if before is None else {loan_id: before}
    fact = LateFact(debtor_id, [loan_id], cause, since, believed)
    return LoanChanged(recorded, take_in(fact, actor=actor, today=today, now=now))
