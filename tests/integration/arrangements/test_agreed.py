"""What an agreed sum holds beyond the contract is nobody's credit, wherever a loan is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from forbear.contexts.database.transaction import reading
from forbear.contexts.evidence.actions.make_document import make_receipt, make_settlement
from forbear.contexts.evidence.made import Form, Made
from forbear.contexts.evidence.settled import NoStandingPayment
from forbear.contexts.evidence.verify_pack import check
from forbear.contexts.ledger.models import Standing
from forbear.values.day import add_months
from tests.support.arrangement import answered, later, new_late, paid_later, today
from tests.support.evidence import read
from tests.support.portfolio import SETUP


def matured(first_days_ago: int) -> list[dict[str, object]]:
    """Return two instalments that both fell due, the last a month after the first."""
    first = today() - timedelta(days=first_days_ago)
    parts = {"principal_minor": 60_000, "interest_minor": 1_200}
    return [
        {"number": 1, "due_date": str(first), **parts},
        {"number": 2, "due_date": str(add_months(first, 1)), **parts},
    ]


CHINESE = {"product": "instalment_loan", "currency": "CNY"}
AMERICAN = {"product": "us_personal_loan", "currency": "USD"}


@pytest.fixture(
    params=[("CN", CHINESE), pytest.param(("US", AMERICAN), marks=pytest.mark.nightly)],
    ids=["frozen", "accrues"],
)
def late(api, request):
    """Somebody whose whole contract fell due; what is agreed lies above what it asks for."""
    law, terms = request.param
    lent = str(add_months(today(), -4))
    dates = {"contract_date": lent, "disbursed_date": lent, "schedule": matured(80)}
    return new_late(api, jurisdiction=law, **terms, **dates)


def question(late) -> dict[str, object]:
    loan = answered(late.api.get(f"/loans/{late.loans[0]}"))["loan"]
    return {"budget": {"currency": loan["currency"], "can_pay_month_minor": 12_000}}


def standing(late) -> dict[str, int]:
    """Return what a page reads of the loan."""
    with reading(SETUP):
        found = Standing.objects.get(loan__ref=late.loans[0])
        return {name: getattr(found, name) for name in ("credit_minor", "payoff_minor")}


def agreed(late) -> list[tuple[int, bool]]:
    """Return what was booked: how much, and whether the row takes one back."""
    rows = answered(late.api.get("/payments", loan_ref=late.loans[0]))["items"]
    found = [row for row in rows if row["purpose"] == "AGREED"]
    return [(row["amount_minor"], row["reverses"] is not None) for row in found]


def pay_as_agreed(late, signed, *, extra: int = 0) -> int:
    """Pay every instalment on its day, the last with something beside; return when that was."""
    instalments, days = signed["instalments"], 0
    for row in instalments:
        days = (date.fromisoformat(row["due_date"]) - today()).days
        more = extra if row is instalments[-1] else 0
        amount = row["amount_minor"] + more
        paid_later(late, f"Y-{row['number']}", amount, known=days, counts=days)
    return days


def document(make: Callable[..., Made], *refs: str, days: int) -> dict[str, Any]:
    """Return a document's data; a stranger's program recomputes it and finds nothing wrong."""
    made = read(make(*refs, form=Form.JSON, actor=SETUP, **later(days)).content)
    assert check(made).wrong == []
    return made


def test_a_pay_off_kept_to_its_end_leaves_no_credit_anywhere(late, inbox):
    signed = late.signed("A-1", inbox, **question(late))
    total, scheduled, (loan,) = signed["total_minor"], 122_400 - 1, late.loans
    assert total > scheduled

    days = pay_as_agreed(late, signed)

    assert late.shown("A-1")["state"] == "COMPLETED"
    assert late.shown("A-1")["paid_minor"] == total
    assert agreed(late) == [(total - scheduled, False)]
    assert standing(late) == {"credit_minor": 0, "payoff_minor": 0}
    certificate = document(make_settlement, loan, days=days)
    assert certificate["loans"][0]["owed"]["credit_minor"] == 0
    assert certificate["settlement"]["paid_minor"] == total + 1
    last = f"Y-{len(signed['instalments'])}"
    receipt = document(make_receipt, loan, last, days=days)
    row = next(each for each in receipt["loans"][0]["postings"] if each["ref"] == last)
    assert row["agreed_minor"] == min(total - scheduled, row["amount_minor"])
    assert row["credit_minor"] == 0
    booked = next(each for each in receipt["loans"][0]["postings"] if each["purpose"] == "AGREED")
    with pytest.raises(NoStandingPayment):
        document(make_receipt, loan, booked["ref"], days=days)


def test_only_what_was_paid_beyond_the_agreed_sum_is_credit_and_all_is_taken_back_with_it(
    late, inbox
):
    signed = late.signed("A-1", inbox, **question(late))
    days = pay_as_agreed(late, signed, extra=700)
    (first,) = agreed(late)
    assert standing(late)["credit_minor"] == 700
    paid_later(late, "more", 50, known=days, counts=days)
    assert standing(late)["credit_minor"] == 750

    name, amount = "Y-1", signed["instalments"][0]["amount_minor"]
    again = {"known": days, "counts": 30}
    paid_later(late, f"{name}-undone", amount, reverses=name, **again)

    # So much is missing that nothing is settled: what was booked is void from its beginning.
    assert late.shown("A-1")["state"] != "COMPLETED"
    assert agreed(late) == [first, (first[0], True)]
    paid_later(late, f"{name}-again", amount, **again)
    assert late.shown("A-1")["state"] == "COMPLETED"
    assert agreed(late)[2:] == [first]
    assert standing(late)["credit_minor"] == 750
