"""Does the engine agree with the slow twin, row by row and to the minor unit?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.engine.delinquency import delinquency
from tests.property.reference.delinquency import standing_of
from tests.support.book import FAR, TERMS, Portfolio, book_of, portfolios, rows_of

QUICK, NIGHTLY = 100, 2_000
DAYS = st.integers(0, FAR)


def few(examples: int) -> Any:
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )


def engine_rows(portfolio: Portfolio, *, as_of: int, known_at: int) -> list[dict[str, Any]]:
    book = book_of(portfolio, known_at=known_at)
    return rows_of(delinquency(book, as_of=as_of, terms=TERMS))


def twin_rows(portfolio: Portfolio, *, as_of: int, known_at: int) -> list[dict[str, Any]]:
    return [
        standing_of(
            loan,
            portfolio.schedules[loan["loan_no"]],
            portfolio.postings[loan["loan_no"]],
            portfolio.holds,
            TERMS[loan["product"]],
            as_of=as_of,
            known_at=known_at,
        )
        for loan in portfolio.loans
    ]


def assert_equals_twin(portfolio: Portfolio, as_of: int, known_at: int) -> None:
    ours = engine_rows(portfolio, as_of=as_of, known_at=known_at)
    twins = twin_rows(portfolio, as_of=as_of, known_at=known_at)
    for our, twin in zip(ours, twins, strict=True):
        assert our == {name: twin[name] for name in our}


class TestDelinquency:
    @few(QUICK)
    @given(portfolios(), DAYS, DAYS)
    def test_equals_the_slow_twin(self, portfolio: Portfolio, as_of: int, known_at: int) -> None:
        assert_equals_twin(portfolio, as_of, known_at)

    @pytest.mark.nightly
    @few(NIGHTLY)
    @given(portfolios(), DAYS, DAYS)
    def test_equals_the_slow_twin_on_many_portfolios(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        assert_equals_twin(portfolio, as_of, known_at)
