"""Does the import lay down the running totals that the slow, obvious way finds?"""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.engine.intake.layout import lay_instalments, lay_loans, lay_payments
from forbear.engine.tables import BOOK
from tests.property.reference.layout import standing
from tests.support.book import FAR, Portfolio, book_rows, frame, portfolios

PAYMENT = {
    "loan_no": pl.Int64,
    "payment_id": pl.String,
    "value_date": pl.Int32,
    "posting_date": pl.Int32,
    "amount_minor": pl.Int64,
    "purpose": pl.Int64,
    "void_posting_day": pl.Int32,
}


def checked_rows(portfolio: Portfolio, known_at: int) -> tuple[pl.DataFrame, ...]:
    """Return loans, instalments and payments as they stand before the layout."""
    loans = [
        loan | {"contract_date": loan["contract_day"], "disbursed_date": loan["disbursed_day"]}
        for loan in portfolio.loans
    ]
    instalments = [
        {"loan_no": loan_no, "instalment_no": number, "due_date": row["due_day"], **row}
        for loan_no, schedule in portfolio.schedules.items()
        for number, row in enumerate(schedule, start=1)
    ]
    payments = [
        {
            "loan_no": loan_no,
            "value_date": row["value_day"],
            "posting_date": row["posting_day"],
            **row,
        }
        for loan_no, postings in portfolio.postings.items()
        for row in standing(postings, known_at)
    ]
    paid = {name: [row[name] for row in payments] for name in PAYMENT}
    return (
        pl.DataFrame(loans),
        pl.DataFrame(instalments).drop("due_day"),
        pl.DataFrame(paid, schema=PAYMENT),
    )


def sorted_rows(rows: pl.DataFrame) -> list[Any]:
    return sorted(rows.drop("payment_no", strict=False).rows(), key=str)


class TestLayout:
    @settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(portfolios(), st.integers(0, FAR))
    def test_equals_the_slow_layout(self, portfolio: Portfolio, known_at: int) -> None:
        loan, instalment, payment = checked_rows(portfolio, known_at)

        payments = lay_payments(payment, instalment=instalment, part=0)
        laid = {
            "payment": payments,
            "instalment": lay_instalments(instalment, loan=loan, payment=payments),
            "loan": lay_loans(loan, instalment=instalment),
        }

        slow = book_rows(portfolio, known_at=known_at)
        for name, rows in laid.items():
            assert sorted_rows(rows) == sorted_rows(frame(BOOK[name], slow[name]))
