"""A signed arrangement is paused or ended, or one is withdrawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from forbear.contexts.arrangements.book import book_waivers
from forbear.contexts.arrangements.care import release_holds, settle_case
from forbear.contexts.arrangements.keep import reckon, sync
from forbear.contexts.arrangements.models import Arrangement, Instalment, Pause
from forbear.contexts.arrangements.row import held, move, save, stands, write
from forbear.contexts.arrangements.transition import LIVE, UNSIGNED, ArrangementState
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_arrangements
from forbear.policy.arrange.word import Keeping
from forbear.values.code import Code
from forbear.values.day import add_months
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import Principal

_S = ArrangementState


class CannotPause(InvalidInput):
    """So long a pause, or one more, is beyond the bounds."""

    code = "CANNOT_PAUSE"


class CoolingOffOver(Conflict):
    """The days in which a signed arrangement can be withdrawn are over."""

    code = "COOLING_OFF_OVER"


class NotBroken(Conflict):
    """The arrangement is not broken."""

    code = "NOT_BROKEN"


class EndReason(Code):
    """Why a signed arrangement is ended."""

    PERSON_ASKED = "PERSON_ASKED"
    NOT_KEPT = "NOT_KEPT"
    """An instalment stayed unpaid for longer than the agreement lets it."""


def pause_arrangement(
    ref: str, months: int, *, actor: Principal, today: date, now: datetime
) -> None:
    """Put off every instalment that is not paid whole by some months.

    Nothing is added for it. Raises:
        NotPermitted, NoSuchArrangement, ArrangementStands.
        CannotPause: too long, once too often, or beyond the last day that the law allows.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        row = held(ref)
        sync(row, today=today, now=now)
        if ArrangementState(row.state) not in LIVE:
            raise stands(row)
        instalments = list(row.instalments.order_by("number"))
        unpaid = [each for each in instalments if each.covered_minor < each.amount_minor]
        _refuse_pause(row, unpaid, months)
        Pause.objects.create(
            arrangement=row,
            debtor_id=row.debtor_id,
            from_number=unpaid[0].number,
            months=months,
            by=str(actor),
            at=now,
        )
        for each in unpaid:
            each.due_date = add_months(each.first_due_date, _put_off(row, each.number))
        Instalment.objects.bulk_update(unpaid, ["due_date"])
        row.pauses += 1
        row.paused_until = unpaid[0].due_date
        save(row)
        told = {"months": months, "from_number": unpaid[0].number, "until": unpaid[0].due_date}
        moved = sync(row, today=today, now=now, actor=actor, **told)
        if not moved or ArrangementState(row.state) is not _S.PAUSED:
            # It was paused already, or late beyond that: what was done is told all the same.
            write(row, AuditEvent.ARRANGEMENT_PAUSED, actor=actor, now=now, body=told)


def _put_off(row: Arrangement, number: int) -> int:
    return sum(row.put_off.filter(from_number__lte=number).values_list("months", flat=True))


def _refuse_pause(row: Arrangement, unpaid: list[Instalment], months: int) -> None:
    terms = open_arrangements()
    if not unpaid:
        raise stands(row)
    if not 1 <= months <= terms.pause_months_max or row.pauses >= terms.pauses_max:
        raise CannotPause(
            f"months: an arrangement is paused {terms.pauses_max} times, for 1 to "
            f"{terms.pause_months_max} months each.",
            remedy="Pause for less, or propose a new arrangement that replaces this one.",
            message_zh=f"months：一项安排最多暂停 {terms.pauses_max} 次，"
            f"每次 1 至 {terms.pause_months_max} 个月。",
            remedy_zh="请缩短暂停时间，或提出替代的新方案。",
            field="months",
        )
    last = unpaid[-1]
    if add_months(last.first_due_date, _put_off(row, last.number) + months) > row.law_last_date:
        raise CannotPause(
            f"months: the last instalment would lie beyond {row.law_last_date}.",
            remedy="Pause for less.",
            message_zh=f"months：末期将晚于 {row.law_last_date}。",
            remedy_zh="请缩短暂停时间。",
            field="months",
        )


def withdraw_arrangement(ref: str, *, actor: Principal, today: date, now: datetime) -> None:
    """Take an arrangement back: before it is signed, or within the days after signing.

    Raises:
        NotPermitted, NoSuchArrangement, ArrangementStands.
        CoolingOffOver: it may be ended instead.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        row = held(ref)
        state = ArrangementState(row.state)
        if state not in UNSIGNED | LIVE:
            raise stands(row)
        if state in LIVE:
            _refuse_late_withdrawal(row, today=today)
        _end(row, _S.WITHDRAWN, "WITHDRAWN", actor=actor, today=today, now=now)


def _refuse_late_withdrawal(row: Arrangement, *, today: date) -> None:
    assert row.signed_date is not None, "what is live is signed"
    until = row.signed_date + timedelta(days=open_arrangements().cooling_off_days)
    if today > until:
        raise CoolingOffOver(
            f"It could be withdrawn until {until}.",
            remedy="End it instead, or propose another one that replaces it.",
            message_zh=f"撤回期限至 {until}，已过。",
            remedy_zh="可改为结束该安排，或提出替代的新方案。",
        )


def end_arrangement(
    ref: str, because: EndReason, *, actor: Principal, today: date, now: datetime
) -> None:
    """End a signed arrangement that the person wants no more, or that was not kept.

    Raises:
        NotPermitted, NoSuchArrangement, ArrangementStands.
        NotBroken: it is kept, or its days are not over.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        row = held(ref)
        if ArrangementState(row.state) not in LIVE:
            raise stands(row)
        if because is EndReason.PERSON_ASKED:
            _end(row, _S.BROKEN, because.value, actor=actor, today=today, now=now)
            return
        if reckon(row, today=today).state is not Keeping.BROKEN:
            raise NotBroken(
                "No instalment has stayed unpaid for so long.",
                remedy="Wait until the days that the agreement names are over.",
                message_zh="没有任何一期的未付时间达到协议约定的终止条件。",
                remedy_zh="请等待协议约定的天数届满。",
            )
        sync(row, today=today, now=now, actor=actor)


def _end(
    row: Arrangement,
    to: ArrangementState,
    because: str,
    *,
    actor: Principal,
    today: date,
    now: datetime,
) -> None:
    was_live = row.live
    row.final, row.ended_because = True, because
    row.ended_date = today
    move(row, to, actor=actor, now=now, because=because)
    if was_live:
        release_holds(row, because=because, today=today, now=now)
        book_waivers(row, today=today, now=now)
        settle_case(row.debtor_id, because=f"arrangement:{row.pk}", now=now)


def ask_to_be_reminded(
    ref: str, *, wanted: bool, actor: Principal, today: date, now: datetime
) -> None:
    """Note whether the person wants to be reminded before each instalment.

    Raises:
        NotPermitted, NoSuchArrangement.
        ArrangementStands: no instalment is to come.
    """
    may(actor, Permission.ARRANGEMENT_MAKE)
    with acting(actor):
        row = held(ref)
        sync(row, today=today, now=now)
        if ArrangementState(row.state) not in LIVE:
            raise stands(row)
        if row.reminder != wanted:
            row.reminder = wanted
            save(row)
            told = {"reminder": wanted}
            write(row, AuditEvent.ARRANGEMENT_REMINDER, actor=actor, now=now, body=told)
