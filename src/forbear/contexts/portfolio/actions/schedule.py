"""How is what falls due, and when, recorded and changed without losing what was said before?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.portfolio.models import Instalment, Loan
from forbear.contexts.portfolio.row import find, find_person
from forbear.contexts.portfolio.said import InstalmentSaid, Recorded
from forbear.contexts.portfolio.word import Source
from forbear.values.principal import Principal

INSTALMENTS_MAX = 1_200
_COLUMNS = ("due_date", "principal_minor", "interest_minor", "fee_minor")


def record_schedule(
    loan_ref: str,
    instalments: Sequence[InstalmentSaid],
    *,
    source: Source,
    actor: Principal,
    now: datetime,
) -> Recorded:
    """Record a loan's whole schedule. Rows that differ or are gone are superseded, never lost.

    ``new`` says whether anything changed.

    Raises:
        NotPermitted, UnknownRef, PersonErased.
        InvalidField: numbers with gaps, due days that do not rise or begin before the loan was
            paid out, an instalment of nothing, or principal that does not sum to what was lent.
    """
    with acting(actor):
        return enter_schedule(loan_ref, instalments, source=source, actor=actor, now=now)


def enter_schedule(
    loan_ref: str,
    instalments: Sequence[InstalmentSaid],
    *,
    source: Source,
    actor: Principal,
    now: datetime,
) -> Recorded:
    """Do the same inside another action, which sees to what follows from the schedule."""
    required()
    may(actor, Permission.BOOK_CHANGE)
    find_person(find(Loan, loan_ref, lock=False).debtor.ref)
    loan = find(Loan, loan_ref)
    return Recorded(
        loan.pk, loan_ref, lay_schedule(loan, instalments, source=source, actor=actor, now=now)
    )


def lay_schedule(
    loan: Loan,
    instalments: Sequence[InstalmentSaid],
    *,
    source: Source,
    actor: Principal,
    now: datetime,
) -> bool:
    """Record the schedule of a loan that is locked, inside an action; say whether it is new.

    Raises:
        InvalidField: as for ``record_schedule``.
        BrokenInvariant: no transaction is open.
    """
    required()
    said = _checked(loan, instalments)
    kept = {row.number: row for row in loan.instalments.filter(superseded_at__isnull=True)}
    fresh = [each for each in said if not _same(kept.get(each.number), each)]
    told = {each.number for each in said}
    gone = [row for number, row in kept.items() if number not in told]
    replaced = [kept[each.number] for each in fresh if each.number in kept]
    if not fresh and not gone:
        return False
    ended = [row.pk for row in (*gone, *replaced)]
    Instalment.objects.filter(pk__in=ended).update(superseded_at=now)
    Instalment.objects.bulk_create(
        Instalment(loan=loan, source=source, recorded_at=now, **asdict(each)) for each in fresh
    )
    record(
        AuditEvent.SCHEDULE_CHANGED,
        actor=actor,
        subject=f"loan:{loan.pk}",
        debtor_id=loan.debtor_id,
        body={
            "source": source,
            "instalments": len(said),
            "added": len(fresh),
            "superseded": len(ended),
            "due_minor": sum(
                each.principal_minor + each.interest_minor + each.fee_minor for each in said
            ),
        },
        now=now,
    )
    return True


def _same(row: Instalment | None, said: InstalmentSaid) -> bool:
    return row is not None and all(getattr(row, name) == getattr(said, name) for name in _COLUMNS)


def _checked(loan: Loan, instalments: Sequence[InstalmentSaid]) -> list[InstalmentSaid]:
    said = sorted(instalments, key=lambda each: each.number)
    if not 0 < len(said) <= INSTALMENTS_MAX:
        raise _fault(
            f"has no row, or more than {INSTALMENTS_MAX:,}",
            f"没有分期，或多于 {INSTALMENTS_MAX:,} 期",
        )
    before = loan.disbursed_date
    for position, each in enumerate(said, start=1):
        _one(position, each)
        if each.number != position:
            raise _fault(
                f"lacks number {position}, or has one twice", f"缺少第 {position} 期或有重复"
            )
        if each.due_date <= before:
            raise _fault(
                f"number {position} falls due on {each.due_date}, not after {before}",
                f"第 {position} 期到期日 {each.due_date} 不晚于 {before}",
            )
        before = each.due_date
    total = sum(each.principal_minor for each in said)
    if total != loan.principal_minor:
        raise _fault(
            f"sums to a principal of {total:,}, but {loan.principal_minor:,} was lent",
            f"本金合计 {total:,}，而放款为 {loan.principal_minor:,}",
        )
    return said


def _one(position: int, each: InstalmentSaid) -> None:
    at = f"instalments[{position}]"
    check.number(f"{at}.number", each.number, low=1, high=9_999)
    check.day(f"{at}.due_date", each.due_date)
    amounts = [
        check.amount(f"{at}.{name}", getattr(each, name))
        for name in ("principal_minor", "interest_minor", "fee_minor")
    ]
    if not any(amounts):
        raise _fault(f"number {position} asks for nothing", f"第 {position} 期金额为零")


def _fault(en: str, zh: str) -> check.InvalidField:
    return check.invalid(
        "instalments",
        en,
        zh,
        remedy="Give the whole schedule: numbers from 1, rising due days, principal as lent.",
        remedy_zh="请提供完整的分期表：编号从 1 起，到期日递增，本金合计等于放款额。",
    )
