"""Whatever happens to a loan in whatever order: lines say what is known now, and the past stays."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.contexts.bureau.actions.correct import correct_lines, end_dispute, mark_disputed
from forbear.contexts.bureau.models import Line
from forbear.contexts.cases.actions.change_loan import (
    record_schedule_and_refresh,
    set_loan_state_and_refresh,
)
from forbear.contexts.cases.actions.hold import place_hold_and_refresh, release_hold_and_refresh
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.portfolio.said import HoldSaid, InstalmentSaid
from forbear.values.bureau import Mark
from forbear.values.code import HoldKind, LoanState
from forbear.values.errors import ForbearError
from tests.support.bureau import AUGUST, NOW, OCTOBER, SEPTEMBER, TODAY, counting, lines_made, right
from tests.support.case import BY_API, SCHEDULE, Late, new_late_person
from tests.support.portfolio import SETUP

DAY_EXAMPLES, NIGHT_EXAMPLES = 8, 300
MONTHS = st.sampled_from([AUGUST, SEPTEMBER, OCTOBER])
DAYS = st.integers(0, 100).map(lambda back: TODAY - timedelta(days=back))
_NUMBERS = itertools.count(1)
BY = {"actor": SETUP, "now": NOW}


class World:
    """One loan, and what may happen to it."""

    def __init__(self) -> None:
        self.late: Late = new_late_person()
        self.paid: list[Payment] = []
        self.holds: list[str] = []
        self.disputes: list[str] = []

    def run_month(self, month: Any, *_: Any) -> None:
        lines_made(month)

    def pay(self, _month: Any, day: Any, amount: int) -> None:
        ref = f"any-{next(_NUMBERS)}"
        payment = Payment(ref, self.late.loan, day, amount, posting_date=TODAY)
        record_posting(payment, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)
        self.paid.append(payment)

    def reverse(self, *_: Any) -> None:
        if self.paid:
            void = self.paid.pop()
            payment = Payment(
                f"any-{next(_NUMBERS)}",
                void.loan,
                void.value_date,
                void.amount_minor,
                posting_date=TODAY,
                reverses=void.ref,
            )
            record_posting(payment, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)

    def pause(self, _month: Any, day: Any, *_: Any) -> None:
        ref = f"H-any-{next(_NUMBERS)}"
        said = HoldSaid(ref=ref, debtor_ref=self.late.ref, kind=HoldKind.PAUSE, start_date=day)
        place_hold_and_refresh(said, **BY_API, today=TODAY)
        self.holds.append(ref)

    def go_on(self, *_: Any) -> None:
        if self.holds:
            told = {"evidence": "D-1", "actor": SETUP, "today": TODAY, "now": NOW}
            release_hold_and_refresh(self.holds.pop(), **told)

    def settle(self, _month: Any, day: Any, *_: Any) -> None:
        set_loan_state_and_refresh(
            self.late.loan, LoanState.SETTLED, since=day, **BY_API, today=TODAY
        )

    def reschedule(self, _month: Any, day: Any, *_: Any) -> None:
        first = SCHEDULE[0].due_date
        terms = [
            InstalmentSaid(1, first, 40_000, 1_000),
            InstalmentSaid(2, max(day, first + timedelta(days=1)), 80_000, 2_000),
        ]
        record_schedule_and_refresh(self.late.loan, terms, **BY_API, today=TODAY)

    def dispute(self, *_: Any) -> None:
        ref = f"D-any-{next(_NUMBERS)}"
        mark_disputed(self.late.loan, ref, received=TODAY, **BY)
        self.disputes.append(ref)

    def end_dispute(self, _month: Any, _day: Any, amount: int) -> None:
        if self.disputes:
            mark = (None, Mark.RESOLVED, Mark.DISAGREES)[amount % 3]
            end_dispute(self.late.loan, self.disputes.pop(), closing_mark=mark, **BY)

    def rule(self, month: Any, _day: Any, amount: int) -> None:
        code = ("N", "1", "C")[amount % 3]
        correct_lines(self.late.loan, {month: code}, because="dispute:any", **BY)


DOINGS = [name for name in vars(World) if not name.startswith("_")]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*DOINGS, "run_month", "pay", "pay"]),
        MONTHS,
        DAYS,
        st.sampled_from([1_000, 41_000, 82_000, 123_000]),
    ),
    min_size=4,
    max_size=7,
)


def written(loan_id: int) -> dict[int, tuple]:
    """All that was ever written of a loan; when a line was replaced is not part of it."""
    with reading(SETUP):
        names = [f.attname for f in Line._meta.fields if f.attname != "replaced_at"]
        rows = Line.objects.filter(loan_id=loan_id).values_list(*names)
        return {row[0]: tuple(map(str, row)) for row in rows}


def holds_whatever_happens(steps: list[tuple]) -> None:
    world = World()
    loan_id = world.late.loan_id
    world.run_month(SEPTEMBER)
    before = written(loan_id)
    for name, *given_ in steps:
        try:
            getattr(world, name)(*given_)
        except ForbearError:
            # What is refused, such as a step from settled to open, leaves everything as it was.
            assert written(loan_id) == before, name
        after = written(loan_id)
        assert before.items() <= after.items(), name
        assert counting(loan_id) == right(loan_id), name
        before = after
    with reading(SETUP):
        lines = list(Line.objects.filter(loan_id=loan_id))
    by_id = {line.pk: line for line in lines}
    for line in lines:
        if line.replaces is not None:
            was = by_id[line.replaces]
            assert (was.month, was.number + 1) == (line.month, line.number)
            assert was.replaced_at is not None


def few(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )


@few(DAY_EXAMPLES)
@given(STEPS)
def test_lines_say_what_is_known_now_and_the_past_stays(portfolio, steps):
    del portfolio
    holds_whatever_happens(steps)


@pytest.mark.nightly
@few(NIGHT_EXAMPLES)
@given(STEPS)
def test_lines_say_what_is_known_now_in_very_many_histories(portfolio, steps):
    del portfolio
    holds_whatever_happens(steps)
