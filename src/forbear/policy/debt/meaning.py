"""What do days past due mean: which bucket, risk class, bureau code and limitation day?"""

from __future__ import annotations

from collections.abc import Sequence

from forbear.policy.debt.ledger import Ledger
from forbear.values.code import LoanState, RiskClass
from forbear.values.day import add_months, add_years, day_number, from_day_number
from forbear.values.product import Bucket, BucketBy, LimitationStart, ProductTerms


def label(count: int, steps: Sequence[Bucket]) -> str:
    """Return the label of the highest step that a count reaches."""
    found = steps[0].label
    for step in steps:
        if count < step.start:
            break
        found = step.label
    return found


def bucket(days: int, missed: int, product: ProductTerms) -> str:
    """Return the product's bucket of days past due, or of instalments missed.

    Within grace nothing is missed.
    """
    if product.bucket_by is BucketBy.INSTALMENTS:
        return label(missed if days > 0 else 0, product.buckets)
    return label(days, product.buckets)


def risk_class(days: int, state: LoanState, product: ProductTerms) -> RiskClass:
    """Return the product's class of asset quality."""
    if state is LoanState.WRITTEN_OFF:
        return product.risk_written_off
    found = product.risk[0].risk
    for step in product.risk:
        if days >= step.from_days:
            found = step.risk
    return found


def bureau_code(ledger: Ledger, *, as_of_day: int, days: int, is_settled: bool) -> str:
    """Return the bureau's word: not yet open, written off, settled, nothing due, or by days."""
    codes, facts = ledger.product.bureau, ledger.facts
    if facts.disbursed_day > as_of_day:
        return codes.not_open
    if facts.state is LoanState.WRITTEN_OFF:
        return codes.written_off
    if is_settled:
        return codes.settled
    if codes.nothing_due is not None and days == 0 and not _due_in_month(ledger, as_of_day):
        return codes.nothing_due
    return label(days, codes.by_days)


def _due_in_month(ledger: Ledger, as_of_day: int) -> bool:
    """Say whether an instalment falls due in the calendar month of a day."""
    first = from_day_number(as_of_day).replace(day=1)
    begin, end = day_number(first), day_number(add_months(first, 1))
    return any(begin <= day < end for day in ledger.due_days)


def limitation_day(
    ledger: Ledger, *, as_of_day: int, oldest_unpaid_day: int | None, payoff_minor: int
) -> int | None:
    """Return the first day on which the limitation defence may stand; None while not running.

    The period is counted from the day after its start and ends with the same day of its last
    year (民法典 Art 201, 202), so the defence stands the day after that.
    """
    terms = ledger.product.limitation
    start = ledger.due_days[-1] if terms.start is LimitationStart.FINAL_DUE else oldest_unpaid_day
    if terms.years is None or start is None or payoff_minor <= 0:
        return None
    if terms.restarts_on_payment:
        paid_day = ledger.paid_latest_day(as_of_day)
        start = start if paid_day is None else max(start, paid_day)
    if start >= as_of_day:
        return None
    return day_number(add_years(from_day_number(start), terms.years)) + 1
