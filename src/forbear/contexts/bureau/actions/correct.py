"""A dispute about lines is opened, closed or decided, or somebody is told: each as one action."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from forbear.contexts.bureau.dispute import (
    Disputed,
    NothingReported,
    close_dispute,
    note_told,
    open_dispute,
    rule_lines,
)
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import loan_by_ref
from forbear.values.bureau import Mark, Told
from forbear.values.principal import Principal


def mark_disputed(
    loan_ref: str,
    ref: str,
    *,
    received: date,
    from_month: date | None = None,
    to_month: date | None = None,
    actor: Principal,
    now: datetime,
) -> Disputed:
    """Mark a loan's lines as disputed. Raises as ``dispute.open_dispute``; then nothing happened.

    Raises:
        NotPermitted: BUREAU_CORRECT is missing.
    """
    may(actor, Permission.BUREAU_CORRECT)
    with acting(actor):
        return open_dispute(
            _loan(loan_ref),
            ref,
            received=received,
            from_month=from_month,
            to_month=to_month,
            actor=actor,
            now=now,
        )


def end_dispute(
    loan_ref: str, ref: str, *, closing_mark: Mark | None, actor: Principal, now: datetime
) -> Disputed:
    """Close a dispute about lines. Raises as ``dispute.close_dispute``; then nothing happened.

    Raises:
        NotPermitted: BUREAU_CORRECT is missing.
    """
    may(actor, Permission.BUREAU_CORRECT)
    with acting(actor):
        return close_dispute(_loan(loan_ref), ref, closing_mark=closing_mark, actor=actor, now=now)


def correct_lines(
    loan_ref: str,
    codes: Mapping[date, str],
    *,
    because: str,
    actor: Principal,
    now: datetime,
) -> int:
    """Correct lines as was decided. Raises as ``dispute.rule_lines``; then nothing happened.

    Raises:
        NotPermitted: BUREAU_CORRECT is missing.
    """
    may(actor, Permission.BUREAU_CORRECT)
    with acting(actor):
        return rule_lines(_loan(loan_ref), codes, because=because, actor=actor, now=now)


def record_told(
    loan_ref: str, month: date, whom: Told, *, how: str, actor: Principal, now: datetime
) -> int:
    """Write down who was told. Raises as ``dispute.note_told``; then nothing happened.

    Raises:
        NotPermitted: BUREAU_CORRECT is missing.
    """
    may(actor, Permission.BUREAU_CORRECT)
    with acting(actor):
        return note_told(_loan(loan_ref), month, whom, how=how, actor=actor, now=now)


def _loan(ref: str) -> int:
    found = loan_by_ref(ref)
    if found is None:
        raise NothingReported(
            f"There is no loan {ref}.",
            remedy="Check the loan's id.",
            message_zh=f"没有借款 {ref}。",
            remedy_zh="请核对借款编号。",
            field="ref",
        )
    return found[0]
