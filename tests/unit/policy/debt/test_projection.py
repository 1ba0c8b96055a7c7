"""What does today cost, and what next month? Days are counted from 0, amounts are fen."""

from __future__ import annotations

from typing import Any

import pytest

from forbear.policy.debt import InvalidFacts, PlannedPayment, projection
from forbear.values.code import Purpose
from tests.support.book import PLAIN, Portfolio, item, one_loan, pause, posting
from tests.support.debt import facts_of
from tests.support.table import table

# 1,000.00 principal, 20.00 interest and 5.00 fee on day 30 and again on day 60; penalty is a
# thousandth of late principal a day.
TWO = [item(30, 100_000, 2_000, 500), item(60, 100_000, 2_000, 500)]


def projected(
    portfolio: Portfolio, *payments: PlannedPayment, days: tuple[int, ...], known: int = 40
) -> list[dict[str, str]]:
    found = projection(
        facts_of(portfolio, portfolio.loans[0]),
        PLAIN,
        as_of_day=40,
        known_day=known,
        horizon_days=days,
        payments=payments,
    )
    return [
        {
            "day": str(one.day),
            "overdue": str(one.standing.overdue_minor),
            "penalty": str(one.standing.penalty_minor),
            "payoff": str(one.standing.payoff_minor),
            "received": str(one.received_minor),
            "cost": str(one.cost_minor),
        }
        for one in found
    ]


class TestProjection:
    def test_shows_what_waiting_costs(self) -> None:
        # Twenty days more: 2,000 penalty and 1,334 interest. The day after, the second falls due.
        assert projected(one_loan(TWO), days=(0, 20, 21)) == table("""
            day  overdue  penalty  payoff  received  cost
            40   103500   1000     204166  0         0
            60   105500   3000     207500  0         3334
            61   208200   3200     208200  0         4034
        """)

    def test_counts_planned_payments_from_their_days(self) -> None:
        plan = (
            PlannedPayment(40, 500, Purpose.PENALTY),
            PlannedPayment(45, 102_500),
            PlannedPayment(46, 1_000, Purpose.PENALTY),
        )

        # From day 45 only penalty is unpaid: 1,500 grew and 500 of it is paid, then the rest.
        assert projected(one_loan(TWO), *plan, days=(0, 4, 5, 6)) == table("""
            day  overdue  penalty  payoff  received  cost
            40   103000   500      203666  0         0
            44   103400   900      204333  0         667
            45   1000     1000     102000  102500    834
            46   0        0        101066  103500    900
        """)

    def test_keeps_known_pauses_and_guesses_nothing_else(self) -> None:
        later = posting("x", 41, 102_500, posted=44)
        paused = one_loan(TWO, later, holds=[pause(41, None)])

        assert projected(paused, days=(0, 19)) == table("""
            day  overdue  penalty  payoff  received  cost
            40   103500   1000     204166  0         0
            59   103500   1000     205433  0         1267
        """)

    @pytest.mark.parametrize(
        ("more", "says"),
        [
            ({"horizon_days": (-1,)}, "day 39 lies before day 40"),
            ({"payments": (PlannedPayment(39, 5),)}, "day 39 lies before day 40"),
            ({"payments": (PlannedPayment(41, 0),)}, "amount out of bounds"),
        ],
    )
    def test_refuses_what_is_not_to_come(self, more: Any, says: str) -> None:
        loan = one_loan(TWO)
        asked = {"horizon_days": (0,)} | more

        with pytest.raises(InvalidFacts, match=says):
            projection(facts_of(loan, loan.loans[0]), PLAIN, as_of_day=40, known_day=40, **asked)

    def test_refuses_a_payment_on_a_closed_loan(self) -> None:
        with pytest.raises(InvalidFacts, match="closed and nothing is owed"):
            projected(one_loan(TWO, state=2), PlannedPayment(41, 5), days=(0,))
