"""How does a payment, or the reversal of one, enter the ledger?

Rows are added, never changed. The same ref with the same content is the same posting; with other
content it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import required
from forbear.contexts.ledger.models import Posting, PostingSource
from forbear.contexts.portfolio.contract import hold_person, loan_by_ref
from forbear.policy.debt.facts import DAY_LAST
from forbear.values.code import Purpose
from forbear.values.day import from_day_number
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.money import AMOUNT_MINOR_MAX
from forbear.values.principal import Principal


class NoSuchLoan(NotFound):
    """There is no such loan, or it may not be seen."""

    code = "NO_SUCH_LOAN"


class OtherPosting(Conflict):
    """Another posting goes by this ref."""

    code = "OTHER_POSTING"


class CannotReverse(InvalidInput):
    """What is to be reversed is no payment of this loan and amount, or is reversed already."""

    code = "CANNOT_REVERSE"


@dataclass(frozen=True, slots=True)
class Payment:
    """What is to be posted. ``ref``: the payer's system's id. Amounts in minor units, above zero.

    ``posting_date``: the day on which it became known; the day of recording where not given.
    ``reverses``: the ref of the payment that this row declares void. ``part_of``: what names the
    payment of which this is a part.
    """

    ref: str
    loan: str
    value_date: date
    amount_minor: int
    posting_date: date | None = None
    purpose: Purpose = Purpose.SCHEDULE
    reverses: str | None = None
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A posting that stands, and whether this call added it."""

    posting_id: int
    loan_id: int
    debtor_id: int
    new: bool


def post(
    payment: Payment, *, source: PostingSource, actor: Principal, today: date, now: datetime
) -> Posted:
    """Add a posting inside an action's transaction, the person's row held.

    Raises:
        NoSuchLoan, OtherPosting, CannotReverse, InvalidInput: nothing was added.
    """
    required()
    _check(payment, today=today)
    found = loan_by_ref(payment.loan)
    if found is None or not hold_person(found[1]):
        raise NoSuchLoan(
            f"There is no loan {payment.loan}.",
            remedy="Check the loan's id; a loan is known once an extract or the API has told it.",
            message_zh=f"没有借款 {payment.loan}。",
            remedy_zh="请核对借款编号；数据文件或接口告知后，借款才为系统所知。",
        )
    loan_id, debtor_id = found
    wanted = _row(payment, loan_id=loan_id, source=source, today=today, now=now)
    known = Posting.objects.filter(ref=payment.ref).select_related("reverses").first()
    if known is not None:
        _refuse_other(known, wanted)
        return Posted(known.id, loan_id, debtor_id, new=False)
    wanted.save(force_insert=True)
    record(
        AuditEvent.POSTING_RECORDED,
        actor=actor,
        subject=f"posting:{wanted.id}",
        now=now,
        debtor_id=debtor_id,
        body={
            "loan": loan_id,
            "amount_minor": wanted.amount_minor,
            "value_date": wanted.value_date,
            "posting_date": wanted.posting_date,
            "purpose": wanted.purpose,
            "reverses": wanted.reverses_id,
        },
    )
    return Posted(wanted.id, loan_id, debtor_id, new=True)


def _check(payment: Payment, *, today: date) -> None:
    if not 0 < payment.amount_minor <= AMOUNT_MINOR_MAX:
        raise InvalidInput(
            f"The amount {payment.amount_minor} is out of bounds.",
            remedy=f"Give minor units from 1 to {AMOUNT_MINOR_MAX}.",
            message_zh=f"金额 {payment.amount_minor} 超出范围。",
            remedy_zh=f"请填写 1 至 {AMOUNT_MINOR_MAX} 的最小货币单位。",
            field="amount_minor",
        )
    known = payment.posting_date or today
    if known > today:
        raise InvalidInput(
            f"The posting date {known} lies ahead.",
            remedy="Post it on the day on which it becomes known.",
            message_zh=f"入账日 {known} 在未来。",
            remedy_zh="请在获知当日入账。",
            field="posting_date",
        )
    for field, day in (("value_date", payment.value_date), ("posting_date", known)):
        if not from_day_number(0) <= day <= from_day_number(DAY_LAST):
            raise InvalidInput(
                f"The {field} {day} is out of bounds.",
                remedy="Check the year.",
                message_zh=f"{field} {day} 超出范围。",
                remedy_zh="请检查年份。",
                field=field,
            )


def _row(
    payment: Payment, *, loan_id: int, source: PostingSource, today: date, now: datetime
) -> Posting:
    return Posting(
        ref=payment.ref,
        loan_id=loan_id,
        value_date=payment.value_date,
        posting_date=payment.posting_date or today,
        amount_minor=payment.amount_minor,
        purpose=payment.purpose.value,
        reverses=_reversed(payment, loan_id) if payment.reverses else None,
        part_of=payment.part_of,
        source=source.value,
        recorded_at=now,
    )


def _reversed(payment: Payment, loan_id: int) -> Posting:
    voided = Posting.objects.filter(ref=payment.reverses, loan_id=loan_id).first()
    if (
        voided is None
        or voided.amount_minor != payment.amount_minor
        or voided.reverses_id is not None
        or voided.purpose != payment.purpose.value
        or Posting.objects.filter(reverses=voided).exclude(ref=payment.ref).exists()
    ):
        raise CannotReverse(
            f"{payment.reverses} is not a standing payment of this loan and amount.",
            remedy="Name a payment of the same loan, amount and purpose that is not reversed yet.",
            message_zh=f"{payment.reverses} 不是本借款同金额的有效还款。",
            remedy_zh="请指明同一借款、同金额、同用途且尚未冲正的还款。",
            field="reverses",
        )
    return voided


def _refuse_other(known: Posting, wanted: Posting) -> None:
    names = ("loan_id", "value_date", "amount_minor", "purpose", "reverses_id")
    other = [name for name in names if getattr(known, name) != getattr(wanted, name)]
    if other:
        raise OtherPosting(
            f"{known.ref} is known already, with another {other[0].removesuffix('_id')}.",
            remedy="Give a correction its own ref: a reversal, then the right payment.",
            message_zh=f"{known.ref} 已存在，且 {other[0].removesuffix('_id')} 不同。",
            remedy_zh="更正请另用编号：先冲正，再记正确的还款。",
            field=other[0].removesuffix("_id"),
        )
