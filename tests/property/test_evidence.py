"""Does a stranger's program find the same debt from the lines, and every altered figure?"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from forbear.contexts.evidence.verify_pack import loan_faults
from forbear.policy.debt import Account, account
from forbear.policy.debt.steps import steps
from forbear.values.day import from_day_number
from tests.support.book import FAR, TERMS, Portfolio, portfolios
from tests.support.debt import facts_of

DAYS = st.integers(0, FAR)
WAYS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "database": None,
}


def laid(portfolio: Portfolio, as_of: int, known: int) -> list[Account]:
    found = [facts_of(portfolio, loan) for loan in portfolio.loans]
    return [account(each, TERMS[each.product], as_of_day=as_of, known_day=known) for each in found]


def told(one: Account) -> dict[str, Any]:
    facts = one.facts
    return {
        "disbursed_date": from_day_number(facts.disbursed_day).isoformat(),
        "principal_minor": facts.principal_minor,
        "state": facts.state.value,
        **steps(one),
    }


class TestEveryLoan:
    @settings(max_examples=150, **WAYS)
    @given(portfolios(), DAYS, DAYS)
    def test_is_recomputed_to_its_standing(
        self, portfolio: Portfolio, as_of: int, known: int
    ) -> None:
        for one in laid(portfolio, as_of, known):
            loan = told(one)

            assert list(loan_faults(loan, "")) == []
            owed = loan["owed"]
            assert owed["payoff_minor"] == one.standing.payoff_minor
            assert owed["current_again_minor"] == one.standing.overdue_minor

    @pytest.mark.nightly
    @settings(max_examples=5_000, **WAYS)
    @given(portfolios(), DAYS, DAYS)
    def test_is_recomputed_to_its_standing_very_often(
        self, portfolio: Portfolio, as_of: int, known: int
    ) -> None:
        for one in laid(portfolio, as_of, known):
            assert list(loan_faults(told(one), "")) == []


def numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where every figure that follows from others stands."""
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in numbers(v, (*path, k))]
    if isinstance(value, list):
        return [p for k, v in enumerate(value) for p in numbers(v, (*path, k))]
    return [path] if isinstance(value, int) and not isinstance(value, bool) else []


class TestAnAlteredFigure:
    @settings(max_examples=150, **WAYS)
    @given(portfolios(), DAYS, st.data())
    def test_contradicts_the_other_lines(
        self, portfolio: Portfolio, as_of: int, data: st.DataObject
    ) -> None:
        (one, *_) = laid(portfolio, as_of, FAR)
        loan = deepcopy(told(one))
        follows = [path for path in numbers(loan) if path[0] in FOLLOWS]
        assume(follows)
        *way, last = data.draw(st.sampled_from(follows))
        row: Any = loan
        for step in way:
            row = row[step]
        row[last] += data.draw(st.sampled_from([1, -1, 10, 100_000]))

        assert list(loan_faults(loan, "")) != []


FOLLOWS = {"covers", "penalties", "spans", "lateness", "accrual", "penalty", "owed"}
