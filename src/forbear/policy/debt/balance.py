"""Do the lines of an account add up to what the standing says, and is no money lost?"""

from __future__ import annotations

from collections.abc import Iterator

from forbear.policy.debt.ledger import Parts, sum_of
from forbear.policy.debt.line import Account, InstalmentState, PostingState
from forbear.values.code import LoanState, Purpose
from forbear.values.errors import BrokenInvariant

# What is compared: its name, what the lines say, what must be said.
Claim = tuple[str, object, object]


class AccountOff(BrokenInvariant):
    """The lines of an account do not add up."""

    code = "ACCOUNT_OFF"


def assert_adds_up(account: Account) -> None:
    """Hold every line against the others and against the standing.

    Raises:
        AccountOff: names the first sum that does not hold, and both its sides.
    """
    for family in (_lines, _paid, _owed, _payoff):
        for name, one, other in family(account):
            if one != other:
                raise AccountOff(
                    f"{account.facts.loan_id}: {name}: the lines give {one}, not {other}",
                    remedy="Report this with the loan's facts; show no amount of it meanwhile.",
                    message_zh=f"{account.facts.loan_id}：{name}：明细合计 {one}，应为 {other}",
                    remedy_zh="请连同该借款的事实一并报告；在此期间不要展示其金额。",
                )


def _lines(account: Account) -> Iterator[Claim]:
    """Every line adds up by itself."""
    for line in account.instalments:
        parts = sum_of(part.parts for part in line.paid).plus(line.unpaid)
        yield f"instalment {line.number}", parts, line.asked
        yield f"instalment {line.number} overpaid", min(0, *line.unpaid), 0
    for posting in account.postings:
        went = sum(part.parts.total_minor for part in posting.paid)
        went += posting.penalty_minor + posting.agreed_minor + posting.credit_minor
        counts = posting.state is PostingState.COUNTS and posting.purpose.is_money
        yield f"posting {posting.payment_id}", went, posting.amount_minor if counts else 0


def _paid(account: Account) -> Iterator[Claim]:
    """What was paid went somewhere, once, and everything that was given is found again."""
    found = account.standing
    by_instalment = [part for line in account.instalments for part in line.paid]
    by_posting = [part for line in account.postings for part in line.paid]
    yield "parts paid", sorted(by_instalment), sorted(by_posting)
    paid = sum(part.parts.total_minor for part in by_instalment)
    yield "paid into the schedule", paid, found.paid_minor
    yield "credit", sum(line.credit_minor for line in account.postings), found.credit_minor
    counted = [line for line in account.postings if line.state is PostingState.COUNTS]
    waived = sum(line.waived_minor for line in counted)
    yield "penalty given up", waived, account.penalty.waived_minor
    agreed = sum(line.agreed_minor for line in counted)
    told = sum(line.amount_minor for line in counted if line.purpose is Purpose.AGREED)
    yield "agreed beyond the contract", agreed, min(told, agreed + found.credit_minor)
    counted = [line for line in counted if line.purpose.is_money]
    given = sum(line.amount_minor for line in counted)
    into_penalty = found.penalty_accrued_minor - found.penalty_minor
    yield "money given", given, found.paid_minor + into_penalty + agreed + found.credit_minor
    yield "penalty paid", sum(line.penalty_minor for line in counted), into_penalty


def _owed(account: Account) -> Iterator[Claim]:
    found, penalty = account.standing, account.penalty
    overdue = [l for l in account.instalments if l.state is InstalmentState.OVERDUE]
    undue = [l for l in account.instalments if l.state is InstalmentState.UNDUE]
    parts = Parts(
        found.overdue_fee_minor, found.overdue_interest_minor, found.overdue_principal_minor
    )
    yield "overdue parts", sum_of(line.unpaid for line in overdue), parts
    yield "overdue", parts.total_minor + penalty.unpaid_minor, found.overdue_minor
    yield "instalments overdue", len(overdue), found.instalments_overdue
    due = [line for line in account.instalments if line.due_day < account.as_of_day]
    yield "due", sum(line.asked.total_minor for line in due), found.due_minor
    late = [line.penalty for line in account.instalments if line.penalty]
    yield "penalty lines", sum(line.amount_minor for line in late), penalty.lines_minor
    yield "penalty accrued", penalty.accrued_minor, found.penalty_accrued_minor
    if account.facts.state is not LoanState.SETTLED:
        within = [each for each in (penalty.lines_minor, penalty.cap_minor) if each is not None]
        left = penalty.accrued_minor + penalty.waived_minor
        yield "penalty less what was given up", left, min(within)
    yield "penalty unpaid", penalty.unpaid_minor, found.penalty_minor
    if account.facts.disbursed_day > account.as_of_day:
        return
    principal = sum(line.unpaid.principal_minor for line in (*overdue, *undue))
    yield "outstanding principal", principal, found.outstanding_principal_minor
    coming = undue[0] if undue else None
    yield "next due day", coming and coming.due_day, found.next_due_day
    yield "next due", coming.unpaid.total_minor if coming else 0, found.next_due_minor


def _payoff(account: Account) -> Iterator[Claim]:
    found, payoff = account.standing, account.payoff
    yield "accrued interest", payoff.accrued_interest_minor, found.accrued_interest_minor
    yield (
        "outstanding principal of the pay-off",
        payoff.overdue.principal_minor + payoff.undue_principal_minor,
        found.outstanding_principal_minor,
    )
    yield "pay-off", payoff.total_minor, found.payoff_minor
