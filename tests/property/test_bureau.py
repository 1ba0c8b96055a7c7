"""Do reported lines equal the night's table and a slow twin's, whatever became known and when?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.policy.bureau.form import Bureau, Status
from forbear.policy.bureau.line import (
    History,
    history_of,
    late_since_day,
    late_until_day,
    line_again,
    line_of,
)
from forbear.policy.bureau.month import last_day, months_from
from forbear.policy.debt.standing import place_of
from forbear.values.code import LoanState
from forbear.values.day import day_number
from tests.property.test_debt import BATCH, few, night
from tests.support.book import FAR, TERMS, Portfolio, portfolios
from tests.support.debt import facts_of, merged

MONTHS = list(months_from(date(1970, 1, 1), 13))
DAYS = st.integers(0, FAR)


def _bureau() -> Bureau:
    """A bureau that knows every word of the drawn products."""
    words: dict[str, Status] = {}
    for terms in TERMS.values():
        codes = terms.bureau
        bad = {step.label for step in codes.by_days[1:]} | {codes.written_off}
        ends = {codes.settled, codes.written_off}
        every = {step.label for step in codes.by_days} | ends | {codes.not_open}
        for code in every | ({codes.nothing_due} if codes.nothing_due else set()):
            shut = code == codes.not_open
            words[code] = Status(code, code, code, code in bad, code in ends, shut, "house")
    shipped = open_bureaus()["CN_CREDIT"]
    return replace(shipped, statuses=replace(shipped.statuses, by_code=words))


BUREAU = _bureau()


def histories(portfolio: Portfolio, *, said_day: int | None = None) -> list[History]:
    """Every drawn loan by everything that is known."""
    found = []
    for loan in portfolio.loans:
        facts = facts_of(portfolio, loan)
        found.append(history_of(facts, TERMS[facts.product], said_day=said_day))
    return found


def assert_equals_night(portfolio: Portfolio, month: date) -> None:
    end = day_number(last_day(month))
    rows = night(portfolio, as_of=end, known_at=10 * FAR)
    for history, row in zip(histories(portfolio), rows, strict=True):
        line = line_again(history, BUREAU, month)
        late = row["days_past_due"] > 0
        assert (line.code, line.days_past_due, line.balance_minor) == (
            row["bureau_code"],
            row["days_past_due"],
            row["payoff_minor"],
        )
        assert line.overdue_minor == (row["overdue_minor"] if late else 0)
        assert (line.late_since_day is not None) == late


def batches() -> st.SearchStrategy[Portfolio]:
    return st.lists(portfolios(), min_size=BATCH, max_size=BATCH).map(merged)


class TestLines:
    @few(4)
    @given(batches(), st.sampled_from(MONTHS))
    def test_equal_the_night_s_table(self, portfolio: Portfolio, month: date) -> None:
        assert_equals_night(portfolio, month)

    @pytest.mark.nightly
    @few(100)
    @given(batches(), st.sampled_from(MONTHS))
    def test_equal_the_night_s_table_on_many(self, portfolio: Portfolio, month: date) -> None:
        assert_equals_night(portfolio, month)

    @few(20)
    @given(portfolios())
    def test_begin_with_disbursement_and_end_with_the_last_word(self, portfolio: Portfolio) -> None:
        for history in histories(portfolio):
            lines = [line_of(history, BUREAU, month) for month in MONTHS]
            told = [line for line in lines if line is not None]
            first = history.facts.disbursed_day
            for month, line in zip(MONTHS, lines, strict=True):
                if day_number(last_day(month)) < first:
                    assert line is None
            # A final word comes once, until something brings the loan back to life.
            for before, after in pairwise(lines):
                if before is not None and BUREAU.status(before.code).is_final:
                    assert after is None or not BUREAU.status(after.code).is_final
            assert all(line.overdue_minor <= line.balance_minor for line in told)

    @few(15)
    @given(portfolios(), DAYS)
    def test_before_the_lender_s_word_are_those_of_an_open_loan(
        self, portfolio: Portfolio, said_day: int
    ) -> None:
        for loan in portfolio.loans:
            facts = facts_of(portfolio, loan)
            said = history_of(facts, TERMS[facts.product], said_day=said_day)
            opened = history_of(
                replace(facts, state=LoanState.OPEN), TERMS[facts.product], said_day=None
            )
            for month in MONTHS:
                if day_number(last_day(month)) < said_day:
                    assert line_again(said, BUREAU, month) == line_again(opened, BUREAU, month)


class TestLateness:
    """Against a twin that looks at each day."""

    @few(12)
    @given(portfolios(), DAYS)
    def test_has_the_twin_s_first_and_last_day(self, portfolio: Portfolio, day: int) -> None:
        for history in histories(portfolio):
            ledger = history.on(day)
            late = _days_late(history)
            since = late_since_day(ledger, place_of(ledger, day))
            until = late_until_day(history, day)
            if day not in late:
                assert (since, until) == (None, day)
                continue
            first = day
            while first - 1 in late:
                first -= 1
            # Late from the day after the due day on.
            assert since == first - 1
            last = day
            while last + 1 in late:
                last += 1
            if last < max(late) or max(late) < _TWIN_DAYS:
                assert until == last + 1
            else:
                assert until is None or until > last


# Nothing drawn happens later.
_TWIN_DAYS = FAR + 120


def _days_late(history: History) -> set[int]:
    found = set()
    for day in range(_TWIN_DAYS + 1):
        place = place_of(history.on(day), day)
        if place.overdue and not place.is_closed:
            found.add(day)
    return found
