"""Contracts and schedules are whole or refused; what is changed is superseded, never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import NotPermitted
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.actions.loan import NoSuchStep, record_loan, set_loan_state
from forbear.contexts.portfolio.actions.schedule import record_schedule
from forbear.contexts.portfolio.check import InvalidField
from forbear.contexts.portfolio.models import Instalment
from forbear.contexts.portfolio.queries.person import loans_for
from forbear.contexts.portfolio.row import OtherContent, UnknownRef
from forbear.contexts.portfolio.said import CreditorSaid, InstalmentSaid, LoanSaid
from forbear.contexts.portfolio.word import Source
from forbear.values.code import LoanState
from forbear.values.money import AMOUNT_MINOR_MAX
from tests.support.portfolio import CREDITOR, NOW, SETUP, clerk, new_loan, new_person

BY_API = {"source": Source.API, "actor": SETUP, "now": NOW}
LOAN = LoanSaid(
    "B-1",
    "P-1",
    CREDITOR,
    "instalment_loan",
    "CNY",
    date(2026, 1, 5),
    date(2026, 1, 6),
    120_000,
    1_200,
)
SCHEDULE = tuple(
    InstalmentSaid(number, date(2026, number + 1, 6), 40_000, 1_000) for number in (1, 2, 3)
)


def current(loan: str) -> list[tuple[int, date, int]]:
    with reading(SETUP):
        rows = Instalment.objects.filter(loan__ref=loan, superseded_at__isnull=True)
        return [(r.number, r.due_date, r.principal_minor) for r in rows.order_by("number")]


class TestLoans:
    def test_are_recorded_once(self, portfolio):
        new_person(ref="P-1")

        made = [record_loan(LOAN, **BY_API).new for _ in range(2)]

        assert made == [True, False]

    @pytest.mark.parametrize(
        ("field", "value"), [("principal_minor", 120_001), ("contract_date", date(2026, 1, 4))]
    )
    def test_of_one_ref_with_other_terms_conflict(self, portfolio, field, value):
        new_person(ref="P-1")
        record_loan(LOAN, **BY_API)

        with pytest.raises(OtherContent) as refused:
            record_loan(replace(LOAN, **{field: value}), **BY_API)

        assert refused.value.data["field"] == field

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("principal_minor", -1),
            ("principal_minor", AMOUNT_MINOR_MAX + 1),
            ("principal_minor", 1.5),
            ("principal_minor", True),
            ("annual_rate_bp", 100_001),
            ("currency", "EUR"),
            ("currency", "USD"),
            ("product", "payday"),
            ("contract_date", date(2027, 1, 1)),
            ("contract_date", date(1969, 12, 31)),
            ("disbursed_date", date(2026, 1, 4)),
            ("state", "LOST"),
            ("state_date", date(2026, 1, 1)),
        ],
    )
    def test_that_make_no_sense_are_refused(self, portfolio, field, value):
        new_person(ref="P-1")

        with pytest.raises(InvalidField) as refused:
            record_loan(replace(LOAN, **{field: value}), **BY_API)

        assert refused.value.data["field"] == field
        assert refused.value.data["message_zh"]
        assert loans_for("P-1", actor=SETUP) == ()

    def test_of_an_unknown_creditor_or_person_are_refused(self, portfolio):
        new_person(ref="P-1")

        for other in ({"creditor": "nobody"}, {"debtor_ref": "nobody"}):
            with pytest.raises(UnknownRef):
                record_loan(replace(LOAN, **other), **BY_API)

    def test_need_permission(self, portfolio):
        new_person(ref="P-1")

        with pytest.raises(NotPermitted):
            record_loan(LOAN, source=Source.STAFF, actor=clerk(Permission.PERSON_CHANGE), now=NOW)


class TestStates:
    def test_change_with_their_day(self, portfolio):
        person = new_person()
        loan = new_loan(person)
        day = date(2026, 11, 20)

        made = [set_loan_state(loan, LoanState.SETTLED, since=day, **BY_API).new for _ in range(2)]

        (shown,) = loans_for(person, actor=SETUP)
        assert made == [True, False]
        assert (shown.state, shown.state_date) == ("SETTLED", day)

    def test_that_cannot_follow_are_refused(self, portfolio):
        loan = new_loan(new_person())
        set_loan_state(loan, LoanState.SETTLED, since=date(2026, 11, 20), **BY_API)

        with pytest.raises(NoSuchStep):
            set_loan_state(loan, LoanState.WRITTEN_OFF, since=date(2026, 11, 21), **BY_API)

    @pytest.mark.parametrize("since", [date(2025, 12, 31), date(2026, 12, 31)])
    def test_before_the_contract_or_in_the_future_are_refused(self, portfolio, since):
        loan = new_loan(new_person())

        with pytest.raises(InvalidField):
            set_loan_state(loan, LoanState.SETTLED, since=since, **BY_API)


class TestSchedules:
    def test_are_recorded_whole_and_once(self, portfolio):
        loan = new_loan(new_person())

        made = [record_schedule(loan, SCHEDULE, **BY_API).new for _ in range(2)]

        assert made == [True, False]
        assert [row[0] for row in current(loan)] == [1, 2, 3]

    def test_a_change_supersedes_what_differs_and_what_is_gone(self, portfolio):
        loan = new_loan(new_person())
        record_schedule(loan, SCHEDULE, **BY_API)
        shorter = (SCHEDULE[0], replace(SCHEDULE[1], principal_minor=80_000))

        record_schedule(loan, shorter, **BY_API)

        assert [(row[0], row[2]) for row in current(loan)] == [(1, 40_000), (2, 80_000)]
        with reading(SETUP):
            gone = Instalment.objects.filter(loan__ref=loan, superseded_at=NOW)
            assert sorted(gone.values_list("number", flat=True)) == [2, 3]

    @pytest.mark.parametrize(
        "instalments",
        [
            (),
            SCHEDULE[:2],
            SCHEDULE[1:],
            (*SCHEDULE[:2], replace(SCHEDULE[2], number=2)),
            (*SCHEDULE[:2], replace(SCHEDULE[2], due_date=SCHEDULE[1].due_date)),
            (replace(SCHEDULE[0], due_date=date(2026, 1, 6)), *SCHEDULE[1:]),
            (replace(SCHEDULE[0], principal_minor=-1), *SCHEDULE[1:]),
            (replace(SCHEDULE[0], interest_minor=AMOUNT_MINOR_MAX + 1), *SCHEDULE[1:]),
            (*SCHEDULE, InstalmentSaid(4, date(2026, 6, 6), 0)),
        ],
        ids=[
            "none",
            "too little principal",
            "does not begin at one",
            "a number twice",
            "due days stand still",
            "due on the day of paying out",
            "negative",
            "too much",
            "an instalment of nothing",
        ],
    )
    def test_that_are_not_whole_are_refused_and_leave_the_old_one(self, portfolio, instalments):
        loan = new_loan(new_person())
        record_schedule(loan, SCHEDULE, **BY_API)
        before = current(loan)

        with pytest.raises(InvalidField):
            record_schedule(loan, instalments, **BY_API)

        assert current(loan) == before


def test_a_creditor_is_recorded_once_under_one_name(portfolio):
    said = CreditorSaid("second", "Second Lender (invented)", "第二放款方（虚构）")

    made = [record_creditor(said, actor=SETUP, now=NOW).new for _ in range(2)]

    assert made == [True, False]
    with pytest.raises(OtherContent):
        record_creditor(replace(said, name_en="Another (invented)"), actor=SETUP, now=NOW)
