"""What is told by day counts at once: amounts, case, today's plan, and contacts made before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forbear.contexts.cases.actions.change_loan import (
    record_schedule_and_refresh,
    set_loan_state_and_refresh,
)
from forbear.contexts.cases.actions.hold import (
    place_hold_and_refresh,
    release_hold_and_refresh,
)
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.cases.models import Case, WrongBasis
from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.models import PostingSource, Standing
from forbear.contexts.ledger.post import Payment
from forbear.contexts.people.permission import NotPermitted
from forbear.contexts.portfolio.actions.loan import NoSuchStep
from forbear.contexts.portfolio.actions.schedule import record_schedule
from forbear.contexts.portfolio.check import InvalidField
from forbear.contexts.portfolio.models import Hold
from forbear.contexts.portfolio.said import HoldSaid
from forbear.values.code import HoldKind, LoanState
from tests.support.case import (
    BY_API,
    SCHEDULE,
    TODAY,
    contacted,
    days_ago,
    new_late_person,
    plan_state,
)
from tests.support.people import audited
from tests.support.portfolio import NOW, SETUP, new_loan

FIRST_DUE = SCHEDULE[0].due_date
NOW_ON = {**BY_API, "today": TODAY}


def place(late, kind=HoldKind.PAUSE, *, start=FIRST_DUE, actor=SETUP, **given):
    said = HoldSaid(ref=f"H-{late.ref}", debtor_ref=late.ref, kind=kind, start_date=start, **given)
    return place_hold_and_refresh(said, **{**NOW_ON, "actor": actor})


def owed(late) -> tuple[int, int]:
    with reading(SETUP):
        row = Standing.objects.get(loan_id=late.loan_id)
        return row.days_past_due, row.overdue_minor


def case_of(late) -> Case:
    with reading(SETUP):
        return Case.objects.get(pk=late.case_id)


def doubtful(late) -> list[tuple[int, str]]:
    with reading(SETUP):
        rows = WrongBasis.objects.filter(loan_id=late.loan_id).order_by("attempt_id")
        return [(row.attempt_id, row.cause.split(":")[0]) for row in rows]


class TestPauseToldAfterwards:
    def test_stops_the_clock_and_cures_the_case(self, late):
        assert owed(late)[0] == (TODAY - FIRST_DUE).days

        found = place(late)

        assert owed(late)[0] == 0
        assert found.taken_in.after.case_closed
        assert found.plan_cancelled
        assert plan_state(late) == "CANCELLED"
        assert (case_of(late).state, case_of(late).ended_as) == ("CLOSED", "CURED")

    def test_lists_contacts_made_since_it_began(self, late):
        contacted(late, days_ago(90))
        during = contacted(late, days_ago(20), loan_id=late.loan_id)
        about_nothing_named = contacted(late, days_ago(10))

        found = place(late)

        assert found.taken_in.on_wrong_basis == 2
        assert doubtful(late) == [(during, "hold"), (about_nothing_named, "hold")]
        assert audited("standing.corrected") == [("system:setup", f"loan:{late.loan_id}")]

    def test_of_one_loan_leaves_the_others_alone(self, late):
        other = new_loan(late.ref, contract_date=date(2026, 8, 1), disbursed_date=date(2026, 8, 6))
        record_schedule(other, SCHEDULE, **BY_API)

        found = place(late, loan_ref=other)

        assert owed(late)[0] == (TODAY - FIRST_DUE).days
        assert not found.taken_in.after.case_closed
        with reading(SETUP):
            assert Standing.objects.get(loan__ref=other).days_past_due == 0

    def test_said_twice_counts_once(self, late):
        contacted(late, days_ago(20))
        first, again = place(late), place(late)

        assert (first.recorded.new, again.recorded.new) == (True, False)
        assert again.taken_in is None
        assert len(doubtful(late)) == 1
        assert len(audited("hold.placed")) == 1

    def test_refused_leaves_nothing_behind(self, late):
        before = owed(late)

        with pytest.raises(InvalidField):
            place(late, end_date=days_ago(400))
        with pytest.raises(NotPermitted):
            place(late, actor=replace(late.collector, permissions=frozenset()))

        assert owed(late) == before
        assert plan_state(late) == "OPEN"
        with reading(SETUP):
            assert not Hold.objects.exists()

    def test_released_lets_the_clock_run_on_from_today(self, late):
        place(late)

        found = release_hold_and_refresh(f"H-{late.ref}", evidence="D-1", **_without_source())

        # The pause bound from the first due day up to yesterday; today counts again.
        assert owed(late)[0] == 0
        assert found.taken_in.on_wrong_basis == 0
        with reading(SETUP):
            assert Hold.objects.get().end_date == TODAY

    def test_released_lets_what_was_late_before_be_late_again(self, late):
        place(late, start=days_ago(10))
        assert owed(late)[0] == (days_ago(10) - FIRST_DUE).days - 1

        release_hold_and_refresh(f"H-{late.ref}", evidence="D-1", **_without_source())

        assert owed(late)[0] == (days_ago(10) - FIRST_DUE).days
        assert case_of(late).days_past_due == owed(late)[0]


class TestHoldThatForbidsContact:
    @pytest.mark.parametrize("kind", [HoldKind.DISPUTE, HoldKind.BEREAVEMENT, HoldKind.HARDSHIP])
    def test_cancels_today_s_plan_and_leaves_case_and_amounts(self, late, kind):
        before = owed(late)

        found = place(late, kind, start=TODAY)

        assert found.plan_cancelled
        assert plan_state(late) == "CANCELLED"
        assert found.taken_in is None
        assert owed(late) == before
        assert case_of(late).closed_at is None
        assert len(audited("plan.cancelled")) == 1

    @pytest.mark.parametrize(
        "reach",
        [
            {"start": date(2026, 12, 24)},
            {"start": days_ago(9), "end_date": days_ago(2)},
            {"channel": "SMS", "start": TODAY},
            {"loan_ref": "OTHER", "start": TODAY},
        ],
        ids=["to come", "over", "another channel", "another loan"],
    )
    def test_that_does_not_reach_the_plan_leaves_it(self, late, reach):
        if reach.get("loan_ref"):
            reach = {**reach, "loan_ref": new_loan(late.ref)}

        found = place(late, HoldKind.DISPUTE, **reach)

        assert not found.plan_cancelled
        assert plan_state(late) == "OPEN"

    def test_leaves_yesterday_s_plan_and_others_alone(self, late):
        other = new_late_person()

        place(late, HoldKind.DISPUTE, start=TODAY)

        assert plan_state(other) == "OPEN"


class TestScheduleChanged:
    def test_to_later_days_cures_and_lists_contacts(self, late):
        during = contacted(late, days_ago(20), loan_id=late.loan_id)
        later = [replace(each, due_date=date(2027, each.number, 6)) for each in SCHEDULE]

        found = record_schedule_and_refresh(late.loan, later, **NOW_ON)

        assert owed(late) == (0, 0)
        assert found.taken_in.after.case_closed
        assert plan_state(late) == "CANCELLED"
        assert doubtful(late) == [(during, "schedule")]

    def test_to_an_earlier_day_lists_nobody(self, late):
        contacted(late, days_ago(20), loan_id=late.loan_id)
        sooner = [replace(SCHEDULE[0], due_date=date(2026, 9, 1)), *SCHEDULE[1:]]

        found = record_schedule_and_refresh(late.loan, sooner, **NOW_ON)

        assert owed(late)[0] == (TODAY - date(2026, 9, 1)).days
        assert found.taken_in.on_wrong_basis == 0
        assert plan_state(late) == "OPEN"

    def test_to_the_same_changes_nothing(self, late):
        before = owed(late), case_of(late).version

        found = record_schedule_and_refresh(late.loan, SCHEDULE, **NOW_ON)

        assert found.taken_in is None
        assert (owed(late), case_of(late).version) == before

    def test_of_a_new_loan_opens_what_is_late(self, late):
        fresh = new_loan(late.ref, contract_date=date(2026, 8, 1), disbursed_date=date(2026, 8, 6))

        record_schedule_and_refresh(fresh, SCHEDULE, **NOW_ON)

        with reading(SETUP):
            assert Standing.objects.get(loan__ref=fresh).days_past_due > 0
        assert case_of(late).overdue_minor == 2 * owed(late)[1]


class TestLoanStateChanged:
    def test_settled_since_a_day_cures_and_lists_contacts(self, late):
        contacted(late, days_ago(40), loan_id=late.loan_id)
        during = contacted(late, days_ago(20), loan_id=late.loan_id)

        found = set_loan_state_and_refresh(
            late.loan, LoanState.SETTLED, since=days_ago(30), **NOW_ON
        )

        assert owed(late) == (0, 0)
        assert found.taken_in.after.case_closed
        assert doubtful(late) == [(during, "loan")]

    def test_of_a_loan_without_a_schedule_is_recorded(self, late):
        fresh = new_loan(late.ref)

        found = set_loan_state_and_refresh(fresh, LoanState.SETTLED, since=TODAY, **NOW_ON)

        assert found.recorded.new
        assert owed(late)[0] > 0

    def test_refused_leaves_nothing_behind(self, late):
        set_loan_state_and_refresh(late.loan, LoanState.SETTLED, since=TODAY, **NOW_ON)
        before = owed(late)

        with pytest.raises(NoSuchStep):
            set_loan_state_and_refresh(late.loan, LoanState.WRITTEN_OFF, since=TODAY, **NOW_ON)

        assert owed(late) == before


class TestPostingOnOneOfTwoLoans:
    def test_cancels_the_plan_that_speaks_of_it(self, late):
        other = new_loan(late.ref, contract_date=date(2026, 8, 1), disbursed_date=date(2026, 8, 6))
        record_schedule_and_refresh(other, SCHEDULE, **NOW_ON)
        paid = Payment("P-1", late.loan, days_ago(1), 123_000, posting_date=TODAY)

        done = record_posting(paid, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)

        assert not done.after.case_closed
        assert done.after.plan_cancelled
        assert plan_state(late) == "CANCELLED"

    def test_that_leaves_it_late_keeps_the_plan(self, late):
        paid = Payment("P-1", late.loan, days_ago(1), 41_000, posting_date=TODAY)

        done = record_posting(paid, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)

        assert not done.after.plan_cancelled
        assert plan_state(late) == "OPEN"


def _without_source() -> dict[str, object]:
    return {name: value for name, value in NOW_ON.items() if name != "source"}
