"""How does one loan's debt add up, line by line, so that a person can recompute it?

The lines are made from what each payment covered, one by one; the standing from running totals.
Both ways must give the same sums, and they are held against each other before an account leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from forbear.policy.debt.balance import assert_adds_up
from forbear.policy.debt.facts import LoanFacts, Posting
from forbear.policy.debt.ledger import OPEN_END, Ledger, Parts, Void, ledger_of, sum_of
from forbear.policy.debt.line import (
    Account,
    AccrualLine,
    InstalmentLine,
    InstalmentState,
    LatenessLine,
    PaidPart,
    PayoffSum,
    PenaltySum,
    PostingLine,
    PostingState,
)
from forbear.policy.debt.penalty import PenaltyLine, cap_minor, penalty_lines
from forbear.policy.debt.standing import (
    Place,
    Standing,
    earned_interest,
    place_of,
    standing_of,
)
from forbear.values.product import ProductTerms


def account(facts: LoanFacts, product: ProductTerms, *, as_of_day: int, known_day: int) -> Account:
    """Lay a loan's debt out line by line, as of the end of a day and known at the end of a day.

    Raises:
        InvalidFacts: the terms are not the loan's, or the day lies outside the calendar.
        BrokenInvariant: the lines do not add up to the standing; a defect.
    """
    ledger = ledger_of(facts, product, known_day=known_day)
    found = standing_of(ledger, as_of_day=as_of_day)
    place = place_of(ledger, as_of_day)
    instalments = tuple(_instalment_lines(ledger, place))
    penalty = _penalty_sum(ledger, place, instalments)
    accrual = _accrual(ledger, place, instalments)
    laid = Account(
        facts=facts,
        product=product,
        as_of_day=as_of_day,
        known_day=known_day,
        standing=found,
        instalments=instalments,
        postings=tuple(_posting_lines(ledger, place, instalments, penalty)),
        pauses=tuple((start, None if end == OPEN_END else end) for start, end in ledger.pauses),
        lateness=_lateness(ledger, place, found),
        accrual=accrual,
        penalty=penalty,
        payoff=_payoff_sum(ledger, place, instalments, penalty, accrual),
    )
    assert_adds_up(laid)
    return laid


def _instalment_lines(ledger: Ledger, place: Place) -> Iterator[InstalmentLine]:
    late = {line.number: line for line in penalty_lines(ledger, as_of_day=place.day, cut=place.cut)}
    for due, covers in zip(ledger.dues, ledger.covers, strict=True):
        paid = tuple(
            PaidPart(cover.payment.payment_id, cover.payment.value_day, due.number, cover.parts)
            for cover in covers
            if cover.payment.value_day <= place.day
        )
        left = due.asked.less(sum_of(part.parts for part in paid))
        yield InstalmentLine(
            number=due.number,
            start_day=due.start_day,
            due_day=due.due_day,
            state=_state(place, due.due_day, left),
            asked=due.asked,
            paid=paid,
            unpaid=left,
            penalty=late.get(due.number),
        )


def _state(place: Place, due_day: int, left: Parts) -> InstalmentState:
    if not left.total_minor:
        return InstalmentState.PAID
    if place.is_closed:
        return InstalmentState.FORGIVEN
    return InstalmentState.OVERDUE if due_day < place.day else InstalmentState.UNDUE


def _penalty_sum(ledger: Ledger, place: Place, instalments: Iterable[InstalmentLine]) -> PenaltySum:
    late: list[PenaltyLine] = [line.penalty for line in instalments if line.penalty]
    total, cap = sum(line.amount_minor for line in late), cap_minor(ledger)
    paid = ledger.penalty_paid(place.day)
    within = total if cap is None else min(total, cap)
    waived = min(within, ledger.penalty_waived(place.day))
    accrued = paid if place.is_closed else within - waived
    return PenaltySum(total, cap, waived, accrued, paid, max(0, accrued - paid))


def _posting_lines(
    ledger: Ledger, place: Place, instalments: Iterable[InstalmentLine], penalty: PenaltySum
) -> list[PostingLine]:
    """Say where each known payment went; penalty payments fill the penalty in their order.

    So does what was given up of the penalty, which is no payment.
    """
    went: dict[str, list[PaidPart]] = {}
    for line in instalments:
        for part in line.paid:
            went.setdefault(part.payment_id, []).append(part)
    lines = [_void_line(void) for void in ledger.voids]
    for payment in ledger.schedule:
        paid = tuple(went.get(payment.payment_id, ()))
        taken = sum(part.parts.total_minor for part in paid)
        lines.append(_payment_line(payment, place, paid=paid, rest=payment.amount_minor - taken))
    room = penalty.accrued_minor
    for payment in ledger.penalty:
        taken = min(room, payment.amount_minor)
        room -= taken
        rest = payment.amount_minor - taken
        lines.append(_payment_line(payment, place, penalty=taken, rest=rest))
    room = penalty.waived_minor
    for given in ledger.waived:
        shown = _payment_line(given, place, rest=0)
        taken = min(room, given.amount_minor) if shown.state is PostingState.COUNTS else 0
        room -= taken
        lines.append(replace(shown, waived_minor=taken))
    lines += [_payment_line(each, place, rest=0) for each in ledger.agreed]
    lines.sort(key=lambda line: (line.value_day, line.posting_day, line.payment_id))
    return list(_less_agreed(lines, ledger.agreed_beyond(place.day)))


def _less_agreed(lines: Iterable[PostingLine], agreed: int) -> Iterator[PostingLine]:
    """Take what was agreed beyond the contract out of what would be credit, the first first."""
    for line in lines:
        taken = min(agreed, line.credit_minor)
        agreed -= taken
        yield replace(line, agreed_minor=taken, credit_minor=line.credit_minor - taken)


def _payment_line(
    payment: Posting,
    place: Place,
    *,
    paid: tuple[PaidPart, ...] = (),
    penalty: int = 0,
    rest: int,
) -> PostingLine:
    counts = payment.value_day <= place.day
    return PostingLine(
        payment_id=payment.payment_id,
        value_day=payment.value_day,
        posting_day=payment.posting_day,
        amount_minor=payment.amount_minor,
        purpose=payment.purpose,
        state=PostingState.COUNTS if counts else PostingState.LATER,
        paid=paid,
        penalty_minor=penalty if counts else 0,
        credit_minor=rest if counts else 0,
        reversal_id=None,
        void_posting_day=None,
    )


def _void_line(void: Void) -> PostingLine:
    return PostingLine(
        payment_id=void.payment.payment_id,
        value_day=void.payment.value_day,
        posting_day=void.payment.posting_day,
        amount_minor=void.payment.amount_minor,
        purpose=void.payment.purpose,
        state=PostingState.VOID,
        paid=(),
        penalty_minor=0,
        credit_minor=0,
        reversal_id=void.reversal.payment_id,
        void_posting_day=void.reversal.posting_day,
    )


def _lateness(ledger: Ledger, place: Place, found: Standing) -> LatenessLine | None:
    if found.oldest_unpaid_day is None:
        return None
    since = found.oldest_unpaid_day
    paused = ledger.paused_days(since, place.day)
    return LatenessLine(
        since_day=since,
        calendar_days=place.day - since,
        paused_days=paused,
        days=place.day - since - paused,
        grace_days=ledger.product.grace_days,
        days_past_due=found.days_past_due,
    )


def _accrual(
    ledger: Ledger, place: Place, instalments: Sequence[InstalmentLine]
) -> AccrualLine | None:
    running = place.running
    if running is None or place.is_closed:
        return None
    earned = earned_interest(ledger, running, place.day)
    line = instalments[running.number - 1]
    paid = line.asked.interest_minor - line.unpaid.interest_minor
    return AccrualLine(
        number=running.number,
        start_day=running.start_day,
        due_day=running.due_day,
        interest_minor=running.asked.interest_minor,
        days=place.day - running.start_day,
        span_days=running.due_day - running.start_day,
        earned_minor=earned,
        paid_minor=paid,
        unpaid_minor=max(0, earned - paid),
    )


def _payoff_sum(
    ledger: Ledger,
    place: Place,
    instalments: Sequence[InstalmentLine],
    penalty: PenaltySum,
    accrual: AccrualLine | None,
) -> PayoffSum:
    def unpaid(state: InstalmentState) -> Parts:
        return sum_of(line.unpaid for line in instalments if line.state is state)

    is_lent = ledger.facts.disbursed_day <= place.day
    undue = unpaid(InstalmentState.UNDUE).principal_minor if is_lent else 0
    fee = instalments[accrual.number - 1].unpaid.fee_minor if accrual else 0
    return PayoffSum(
        overdue=unpaid(InstalmentState.OVERDUE),
        penalty_minor=penalty.unpaid_minor,
        undue_principal_minor=undue,
        accrued_interest_minor=accrual.unpaid_minor if accrual else 0,
        running_fee_minor=fee if ledger.product.running_fee_on_payoff else 0,
    )
