"""What does a loan owe on a day? Walk every day, apply every payment, count every day.

The slow twin of ``forbear.engine.delinquency``: plain rows, whole fractions, no running totals.
It shares only the terms (data) with the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, getcontext
from fractions import Fraction
from typing import Any

from forbear.values.product import ProductTerms

Row = Mapping[str, Any]
COLUMN = {"FEE": "fee_minor", "INTEREST": "interest_minor", "PRINCIPAL": "principal_minor"}
DAY_0 = date(1970, 1, 1)
getcontext().prec = 80


def rounded(amount: Fraction, rounding: str) -> int:
    whole = amount.numerator // amount.denominator
    rest = amount - whole
    half = Fraction(1, 2)
    if rounding == "DOWN" or rest == 0:
        return whole
    if rounding == "UP":
        return whole + 1
    if rest == half:
        return whole + (1 if rounding == "HALF_UP" else whole % 2)
    return whole + (rest > half)


class Instalment:
    """One instalment with what is still open of each part."""

    def __init__(self, number: int, start: int, item: Row) -> None:
        self.number, self.start, self.due = number, start, item["due_day"]
        self.asked = {part: item[column] for part, column in COLUMN.items()}
        self.open = dict(self.asked)
        self.late_days = 0
        self.charge = Fraction(0)

    @property
    def is_open(self) -> bool:
        return sum(self.open.values()) > 0


class Walk:
    """A loan walked from its first day to the end of a day."""

    def __init__(
        self,
        loan: Row,
        schedule: Sequence[Row],
        payments: Sequence[Row],
        pauses: Sequence[tuple[int, int | None]],
        terms: ProductTerms,
        end: int,
    ) -> None:
        self.terms, self.end = terms, end
        self.rate = terms.penalty.rate_ppm(loan["annual_rate_bp"])
        self.instalments = []
        start = loan["disbursed_day"]
        for number, item in enumerate(schedule, start=1):
            self.instalments.append(Instalment(number, start, item))
            start = item["due_day"]
        self.paid = self.credit = self.penalty_paid = self.given_up = self.agreed = 0
        self.latest_payment: int | None = None
        first = min([loan["disbursed_day"], *(p["value_day"] for p in payments)])
        for day in range(first, end + 1):
            paused = any(s <= day and (e is None or day < e) for s, e in pauses)
            if not paused:
                self.grow_late(day)
            for payment in payments:
                if payment["value_day"] == day:
                    self.pay(payment, day)
        for item in self.instalments:
            self.charge_compound(item, dict(item.open))

    def grow_late(self, day: int) -> None:
        for item in self.instalments:
            if item.due < day and item.is_open:
                item.late_days += 1
                if self.terms.penalty.compounding == "SIMPLE":
                    base = sum(item.open[part] for part in self.terms.penalty.base)
                    item.charge += Fraction(
                        base * self.rate, 1_000_000 * self.terms.penalty.year_days
                    )

    def charge_compound(self, item: Instalment, covered: dict[str, int]) -> None:
        if self.terms.penalty.compounding != "DAILY":
            return
        days = min(item.late_days, self.terms.penalty.compound_days)
        growth = Decimal(1)
        for _ in range(days):
            growth *= 1 + Decimal(self.rate) / Decimal(1_000_000 * self.terms.penalty.year_days)
        twelve = Fraction(rounded(Fraction(growth - 1) * 10**12, "HALF_UP"), 10**12)
        item.charge += sum(covered[part] for part in self.terms.penalty.base) * twelve

    def pay(self, payment: Row, day: int) -> None:
        left = payment["amount_minor"]
        if payment["purpose"] == 3:
            self.given_up += left
            return
        if payment["purpose"] == 4:
            self.agreed += left
            return
        self.latest_payment = day
        if payment["purpose"] == 2:
            self.penalty_paid += left
            return
        for item in self.instalments:
            covered = dict.fromkeys(COLUMN, 0)
            for part in self.terms.allocation:
                take = min(left, item.open[part])
                item.open[part] -= take
                covered[part] = take
                left -= take
                self.paid += take
            if item.due < day:
                self.charge_compound(item, covered)
        self.credit += left

    def overdue(self) -> list[Instalment]:
        return [item for item in self.instalments if item.due < self.end and item.is_open]

    def days(self) -> int:
        overdue = self.overdue()
        days = overdue[0].late_days if overdue else 0
        return days if days > self.terms.grace_days else 0

    def penalty(self, principal: int) -> int:
        terms = self.terms.penalty
        total = 0
        for item in self.instalments:
            if terms.runs_in_grace or item.late_days > self.terms.grace_days:
                total += rounded(item.charge, terms.rounding)
        if terms.cap_bp is not None:
            total = min(total, principal * terms.cap_bp // 10_000)
        return total


def label(count: int, buckets: Any) -> str:
    found = ""
    for bucket in buckets:
        if count >= bucket.start:
            found = bucket.label
    return found


def bucket_of(walk: Walk, is_closed: bool) -> str:
    days = 0 if is_closed else walk.days()
    missed = len(walk.overdue()) if days else 0
    return label(missed if walk.terms.bucket_by == "INSTALMENTS" else days, walk.terms.buckets)


def month_earlier(day: int) -> int:
    when = DAY_0 + timedelta(days=day)
    year, month = (when.year, when.month - 1) if when.month > 1 else (when.year - 1, 12)
    for last in (31, 30, 29, 28):
        try:
            return (date(year, month, min(when.day, last)) - DAY_0).days
        except ValueError:
            continue
    raise AssertionError


def known_facts(
    postings: Sequence[Row], holds: Sequence[Row], loan: Row, known_at: int
) -> tuple[list[Row], list[tuple[int, int | None]]]:
    known = [p for p in postings if p["posting_day"] <= known_at]
    void = {p["reverses"] for p in known if p["reverses"] is not None}
    payments = [p for p in known if p["reverses"] is None and p["payment_id"] not in void]
    payments.sort(key=lambda p: (p["value_day"], p["posting_day"], p["payment_id"]))
    pauses = [
        (h["start_day"], h["end_day"])
        for h in holds
        if h["kind"] == 15
        and h["recorded_s"] < (known_at + 1) * 86_400
        and h["debtor_no"] == loan["debtor_no"]
        and h["loan_no"] in (None, loan["loan_no"])
    ]
    return payments, pauses


def standing_of(
    loan: Row,
    schedule: Sequence[Row],
    postings: Sequence[Row],
    holds: Sequence[Row],
    terms: ProductTerms,
    *,
    as_of: int,
    known_at: int,
) -> dict[str, Any]:
    """Return the loan's row of OUTPUT["delinquency"]."""
    payments, pauses = known_facts(postings, holds, loan, known_at)
    last_day = max([as_of, *(p["value_day"] for p in payments)])
    finish = Walk(loan, schedule, payments, [], terms, last_day)

    def is_closed(walk: Walk) -> bool:
        if loan["state"] != 2:
            return False
        still = [item for item in walk.instalments if item.is_open]
        return not still or finish.instalments[still[0].number - 1].is_open

    walk = Walk(loan, schedule, payments, pauses, terms, as_of)
    is_lent = loan["disbursed_day"] <= as_of
    closed = is_lent and is_closed(walk)
    overdue = [] if closed else walk.overdue()
    ahead = [i for i in walk.instalments if i.due >= as_of and i.is_open]
    coming = ahead[0] if ahead and is_lent and not closed else None
    running = next(
        (
            i
            for i in walk.instalments
            if i.due >= as_of and (i.start < as_of or (i.start == as_of and i.number == 1))
        ),
        None,
    )
    accrued = fee_open = 0
    if running and not closed:
        earned = rounded(
            Fraction(
                running.asked["INTEREST"] * (as_of - running.start), running.due - running.start
            ),
            terms.accrual_rounding,
        )
        accrued = max(0, earned - (running.asked["INTEREST"] - running.open["INTEREST"]))
        fee_open = running.open["FEE"] if terms.running_fee_on_payoff else 0
    accrued_penalty = max(0, walk.penalty(loan["principal_minor"]) - walk.given_up)
    if closed:
        accrued_penalty = walk.penalty_paid
    row: dict[str, Any] = {
        "loan_no": loan["loan_no"],
        "debtor_no": loan["debtor_no"],
        "days_past_due": 0 if closed else walk.days(),
        "bucket": bucket_of(walk, closed),
        "instalments_overdue": len(overdue),
        "oldest_unpaid_day": overdue[0].due if overdue else None,
        "due_minor": sum(sum(i.asked.values()) for i in walk.instalments if i.due < as_of),
        "paid_minor": walk.paid,
        "credit_minor": max(
            0, walk.credit + max(0, walk.penalty_paid - accrued_penalty) - walk.agreed
        ),
        **{f"overdue_{part.lower()}_minor": sum(i.open[part] for i in overdue) for part in COLUMN},
        "penalty_accrued_minor": accrued_penalty,
        "penalty_minor": max(0, accrued_penalty - walk.penalty_paid),
        "outstanding_principal_minor": 0
        if closed or not is_lent
        else sum(i.open["PRINCIPAL"] for i in walk.instalments),
        "accrued_interest_minor": accrued,
        "next_due_day": coming.due if coming else None,
        "next_due_minor": sum(coming.open.values()) if coming else 0,
    }
    row["overdue_minor"] = row["penalty_minor"] + sum(
        row[f"overdue_{part.lower()}_minor"] for part in COLUMN
    )
    row["payoff_minor"] = (
        row["outstanding_principal_minor"]
        + row["overdue_interest_minor"]
        + row["overdue_fee_minor"]
        + row["penalty_minor"]
        + accrued
        + fee_open
    )
    return (
        row
        | judged(loan, schedule, walk, row, closed, terms)
        | earlier(loan, schedule, payments, pauses, terms, as_of, is_closed)
    )


def earlier(
    loan: Row, schedule: Any, payments: Any, pauses: Any, terms: Any, as_of: int, is_closed: Any
) -> dict[str, Any]:
    then = month_earlier(as_of)
    if loan["disbursed_day"] > then:
        return {"bucket_month_ago": None}
    walk = Walk(loan, schedule, payments, pauses, terms, then)
    return {"bucket_month_ago": bucket_of(walk, is_closed(walk))}


def judged(
    loan: Row, schedule: Sequence[Row], walk: Walk, row: Row, closed: bool, terms: ProductTerms
) -> dict[str, Any]:
    days, as_of = row["days_past_due"], walk.end
    risk = 1
    for step in terms.risk:
        if days >= step.from_days:
            risk = step.risk.number
    if loan["state"] == 3:
        risk = terms.risk_written_off.number
    month = (DAY_0 + timedelta(days=as_of)).strftime("%Y-%m")
    in_month = any(
        (DAY_0 + timedelta(days=i["due_day"])).strftime("%Y-%m") == month for i in schedule
    )
    all_paid = not any(i.is_open for i in walk.instalments)
    if loan["disbursed_day"] > as_of:
        code = terms.bureau.not_open
    elif loan["state"] == 3:
        code = terms.bureau.written_off
    elif closed or (all_paid and row["payoff_minor"] == 0):
        code = terms.bureau.settled
    elif days == 0 and not in_month and terms.bureau.nothing_due is not None:
        code = terms.bureau.nothing_due
    else:
        code = label(days, terms.bureau.by_days)
    return {
        "risk_class": risk,
        "bureau_code": code,
        "limitation_day": limitation(schedule, walk, row, terms),
    }


def limitation(schedule: Sequence[Row], walk: Walk, row: Row, terms: ProductTerms) -> int | None:
    start = row["oldest_unpaid_day"]
    if terms.limitation.start == "FINAL_DUE":
        start = schedule[-1]["due_day"]
    if terms.limitation.years is None or start is None or row["payoff_minor"] == 0:
        return None
    if terms.limitation.restarts_on_payment and walk.latest_payment is not None:
        start = max(start, walk.latest_payment)
    if start >= walk.end:
        return None
    when = DAY_0 + timedelta(days=start)
    year = when.year + terms.limitation.years
    last = 28 if (when.month, when.day) == (2, 29) and not _is_leap(year) else when.day
    return (date(year, when.month, last) - DAY_0).days + 1


def _is_leap(year: int) -> bool:
    return (date(year, 3, 1) - date(year, 2, 1)).days == 29
