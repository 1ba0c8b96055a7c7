"""What does the standing of a loan say? One visible table a rule; days are counted from 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from forbear.contexts.rulebook.library import policy_texts
from forbear.engine.delinquency import as_known, delinquency, roll, vintage
from forbear.policy import debt
from forbear.policy.product import load_products
from forbear.values.code import RiskClass
from forbear.values.day import day_number
from forbear.values.product import Component, ProductTerms
from tests.property.reference.delinquency import standing_of
from tests.support.book import (
    PLAIN,
    TERMS,
    Portfolio,
    book_of,
    item,
    one_loan,
    pause,
    posting,
    rows_of,
)
from tests.support.debt import NUMBERS, facts_of, row_of
from tests.support.table import table

SHIPPED = load_products(policy_texts("house/demo/products"))
# 1,000.00 principal, 20.00 interest and 5.00 fee on day 30 and again on day 60.
TWO = [item(30, 100_000, 2_000, 500), item(60, 100_000, 2_000, 500)]


def standing(
    portfolio: Portfolio,
    *,
    as_of: int,
    known_at: int = 10_000,
    terms: dict[str, ProductTerms] | None = None,
) -> dict[str, Any]:
    """Return the one loan's row of the night; its single standing must say the same."""
    terms = terms or TERMS
    book = book_of(portfolio, known_at=known_at)
    row = rows_of(delinquency(book, as_of=as_of, terms=terms))[0]
    loan = portfolio.loans[0]
    single = debt.standing(
        facts_of(portfolio, loan), terms[loan["product"]], as_of_day=as_of, known_day=known_at
    )
    assert row_of(single) == {name: row[name] for name in row if name not in NUMBERS}
    return row


def twin(portfolio: Portfolio, *, as_of: int) -> dict[str, Any]:
    """Return what the slow twin walks to."""
    loan = portfolio.loans[0]
    return standing_of(
        loan,
        portfolio.schedules[loan["loan_no"]],
        portfolio.postings[loan["loan_no"]],
        portfolio.holds,
        TERMS[loan["product"]],
        as_of=as_of,
        known_at=10_000,
    )


def assert_shows(row: dict[str, Any], expected: dict[str, str]) -> None:
    shown = {name: "-" if row[name] is None else str(row[name]) for name in expected}
    assert shown == expected


class TestOverdue:
    @pytest.mark.parametrize(
        "case",
        table("""
        as_of days_past_due bucket instalments_overdue due_minor overdue_minor next_due_day
        0     0             M0     0                   0         0             30
        30    0             M0     0                   0         0             30
        31    1             M1     1                   102500    102600        60
        60    30            M1     1                   102500    105500        60
        61    31            M2     2                   205000    208200        -
    """),
    )
    def test_begins_the_day_after_the_due_day(self, case: dict[str, str]) -> None:
        row = standing(one_loan(TWO), as_of=int(case.pop("as_of")))

        assert_shows(row, case)

    @pytest.mark.parametrize(
        "case",
        table("""
        order                    overdue_fee_minor overdue_interest_minor overdue_principal_minor
        FEE,INTEREST,PRINCIPAL   0                 1500                   100000
        INTEREST,FEE,PRINCIPAL   500               1000                   100000
        PRINCIPAL,INTEREST,FEE   500               2000                   99000
    """),
    )
    def test_covers_parts_in_the_product_s_order(self, case: dict[str, str]) -> None:
        order = tuple(Component(word) for word in case.pop("order").split(","))
        terms = {"plain": replace(PLAIN, allocation=order)}

        row = standing(one_loan(TWO, posting("a", 31, 1_000)), as_of=31, terms=terms)

        assert_shows(row, case)

    def test_pays_the_oldest_instalment_first(self) -> None:
        row = standing(one_loan(TWO, posting("a", 61, 110_000)), as_of=61)

        assert_shows(
            row,
            {
                "oldest_unpaid_day": "60",
                "instalments_overdue": "1",
                "overdue_principal_minor": "95000",
                "overdue_interest_minor": "0",
            },
        )

    def test_finds_the_next_due_beyond_what_is_paid_ahead(self) -> None:
        row = standing(one_loan(TWO, posting("a", 10, 103_500)), as_of=20)

        assert_shows(
            row,
            {
                "paid_minor": "103500",
                "next_due_day": "60",
                "next_due_minor": "101500",
                "outstanding_principal_minor": "100000",
                "accrued_interest_minor": "0",
            },
        )

    def test_passes_over_an_instalment_that_asks_for_nothing(self) -> None:
        schedule = [item(30, 100), item(60), item(90, 300)]

        row = standing(one_loan(schedule), as_of=40)

        assert_shows(
            row, {"overdue_principal_minor": "100", "next_due_day": "90", "next_due_minor": "300"}
        )

    def test_keeps_what_is_paid_beyond_the_schedule_as_credit(self) -> None:
        row = standing(one_loan(TWO, posting("a", 10, 205_700)), as_of=20)

        assert_shows(
            row,
            {
                "paid_minor": "205000",
                "credit_minor": "700",
                "payoff_minor": "0",
                "bureau_code": "C",
                "next_due_day": "-",
            },
        )


class TestPayoff:
    def test_adds_overdue_undue_principal_and_interest_earned(self) -> None:
        row = standing(one_loan(TWO), as_of=45)

        assert_shows(
            row,
            {
                "overdue_principal_minor": "100000",
                "overdue_interest_minor": "2000",
                "overdue_fee_minor": "500",
                "penalty_minor": "1500",
                "outstanding_principal_minor": "200000",
                "accrued_interest_minor": "1000",
                "payoff_minor": "205000",
            },
        )


class TestGrace:
    @pytest.mark.parametrize(
        "case",
        table("""
        as_of days_past_due bucket overdue_principal_minor penalty_minor
        33    0             M0     100000                  0
        35    0             M0     100000                  0
        36    6             M1     100000                  1020
    """),
    )
    def test_counts_nothing_within_and_everything_beyond(self, case: dict[str, str]) -> None:
        # 102,000 bears one and a half times 40 % over a year of 360 days: 170 a day.
        loan = one_loan(TWO, product="graced", annual_rate_bp=4_000)

        row = standing(loan, as_of=int(case.pop("as_of")))

        assert_shows(row, case)


class TestPause:
    @pytest.mark.parametrize(
        "case",
        table("""
        pause_start pause_end days_past_due penalty_minor
        0           0         20            2000
        31          41        10            1000
        25          36        15            1500
        45          -         14            1400
    """),
    )
    def test_stops_days_and_penalty(self, case: dict[str, str]) -> None:
        end = case.pop("pause_end")
        hold = pause(int(case.pop("pause_start")), None if end == "-" else int(end))

        row = standing(one_loan(TWO, holds=[hold]), as_of=50)

        assert_shows(row, case)

    def test_counts_a_day_once_where_pauses_overlap(self) -> None:
        holds = [pause(31, 41), pause(35, 45), pause(33, 34)]

        row = standing(one_loan(TWO, holds=holds), as_of=50)

        assert_shows(row, {"days_past_due": "6", "penalty_minor": "600"})

    def test_leaves_the_clock_alone_for_other_holds(self) -> None:
        row = standing(one_loan(TWO, holds=[pause(31, 41, kind=1)]), as_of=50)

        assert row["days_past_due"] == 20


class TestLateFacts:
    @pytest.mark.parametrize(
        "case",
        table("""
        known_at days_past_due overdue_minor penalty_accrued_minor
        49       20            104500        2000
        50       0             500           500
    """),
    )
    def test_honours_a_back_dated_payment_once_it_is_known(self, case: dict[str, str]) -> None:
        loan = one_loan(TWO, posting("a", 35, 102_500, posted=50))
        book = as_known(book_of(loan, known_at=10_000), known_at=int(case.pop("known_at")))

        row = rows_of(delinquency(book, as_of=50, terms=TERMS))[0]

        assert_shows(row, case)

    @pytest.mark.parametrize(
        "case",
        table("""
        known_at days_past_due overdue_minor paid_minor
        44       0             0             102500
        45       20            104500        0
    """),
    )
    def test_treats_a_reversed_payment_as_never_made(self, case: dict[str, str]) -> None:
        loan = one_loan(
            TWO, posting("a", 30, 102_500), posting("r", 30, 102_500, posted=45, reverses="a")
        )

        row = standing(loan, as_of=50, known_at=int(case.pop("known_at")))

        assert_shows(row, case)

    def test_says_which_bucket_it_was_a_month_ago_from_the_facts_known_now(self) -> None:
        loan = one_loan(TWO, posting("a", 70, 102_500))

        # Day 92 is 3 April 1970; a month before it was 3 March, day 61.
        row = standing(loan, as_of=92)

        assert_shows(row, {"bucket_month_ago": "M2", "bucket": "M2", "days_past_due": "32"})


class TestPenalty:
    def test_bears_on_each_part_until_it_is_paid(self) -> None:
        # 36.5 % a year is a thousandth a day: 40,000 for 10 days and 60,000 for 20.
        loan = one_loan([item(30, 100_000)], posting("a", 40, 40_000))

        row = standing(loan, as_of=50)

        assert_shows(row, {"penalty_accrued_minor": "1600"})

    def test_is_reduced_only_by_payments_booked_on_it(self) -> None:
        loan = one_loan(TWO, posting("a", 45, 600, purpose=2))

        row = standing(loan, as_of=50)

        assert_shows(
            row,
            {
                "penalty_accrued_minor": "2000",
                "penalty_minor": "1400",
                "paid_minor": "0",
                "credit_minor": "0",
            },
        )

    def test_returns_what_was_paid_beyond_it_as_credit(self) -> None:
        loan = one_loan(TWO, posting("a", 45, 2_600, purpose=2))

        row = standing(loan, as_of=50)

        assert_shows(row, {"penalty_minor": "0", "credit_minor": "600"})

    def test_stops_at_the_product_s_share_of_the_principal(self) -> None:
        terms = {"plain": replace(PLAIN, penalty=replace(PLAIN.penalty, cap_bp=50))}

        row = standing(one_loan(TWO), as_of=400, terms=terms)

        assert row["penalty_accrued_minor"] == 1_000


class TestCard:
    @pytest.mark.parametrize(
        "case",
        table("""
        as_of days_past_due bucket
        33    0             M0
        34    4             M1
        60    30            M1
        61    31            M2
        200   170           M2
    """),
    )
    def test_counts_statements_missed(self, case: dict[str, str]) -> None:
        row = standing(one_loan(TWO, product="card"), as_of=int(case.pop("as_of")))

        assert_shows(row, case)


class TestShippedProducts:
    @pytest.mark.parametrize(
        "case",
        table("""
        product           days bucket        risk            bureau
        instalment_loan   3    M0            NORMAL          *
        instalment_loan   4    M1            SPECIAL_MENTION 1
        instalment_loan   31   M2            SPECIAL_MENTION 2
        instalment_loan   91   M4            SUBSTANDARD     4
        instalment_loan   271  M7            DOUBTFUL        7
        instalment_loan   361  M7            LOSS            7
        revolving_credit  91   M1            SUBSTANDARD     4
        revolving_credit  121  M1            DOUBTFUL        5
        revolving_credit  181  M1            LOSS            7
        us_personal_loan  29   DPD_1_29      NORMAL          11
        us_personal_loan  30   DPD_30_59     SPECIAL_MENTION 71
        us_personal_loan  90   DPD_90_119    SUBSTANDARD     80
        uk_personal_loan  61   ARREARS_3     SPECIAL_MENTION 3
    """),
    )
    def test_name_lateness_their_own_way(self, case: dict[str, str]) -> None:
        loan = one_loan([item(30, 100_000)], product=case["product"])

        row = standing(loan, as_of=30 + int(case["days"]), terms=SHIPPED)

        risk = RiskClass.from_number(row["risk_class"])
        assert (row["bucket"], risk.value, row["bureau_code"]) == (
            case["bucket"],
            case["risk"],
            case["bureau"],
        )


class TestState:
    @pytest.mark.parametrize(
        "case",
        table("""
        state days_past_due payoff_minor bureau_code risk_class
        1     20            102000       1           2
        2     0             0            C           1
        3     20            102000       G           5
    """),
    )
    def test_forgives_when_settled_and_keeps_amounts_when_written_off(
        self, case: dict[str, str]
    ) -> None:
        loan = one_loan([item(30, 100_000)], state=int(case.pop("state")))

        assert_shows(standing(loan, as_of=50), case)

    def test_owes_nothing_before_it_is_lent(self) -> None:
        row = standing(one_loan([item(90, 100_000)], disbursed_day=60), as_of=59)

        assert_shows(
            row,
            {"payoff_minor": "0", "bureau_code": "/", "next_due_day": "-", "bucket_month_ago": "-"},
        )

    @pytest.mark.parametrize("later", [(posting("b", 70, 100_000),), ()], ids=["paid", "forgiven"])
    def test_is_not_closed_before_it_is_lent(self, later: tuple[dict[str, Any], ...]) -> None:
        early = posting("a", 50, 2_600, purpose=2)
        loan = one_loan([item(90, 100_000)], early, *later, disbursed_day=60, state=2)

        row = standing(loan, as_of=59)

        assert_shows(
            row, {"penalty_accrued_minor": "0", "credit_minor": "2600", "payoff_minor": "0"}
        )
        assert row | twin(loan, as_of=59) == row


class TestLimitation:
    @pytest.mark.parametrize(
        "case",
        table("""
        paid_day as_of limitation_day
        -        60    -
        -        61    1157
        100      200   1197
    """),
    )
    def test_runs_three_years_from_the_last_due_day_or_payment(self, case: dict[str, str]) -> None:
        paid = [] if case["paid_day"] == "-" else [posting("a", int(case["paid_day"]), 5)]

        row = standing(one_loan(TWO, *paid), as_of=int(case["as_of"]))

        assert_shows(row, {"limitation_day": case["limitation_day"]})

    @pytest.mark.parametrize(
        ("due", "ends"),
        [
            ((2024, 2, 29), (2027, 3, 1)),
            ((2021, 2, 28), (2024, 2, 29)),
            ((2099, 12, 31), (2103, 1, 1)),
        ],
    )
    def test_ends_with_the_same_day_of_the_third_year(
        self, due: tuple[int, int, int], ends: tuple[int, int, int]
    ) -> None:
        due_day = day_number(date(*due))
        loan = one_loan([item(due_day, 100_000)], disbursed_day=due_day - 30)

        row = standing(loan, as_of=due_day + 1)

        assert row["limitation_day"] == day_number(date(*ends))


class TestRollAndVintage:
    def test_shows_where_loans_went_in_a_month(self) -> None:
        book = book_of(one_loan(TWO), known_at=100)
        rows = delinquency(book, as_of=61, terms=TERMS)

        assert rows_of(roll(book, rows, as_of=61)) == [
            {
                "product": "plain",
                "bucket_from": "M1",
                "bucket_to": "M2",
                "loans": 1,
                "outstanding_principal_minor": 200_000,
            }
        ]

    def test_counts_a_loan_from_the_month_in_which_it_was_31_days_late(self) -> None:
        book = book_of(one_loan(TWO, posting("a", 80, 205_000)), known_at=100)

        rows = rows_of(vintage(book, as_of=100, terms=TERMS))

        assert [(row["months_on_book"], row["loans_late"]) for row in rows] == [
            (0, 0),
            (1, 0),
            (2, 1),
            (3, 1),
        ]
