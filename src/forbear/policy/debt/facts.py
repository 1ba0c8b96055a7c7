"""What must be known of one loan to say what it owes?

The facts are the extract's: schedule, postings as posted, pauses. Nothing is derived from
another fact, so that a late fact only has to be added. Days are whole numbers since 1970-01-01,
amounts minor units of the loan's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from forbear.values.code import LoanState, Purpose
from forbear.values.day import day_number
from forbear.values.errors import InvalidInput
from forbear.values.money import AMOUNT_MINOR_MAX

DAY_FIRST, DAY_LAST = 0, day_number(date(2199, 12, 31))
RATE_BP_MAX = 100_000


class InvalidFacts(InvalidInput):
    """The facts of a loan contradict each other or their bounds."""

    code = "INVALID_FACTS"


def refuse(en: str, zh: str, *, remedy: str, remedy_zh: str, **data: object) -> InvalidFacts:
    """Return the error that says in both languages what is wrong and what mends it."""
    return InvalidFacts(en, remedy=remedy, message_zh=zh, remedy_zh=remedy_zh, **data)


class Instalment(NamedTuple):
    """What falls due on one day. Instalments are numbered by their place, from 1."""

    due_day: int
    principal_minor: int
    interest_minor: int
    fee_minor: int


class Posting(NamedTuple):
    """A payment as posted, or the reversal of one.

    ``value_day``: from when it counts; ``posting_day``: when it entered the lender's ledger and so
    became known. ``reverses`` names the payment that this row declares void from its beginning,
    once the row is known; None means that the row is a payment.
    """

    payment_id: str
    value_day: int
    posting_day: int
    amount_minor: int
    purpose: Purpose = Purpose.SCHEDULE
    reverses: str | None = None


class Pause(NamedTuple):
    """A hold of kind PAUSE on the loan or on all of the person's loans.

    Binds on [start_day, end_day); ``end_day`` None means open. ``recorded_day``: the day (UTC) on
    which the lender learned of it.
    """

    start_day: int
    end_day: int | None
    recorded_day: int


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """One loan with all that was ever posted and recorded on it.

    ``instalments`` stand in the order of their due days; ``postings`` and ``pauses`` in any order.
    ``state`` is the lender's latest word and holds for every day, because the extract gives it no
    history.

    Raises:
        InvalidFacts: the schedule does not rise from the day of disbursement or does not add up
            to the principal; an amount or day is out of bounds; a payment stands twice; a reversal
            fits no payment; a pause ends before it starts.
    """

    loan_id: str
    product: str
    currency: str
    disbursed_day: int
    principal_minor: int
    annual_rate_bp: int
    state: LoanState
    instalments: tuple[Instalment, ...]
    postings: tuple[Posting, ...] = ()
    pauses: tuple[Pause, ...] = ()

    def __post_init__(self) -> None:
        _check_schedule(self)
        _check_postings(self)
        for pause in self.pauses:
            if pause.end_day is not None and pause.end_day < pause.start_day:
                raise refuse(
                    f"{self.loan_id}: a pause from day {pause.start_day} ends before it starts",
                    f"{self.loan_id}：自第 {pause.start_day} 天起的暂停早于开始即结束",
                    remedy="Give the first day on which the pause no longer binds.",
                    remedy_zh="请填写暂停不再生效的第一天。",
                )


def _check_schedule(facts: LoanFacts) -> None:
    if not facts.instalments:
        raise refuse(
            f"{facts.loan_id}: there is no instalment",
            f"{facts.loan_id}：没有分期",
            remedy="Give the whole schedule.",
            remedy_zh="请提供完整的还款计划。",
        )
    before, lent = facts.disbursed_day, 0
    for number, (due, principal, interest, fee) in enumerate(facts.instalments, start=1):
        if due <= before or before < DAY_FIRST or due > DAY_LAST:
            raise refuse(
                f"{facts.loan_id}: instalment {number} does not fall due after the one before it",
                f"{facts.loan_id}：第 {number} 期的到期日不晚于前一期",
                remedy="Let due days rise strictly from the day of disbursement on.",
                remedy_zh="到期日须自放款日起逐期递增。",
            )
        # Checked as one comparison a bound, because this runs for every instalment ever asked.
        if min(principal, interest, fee) < 0 or max(principal, interest, fee) > AMOUNT_MINOR_MAX:
            raise _amount_refused(facts, f"instalment {number}", f"第 {number} 期")
        before = due
        lent += principal
    if lent != facts.principal_minor:
        raise refuse(
            f"{facts.loan_id}: the schedule's principal is {lent}, not {facts.principal_minor}",
            f"{facts.loan_id}：各期本金之和为 {lent}，而借款本金为 {facts.principal_minor}",
            remedy="Mend the schedule or the principal.",
            remedy_zh="请修正还款计划或本金。",
        )
    if not 0 <= facts.annual_rate_bp <= RATE_BP_MAX:
        raise refuse(
            f"{facts.loan_id}: the contract rate is {facts.annual_rate_bp} basis points",
            f"{facts.loan_id}：合同利率为 {facts.annual_rate_bp} 个基点",
            remedy=f"Give a rate from 0 to {RATE_BP_MAX} basis points a year.",
            remedy_zh=f"年利率须在 0 至 {RATE_BP_MAX} 个基点之间。",
        )


def _check_postings(facts: LoanFacts) -> None:
    known: dict[str, Posting] = {}
    for posting in facts.postings:
        if not 0 < posting.amount_minor <= AMOUNT_MINOR_MAX:
            raise _amount_refused(
                facts, f"posting {posting.payment_id}", f"入账 {posting.payment_id}"
            )
        if posting.payment_id in known:
            raise refuse(
                f"{facts.loan_id}: posting {posting.payment_id} stands twice",
                f"{facts.loan_id}：入账 {posting.payment_id} 重复",
                remedy="Keep the right one.",
                remedy_zh="请只保留正确的一笔。",
            )
        known[posting.payment_id] = posting
    reversed_by: set[str] = set()
    for posting in facts.postings:
        if posting.reverses is None:
            continue
        target = known.get(posting.reverses)
        fits = (
            target is not None
            and target.reverses is None
            and target.amount_minor == posting.amount_minor
            and target.posting_day <= posting.posting_day
            and posting.reverses not in reversed_by
        )
        if not fits:
            raise refuse(
                f"{facts.loan_id}: reversal {posting.payment_id} fits no payment",
                f"{facts.loan_id}：冲正 {posting.payment_id} 没有对应的还款",
                remedy="A reversal names a payment of the same amount, posted no later, once.",
                remedy_zh="冲正须注明金额相同、入账不晚于它的还款，且每笔还款只能冲正一次。",
            )
        reversed_by.add(posting.reverses)


def _amount_refused(facts: LoanFacts, what: str, what_zh: str) -> InvalidFacts:
    return refuse(
        f"{facts.loan_id}: {what} has an amount out of bounds",
        f"{facts.loan_id}：{what_zh} 的金额超出范围",
        remedy=f"Give minor units, none negative, at most {AMOUNT_MINOR_MAX}.",
        remedy_zh=f"请以最小货币单位填写，不得为负，且不超过 {AMOUNT_MINOR_MAX}。",
    )
