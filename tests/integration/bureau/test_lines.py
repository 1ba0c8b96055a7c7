"""Lines say what is known now, what was believed stays, and nothing is ever written over."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest

from forbear.contexts.bureau.actions.correct import (
    correct_lines,
    end_dispute,
    mark_disputed,
    record_told,
)
from forbear.contexts.bureau.actions.make_lines import MonthNotOver
from forbear.contexts.bureau.actions.renew_lines import renew_lines
from forbear.contexts.bureau.dispute import NothingReported, OtherDispute
from forbear.contexts.bureau.models import Line, Run
from forbear.contexts.cases.actions.hold import place_hold_and_refresh
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.ledger.models import Posting, PostingSource
from forbear.contexts.ledger.post import Payment
from forbear.contexts.portfolio.said import HoldSaid
from forbear.policy.bureau.form import NoBureau
from forbear.values.bureau import Mark, Told
from forbear.values.code import HoldKind
from forbear.values.errors import InvalidInput
from forbear.values.principal import NotPermitted
from tests.support.bureau import NOW, OCTOBER, SEPTEMBER, TODAY, codes, counting, lines_made, right
from tests.support.case import BY_API
from tests.support.people import audited
from tests.support.portfolio import SETUP, clerk

BY = {"actor": SETUP, "now": NOW}


def pay(late, ref: str, day: date, minor: int, **given) -> None:
    payment = Payment(ref, late.loan, day, minor, posting_date=TODAY, **given)
    record_posting(payment, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)


def history(late, month: date) -> list[tuple[int, str, str, str]]:
    with reading(SETUP):
        rows = Line.objects.filter(loan_id=late.loan_id, month=month).order_by("number")
        return [(row.number, row.code, row.cause, row.because) for row in rows]


class TestMonth:
    def test_is_written_once_for_every_loan(self, late):
        first, again = lines_made(SEPTEMBER), lines_made(SEPTEMBER)

        assert (first.loans, first.added, again.added, again.corrected) == (1, 1, 0, 0)
        assert codes(late.loan_id) == ["1"]
        with reading(SETUP):
            assert Run.objects.count() == 2
        assert audited("bureau.lines_made")[0][1] == "bureau:CN_CREDIT:2026-09"

    def test_is_refused_before_it_is_over_and_without_permission(self, late):
        with pytest.raises(MonthNotOver):
            lines_made(date(2026, 11, 1))
        with pytest.raises(NoBureau):
            lines_made(SEPTEMBER, bureau="UK_BUREAUS")
        with reading(SETUP):
            assert not Line.objects.exists()

    def test_before_disbursement_and_after_the_end_has_no_line(self, late):
        pay(late, "P-1", date(2026, 9, 6), 123_000)

        lines_made(date(2026, 7, 1))
        lines_made(SEPTEMBER)
        lines_made(OCTOBER)

        assert codes(late.loan_id) == ["C"]
        assert counting(late.loan_id)[SEPTEMBER].closed_day is not None


class TestLateFact:
    def test_corrects_what_was_reported_and_keeps_what_was_believed(self, late):
        lines_made(SEPTEMBER)
        lines_made(OCTOBER)
        assert codes(late.loan_id) == ["1", "2"]

        pay(late, "P-1", date(2026, 9, 6), 41_000)

        assert codes(late.loan_id) == ["N", "1"]
        assert counting(late.loan_id) == right(late.loan_id)
        first, second = history(late, SEPTEMBER)
        assert first[:3] == (1, "1", "MONTH")
        assert second[:3] == (2, "N", "LATE_FACT")
        assert second[3].startswith("posting:")
        assert audited("bureau.lines_corrected") == [("system:setup", f"loan:{late.loan_id}")]

    def test_that_is_reversed_brings_the_first_word_back(self, late):
        lines_made(SEPTEMBER)
        pay(late, "P-1", date(2026, 9, 6), 41_000)
        pay(late, "P-2", date(2026, 9, 6), 41_000, reverses="P-1")

        assert [row[1] for row in history(late, SEPTEMBER)] == ["1", "N", "1"]
        assert counting(late.loan_id) == right(late.loan_id)

    def test_of_a_pause_told_afterwards(self, late):
        lines_made(SEPTEMBER)
        said = HoldSaid(
            ref="H-1", debtor_ref=late.ref, kind=HoldKind.PAUSE, start_date=date(2026, 9, 1)
        )

        place_hold_and_refresh(said, **BY_API, today=TODAY)

        assert codes(late.loan_id) == ["N"]
        assert counting(late.loan_id)[SEPTEMBER].special == "PAUSED"

    def test_of_the_present_changes_no_past_month(self, late):
        lines_made(SEPTEMBER)

        pay(late, "P-1", TODAY - timedelta(days=1), 41_000)

        assert len(history(late, SEPTEMBER)) == 1
        assert lines_made(SEPTEMBER).corrected == 0

    def test_refused_with_its_payment_leaves_no_line(self, late):
        lines_made(SEPTEMBER)
        with pytest.raises(InvalidInput):
            pay(late, "P-1", date(2026, 9, 6), 0)

        assert len(history(late, SEPTEMBER)) == 1


class TestDispute:
    def test_marks_the_negative_lines_and_those_to_come_until_it_ends(self, late):
        lines_made(SEPTEMBER)

        found = mark_disputed(late.loan, "D-1", received=TODAY, **BY)
        lines_made(OCTOBER)

        assert found.due_date == date(2026, 12, 15)
        assert found.lines == 1
        assert [line.mark for line in counting(late.loan_id).values()] == ["DISPUTED"] * 2
        ended = end_dispute(late.loan, "D-1", closing_mark=Mark.DISAGREES, **BY)
        assert [line.mark for line in counting(late.loan_id).values()] == ["DISAGREES"] * 2
        assert not ended.is_open
        assert counting(late.loan_id) == right(late.loan_id)

    def test_said_twice_counts_once_and_is_not_opened_again(self, late):
        lines_made(SEPTEMBER)
        mark_disputed(late.loan, "D-1", received=TODAY, **BY)
        again = mark_disputed(late.loan, "D-1", received=TODAY, **BY)
        end_dispute(late.loan, "D-1", closing_mark=None, **BY)

        assert again.lines == 0
        with pytest.raises(OtherDispute):
            mark_disputed(late.loan, "D-1", received=TODAY, **BY)
        with pytest.raises(OtherDispute):
            end_dispute(late.loan, "D-1", closing_mark=Mark.RESOLVED, **BY)

    def test_decided_corrects_and_a_later_fact_does_not_undo_it(self, late):
        lines_made(SEPTEMBER)
        mark_disputed(late.loan, "D-1", received=TODAY, **BY)

        done = correct_lines(late.loan, {SEPTEMBER: "N"}, because="dispute:D-1", **BY)
        pay(late, "P-1", date(2026, 9, 20), 1_000)

        assert done == 1
        assert codes(late.loan_id) == ["N"]
        assert counting(late.loan_id)[SEPTEMBER].overdue_minor == 0
        assert counting(late.loan_id) == right(late.loan_id)
        assert "RULING" in [row[2] for row in history(late, SEPTEMBER)]

    def test_names_who_else_was_told_once(self, late):
        lines_made(SEPTEMBER)
        lines = {
            record_told(late.loan, SEPTEMBER, Told.PERSON, how="attempt:1", **BY) for _ in range(2)
        }

        assert len(lines) == 1
        assert len(audited("bureau.told")) == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda late: correct_lines(late.loan, {SEPTEMBER: "9"}, because="x", **BY),
            lambda late: correct_lines(late.loan, {OCTOBER: "N"}, because="x", **BY),
            lambda late: correct_lines(late.loan, {}, because="x", **BY),
            lambda late: correct_lines("nobody", {SEPTEMBER: "N"}, because="x", **BY),
            lambda late: end_dispute(late.loan, "D-9", closing_mark=None, **BY),
            lambda late: mark_disputed(
                late.loan, "D-1", received=TODAY, from_month=OCTOBER, to_month=SEPTEMBER, **BY
            ),
            lambda late: end_dispute(late.loan, "D-1", closing_mark=Mark.DISPUTED, **BY),
        ],
    )
    def test_refused_leaves_nothing_behind(self, late, wrong):
        lines_made(SEPTEMBER)

        with pytest.raises((NoBureau, NothingReported, InvalidInput)) as refused:
            wrong(late)

        assert refused.value.message_zh != refused.value.message
        assert len(history(late, SEPTEMBER)) == 1

    def test_needs_its_permission(self, late):
        lines_made(SEPTEMBER)
        nobody = clerk("PERSON_SEE")

        with pytest.raises(NotPermitted):
            mark_disputed(late.loan, "D-1", received=TODAY, actor=nobody, now=NOW)
        with pytest.raises(NotPermitted):
            correct_lines(late.loan, {SEPTEMBER: "N"}, because="x", actor=nobody, now=NOW)


class TestGuards:
    def test_nothing_is_written_over_or_removed(self, late, portfolio):
        lines_made(SEPTEMBER)
        with psycopg.connect(portfolio.urls["superuser"]) as owner:
            for change in (
                "UPDATE bureau_line SET code = 'N'",
                "DELETE FROM bureau_line",
                "UPDATE bureau_run SET loans = 0",
            ):
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                    owner.execute(change)
                owner.rollback()


class TestFiles:
    def test_of_a_lender_that_tell_a_late_payment_correct_once(self, late):
        lines_made(SEPTEMBER)
        with acting(SETUP):
            Posting.objects.create(
                ref="file-1",
                loan_id=late.loan_id,
                value_date=date(2026, 9, 6),
                posting_date=TODAY,
                amount_minor=41_000,
                purpose="SCHEDULE",
                source="EXTRACT",
                recorded_at=NOW,
            )
        told = {"because": "book:1", "actor": SETUP, "now": NOW}

        first, again = (renew_lines([late.loan_id, 404], **told) for _ in range(2))

        assert (first, again) == (1, 0)
        assert counting(late.loan_id) == right(late.loan_id)
        assert history(late, SEPTEMBER)[-1] == (2, "N", "LATE_FACT", "book:1")
