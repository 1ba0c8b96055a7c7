"""Does the engine agree with the slow twin, row by row and to the minor unit?"""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from forbear.engine.delinquency import as_known, delinquency, roll, vintage
from forbear.engine.tables import OUTPUT
from forbear.values.code import Purpose
from forbear.values.money import AMOUNT_MINOR_MAX
from forbear.values.product import PENALTY_RATE_PPM_MAX
from tests.property.reference.delinquency import standing_of
from tests.property.reference.vintage import vintage_rows
from tests.support.book import (
    FAR,
    TERMS,
    Portfolio,
    book_of,
    duckdb_opener,
    frame,
    item,
    one_loan,
    portfolios,
    posting,
    rows_of,
    sail_opener,
)

QUICK, NIGHTLY = 60, 2_500
FEW, MANY = 8, 200
DAYS = st.integers(0, FAR)
PARTS = ("principal", "interest", "fee")
MONEY = {each.number for each in Purpose if each.is_money}


def few(examples: int, **more: Any) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        **more,
    )


def engine_rows(
    portfolio: Portfolio, *, as_of: int, known_at: int, engine: Any = None
) -> list[dict[str, Any]]:
    book = book_of(portfolio, known_at=known_at, engine=engine)
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


def assert_equals_twin(portfolio: Portfolio, as_of: int, known_at: int, engine: Any = None) -> None:
    ours = engine_rows(portfolio, as_of=as_of, known_at=known_at, engine=engine)
    twins = twin_rows(portfolio, as_of=as_of, known_at=known_at)
    for our, twin in zip(ours, twins, strict=True):
        assert our == {name: twin[name] for name in our}


def laid_rows(book: Any, table: str) -> list[dict[str, Any]]:
    """Return a table's rows in one order, without the dense numbers that a replay keeps."""
    dense = {"payment_no", "hold_no", "hold_id"}
    rows = [{k: v for k, v in row.items() if k not in dense} for row in rows_of(book[table])]
    return sorted(rows, key=str)


class TestDelinquency:
    @pytest.mark.first
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

    @few(FEW)
    @given(portfolios(), DAYS)
    def test_conserves_every_amount(self, portfolio: Portfolio, as_of: int) -> None:
        assert_conserves(portfolio, as_of)

    @pytest.mark.nightly
    @few(MANY)
    @given(portfolios(), DAYS)
    def test_conserves_every_amount_of_many(self, portfolio: Portfolio, as_of: int) -> None:
        assert_conserves(portfolio, as_of)

    @few(FEW)
    @given(portfolios(), DAYS, st.integers(0, 99))
    def test_does_not_depend_on_the_order_of_rows(
        self, portfolio: Portfolio, as_of: int, lot: int
    ) -> None:
        assert_order_is_free(portfolio, as_of, lot)

    @pytest.mark.nightly
    @few(MANY)
    @given(portfolios(), DAYS, st.integers(0, 99))
    def test_does_not_depend_on_the_order_of_rows_of_many(
        self, portfolio: Portfolio, as_of: int, lot: int
    ) -> None:
        assert_order_is_free(portfolio, as_of, lot)

    @few(FEW)
    @given(portfolios(), st.integers(0, FAR - 1))
    def test_never_charges_less_on_a_later_day(self, portfolio: Portfolio, as_of: int) -> None:
        assert_never_less(portfolio, as_of)

    @pytest.mark.nightly
    @few(MANY)
    @given(portfolios(), st.integers(0, FAR - 1))
    def test_never_charges_less_on_a_later_day_to_many(
        self, portfolio: Portfolio, as_of: int
    ) -> None:
        assert_never_less(portfolio, as_of)

    def test_stays_exact_at_the_largest_amounts_rates_and_spans(self) -> None:
        most = AMOUNT_MINOR_MAX
        portfolio = one_loan(
            [item(1, most, most, most), item(9_000, most, most, most)],
            posting("a", 8_000, most),
            product="graced",
            annual_rate_bp=PENALTY_RATE_PPM_MAX // 200,
        )
        assert_equals_twin(portfolio, 11_000, 11_000)

    def test_stays_exact_where_the_largest_amounts_compound(self) -> None:
        most = AMOUNT_MINOR_MAX
        portfolio = one_loan([item(1, most, most, most)], posting("a", 9, 7), product="card")
        assert_equals_twin(portfolio, 40, 40)


def assert_conserves(portfolio: Portfolio, as_of: int) -> None:
    rows = engine_rows(portfolio, as_of=as_of, known_at=FAR)
    for loan, row in zip(portfolio.loans, rows, strict=True):
        parts = sum(row[f"overdue_{part}_minor"] for part in PARTS)
        counted = [
            p
            for p in portfolio.postings[loan["loan_no"]]
            if p["reverses"] is None
            and p["value_day"] <= as_of
            and p["payment_id"] not in voided(portfolio, loan, FAR)
            and p["posting_day"] <= FAR
        ]
        posted = sum(p["amount_minor"] for p in counted if p["purpose"] in MONEY)
        agreed = sum(p["amount_minor"] for p in counted if p["purpose"] == Purpose.AGREED.number)
        penalty_paid = row["penalty_accrued_minor"] - row["penalty_minor"]
        assert row["overdue_minor"] == parts + row["penalty_minor"]
        # What was agreed beyond the contract is no credit, and takes nothing else away.
        beyond = posted - row["paid_minor"] - penalty_paid
        assert row["credit_minor"] == max(0, beyond - agreed)
        assert row["payoff_minor"] >= row["overdue_minor"]
        if loan["state"] != 2:
            assert row["due_minor"] == min(row["due_minor"], row["paid_minor"]) + parts


def assert_order_is_free(portfolio: Portfolio, as_of: int, lot: int) -> None:
    book = book_of(portfolio, known_at=FAR)
    shuffled = {
        name: nw.from_native(
            each.to_native().collect().sample(fraction=1, shuffle=True, seed=lot + number).lazy()
        )
        for number, (name, each) in enumerate(book.items())
    }
    ours = rows_of(delinquency(shuffled, as_of=as_of, terms=TERMS))
    assert ours == rows_of(delinquency(book, as_of=as_of, terms=TERMS))


def assert_never_less(portfolio: Portfolio, as_of: int) -> None:
    open_only = [loan | {"state": 1} for loan in portfolio.loans]
    still = Portfolio(open_only, portfolio.schedules, portfolio.postings, portfolio.holds)
    today = engine_rows(still, as_of=as_of, known_at=FAR)
    tomorrow = engine_rows(still, as_of=as_of + 1, known_at=FAR)
    for before, after in zip(today, tomorrow, strict=True):
        assert after["penalty_accrued_minor"] >= before["penalty_accrued_minor"]
        assert after["due_minor"] >= before["due_minor"]
        assert after["days_past_due"] <= before["days_past_due"] + 6  # grace ends at once


def voided(portfolio: Portfolio, loan: dict[str, Any], known_at: int) -> set[str]:
    return {
        p["reverses"]
        for p in portfolio.postings[loan["loan_no"]]
        if p["reverses"] is not None and p["posting_day"] <= known_at
    }


class TestAsKnown:
    @few(40)
    @given(portfolios(), DAYS)
    def test_lays_the_book_out_as_the_import_would_have(
        self, portfolio: Portfolio, known_at: int
    ) -> None:
        full = book_of(portfolio, known_at=2 * FAR)

        replayed = as_known(full, known_at=known_at)

        laid = book_of(portfolio, known_at=known_at)
        for table in ("instalment", "payment", "hold"):
            assert laid_rows(replayed, table) == laid_rows(laid, table)

    @pytest.mark.nightly
    @few(1_000)
    @given(portfolios(), DAYS, DAYS)
    def test_gives_the_twin_s_amounts_on_many_portfolios(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        full = as_known(book_of(portfolio, known_at=2 * FAR), known_at=known_at)
        ours = rows_of(delinquency(full, as_of=as_of, terms=TERMS))
        for our, twin in zip(
            ours, twin_rows(portfolio, as_of=as_of, known_at=known_at), strict=True
        ):
            assert our == {name: twin[name] for name in our}


class TestVintage:
    @few(15)
    @given(portfolios(), DAYS)
    def test_counts_what_walking_every_day_counts(self, portfolio: Portfolio, as_of: int) -> None:
        book = book_of(portfolio, known_at=FAR)

        ours = {tuple(row.values()) for row in rows_of(vintage(book, as_of=as_of, terms=TERMS))}

        assert ours == vintage_rows(
            portfolio.loans,
            portfolio.schedules,
            portfolio.postings,
            portfolio.holds,
            TERMS,
            as_of=as_of,
            known_at=FAR,
        )


class TestRoll:
    @few(10)
    @given(portfolios(), DAYS)
    def test_counts_every_loan_that_has_an_earlier_bucket_once(
        self, portfolio: Portfolio, as_of: int
    ) -> None:
        book = book_of(portfolio, known_at=FAR)
        standing = delinquency(book, as_of=as_of, terms=TERMS)

        moves = rows_of(roll(book, standing, as_of=as_of))

        rows = [row for row in rows_of(standing) if row["bucket_month_ago"] is not None]
        assert sum(move["loans"] for move in moves) == len(rows)
        assert sum(move["outstanding_principal_minor"] for move in moves) == sum(
            row["outstanding_principal_minor"] for row in rows
        )


class TestEveryEngine:
    """One expression, the same rows: DuckDB and Sail beside Polars, which the twin checks above."""

    @seed(20)
    @few(3, phases=(Phase.generate,))
    @given(portfolios(), st.integers(40, 300), DAYS)
    def test_gives_the_twin_s_rows_on_duckdb(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        assert_equals_twin(portfolio, as_of, known_at, duckdb_opener())

    @pytest.mark.nightly
    @few(60, phases=(Phase.generate,))
    @given(portfolios(), st.integers(40, 300), DAYS)
    def test_gives_the_twin_s_rows_of_many_on_duckdb(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        assert_equals_twin(portfolio, as_of, known_at, duckdb_opener())

    @pytest.mark.nightly
    def test_gives_the_same_replay_and_vintage_on_duckdb(self) -> None:
        assert_same_replay(duckdb_opener())

    @pytest.mark.nightly
    def test_gives_the_same_replay_and_vintage_on_sail(self) -> None:
        with sail_opener() as opener:
            assert_same_replay(opener)

    @pytest.mark.nightly
    @few(1, phases=(Phase.generate,))
    @given(st.lists(portfolios(), min_size=12, max_size=12))
    def test_gives_the_twin_s_rows_on_sail(self, many: list[Portfolio]) -> None:
        with sail_opener() as opener:
            for portfolio in many:
                assert_equals_twin(portfolio, 150, 200, opener)


def busy_portfolio() -> Portfolio:
    """Return loans of every product with lateness, part-payment, reversal, pause and credit."""
    schedule = [item(30 * n, 90_000 + n, 3_000, 170) for n in range(1, 7)]
    found = Portfolio([], {}, {})
    for loan_no, product in enumerate(TERMS):
        one = one_loan(
            schedule,
            posting("a", 28, 93_171),
            posting("b", 75, 50_000, posted=80),
            posting("c", 80, 12_345 + loan_no),
            posting("r", 80, 12_345 + loan_no, posted=140, reverses="c"),
            posting("d", 99, 77, purpose=2),
            posting("e", 120, 40_000 * loan_no + 1, posted=155),
            loan_no=loan_no,
            debtor_no=loan_no // 2,
            product=product,
            loan_id=f"L{loan_no}",
        )
        found.loans += one.loans
        found.schedules[loan_no] = schedule
        found.postings[loan_no] = one.postings[loan_no]
    found.holds = [
        {
            "debtor_no": 0,
            "loan_no": None,
            "kind": 15,
            "channel": None,
            "start_day": 64,
            "end_day": 70,
            "recorded_s": 0,
        },
        {
            "debtor_no": 0,
            "loan_no": 1,
            "kind": 15,
            "channel": None,
            "start_day": 68,
            "end_day": 77,
            "recorded_s": 0,
        },
    ]
    return found


def assert_same_replay(opener: Any) -> None:
    """Replay an earlier day; what every loan owes is the twin's, however deep the plan is."""
    portfolio = busy_portfolio()
    there = as_known(book_of(portfolio, known_at=400, engine=opener), known_at=139)
    here = book_of(portfolio, known_at=139)
    for table in ("instalment", "payment", "hold"):
        assert laid_rows(there, table) == laid_rows(here, table)
    owed = rows_of(delinquency(there, as_of=150, terms=TERMS))
    twins = twin_rows(portfolio, as_of=150, known_at=139)
    assert owed == [{name: twin[name] for name in owed[0]} for twin in twins]
    # As in a night, the roll reads what was written.
    shape = frame(OUTPUT["delinquency"], owed)
    standing = nw.from_native(opener(shape)), nw.from_native(shape.lazy())
    for ours, polars in (
        (vintage(there, as_of=150, terms=TERMS), vintage(here, as_of=150, terms=TERMS)),
        (roll(there, standing[0], as_of=150), roll(here, standing[1], as_of=150)),
    ):
        rows = [pl.DataFrame(rows_of(each)).sort(pl.all()) for each in (ours, polars)]
        assert rows[0].equals(rows[1])
