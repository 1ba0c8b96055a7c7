"""Can a credit officer recompute every line? Days are counted from 0, amounts are fen.

1,000.00 principal, 20.00 interest and 5.00 fee fall due on day 30 and again on day 60; penalty is
a thousandth of late principal a day.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from forbear.policy.debt import Account, account
from forbear.policy.debt.balance import AccountOff, assert_adds_up
from forbear.policy.debt.ledger import Parts
from forbear.values.product import Component
from tests.support.book import PLAIN, TERMS, Portfolio, item, one_loan, pause, posting
from tests.support.debt import facts_of
from tests.support.table import table

TWO = [item(30, 100_000, 2_000, 500), item(60, 100_000, 2_000, 500)]
# Part of the first instalment in time, part ten days late, some penalty; three days did not count.
LATE = one_loan(
    TWO,
    posting("a", 28, 42_500),
    posting("b", 40, 30_000, posted=43),
    posting("c", 45, 600, purpose=2),
    holds=[pause(33, 36)],
)


def laid(portfolio: Portfolio, *, as_of: int = 50, known: int = 10_000) -> Account:
    facts = facts_of(portfolio, portfolio.loans[0])
    return account(facts, TERMS[facts.product], as_of_day=as_of, known_day=known)


def shown(lines: Any, **cells: Any) -> list[dict[str, str]]:
    """Show lines as a table; a cell is an attribute's name, or made by a function of the line."""
    rows = []
    for line in lines:
        found = {
            name: cell(line) if callable(cell) else getattr(line, cell)
            for name, cell in cells.items()
        }
        rows.append({k: "-" if v is None else str(v) for k, v in found.items()})
    return rows


def parts(amount: Parts) -> str:
    return "+".join(map(str, amount))


class TestInstalments:
    def test_say_what_is_asked_and_unpaid_by_fee_interest_and_principal(self) -> None:
        assert shown(
            laid(LATE).instalments,
            no="number",
            due="due_day",
            asked=lambda line: parts(line.asked),
            unpaid=lambda line: parts(line.unpaid),
            state="state",
        ) == table("""
            no  due  asked            unpaid           state
            1   30   500+2000+100000  0+0+30000        OVERDUE
            2   60   500+2000+100000  500+2000+100000  UNDUE
        """)

    def test_say_which_payment_paid_which_part(self) -> None:
        paid = [part for line in laid(LATE).instalments for part in line.paid]

        assert shown(
            paid,
            instalment="instalment_number",
            payment="payment_id",
            day="value_day",
            paid=lambda part: parts(part.parts),
        ) == table("""
            instalment  payment  day  paid
            1           a        28   500+2000+40000
            1           b        40   0+0+30000
        """)

    @pytest.mark.parametrize(
        "case",
        table("""
        order                   unpaid
        FEE,INTEREST,PRINCIPAL  0+1500+100000
        INTEREST,FEE,PRINCIPAL  500+1000+100000
        PRINCIPAL,INTEREST,FEE  500+2000+99000
    """),
    )
    def test_are_paid_in_the_product_s_order(self, case: dict[str, str]) -> None:
        order = tuple(Component(word) for word in case["order"].split(","))
        loan = one_loan(TWO, posting("a", 31, 1_000))
        facts = facts_of(loan, loan.loans[0])

        found = account(facts, replace(PLAIN, allocation=order), as_of_day=31, known_day=31)

        assert parts(found.instalments[0].unpaid) == case["unpaid"]

    def test_are_forgiven_where_the_lender_settled_what_nobody_paid(self) -> None:
        found = laid(one_loan(TWO, posting("a", 20, 102_500), state=2))

        assert [str(line.state) for line in found.instalments] == ["PAID", "FORGIVEN"]
        assert found.payoff.total_minor == 0


class TestPenalty:
    def test_counts_each_span_from_the_due_day_without_paused_days(self) -> None:
        line = laid(LATE).instalments[0].penalty

        assert line is not None
        assert line.amount_minor == 210 + 510
        assert shown(
            line.spans,
            base="base_minor",
            since="since_day",
            until="until_day",
            paused="paused_days",
            days="days",
            ended_by="payment_id",
            fen=lambda span: span.base_minor * span.times // span.per,
        ) == table("""
            base   since  until  paused  days  ended_by  fen
            30000  30     40     3       7     b         210
            30000  30     50     3       17    -         510
        """)

    def test_knows_no_span_for_what_was_paid_on_the_due_day(self) -> None:
        line = laid(one_loan(TWO, posting("a", 30, 42_500)), as_of=31).instalments[0].penalty

        assert line is not None
        assert [(s.payment_id, s.base_minor, s.days) for s in line.spans] == [(None, 60_000, 1)]

    def test_is_not_spoken_of_where_all_was_paid_by_the_due_day(self) -> None:
        assert laid(one_loan(TWO, posting("a", 30, 102_500))).instalments[0].penalty is None

    def test_is_rounded_once_for_all_spans_of_an_instalment(self) -> None:
        # 0.5 and 0.7 fen: one whole fen together, though neither is one.
        loan = one_loan([item(30, 120)], posting("a", 40, 50))

        line = laid(loan, as_of=40).instalments[0].penalty

        assert line is not None
        assert [(s.base_minor, s.days) for s in line.spans] == [(50, 10), (70, 10)]
        assert line.amount_minor == 1

    def test_spares_lateness_within_grace_and_says_so(self) -> None:
        line = laid(one_loan(TWO, product="graced"), as_of=35).instalments[0].penalty

        assert line is not None
        assert (line.is_spared, line.spans, line.amount_minor) == (True, (), 0)

    @pytest.mark.parametrize(
        "case",
        table("""
        paid_day  spared  penalty
        35        True    0
        36        False   1020
    """),
    )
    def test_spares_for_ever_what_was_settled_within_grace(self, case: dict[str, str]) -> None:
        # 102,000 bears one and a half times 40 % over a year of 360 days: 170 a day.
        paid = posting("a", int(case["paid_day"]), 102_500)
        found = laid(one_loan(TWO, paid, product="graced", annual_rate_bp=4_000), as_of=50)

        line = found.instalments[0].penalty
        assert line is not None
        assert str(line.is_spared) == case["spared"]
        assert str(found.standing.penalty_accrued_minor) == case["penalty"]

    def test_stops_at_the_cap(self) -> None:
        penalty = laid(one_loan(TWO, product="graced"), as_of=5_000).penalty

        assert penalty.lines_minor > 10_000
        assert (penalty.cap_minor, penalty.accrued_minor) == (10_000, 10_000)


class TestPostings:
    def test_say_where_every_fen_went(self) -> None:
        loan = one_loan(
            TWO,
            posting("a", 28, 42_500),
            posting("b", 29, 7_000),
            posting("r", 29, 7_000, posted=48, reverses="b"),
            posting("c", 45, 70_000, purpose=2),
            posting("d", 49, 175_000),
            posting("e", 55, 1_000, posted=50),
        )

        assert shown(
            laid(loan).postings,
            id="payment_id",
            day="value_day",
            amount="amount_minor",
            state="state",
            schedule=lambda line: sum(part.parts.total_minor for part in line.paid),
            penalty="penalty_minor",
            credit="credit_minor",
            void_from="void_posting_day",
        ) == table("""
            id  day  amount  state   schedule  penalty  credit  void_from
            a   28   42500   COUNTS  42500     0        0       -
            b   29   7000    VOID    0         0        0       48
            c   45   70000   COUNTS  0         1140     68860   -
            d   49   175000  COUNTS  162500    0        12500   -
            e   55   1000    LATER   0         0        0       -
        """)

    def test_of_one_value_day_count_in_the_order_in_which_they_were_posted(self) -> None:
        same = [posting("a", 20, 500, posted=23), posting("b", 20, 600, posted=21)]
        same.append(posting("0", 20, 700, posted=23))

        paid = laid(one_loan(TWO, *same)).instalments[0].paid

        assert [(part.payment_id, parts(part.parts)) for part in paid] == [
            ("b", "500+100+0"),
            ("0", "0+700+0"),
            ("a", "0+500+0"),
        ]

    @pytest.mark.parametrize(
        "case",
        table("""
        known  state   overdue
        42     -       60600
        43     COUNTS  30510
    """),
    )
    def test_appear_from_the_day_they_are_known(self, case: dict[str, str]) -> None:
        # About day 43 both times, less three paused days: 60,000 was late for ten days (600), or
        # 30,000 for seven (210) and 30,000 for ten (300).
        found = laid(LATE, as_of=43, known=int(case["known"]))

        states = {line.payment_id: str(line.state) for line in found.postings}
        assert states.get("b", "-") == case["state"]
        assert str(found.standing.overdue_minor) == case["overdue"]


class TestSums:
    def test_show_how_days_past_due_are_counted(self) -> None:
        assert shown(
            [laid(LATE).lateness],
            since="since_day",
            calendar="calendar_days",
            paused="paused_days",
            days="days",
            grace="grace_days",
            past_due="days_past_due",
        ) == table("""
            since  calendar  paused  days  grace  past_due
            30     20        3       17    0      17
        """)

    @pytest.mark.parametrize(
        "case",
        table("""
        known  paused  days
        44     0       20
        45     3       17
    """),
    )
    def test_heed_a_pause_from_the_day_it_is_recorded(self, case: dict[str, str]) -> None:
        loan = one_loan(TWO, holds=[pause(33, 36, recorded_day=45)])

        found = laid(loan, known=int(case["known"])).lateness

        assert found is not None
        assert (str(found.paused_days), str(found.days)) == (case["paused"], case["days"])

    def test_show_how_interest_grows_within_the_running_instalment(self) -> None:
        assert shown(
            [laid(LATE).accrual],
            no="number",
            interest="interest_minor",
            days="days",
            span="span_days",
            earned="earned_minor",
            paid="paid_minor",
            unpaid="unpaid_minor",
        ) == table("""
            no  interest  days  span  earned  paid  unpaid
            2   2000      20    30    1333    0     1333
        """)

    def test_show_what_the_pay_off_consists_of(self) -> None:
        found = laid(LATE)

        assert shown(
            [found.payoff],
            overdue=lambda sum_: parts(sum_.overdue),
            penalty="penalty_minor",
            undue_principal="undue_principal_minor",
            interest="accrued_interest_minor",
            fee="running_fee_minor",
            total="total_minor",
        ) == table("""
            overdue    penalty  undue_principal  interest  fee  total
            0+0+30000  120      100000           1333      0    131453
        """)
        assert found.standing.payoff_minor == 131_453


class TestBalance:
    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("paid_minor", "paid into the schedule"),
            ("credit_minor", "credit"),
            ("overdue_principal_minor", "overdue parts"),
            ("overdue_interest_minor", "overdue parts"),
            ("overdue_fee_minor", "overdue parts"),
            ("overdue_minor", "overdue"),
            ("penalty_accrued_minor", "money given"),
            ("penalty_minor", "money given"),
            ("outstanding_principal_minor", "outstanding principal"),
            ("accrued_interest_minor", "accrued interest"),
            ("payoff_minor", "pay-off"),
            ("next_due_day", "next due day"),
            ("next_due_minor", "next due"),
            ("due_minor", "due"),
            ("instalments_overdue", "instalments overdue"),
        ],
    )
    def test_lets_no_account_out_that_is_off_by_one(self, name: str, says: str) -> None:
        found = laid(LATE)
        wrong = replace(found.standing, **{name: getattr(found.standing, name) + 1})

        with pytest.raises(AccountOff, match=f": {says}: the lines give") as caught:
            assert_adds_up(replace(found, standing=wrong))

        assert "明细合计" in str(caught.value.data["message_zh"])

    def test_lets_no_posting_out_that_lost_a_fen(self) -> None:
        found = laid(LATE)
        first, *others = found.postings
        lost = replace(first, amount_minor=first.amount_minor + 1)

        with pytest.raises(AccountOff, match="posting a"):
            assert_adds_up(replace(found, postings=(lost, *others)))

    def test_lets_no_instalment_out_whose_parts_do_not_add_up(self) -> None:
        found = laid(LATE)
        first, second = found.instalments
        wrong = replace(first, unpaid=first.unpaid.plus(Parts(fee_minor=1)))

        with pytest.raises(AccountOff, match="instalment 1"):
            assert_adds_up(replace(found, instalments=(wrong, second)))
