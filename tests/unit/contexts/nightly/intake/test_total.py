"""Unit tests of control totals: what must match, and what may explain a difference."""

from __future__ import annotations

import pytest

from forbear.contexts.nightly.intake.statement import Stated
from forbear.contexts.nightly.intake.total import balance, reconcile
from forbear.engine.tables import EXTRACT
from forbear.values.errors import BrokenInvariant, InvalidInput


def compared(*, stated: int | None, kept: int, lost: int = 0, doubtful: int = 0, cut=()):
    claimed = {name: Stated((), None, {}) for name in EXTRACT}
    checked = {name: {"rows": 1, "kept": {}, "lost": {}, "doubtful": {}} for name in EXTRACT}
    claimed["loan"] = Stated((), 1, {} if stated is None else {"principal_minor": stated})
    checked["loan"] = {
        "rows": 1,
        "kept": {"principal_minor": kept},
        "lost": {"principal_minor": lost},
        "doubtful": {"principal_minor": doubtful},
    }
    compared = reconcile(claimed, checked, unfinished={"loan": cut} if cut else {})
    return compared["loan"]["principal_minor"]


class TestReconcile:
    def test_counts_what_was_read_in_rejected_rows(self):
        assert compared(stated=500, kept=300, lost=200) == {
            "read_minor": 500,
            "stated_minor": 500,
            "in_rejected_rows_minor": 0,
        }

    def test_lays_a_difference_on_amounts_that_could_not_be_read(self):
        assert compared(stated=500, kept=300, doubtful=1)["in_rejected_rows_minor"] == 200

    def test_refuses_a_difference_that_nothing_explains(self):
        with pytest.raises(InvalidInput, match=r"adds up to 3\.00, but the lender states 5\.00"):
            compared(stated=500, kept=300)

    def test_names_a_file_that_may_be_cut_in_its_last_field(self):
        with pytest.raises(InvalidInput) as refused:
            compared(stated=500, kept=300, cut=["loan.csv"])

        assert "loan.csv does not end with a line end" in refused.value.remedy
        assert "loan.csv 末尾没有换行" in refused.value.data["remedy_zh"]

    def test_shows_what_was_read_where_nothing_is_stated(self):
        assert compared(stated=None, kept=300) == {
            "read_minor": 300,
            "stated_minor": None,
            "in_rejected_rows_minor": None,
        }


class TestBalance:
    @pytest.mark.parametrize(("rows", "amount"), [(3, 100), (2, 99), (1, 100), (2, 101)])
    def test_stops_when_a_row_or_a_minor_unit_got_lost_or_came_twice(self, rows, amount):
        read = {"rows": 3, "sums": {"amount_minor": 150}}
        rejected = {"rows": 1, "sums": {"amount_minor": 50}}
        balance(
            "payment", read=read, kept={"rows": 2, "sums": {"amount_minor": 100}}, rejected=rejected
        )

        with pytest.raises(BrokenInvariant, match="do not add up"):
            balance(
                "payment",
                read=read,
                rejected=rejected,
                kept={"rows": rows, "sums": {"amount_minor": amount}},
            )
