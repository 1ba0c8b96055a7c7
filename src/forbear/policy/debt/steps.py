"""How is an account written down as plain rows, so that a stranger's program can recompute it?

Rows hold text, whole numbers, true, false and null alone; days are written as 2026-01-30. Every
figure follows from ``terms``, what the instalments ask, the postings and the pauses: the rest is
there so that a reader sees each step, and so that one altered digit contradicts the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from forbear.policy.debt.ledger import Parts
from forbear.policy.debt.line import Account, InstalmentLine, PostingLine
from forbear.policy.debt.penalty import PenaltySpan
from forbear.values.code import Purpose
from forbear.values.day import from_day_number
from forbear.values.product import Compounding, Penalty

Row = dict[str, Any]


def steps(account: Account) -> Row:
    """Return an account as plain rows: what is known, each step, and what is owed.

    Grain: ``instalments`` one row an instalment; ``postings`` one a known payment, reversed ones
    among them; ``covers`` one for each instalment that a payment covered part of; ``penalties``
    one a late instalment and ``spans`` one for each stretch of it. ``lateness`` and ``accrual``
    are null where nothing is overdue and no instalment runs.
    """
    lines = account.instalments
    return {
        "as_of": _day(account.as_of_day),
        "known": _day(account.known_day),
        "terms": _terms(account),
        "instalments": [_instalment(line) for line in lines],
        "postings": [_posting(line) for line in account.postings],
        "covers": [
            {
                "payment": part.payment_id,
                "value_date": _day(part.value_day),
                "instalment": part.instalment_number,
                **_parts(part.parts),
            }
            for line in lines
            for part in line.paid
        ],
        "pauses": [
            {"start": _day(start), "end": None if end is None else _day(end)}
            for start, end in account.pauses
        ],
        "penalties": [
            {
                "instalment": line.number,
                "spared": line.penalty.is_spared,
                "amount_minor": line.penalty.amount_minor,
            }
            for line in lines
            if line.penalty
        ],
        "spans": list(_spans(lines)),
        "lateness": _lateness(account),
        "accrual": _accrual(account),
        "penalty": _penalty(account),
        "owed": _owed(account),
    }


def _terms(account: Account) -> Row:
    product, penalty = account.product, account.product.penalty
    return {
        "allocation": [each.value for each in product.allocation],
        "grace_days": product.grace_days,
        "accrual_rounding": product.accrual_rounding.value,
        "running_fee_on_payoff": product.running_fee_on_payoff,
        "penalty_rate_ppm": penalty.rate_ppm(account.facts.annual_rate_bp),
        "penalty_base": [each.value for each in penalty.base],
        "penalty_year_days": penalty.year_days,
        "penalty_compounds_days": _compounds(penalty),
        "penalty_rounding": penalty.rounding.value,
        "penalty_runs_in_grace": penalty.runs_in_grace,
        "penalty_cap_bp": penalty.cap_bp,
    }


def _compounds(penalty: Penalty) -> int | None:
    """Return for how many days penalty bears penalty; None: it never does."""
    return penalty.compound_days if penalty.compounding is Compounding.DAILY else None


def _instalment(line: InstalmentLine) -> Row:
    return {
        "number": line.number,
        "start": _day(line.start_day),
        "due": _day(line.due_day),
        **_parts(line.asked),
        "state": line.state.value,
        **{f"unpaid_{name}": minor for name, minor in _parts(line.unpaid).items()},
    }


def _posting(line: PostingLine) -> Row:
    return {
        "ref": line.payment_id,
        "value_date": _day(line.value_day),
        "posting_date": _day(line.posting_day),
        "amount_minor": line.amount_minor,
        "purpose": line.purpose.value,
        "state": line.state.value,
        "reversed_by": line.reversal_id,
        "reversed_on": None if line.void_posting_day is None else _day(line.void_posting_day),
        "schedule_minor": sum(part.parts.total_minor for part in line.paid),
        "penalty_minor": line.penalty_minor,
        "credit_minor": line.credit_minor,
        # Only what gives penalty up says so: a loan on which nothing was has its rows as ever.
        **({"waived_minor": line.waived_minor} if line.purpose is Purpose.WAIVER else {}),
        **({"agreed_minor": line.agreed_minor} if line.agreed_minor else {}),
    }


def _spans(lines: tuple[InstalmentLine, ...]) -> Iterator[Row]:
    for line in lines:
        for span in line.penalty.spans if line.penalty else ():
            yield _span(line.number, span)


def _span(number: int, span: PenaltySpan) -> Row:
    return {
        "instalment": number,
        "payment": span.payment_id,
        "base_minor": span.base_minor,
        "since": _day(span.since_day),
        "until": _day(span.until_day),
        "paused_days": span.paused_days,
        "days": span.days,
        "times": span.times,
        "per": span.per,
        "exact": exact(span.base_minor, span.times, span.per),
    }


def exact(base_minor: int, times: int, per: int) -> str:
    """Write a stretch's penalty in major units to four places, cut off; it is rounded later.

    >>> exact(133_000, 12 * 360_000, 360_000_000)
    '15.9600'
    """
    whole, rest = divmod(base_minor * times * 100 // per, 10_000)
    return f"{whole}.{rest:04d}"


def _lateness(account: Account) -> Row | None:
    line = account.lateness
    if line is None:
        return None
    return {
        "since": _day(line.since_day),
        "calendar_days": line.calendar_days,
        "paused_days": line.paused_days,
        "days": line.days,
        "days_past_due": line.days_past_due,
    }


def _accrual(account: Account) -> Row | None:
    line = account.accrual
    if line is None:
        return None
    return {
        "instalment": line.number,
        "interest_minor": line.interest_minor,
        "days": line.days,
        "span_days": line.span_days,
        "earned_minor": line.earned_minor,
        "paid_minor": line.paid_minor,
        "unpaid_minor": line.unpaid_minor,
    }


def _penalty(account: Account) -> Row:
    found = account.penalty
    is_waived = any(line.purpose is Purpose.WAIVER for line in account.postings)
    return {
        "lines_minor": found.lines_minor,
        "cap_minor": found.cap_minor,
        **({"waived_minor": found.waived_minor} if is_waived else {}),
        "accrued_minor": found.accrued_minor,
        "paid_minor": found.paid_minor,
        "unpaid_minor": found.unpaid_minor,
    }


def _owed(account: Account) -> Row:
    """Return the sums, as the standing has them; the lines were held against it before."""
    found = account.standing
    return {
        "overdue_fee_minor": found.overdue_fee_minor,
        "overdue_interest_minor": found.overdue_interest_minor,
        "overdue_principal_minor": found.overdue_principal_minor,
        "penalty_minor": found.penalty_minor,
        "current_again_minor": found.overdue_minor,
        "undue_principal_minor": account.payoff.undue_principal_minor,
        "accrued_interest_minor": found.accrued_interest_minor,
        "running_fee_minor": account.payoff.running_fee_minor,
        "payoff_minor": found.payoff_minor,
        "credit_minor": found.credit_minor,
        "days_past_due": found.days_past_due,
    }


def _parts(parts: Parts) -> dict[str, int]:
    return {
        "fee_minor": parts.fee_minor,
        "interest_minor": parts.interest_minor,
        "principal_minor": parts.principal_minor,
    }


def _day(number: int) -> str:
    return from_day_number(number).isoformat()
