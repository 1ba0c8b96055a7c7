"""A new day has come: which arrangements and promises does it change?

Payments that came by day were followed at once; here follow those that an extract told, and what
time alone brings. Each person is a transaction of their own, so a sweep that is killed is simply
run again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from forbear.contexts.arrangements.care import settle_case
from forbear.contexts.arrangements.keep import follow
from forbear.contexts.arrangements.models import Arrangement, CoveredLoan, Promise
from forbear.contexts.arrangements.row import move
from forbear.contexts.arrangements.transition import (
    LIVE,
    UNSIGNED,
    ArrangementState,
    PromiseState,
)
from forbear.contexts.arrangements.vow import follow_promises
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.ledger.since import newest_by_loan
from forbear.contexts.portfolio.contract import hold_person, loans_of
from forbear.values.principal import NotPermitted, Principal, PrincipalKind

_S, _P = ArrangementState, PromiseState
_ENDED = [_S.BROKEN.value, _S.COMPLETED.value]
_DECIDED = [_P.KEPT.value, _P.PARTLY_KEPT.value, _P.BROKEN.value]


@dataclass(frozen=True, slots=True)
class Swept:
    """How many persons were looked at, and how many proposals lapsed."""

    persons: int
    lapsed: int


def sweep_arrangements(*, as_of: date, actor: Principal, now: datetime) -> Swept:
    """Bring every arrangement and promise in line with a day; doing it again changes nothing.

    Raises:
        NotPermitted: somebody other than Forbear itself asks for it.
    """
    if actor.kind is not PrincipalKind.SYSTEM:
        raise NotPermitted(
            "Arrangements follow the days by themselves.", message_zh="还款安排由系统自动跟进。"
        )
    with reading(actor):
        persons = sorted(_open_persons() | _told_late())
    lapsed = sum(_swept(person, as_of=as_of, actor=actor, now=now) for person in persons)
    return Swept(len(persons), lapsed)


def _open_persons() -> set[int]:
    """Return whose arrangements or promises time alone may change."""
    states = [state.value for state in LIVE | UNSIGNED]
    arranged = Arrangement.objects.filter(state__in=states)
    promised = Promise.objects.filter(state=_P.OPEN.value)
    return {*_debtors(arranged), *_debtors(promised)}


def _told_late() -> set[int]:
    """Return whose ended arrangements or promises a posting may put in another light."""
    ended = CoveredLoan.objects.filter(arrangement__state__in=_ENDED, arrangement__final=False)
    newest = newest_by_loan(set(ended.values_list("loan_id", flat=True)))
    found = {
        debtor
        for debtor, loan, checked in ended.values_list(
            "debtor_id", "loan_id", "arrangement__checked_at"
        )
        if loan in newest and newest[loan] > checked
    }
    decided = Promise.objects.filter(state__in=_DECIDED, loan_id__isnull=False)
    newest = newest_by_loan(set(decided.values_list("loan_id", flat=True)))
    return found | {
        debtor
        for debtor, loan, checked in decided.values_list("debtor_id", "loan_id", "checked_at")
        if loan in newest and newest[loan] > checked
    }


def _debtors(rows: QuerySet[Any]) -> set[int]:
    return set(rows.values_list("debtor_id", flat=True))


def _swept(debtor_id: int, *, as_of: date, actor: Principal, now: datetime) -> int:
    """Bring one person's in line; return how many proposals lapsed."""
    with acting(actor):
        hold_person(debtor_id)
        loans = loans_of(debtor_id)
        follow(debtor_id, loans, today=as_of, now=now)
        follow_promises(debtor_id, loans, today=as_of, now=now)
        # The night opens cases by days past due alone.
        settle_case(debtor_id, because="sweep", now=now)
        unsigned = [state.value for state in UNSIGNED]
        over = Arrangement.objects.select_for_update().filter(
            debtor_id=debtor_id, state__in=unsigned, offer_until__lt=as_of
        )
        lapsed = list(over.order_by("pk"))
        for row in lapsed:
            row.ended_date, row.ended_because = as_of, "LAPSED"
            move(row, _S.LAPSED, actor=actor, now=now)
        return len(lapsed)
