"""Whom does a contact that could not be read hold, and from when until when?"""

from __future__ import annotations

import polars as pl
import pytest

from forbear.engine.intake.history import LOST_SCHEMA, history_holds, placed
from forbear.engine.tables import ATTEMPT_DAYS
from forbear.values.code import HoldKind
from forbear.values.day import DAY_S

BOOK_DAY = 20_000
DEBTORS = pl.DataFrame({"debtor_id": ["D1", "D2"], "debtor_no": [1, 2]})
POINTS = pl.DataFrame({"contact_point_id": ["P1", "P2"], "debtor_no": [1, 2]})
LOANS = pl.DataFrame({"loan_id": ["L1", "L2"], "debtor_no": [1, 2]})


def lost(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=LOST_SCHEMA, orient="row")


def found(*rows: tuple) -> pl.DataFrame:
    return placed(lost(*rows), debtors=DEBTORS, points=POINTS, loans=LOANS)


def spans(*days: int | None) -> list[tuple[int, int]]:
    rows = [(n, "D1", None, None, d and d * DAY_S + 1) for n, d in enumerate(days)]
    holds = history_holds(found(*rows), debtors=DEBTORS, book_day=BOOK_DAY)
    return holds.select("start_date", "end_date").rows()


class TestPlaced:
    @pytest.mark.parametrize(
        ("row", "people"),
        [
            ((7, "D1", None, None, None), [1]),
            ((7, None, "P2", None, None), [2]),
            ((7, None, None, "L2", None), [2]),
            ((7, "D1", "P2", None, None), [1, 2]),
            ((7, "D9", "P1", "L1", None), [1]),
            ((7, "D9", None, None, None), []),
            ((7, None, None, None, None), []),
        ],
    )
    def test_finds_everybody_whom_any_id_names(self, row, people):
        assert found(row)["debtor_no"].to_list() == people

    def test_names_a_person_once_for_a_line(self):
        assert found((7, "D1", "P1", "L1", 5)).rows() == [(7, 1, 5)]


class TestHistoryHolds:
    def test_lasts_while_a_count_may_look_back_to_the_contact(self):
        ((start, end),) = spans(BOOK_DAY - 3)

        assert start == BOOK_DAY - 3
        # A window of ATTEMPT_DAYS that ends on the last held day still begins after the contact.
        assert end - ATTEMPT_DAYS > BOOK_DAY - 3

    def test_a_contact_without_a_time_may_have_been_on_any_day(self):
        assert spans(None) == [(0, BOOK_DAY + ATTEMPT_DAYS + 1)]

    def test_a_time_after_the_book_s_day_is_not_believed(self):
        assert spans(BOOK_DAY + 400) == [(BOOK_DAY, BOOK_DAY + ATTEMPT_DAYS + 1)]

    def test_several_contacts_make_one_hold_that_covers_each(self):
        assert spans(BOOK_DAY - 9, BOOK_DAY - 2) == [(BOOK_DAY - 9, BOOK_DAY - 1 + ATTEMPT_DAYS)]

    def test_an_old_contact_binds_no_more(self):
        ((_, end),) = spans(BOOK_DAY - ATTEMPT_DAYS - 1)

        assert end <= BOOK_DAY

    def test_is_of_the_whole_person_and_was_always_known(self):
        (hold,) = history_holds(
            found((7, "D1", None, "L1", None)), debtors=DEBTORS, book_day=BOOK_DAY
        ).to_dicts()

        assert (hold["loan_no"], hold["channel"], hold["recorded_at"]) == (None, None, 0)
        assert hold["kind"] == HoldKind.HISTORY_INCOMPLETE.number
        assert hold["hold_id"] == "HISTORY_INCOMPLETE-D1"
