"""What is reported of every loan for a month, and which earlier lines must be corrected?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.bureau.book import Known, count_loans, next_loans
from forbear.contexts.bureau.hear import write_down
from forbear.contexts.bureau.models import Run
from forbear.contexts.bureau.renew import Renewed, renew
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.policy.bureau.form import Bureau, bureau_named
from forbear.policy.bureau.month import last_day, written
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal

Progress = Callable[[str, int, int], None]
BATCH_LOANS = 2_000


class MonthNotOver(InvalidInput):
    """The month's last day is not over, so nobody knows yet what is to be reported."""

    code = "MONTH_NOT_OVER"


@dataclass(frozen=True, slots=True)
class Made:
    """What a run wrote. ``corrected``: earlier lines that another one took the place of."""

    bureau: str
    month: date
    loans: int
    added: int
    corrected: int


def make_lines(
    bureau_code: str,
    month: date,
    *,
    actor: Principal,
    today: date,
    now: datetime,
    progress: Progress = lambda _step, _done, _all: None,
) -> Made:
    """Write a month's lines of every loan, and correct earlier ones by what is known now.

    Some loans at a time, each batch whole or not at all; a run that was stopped is begun again and
    writes what is missing. Once all is written, the run itself is.

    Raises:
        NotPermitted: BUREAU_REPORT is missing.
        NoBureau: the lender reports to no such bureau.
        MonthNotOver: the month has not ended.
    """
    may(actor, Permission.BUREAU_REPORT)
    bureau = bureau_named(open_bureaus(), bureau_code)
    _refuse_running(month, today=today)
    with reading(actor):
        whole = count_loans(bureau)
    loans = added = corrected = 0
    after: int | None = 0
    while after is not None:
        progress("lines", loans, whole)
        batch, after, done = _batch(bureau, month, after, actor=actor, now=now)
        loans, added, corrected = loans + batch, added + done.added, corrected + done.corrected
    progress("lines", whole, whole)
    with acting(actor):
        Run.objects.create(
            bureau=bureau.code,
            month=month,
            at=now,
            loans=loans,
            added=added,
            corrected=corrected,
        )
        record(
            AuditEvent.BUREAU_LINES_MADE,
            actor=actor,
            subject=f"bureau:{bureau.code}:{written(month)}",
            now=now,
            body={"loans": loans, "added": added, "corrected": corrected},
        )
    return Made(bureau.code, month, loans, added, corrected)


def _refuse_running(month: date, *, today: date) -> None:
    """Go on only if a month is over.

    Raises:
        MonthNotOver: it is not.
    """
    if last_day(month) >= today:
        raise MonthNotOver(
            f"{written(month)} is not over yet.",
            remedy="Report it from the first day of the next month on.",
            message_zh=f"{written(month)} 尚未结束。",
            remedy_zh="请自次月一日起报送。",
            field="month",
        )


def _batch(
    bureau: Bureau, month: date, after: int, *, actor: Principal, now: datetime
) -> tuple[int, int | None, Renewed]:
    with acting(actor):
        loans, following = next_loans(bureau, after=after, limit=BATCH_LOANS)
        because = f"run:{written(month)}"
        done = renew(bureau, loans, month=month, because=because, now=now)
        write_down(done, _by_person(loans, done), because, actor=actor, now=now)
        chaos("bureau.lines.batch")
    return len(loans), following, done


def _by_person(loans: list[Known], done: Renewed) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for each in loans:
        if each.loan_id in done.months:
            found[each.debtor_id] = (*found.get(each.debtor_id, ()), each.loan_id)
    return found
