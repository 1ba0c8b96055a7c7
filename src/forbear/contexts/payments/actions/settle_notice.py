"""Somebody has looked into what a page told and could not be booked: what came of it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting
from forbear.contexts.payments.actions.take_notice import entered, take_up
from forbear.contexts.payments.book import By, came
from forbear.contexts.payments.models import Notice, Received
from forbear.contexts.payments.row import hold_loan, reference_of
from forbear.contexts.payments.word import NoticeKind, NoticeState, Settled, Why
from forbear.contexts.people.permission import doing, may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.check import invalid
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal

_IN_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_MATCHABLE = {Why.UNKNOWN_REFERENCE.value, Why.OTHER_CURRENCY.value, Why.NOT_BOOKABLE.value}


class NoSuchNotice(NotFound):
    """There is nothing of that number to look into, or it may not be seen."""

    code = "NO_SUCH_NOTICE"


class NoticeChanged(Conflict):
    """Somebody dealt with it meanwhile."""

    code = "NOTICE_CHANGED"


class CannotMatch(Conflict):
    """It cannot be booked on that loan."""

    code = "CANNOT_MATCH"


@dataclass(frozen=True, slots=True)
class SettledSaid:
    """What came of it; ``loan_ref``: where it was to be booked, for MATCHED alone."""

    version: int
    settled: Settled
    loan_ref: str | None = None


def settle_notice(
    notice_id: int, said: SettledSaid, *, actor: Principal, today: date, now: datetime
) -> None:
    """Say what came of looking into a notice; MATCHED books it on a loan.

    Raises:
        NotPermitted: PAYMENTS_MATCH is missing.
        NoSuchNotice, NoticeChanged, NoSuchLoan, CannotMatch, InvalidField: nothing happened.
    """
    may(actor, Permission.PAYMENTS_MATCH)
    matched = said.settled is Settled.MATCHED
    if matched != bool(said.loan_ref) or said.settled is Settled.BY_ITSELF:
        raise invalid(
            "loan_ref",
            "goes with MATCHED, and nothing else",
            "仅在 MATCHED 时填写，且必须填写",
            remedy="Name the loan, or choose SENT_BACK or LOOKED_AT.",
            remedy_zh="请填写借款编号，或选择 SENT_BACK、LOOKED_AT。",
        )
    by = doing(actor, Permission.POSTING_RECORD)
    with acting(actor):
        row = _found(notice_id, said.version)
        row.settled_as, row.settled_at, row.settled_by = said.settled.value, now, str(actor)
        row.version += 1
        if said.loan_ref:
            _match(row, said.loan_ref, by=By(by, today, now))
        else:
            row.open = False
            row.save()
        record(
            AuditEvent.PAYMENT_LOOKED_INTO,
            actor=actor,
            subject=f"payment_notice:{row.pk}",
            now=now,
            debtor_id=row.debtor_id,
            body={"settled": said.settled.value},
        )


def _found(notice_id: int, version: int) -> Notice:
    told = Notice.objects.filter(pk=notice_id, why__gt="").first()
    if told is None:
        raise NoSuchNotice(
            f"There is nothing of the number {notice_id} to look into.",
            remedy="See the list.",
            message_zh=f"没有编号为 {notice_id} 的待核对通知。",
            remedy_zh="请查看列表。",
        )
    ask(_IN_TURN, [f"payments:{told.provider}:{told.payment_ref}"])
    row = Notice.objects.select_for_update().get(pk=told.pk)
    if not row.open or row.version != version:
        raise NoticeChanged(
            "Somebody dealt with it meanwhile.",
            remedy="Look at it again.",
            message_zh="该通知已被他人处理。",
            remedy_zh="请重新查看。",
        )
    return row


def _match(row: Notice, loan_ref: str, *, by: By) -> None:
    known = Received.objects.filter(provider=row.provider, ref=row.payment_ref).exists()
    if row.kind != NoticeKind.SUCCEEDED.value or row.why not in _MATCHABLE or known:
        raise _cannot("no money of it waits to be booked", "没有等待入账的款项")
    loan_id, debtor_id = hold_loan(loan_ref)
    reference = reference_of(loan_id, debtor_id, actor=by.actor, now=by.now)
    booked = came(row, reference, None, by)
    if booked.state is not NoticeState.BOOKED:
        raise _cannot(
            f"{loan_ref} does not take it ({booked.why})",
            f"借款 {loan_ref} 无法入账（{booked.why}）",
        )
    # What is more than was owed on that loan still waits to be paid back.
    entered(row, booked, actor=by.actor, now=by.now)
    take_up(row, actor=by.actor, today=by.today, now=by.now)


def _cannot(en: str, zh: str) -> CannotMatch:
    return CannotMatch(
        f"This cannot be matched: {en}.",
        remedy="Choose another loan, or pay the money back and say so.",
        message_zh=f"无法匹配：{zh}。",
        remedy_zh="请选择其他借款，或退款后如实登记。",
    )
