"""How does a promise to pay stand, now that payments, reversals or days have come?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Q

from forbear.contexts.arrangements.kept import CONTEXT
from forbear.contexts.arrangements.models import Promise
from forbear.contexts.arrangements.row import FORBEAR
from forbear.contexts.arrangements.transition import PROMISE_NEXT, PromiseState
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.actions.hold import end_hold_and_refresh, enter_hold_and_refresh
from forbear.contexts.cases.move import move, open_case_of
from forbear.contexts.cases.transition import NEXT, CaseState
from forbear.contexts.ledger.since import paid_since
from forbear.contexts.portfolio.contract import loans_of
from forbear.contexts.portfolio.queries.day import first_day_anywhere
from forbear.contexts.portfolio.queries.signer import ref_of_person
from forbear.contexts.portfolio.said import HoldSaid
from forbear.contexts.portfolio.word import Source
from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.match import Paid
from forbear.policy.arrange.promise import kept
from forbear.values.code import HoldKind
from forbear.values.day import day_number
from forbear.values.errors import BrokenInvariant
from forbear.values.principal import Principal

_P, _E = PromiseState, AuditEvent
EVENTS: dict[PromiseState, AuditEvent] = {
    _P.OPEN: _E.PROMISE_REOPENED,
    _P.KEPT: _E.PROMISE_KEPT,
    _P.PARTLY_KEPT: _E.PROMISE_PARTLY_KEPT,
    _P.BROKEN: _E.PROMISE_BROKEN,
    _P.WITHDRAWN: _E.PROMISE_WITHDRAWN,
}
_DOUBTED = [_P.OPEN.value, _P.KEPT.value, _P.PARTLY_KEPT.value, _P.BROKEN.value]


def sync_promise(row: Promise, *, today: date, now: datetime) -> bool:
    """Bring a held promise in line with what is known; say whether its state changed."""
    before = PromiseState(row.state)
    if before is _P.WITHDRAWN:
        return False
    loans = [row.loan_id] if row.loan_id is not None else list(loans_of(row.debtor_id))
    payments = [
        Paid(day_number(each.value_date), each.amount_minor)
        for each in paid_since(loans, row.posting_mark)
    ]
    found, row.paid_minor = kept(
        row.amount_minor,
        payments,
        due_day=day_number(row.due_date),
        grace_days=open_arrangements().promises.grace_days,
        as_of_day=day_number(today),
    )
    row.checked_at = now
    to = PromiseState(found.value)
    if to is before or (to is _P.OPEN and _another_open(row)):
        row.save()
        return False
    move_promise(row, to, actor=FORBEAR, today=today, now=now)
    return True


def _another_open(row: Promise) -> bool:
    same = Promise.objects.filter(debtor_id=row.debtor_id, loan_id=row.loan_id)
    return same.filter(state=_P.OPEN.value).exclude(pk=row.pk).exists()


def move_promise(
    row: Promise, to: PromiseState, *, actor: Principal, today: date, now: datetime
) -> None:
    """Move a held promise on, write it down, and let its hold and the case follow."""
    before = PromiseState(row.state)
    if to not in PROMISE_NEXT[before]:
        raise BrokenInvariant(f"A promise that is {before.value} cannot become {to.value}.")
    row.state, row.moved_at = to.value, now
    row.round += to is _P.OPEN
    row.save()
    record(
        EVENTS[to],
        actor=actor,
        subject=f"promise:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={
            "ref": row.ref,
            "from": before.value,
            "amount_minor": row.amount_minor,
            "paid_minor": row.paid_minor,
            "currency": row.currency,
            "due_date": row.due_date,
        },
    )
    if to is _P.OPEN:
        place_hold(row, today=today, now=now)
    elif before is _P.OPEN:
        end_hold_and_refresh(
            _hold_ref(row),
            evidence=f"promise:{row.pk}:{to.value.lower()}",
            actor=FORBEAR,
            today=today,
            now=now,
            keeper=CONTEXT,
        )
    settle_waiting(row.debtor_id, because=f"promise:{row.pk}", now=now)


def place_hold(row: Promise, *, today: date, now: datetime) -> None:
    """Let collection of the promised debt stand still until the day, and its grace, have passed."""
    grace = timedelta(days=open_arrangements().promises.grace_days + 1)
    enter_hold_and_refresh(
        HoldSaid(
            ref=_hold_ref(row),
            debtor_ref=ref_of_person(row.debtor_id),
            kind=HoldKind.PROMISE,
            start_date=first_day_anywhere(now),
            end_date=row.due_date + grace,
            loan_ref=row.loan_ref or None,
        ),
        source=Source.SYSTEM,
        actor=FORBEAR,
        today=today,
        now=now,
    )


def _hold_ref(row: Promise) -> str:
    return f"promise-{row.pk}-{row.round}"


def settle_waiting(debtor_id: int, *, because: str, now: datetime) -> None:
    """Let a held person's case wait while a promise is open, and be worked on again after."""
    case = open_case_of(debtor_id)
    if case is None:
        return
    waits = Promise.objects.filter(debtor_id=debtor_id, state=_P.OPEN.value).exists()
    state = CaseState(case.state)
    if waits and state in {CaseState.NEW, CaseState.WORKING}:
        move(case, CaseState.WAITING, actor=FORBEAR, now=now, because=because)
    elif not waits and state is CaseState.WAITING and CaseState.WORKING in NEXT[state]:
        move(case, CaseState.WORKING, actor=FORBEAR, now=now, because=because)


def follow_promises(
    debtor_id: int, loan_ids: Collection[int], *, today: date, now: datetime
) -> None:
    """Bring a held person's promises in line with what became known of some loans."""
    about = Q(loan_id__in=loan_ids) | Q(loan_id__isnull=True)
    rows = Promise.objects.select_for_update().filter(about, debtor_id=debtor_id)
    for row in rows.filter(state__in=_DOUBTED).order_by("pk"):
        sync_promise(row, today=today, now=now)
