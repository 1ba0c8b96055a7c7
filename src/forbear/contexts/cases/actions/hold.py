"""A hold is placed or released: what does that change, at once?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.cases.held import cancel_if_held
from forbear.contexts.cases.late import LateFact, TakenIn, take_in
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.portfolio.actions.hold import end_hold, enter_hold
from forbear.contexts.portfolio.contract import Reach, loans_of, reach_of_hold
from forbear.contexts.portfolio.said import HoldSaid, Recorded
from forbear.contexts.portfolio.word import Source
from forbear.values.code import HoldKind
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class HoldChanged:
    """What a hold, or its release, changed.

    ``taken_in`` null: the kind of hold stops no clock, or nothing was new. ``plan_cancelled``: a
    rule now refuses the contact that was planned for today, or nothing is late any more. Contacts
    that wait to be sent and are now forbidden were taken back as the hold was entered.
    """

    recorded: Recorded
    taken_in: TakenIn | None
    plan_cancelled: bool


def place_hold_and_refresh(
    said: HoldSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> HoldChanged:
    """Place a hold; amounts, case and today's plan follow in the same transaction.

    ``today`` is the lender's own day. Raises as ``portfolio.actions.hold.place_hold`` does; then
    nothing happened.
    """
    with acting(actor):
        return enter_hold_and_refresh(said, source=source, actor=actor, today=today, now=now)


def enter_hold_and_refresh(
    said: HoldSaid, *, source: Source, actor: Principal, today: date, now: datetime
) -> HoldChanged:
    """Do the same inside another action."""
    required()
    recorded = enter_hold(said, source=source, actor=actor, now=now)
    if not recorded.new:
        return HoldChanged(recorded, None, plan_cancelled=False)
    reach = reach_of_hold(recorded.id)
    taken_in = _pause(recorded, reach, since=reach.start_date, actor=actor, today=today, now=now)
    because = f"hold:{recorded.id}"
    held = cancel_if_held(reach.debtor_id, because=because, actor=actor, today=today, now=now)
    return HoldChanged(recorded, taken_in, held or _cancelled(taken_in))


def release_hold_and_refresh(
    ref: str, *, evidence: str, actor: Principal, today: date, now: datetime
) -> HoldChanged:
    """Release a hold; amounts and case follow in the same transaction.

    A plan that was cancelled stays so: the next night plans anew. Raises as
    ``portfolio.actions.hold.release_hold`` does; then nothing happened.
    """
    with acting(actor):
        return end_hold_and_refresh(ref, evidence=evidence, actor=actor, today=today, now=now)


def end_hold_and_refresh(
    ref: str, *, evidence: str, actor: Principal, today: date, now: datetime, keeper: str = ""
) -> HoldChanged:
    """Do the same inside another action; ``keeper``: the context whose matter ends with it."""
    required()
    recorded = end_hold(ref, evidence=evidence, actor=actor, now=now, keeper=keeper)
    if not recorded.new:
        return HoldChanged(recorded, None, plan_cancelled=False)
    reach = reach_of_hold(recorded.id)
    taken_in = _pause(recorded, reach, since=today, actor=actor, today=today, now=now)
    return HoldChanged(recorded, taken_in, _cancelled(taken_in))


def _pause(
    recorded: Recorded,
    reach: Reach,
    *,
    since: date,
    actor: Principal,
    today: date,
    now: datetime,
) -> TakenIn | None:
    """Let a pause count: it alone of all holds stops the clock."""
    if reach.kind is not HoldKind.PAUSE:
        return None
    loans = loans_of(reach.debtor_id) if reach.loan_id is None else (reach.loan_id,)
    fact = LateFact(reach.debtor_id, loans, f"hold:{recorded.id}", since)
    return take_in(fact, actor=actor, today=today, now=now)


def _cancelled(taken_in: TakenIn | None) -> bool:
    return taken_in is not None and taken_in.after.plan_cancelled
