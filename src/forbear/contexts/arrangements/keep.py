"""How is an arrangement kept, now that payments, reversals or days have come?

The row follows the payments that are known, whatever the order in which they became known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from forbear.contexts.arrangements.book import book_agreed, book_waivers
from forbear.contexts.arrangements.care import (
    place_holds,
    release_holds,
    set_loans,
    settle_case,
)
from forbear.contexts.arrangements.models import Arrangement, CoveredLoan
from forbear.contexts.arrangements.row import FORBEAR, loan_ids, move
from forbear.contexts.arrangements.transition import LIVE, RECKONED, ArrangementState
from forbear.contexts.ledger.since import paid_since, undone_since
from forbear.contexts.portfolio.contract import contracts
from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.match import Agreed, Kept, Paid, keep
from forbear.policy.arrange.word import Keeping, Target
from forbear.values.code import LoanState
from forbear.values.day import day_number, from_day_number
from forbear.values.principal import Principal

_S = ArrangementState
_STATES = {
    Keeping.KEPT: _S.ACTIVE,
    Keeping.LATE: _S.LATE,
    Keeping.BROKEN: _S.BROKEN,
    Keeping.COMPLETED: _S.COMPLETED,
}


def reckon(row: Arrangement, *, today: date) -> Kept:
    """Return how a signed arrangement is kept at the end of a day, by what is known."""
    assert row.signed_date is not None, "only what is signed is kept"
    terms = open_arrangements()
    agreed = [
        Agreed(day_number(due), amount, charge)
        for due, amount, charge in row.instalments.order_by("number").values_list(
            "due_date", "amount_minor", "charge_minor"
        )
    ]
    payments = [
        Paid(day_number(each.value_date), each.amount_minor)
        for each in paid_since(loan_ids(row), row.posting_mark)
    ]
    return keep(
        agreed,
        payments,
        signed_day=day_number(row.signed_date),
        grace_days=terms.grace_days,
        broken_after_days=terms.broken_after_days,
        as_of_day=day_number(today),
    )


def sync(
    row: Arrangement,
    *,
    today: date,
    now: datetime,
    actor: Principal = FORBEAR,
    **told: object,
) -> bool:
    """Bring a held arrangement in line with what is known; say whether its state changed.

    ``actor`` and ``told``: who asked for what changes it, and what is written down beside.
    """
    if ArrangementState(row.state) not in RECKONED or row.final:
        return False
    if row.live and _settled_elsewhere(row):
        _let_go(row, today=today, now=now)
        return True
    kept = reckon(row, today=today)
    to = _state(row, kept, today=today)
    before = ArrangementState(row.state)
    if to in LIVE and before not in LIVE and _covered_elsewhere(row):
        # The loans are under another arrangement now; that one counts.
        return False
    _keep_figures(row, kept, now=now)
    if to is before:
        row.save()
        return False
    _change(row, before, to, kept, actor=actor, told=told, today=today, now=now)
    return True


def _state(row: Arrangement, kept: Kept, *, today: date) -> ArrangementState:
    paused = row.paused_until is not None and today < row.paused_until
    return _S.PAUSED if paused and kept.state is Keeping.KEPT else _STATES[kept.state]


def _settled_elsewhere(row: Arrangement) -> bool:
    """Whether the lender says that every loan is settled: then nothing is left to keep."""
    known = contracts(loan_ids(row)).values()
    return bool(known) and all(loan.state == LoanState.SETTLED.value for loan in known)


def _let_go(row: Arrangement, *, today: date, now: datetime) -> None:
    """End an arrangement whose loans are settled, whatever was still to be paid."""
    row.final, row.ended_date, row.ended_because = True, today, "SETTLED"
    row.late_minor = row.next_minor = row.settle_minor = 0
    row.next_date = None
    move(row, _S.COMPLETED, actor=FORBEAR, now=now, because="SETTLED")
    release_holds(row, because="SETTLED", today=today, now=now)
    book_waivers(row, today=today, now=now)
    settle_case(row.debtor_id, because=f"arrangement:{row.pk}", now=now)


def _covered_elsewhere(row: Arrangement) -> bool:
    live = CoveredLoan.objects.filter(loan_id__in=loan_ids(row), live=True)
    return live.exclude(arrangement=row).exists()


def _keep_figures(row: Arrangement, kept: Kept, *, now: datetime) -> None:
    row.paid_minor, row.late_minor = kept.paid_minor, kept.late_minor
    row.next_minor, row.settle_minor = kept.next_minor, kept.settle_minor
    row.next_date = None if kept.next_day is None else from_day_number(kept.next_day)
    row.checked_at = now
    instalments = list(row.instalments.order_by("number"))
    changed = []
    for each, covered in zip(instalments, kept.covered, strict=True):
        if each.covered_minor != covered:
            each.covered_minor = covered
            changed.append(each)
    row.instalments.bulk_update(changed, ["covered_minor"])


def _change(
    row: Arrangement,
    before: ArrangementState,
    to: ArrangementState,
    kept: Kept,
    *,
    actor: Principal,
    told: Mapping[str, object],
    today: date,
    now: datetime,
) -> None:
    """Move it on, with all that follows. What is set on the row is kept before that begins."""
    because = "" if to in LIVE else _BECAUSE[to]
    day = kept.broken_day if to is _S.BROKEN else kept.completed_day
    row.ended_because = because
    row.ended_date = None if to in LIVE or day is None else from_day_number(day)
    reopens = row.settled_loans and to is not _S.COMPLETED
    settles = to is _S.COMPLETED and row.target == Target.PAYOFF.value and not _undone(row)
    row.settled_loans = settles
    if to in LIVE and before not in LIVE:
        row.round += 1
    amounts = {"paid_minor": row.paid_minor, "late_minor": row.late_minor}
    move(row, to, actor=actor, now=now, **amounts, **told)
    if reopens:
        set_loans(row, LoanState.OPEN, today=today, now=now)
    book_waivers(row, today=today, now=now)
    if settles:
        set_loans(row, LoanState.SETTLED, today=today, now=now)
    excess = kept.excess_minor if settles else None
    book_agreed(row, excess_minor=excess, today=today, now=now)
    if to not in LIVE:
        # What was paid off in full stays at rest, whatever the lender's books still say.
        release_holds(row, because=because, today=today, now=now, clock_only=settles)
    elif before not in LIVE:
        place_holds(row, today=today, now=now)
        old = row.round - 1
        release_holds(row, because="REPLACED", today=today, now=now, placed=old)
    settle_case(row.debtor_id, because=f"arrangement:{row.pk}", now=now)


_BECAUSE = {_S.BROKEN: "NOT_KEPT", _S.COMPLETED: "COMPLETED"}


def _undone(row: Arrangement) -> bool:
    """Whether a payment that was counted on when it was agreed turned out not to be one."""
    return undone_since(loan_ids(row), row.posting_mark) > 0


def follow(debtor_id: int, loan_ids: Collection[int], *, today: date, now: datetime) -> None:
    """Bring a held person's arrangements on some loans in line with what became known."""
    reckoned = [state.value for state in RECKONED]
    ids = Arrangement.objects.filter(
        debtor_id=debtor_id, state__in=reckoned, final=False, loans__loan_id__in=loan_ids
    )
    for row in (
        Arrangement.objects.select_for_update()
        .filter(pk__in=list(ids.values_list("pk", flat=True)))
        .order_by("pk")
    ):
        sync(row, today=today, now=now)
