"""A line is disputed, a dispute about it is decided, or somebody is told: what becomes of lines?

These run inside the transaction of whoever handles the dispute, the person's row held. The actions
beside them open one of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.bureau.hear import renew_person
from forbear.contexts.bureau.models import Dispute, Line, Ruling, ToldOf
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.contexts.rulebook.library import pack_in_force
from forbear.policy.ask.clock import due_for_certain
from forbear.policy.bureau.form import Bureau
from forbear.policy.bureau.month import written
from forbear.policy.kind import ClockStart
from forbear.values.bureau import LineCause, Mark, Told
from forbear.values.code import Jurisdiction, Matter
from forbear.values.day import day_number, from_day_number
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import Principal

_MATTERS = {Jurisdiction.CN: Matter.BUREAU_DISPUTE, Jurisdiction.US: Matter.DIRECT_DISPUTE}


class NothingReported(NotFound):
    """Nothing was reported of this loan, or not for this month."""

    code = "NOTHING_REPORTED"


class OtherDispute(Conflict):
    """A dispute of this ref is closed already, or is another one."""

    code = "OTHER_DISPUTE"


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute about lines. ``due_date``: by when the law wants an answer; null: no day is known.

    ``lines``: how many were written anew by this call.
    """

    ref: str
    bureau: str
    from_month: date
    to_month: date | None
    due_date: date | None
    is_open: bool
    lines: int


def open_dispute(
    loan_id: int,
    ref: str,
    *,
    received: date,
    from_month: date | None = None,
    to_month: date | None = None,
    actor: Principal,
    now: datetime,
) -> Disputed:
    """Mark a loan's lines as disputed; the same ref again changes nothing.

    ``from_month`` not given: from the first month on of which there is a negative line, or else
    the latest month.

    Raises:
        NothingReported: there is no line of the loan.
        OtherDispute: the ref is closed already.
        BrokenInvariant: no transaction is open.
    """
    required()
    lines = _lines(loan_id)
    bureau = open_bureaus()[lines[0].bureau]
    known = Dispute.objects.filter(ref=ref, loan_id=loan_id).first()
    if known is not None:
        if known.closed_at is not None:
            raise _other(ref)
        return _shown(known, 0)
    negative = [each.month for each in lines if each.is_negative]
    first = from_month or min(negative, default=lines[-1].month)
    _refuse_span(first, to_month)
    made = Dispute.objects.create(
        ref=ref,
        bureau=bureau.code,
        loan_id=loan_id,
        debtor_id=lines[0].debtor_id,
        from_month=first,
        to_month=to_month,
        received_date=received,
        due_date=_due(bureau, received),
        opened_at=now,
        opened_by=str(actor),
    )
    renewed = _renewed(made, LineCause.MARK, actor=actor, now=now)
    _enter(AuditEvent.BUREAU_DISPUTE_MARKED, made, actor=actor, now=now)
    return _shown(made, renewed)


def close_dispute(
    loan_id: int, ref: str, *, closing_mark: Mark | None, actor: Principal, now: datetime
) -> Disputed:
    """Take the mark of an open dispute away, or put the one in its place that its end asks for.

    Raises:
        NothingReported: there is no such dispute.
        OtherDispute: it was closed already, with another mark.
        InvalidInput: a closed dispute cannot say that it is open.
        BrokenInvariant: no transaction is open.
    """
    required()
    if closing_mark is Mark.DISPUTED:
        raise InvalidInput(
            "A closed dispute cannot be marked as open.",
            remedy="Use RESOLVED, DISAGREES or nothing.",
            message_zh="已了结的异议不能标注为处理中。",
            remedy_zh="请使用 RESOLVED、DISAGREES，或不填。",
            field="closing_mark",
        )
    found = Dispute.objects.select_for_update().filter(ref=ref, loan_id=loan_id).first()
    if found is None or not hold_person(found.debtor_id):
        raise _nothing()
    if found.closed_at is not None:
        if found.closing_mark != closing_mark:
            raise _other(ref)
        return _shown(found, 0)
    found.closed_at, found.closing_mark = now, closing_mark
    found.save(update_fields=["closed_at", "closing_mark"])
    renewed = _renewed(found, LineCause.MARK, actor=actor, now=now)
    _enter(AuditEvent.BUREAU_DISPUTE_CLOSED, found, actor=actor, now=now)
    return _shown(found, renewed)


def rule_lines(
    loan_id: int,
    codes: Mapping[date, str],
    *,
    because: str,
    actor: Principal,
    now: datetime,
) -> int:
    """Let other words count for some months, as a dispute was decided; return the lines corrected.

    Raises:
        NothingReported: for one of the months there is no line.
        NoBureau: a word is not one of the bureau's list.
        BrokenInvariant: no transaction is open.
    """
    required()
    lines = _lines(loan_id)
    bureau, reported = open_bureaus()[lines[0].bureau], {each.month for each in lines}
    if not codes or set(codes) - reported:
        raise _nothing()
    debtor_id = lines[0].debtor_id
    for month, code in sorted(codes.items()):
        bureau.status(code)
        Ruling.objects.create(
            bureau=bureau.code,
            loan_id=loan_id,
            debtor_id=debtor_id,
            month=month,
            code=code,
            because=because,
            at=now,
            by=str(actor),
        )
    corrected = renew_person(
        debtor_id, because=because, cause=LineCause.RULING, actor=actor, now=now
    )
    record(
        AuditEvent.BUREAU_LINES_RULED,
        actor=actor,
        subject=f"loan:{loan_id}",
        now=now,
        debtor_id=debtor_id,
        body={
            "because": because,
            "codes": {written(month): code for month, code in codes.items()},
            "corrected": corrected,
        },
    )
    return corrected


def note_told(
    loan_id: int, month: date, whom: Told, *, how: str, actor: Principal, now: datetime
) -> int:
    """Write down that somebody beside the bureaus was told of a month's line as it is now.

    ``how`` names by what, such as ``attempt:42``. Returns the number of the line.

    Raises:
        NothingReported: there is no such line.
        BrokenInvariant: no transaction is open.
    """
    required()
    line = next((each for each in _lines(loan_id) if each.month == month), None)
    if line is None:
        raise _nothing()
    _, is_new = ToldOf.objects.get_or_create(
        line_id=line.pk,
        whom=whom.value,
        how=how,
        defaults={
            "loan_id": loan_id,
            "debtor_id": line.debtor_id,
            "at": now,
            "by": str(actor),
        },
    )
    if is_new:
        record(
            AuditEvent.BUREAU_TOLD,
            actor=actor,
            subject=f"loan:{loan_id}",
            now=now,
            debtor_id=line.debtor_id,
            body={"line": line.pk, "whom": whom.value, "how": how, "month": written(month)},
        )
    return line.pk


def _lines(loan_id: int) -> list[Line]:
    """Return the lines of a loan that count, in order, the person's row held."""
    rows = Line.objects.filter(loan_id=loan_id, replaced_at__isnull=True)
    first = rows.first()
    if first is None or not hold_person(first.debtor_id) or first.bureau not in open_bureaus():
        raise _nothing()
    return list(rows.order_by("month"))


def _due(bureau: Bureau, received: date) -> date | None:
    matter = _MATTERS.get(bureau.jurisdiction)
    if matter is None:
        return None
    pack = pack_in_force(bureau.jurisdiction, received)
    found = due_for_certain(pack, matter, starts={ClockStart.RECEIVED: day_number(received)})
    return from_day_number(found[0].day) if found else None


def _refuse_span(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise InvalidInput(
            "The last month lies before the first.",
            remedy="Give the months in their order.",
            message_zh="结束月份早于开始月份。",
            remedy_zh="请按先后填写月份。",
            field="to_month",
        )


def _renewed(dispute: Dispute, cause: LineCause, *, actor: Principal, now: datetime) -> int:
    because = f"dispute:{dispute.ref}"
    return renew_person(dispute.debtor_id, because=because, cause=cause, actor=actor, now=now)


def _enter(event: AuditEvent, dispute: Dispute, *, actor: Principal, now: datetime) -> None:
    record(
        event,
        actor=actor,
        subject=f"loan:{dispute.loan_id}",
        now=now,
        debtor_id=dispute.debtor_id,
        body={
            "dispute": dispute.ref,
            "from_month": written(dispute.from_month),
            "due_date": dispute.due_date,
            "mark": dispute.closing_mark if dispute.closed_at else Mark.DISPUTED.value,
        },
    )


def _shown(dispute: Dispute, lines: int) -> Disputed:
    return Disputed(
        dispute.ref,
        dispute.bureau,
        dispute.from_month,
        dispute.to_month,
        dispute.due_date,
        dispute.closed_at is None,
        lines,
    )


def _nothing() -> NothingReported:
    return NothingReported(
        "Nothing was reported of this loan, or not for this month or dispute.",
        remedy="Look at the loan's lines first.",
        message_zh="该借款没有相应的征信记录或异议。",
        remedy_zh="请先查看该借款的征信记录。",
    )


def _other(ref: str) -> OtherDispute:
    return OtherDispute(
        f"The dispute {ref} is closed already.",
        remedy="Open a new one under its own ref.",
        message_zh=f"异议 {ref} 已了结。",
        remedy_zh="请另立编号提出新的异议。",
        field="ref",
    )
