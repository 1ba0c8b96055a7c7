"""Does the standing of one loan equal the night's row and the slow twin's, in every column?"""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.engine.delinquency import as_known, delinquency
from forbear.engine.tables import OUTPUT
from forbear.policy.debt import (
    Account,
    PlannedPayment,
    Posting,
    Standing,
    account,
    projection,
    standing,
)
from forbear.values.code import LoanState, Purpose
from forbear.values.money import AMOUNT_MINOR_MAX
from forbear.values.product import PENALTY_RATE_PPM_MAX, ProductTerms
from tests.property.reference.delinquency import rounded, standing_of
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
from tests.support.debt import NUMBERS, facts_of, merged, row_of

QUICK, NIGHTLY = 100, 2_000
# A night costs the same for many portfolios as for one, so they are computed together.
BATCH = 20
DAYS = st.integers(0, FAR)
PARTS = ("fee_minor", "interest_minor", "principal_minor")
AMOUNTS = st.integers(1, 3_000_000)


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
    rows = []
    for loan in portfolio.loans:
        found = standing(
            facts_of(portfolio, loan), TERMS[loan["product"]], as_of_day=as_of, known_day=known_at
        )
        rows.append(row_of(found))
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

    @few(QUICK // BATCH)
    @given(batches(), DAYS, DAYS)
    def test_equals_the_night(self, portfolio: Portfolio, as_of: int, known_at: int) -> None:
        assert_equals_night(portfolio, as_of, known_at)

    @pytest.mark.nightly
    @few(NIGHTLY // BATCH)
    @given(batches(), DAYS, DAYS)
    def test_equals_the_night_on_many_portfolios(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        assert_equals_night(portfolio, as_of, known_at)

    @pytest.mark.nightly
    @few(NIGHTLY // BATCH)
    @given(batches(), DAYS, DAYS)
    def test_equals_a_night_replayed_from_later_facts_on_many_portfolios(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        book = as_known(book_of(portfolio, known_at=2 * FAR), known_at=known_at)
        found = ours(portfolio, as_of=as_of, known_at=known_at)
        assert found == night_of(book, as_of=as_of)

    @few(2)
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

            found = account(shuffled, terms, as_of_day=as_of, known_day=known_at)

            assert replace(found, facts=facts) == account(
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


def assert_account_is_the_twin_s(portfolio: Portfolio, as_of: int, known_at: int) -> None:
    """Add the lines up by hand and compare with the twin, which knows no lines."""
    rows = twins(portfolio, as_of=as_of, known_at=known_at)
    for loan, twin in zip(portfolio.loans, rows, strict=True):
        terms = TERMS[loan["product"]]
        laid = account(facts_of(portfolio, loan), terms, as_of_day=as_of, known_day=known_at)

        assert row_of(laid.standing) == twin
        for part in PARTS:
            overdue = sum(
                getattr(line.unpaid, part) for line in laid.instalments if line.state == "OVERDUE"
            )
            assert overdue == twin[f"overdue_{part}"]
        assert_instalments_add_up(laid, portfolio.schedules[loan["loan_no"]])
        assert_postings_add_up(laid, portfolio.postings[loan["loan_no"]], known_at, twin)
        assert_penalty_adds_up(laid, terms, twin)
        assert laid.payoff.total_minor == twin["payoff_minor"]
        assert (laid.accrual.unpaid_minor if laid.accrual else 0) == twin["accrued_interest_minor"]
        assert (laid.lateness.days_past_due if laid.lateness else 0) == twin["days_past_due"]


def assert_instalments_add_up(laid: Account, schedule: list[dict[str, Any]]) -> None:
    for line, row in zip(laid.instalments, schedule, strict=True):
        for part in PARTS:
            paid = sum(getattr(found.parts, part) for found in line.paid)
            assert paid + getattr(line.unpaid, part) == row[part]
            assert min(paid, getattr(line.unpaid, part)) >= 0


def assert_postings_add_up(
    laid: Account, rows: list[dict[str, Any]], known_at: int, twin: Any
) -> None:
    known = {row["payment_id"]: row for row in rows if row["posting_day"] <= known_at}
    void = {row["reverses"] for row in known.values()}
    shown = {line.payment_id for line in laid.postings}
    assert shown == {name for name, row in known.items() if row["reverses"] is None}
    spent = 0
    for line in laid.postings:
        row = known[line.payment_id]
        counts = line.payment_id not in void and row["value_day"] <= laid.as_of_day
        assert (line.state == "COUNTS") == counts
        went = sum(sum(found.parts) for found in line.paid)
        if row["purpose"] == Purpose.WAIVER.number:
            # What was given up is no money: it pays nothing and nothing of it is left over.
            assert went + line.penalty_minor + line.credit_minor == 0
            assert 0 <= line.waived_minor <= counts * row["amount_minor"]
            continue
        if row["purpose"] == Purpose.AGREED.number:
            assert went + line.penalty_minor + line.credit_minor + line.agreed_minor == 0
            continue
        rest = line.penalty_minor + line.agreed_minor + line.credit_minor
        assert went + rest == counts * row["amount_minor"]
        spent += went
    assert spent == twin["paid_minor"]
    assert sum(line.credit_minor for line in laid.postings) == twin["credit_minor"]


def assert_penalty_adds_up(laid: Account, terms: ProductTerms, twin: Any) -> None:
    """Compute each instalment's penalty from the figures of its spans, as a person would."""
    total = 0
    for line in laid.instalments:
        if line.penalty is None:
            continue
        exact = sum(
            (Fraction(span.base_minor * span.times, span.per) for span in line.penalty.spans),
            Fraction(0),
        )
        assert rounded(exact, terms.penalty.rounding) == line.penalty.amount_minor
        for span in line.penalty.spans:
            assert span.days == span.until_day - span.since_day - span.paused_days
        total += line.penalty.amount_minor
    assert total == laid.penalty.lines_minor
    if laid.facts.state is not LoanState.SETTLED:
        cap = laid.penalty.cap_minor
        within = total if cap is None else min(total, cap)
        assert twin["penalty_accrued_minor"] == within - laid.penalty.waived_minor
        assert laid.penalty.waived_minor == sum(line.waived_minor for line in laid.postings)


class TestAccount:
    @few(QUICK)
    @given(portfolios(), DAYS, DAYS)
    def test_adds_up_to_what_the_slow_twin_walks_to(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        assert_account_is_the_twin_s(portfolio, as_of, known_at)

    @pytest.mark.nightly
    @few(NIGHTLY)
    @given(portfolios(), DAYS, DAYS)
    def test_adds_up_to_what_the_slow_twin_walks_to_on_many_portfolios(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        assert_account_is_the_twin_s(portfolio, as_of, known_at)


class TestProjection:
    @few(40)
    @given(portfolios(), DAYS, DAYS, st.lists(st.tuples(st.integers(0, 90), AMOUNTS), max_size=3))
    def test_is_the_standing_with_the_planned_payments_posted(
        self, portfolio: Portfolio, as_of: int, known_at: int, plan: list[tuple[int, int]]
    ) -> None:
        for loan in portfolio.loans:
            open_loan = loan | {"state": 1}
            facts, terms = facts_of(portfolio, open_loan), TERMS[loan["product"]]
            planned = [PlannedPayment(as_of + days, amount) for days, amount in plan]
            posted = facts_of(portfolio, open_loan)
            known = tuple(p for p in posted.postings if p.posting_day <= known_at)
            extra = tuple(
                Posting(f"z{at}", day, day, amount) for at, (day, amount, _) in enumerate(planned)
            )
            whole = replace(
                posted,
                postings=known + extra,
                pauses=tuple(p for p in posted.pauses if p.recorded_day <= known_at),
            )

            found = projection(
                facts,
                terms,
                as_of_day=as_of,
                known_day=known_at,
                horizon_days=(0, 1, 45, 90),
                payments=planned,
            )

            for one in found:
                assert one.standing == standing(whole, terms, as_of_day=one.day, known_day=3 * FAR)

    @few(25)
    @given(portfolios(), DAYS, DAYS)
    def test_never_costs_less_to_wait_longer(
        self, portfolio: Portfolio, as_of: int, known_at: int
    ) -> None:
        for loan in portfolio.loans:
            as_of_day = max(as_of, loan["disbursed_day"])
            facts = facts_of(portfolio, loan | {"state": 1})
            # What is given up on a later day makes waiting cheaper, and rightly so; what is agreed
            # makes it dearer by as much as it takes of the credit.
            begun = [
                posting
                for posting in facts.postings
                if posting.purpose.is_money or posting.value_day <= as_of_day
            ]

            found = projection(
                replace(facts, postings=tuple(begun)),
                TERMS[loan["product"]],
                as_of_day=as_of_day,
                known_day=known_at,
                horizon_days=range(0, 100, 7),
            )

            costs = [one.cost_minor for one in found]
            assert costs[0] == 0
            assert costs == sorted(costs)
