"""When was a loan first seriously late? Walk the days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from forbear.values.product import ProductTerms
from tests.property.reference.delinquency import Walk, known_facts

Row = Mapping[str, Any]


def month(day: int) -> int:
    when = date(1970, 1, 1) + timedelta(days=day)
    return (when.year - 1970) * 12 + when.month - 1


def first_late_day(
    loan: Row, schedule: Sequence[Row], payments: Any, pauses: Any, terms: ProductTerms, as_of: int
) -> int | None:
    last = max([as_of, *(p["value_day"] for p in payments)])
    finish = Walk(loan, schedule, payments, [], terms, last)
    enough = max(31, terms.grace_days + 1)
    for day in range(loan["disbursed_day"], as_of + 1):
        walk = Walk(loan, schedule, payments, pauses, terms, day)
        for item in walk.overdue():
            forgiven = loan["state"] == 2 and finish.instalments[item.number - 1].is_open
            if item.late_days >= enough and not forgiven:
                return day
    return None


def vintage_rows(
    loans: Sequence[Row],
    schedules: Any,
    postings: Any,
    holds: Any,
    terms: Mapping[str, ProductTerms],
    *,
    as_of: int,
    known_at: int,
) -> set[Any]:
    count: Counter[Any] = Counter()
    principal: Counter[Any] = Counter()
    late: Counter[Any] = Counter()
    for loan in loans:
        if loan["disbursed_day"] > as_of:
            continue
        cohort = month(loan["disbursed_day"])
        payments, pauses = known_facts(postings[loan["loan_no"]], holds, loan, known_at)
        day = first_late_day(
            loan, schedules[loan["loan_no"]], payments, pauses, terms[loan["product"]], as_of
        )
        for age in range(month(as_of) - cohort + 1):
            key = (loan["product"], cohort, age)
            count[key] += 1
            principal[key] += loan["principal_minor"]
            late[key] += day is not None and month(day) <= cohort + age
    return {(*key, count[key], late[key], principal[key]) for key in count}
