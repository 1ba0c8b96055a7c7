"""A payment came in, or turned out not to have: what does that change, at once?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.cases.late import LateFact, take_in
from forbear.contexts.cases.refresh import Refreshed
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.ledger.facts import loan_facts
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment, Posted, post
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal


class NotByHand(InvalidInput):
    """What follows from an agreement is not booked by a posting of somebody's own."""

    code = "WAIVER_NOT_BY_HAND"


@dataclass(frozen=True, slots=True)
class PostingRecorded:
    """What a posting changed. ``after`` is null where the posting was known already.

    ``on_wrong_basis``: contacts that were made while the loan was believed to stand worse.
    """

    posted: Posted
    after: Refreshed | None
    on_wrong_basis: int


def record_posting(
    payment: Payment, *, source: PostingSource, actor: Principal, today: date, now: datetime
) -> PostingRecorded:
    """Post a payment or reversal; amounts, case and today's plan follow in the same transaction.

    ``today`` is the lender's own day. Raises as ``ledger.post`` does; then nothing happened.
    """
    may(actor, Permission.POSTING_RECORD)
    with acting(actor):
        return enter_posting(payment, source=source, actor=actor, today=today, now=now)


def enter_posting(
    payment: Payment, *, source: PostingSource, actor: Principal, today: date, now: datetime
) -> PostingRecorded:
    """Do the same inside another action."""
    required()
    may(actor, Permission.POSTING_RECORD)
    if not payment.purpose.is_money:
        raise NotByHand(
            "What is agreed is booked by an arrangement, or as the lender's own files tell it.",
            remedy="Propose an arrangement with waive_minor; a second person may have to agree.",
            message_zh="协议约定的事项须通过还款安排，或由放款方的数据文件告知。",
            remedy_zh="请提出含 waive_minor 的还款安排；需要时会请第二人批准。",
            field="purpose",
        )
    posted = post(payment, source=source, actor=actor, today=today, now=now)
    if not posted.new:
        return PostingRecorded(posted, None, 0)
    cause = f"posting:{posted.posting_id}"
    fact = LateFact(posted.debtor_id, [posted.loan_id], cause, payment.value_date)
    found = take_in(fact, actor=actor, today=today, now=now)
    return PostingRecorded(posted, found.after, found.on_wrong_basis)


def enter_agreed(payment: Payment, *, actor: Principal, today: date, now: datetime) -> None:
    """Book what follows from an agreement, or take it back, inside the action that agreed on it.

    Amounts, case and plan follow. Contacts made before are listed nowhere: they were right when
    they were made. Raises as ``ledger.post`` does.
    """
    required()
    source = PostingSource.ARRANGEMENT
    posted = post(payment, source=source, actor=actor, today=today, now=now)
    if not posted.new:
        return
    known = loan_facts([posted.loan_id]).get(posted.loan_id)
    believed = {} if known is None else {posted.loan_id: known[1]}
    cause = f"posting:{posted.posting_id}"
    fact = LateFact(posted.debtor_id, [posted.loan_id], cause, payment.value_date, believed)
    take_in(fact, actor=actor, today=today, now=now)
