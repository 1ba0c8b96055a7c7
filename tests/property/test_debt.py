"""Does the standing of one loan equal the night's row and the slow twin's, in every column?"""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.engine.delinquency import as_known, delinquency
from forbear.engine.tables import OUTPUT
from forbear.policy.debt import Standing, standing
from forbear.values.money import AMOUNT_MINOR_MAX
from forbear.values.product import PENALTY_RATE_PPM_MAX
from tests.property.reference.delinquency import standing_of
from tests.support.book import (
    FAR,
    TERMS,
    Portfolio,
    book_of,
    item,
    one_loan,
    portfolios,
    posting,
    rows_of,
)
from tests.support.debt import NUMBERS, facts_of, merged

QUICK, NIGHTLY = 100, 2_000
# A night costs the same for many portfolios as for one, so they are computed together.
BATCH = 10
DAYS = st.integers(0, FAR)


def few(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )


def batches() -> st.SearchStrategy[Portfolio]:
    return st.lists(portfolios(), min_size=BATCH, max_size=BATCH).map(merged)


def ours(portfolio: Portfolio, *, as_of: int, known_at: int) -> list[dict[str, Any]]:
    """Return each loan's standing with the words that the book keeps as numbers."""
    rows = []
    for loan in portfolio.loans:
        found = standing(
            facts_of(portfolio, loan), TERMS[loan["product"]], as_of_day=as_of, known_day=known_at
        )
        rows.append(asdict(found) | {"risk_class": found.risk_class.number})
    return rows


def named_only(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k not in NUMBERS} for row in rows]


def night_of(book: Any, *, as_of: int) -> list[dict[str, Any]]:
    return named_only(rows_of(delinquency(book, as_of=as_of, terms=TERMS)))


def night(portfolio: Portfolio, *, as_of: int, known_at: int) -> list[dict[str, Any]]:
    return night_of(book_of(portfolio, known_at=known_at), as_of=as_of)


def twins(portfolio: Portfolio, *, as_of: int, known_at: int) -> list[dict[str, Any]]:
    return named_only(
        [
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
    )


def assert_equals_night(portfolio: Portfolio, as_of: int, known_at: int) -> None:
    found = ours(portfolio, as_of=as_of, known_at=known_at)
    assert found == night(portfolio, as_of=as_of, known_at=known_at)


def assert_equals_twin(portfolio: Portfolio, as_of: int, known_at: int) -> None:
    found = ours(portfolio, as_of=as_of, known_at=known_at)
    assert found == twins(portfolio, as_of=as_of, known_at=known_at)


class TestStanding:
    def test_has_every_column_of_the_night_but_its_row_numbers(self) -> None:
        columns = [name for name in OUTPUT["delinquency"].names if name not in NUMBERS]

        assert [field.name for field in fields(Standing)] == columns

    @few(QUICK)
    @given(portfolios(), DAYS, DAYS)
    def test_equals_the_slow_twin(self, portfolio: Portfolio, as_of: int, known_at: int) -> None:
        assert_equals_twin(portfolio, as_of, known_at)

    @few(QUICK // BATCH)
    @given(batches(), DAYS, DAYS)
    def test_equals_the_night(self, portfolio: Portfolio, as_of: int, known_at: int) -> None:
        assert_equals_night(portfolio, as_of, known_at)

    @pytest.mark.nightly
    @few(NIGHTLY // BATCH)
    @given(batches(), DAYS, DAYS)
    def test_equals_the_night_and_the_twin_on_many_portfolios(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        assert_equals_night(portfolio, as_of, known_at)
        assert_equals_twin(portfolio, as_of, known_at)

    @pytest.mark.nightly
    @few(NIGHTLY // BATCH)
    @given(batches(), DAYS, DAYS)
    def test_equals_a_night_replayed_from_later_facts_on_many_portfolios(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        book = as_known(book_of(portfolio, known_at=2 * FAR), known_at=known_at)
        found = ours(portfolio, as_of=as_of, known_at=known_at)
        assert found == night_of(book, as_of=as_of)

    @few(3)
    @given(batches(), st.integers(0, FAR - 1), st.integers(1, 90))
    def test_equals_a_night_that_knew_less(
        self, portfolio: Portfolio, known_at: int, later: int
    ) -> None:
        as_of = known_at + later
        book = as_known(book_of(portfolio, known_at=2 * FAR), known_at=known_at)

        found = ours(portfolio, as_of=as_of, known_at=known_at)

        assert found == night_of(book, as_of=as_of)

    @few(25)
    @given(portfolios(), DAYS, DAYS, st.randoms(use_true_random=False))
    def test_does_not_depend_on_the_order_of_facts(
        self, portfolio: Portfolio, as_of: int, known_at: int, lots: Any
    ) -> None:
        for loan in portfolio.loans:
            facts = facts_of(portfolio, loan)
            postings, pauses = list(facts.postings), list(facts.pauses)
            lots.shuffle(postings)
            lots.shuffle(pauses)
            shuffled = replace(facts, postings=tuple(postings), pauses=tuple(pauses))
            terms = TERMS[loan["product"]]

            assert standing(shuffled, terms, as_of_day=as_of, known_day=known_at) == standing(
                facts, terms, as_of_day=as_of, known_day=known_at
            )

    @few(25)
    @given(portfolios(), DAYS, DAYS)
    def test_does_not_see_what_is_not_known_yet(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        for loan in portfolio.loans:
            facts = facts_of(portfolio, loan)
            known_only = replace(
                facts,
                postings=tuple(p for p in facts.postings if p.posting_day <= known_at),
                pauses=tuple(p for p in facts.pauses if p.recorded_day <= known_at),
            )
            terms = TERMS[loan["product"]]

            assert standing(facts, terms, as_of_day=as_of, known_day=known_at) == standing(
                known_only, terms, as_of_day=as_of, known_day=2 * FAR
            )

    def test_stays_exact_at_the_largest_amounts_rates_and_spans(self) -> None:
        most = AMOUNT_MINOR_MAX
        portfolio = one_loan(
            [item(1, most, most, most), item(9_000, most, most, most)],
            posting("a", 8_000, most),
            product="graced",
            annual_rate_bp=PENALTY_RATE_PPM_MAX // 200,
        )
        assert_equals_night(portfolio, 11_000, 11_000)
        assert_equals_twin(portfolio, 11_000, 11_000)

    def test_stays_exact_where_the_largest_amounts_compound(self) -> None:
        most = AMOUNT_MINOR_MAX
        portfolio = one_loan([item(1, most, most, most)], posting("a", 9, 7), product="card")
        assert_equals_night(portfolio, 40, 40)
        assert_equals_twin(portfolio, 40, 40)
