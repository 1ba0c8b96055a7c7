"""Unit tests of what belongs together: schedules, repeated keys, orphans, reversals."""

from __future__ import annotations

import polars as pl
import pytest

from forbear.engine.intake.relate import orphans, unique_rows, whole_schedules, with_reversals

LOAN = {"line": 2, "loan_id": "L1", "disbursed_date": 100, "principal_minor": 300}


def schedule(*rows: tuple[int, int, int, int]) -> pl.DataFrame:
    """Build instalments of L1: number, due day, principal, interest."""
    return pl.DataFrame(
        [("L1", no, due, principal, interest, 0) for no, due, principal, interest in rows],
        schema={
            "loan_id": pl.String,
            "instalment_no": pl.Int32,
            "due_date": pl.Int32,
            "principal_minor": pl.Int64,
            "interest_minor": pl.Int64,
            "fee_minor": pl.Int64,
        },
        orient="row",
    )


def lost(*roots: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"loan_id": ["L1"] * len(roots), "root": list(roots)},
        schema={"loan_id": pl.String, "root": pl.String},
    )


class TestWholeSchedules:
    @pytest.mark.parametrize(
        ("rows", "reason"),
        [
            ([(1, 130, 100, 5), (2, 160, 200, 5)], None),
            ([(2, 160, 200, 5), (1, 130, 100, 5)], None),
            ([], "NO_SCHEDULE"),
            ([(1, 130, 100, 5), (3, 160, 200, 5)], "SCHEDULE_GAP"),
            ([(0, 130, 100, 5), (1, 160, 200, 5)], "SCHEDULE_GAP"),
            ([(1, 130, 100, 5), (2, 130, 200, 5)], "SCHEDULE_ORDER"),
            ([(1, 100, 300, 5)], "SCHEDULE_ORDER"),
            ([(1, 130, 300, 5), (2, 160, 0, 0)], "NOTHING_DUE"),
            ([(1, 130, 100, 5), (2, 160, 199, 5)], "SCHEDULE_SUM"),
        ],
    )
    def test_names_what_is_wrong_with_the_loan(self, rows, reason):
        kept, found = whole_schedules(pl.DataFrame([LOAN]), schedule(*rows), lost=lost())

        assert found["reason"].to_list() == ([] if reason is None else [reason])
        assert kept.height == (reason is None)

    def test_puts_a_rejected_instalment_before_all_else(self):
        whole = schedule((1, 130, 100, 5), (2, 160, 200, 5))

        _, found = whole_schedules(pl.DataFrame([LOAN]), whole, lost=lost("a B", "c D"))

        assert found.rows() == [(2, "loan_id", "INSTALMENT_REJECTED", "a B")]


class TestUniqueRows:
    def test_keeps_the_first_of_the_same_and_none_that_differ(self):
        rows = pl.DataFrame(
            {"line": [5, 2, 3, 4, 6], "key": ["a", "a", "b", "b", "c"], "value": [1, 1, 1, 2, None]}
        )

        kept, found = unique_rows(rows, key=("key",))

        assert kept["line"].to_list() == [2, 6]
        assert sorted(found.select("line", "reason").rows()) == [
            (3, "CONFLICTING"),
            (4, "CONFLICTING"),
            (5, "DUPLICATE"),
        ]


class TestOrphans:
    def test_tells_who_was_rejected_from_who_never_came(self):
        rows = pl.DataFrame({"line": [2, 3], "loan_id": ["L1", "L2"]})

        found = orphans(rows, by="loan_id", lost=lost("loan.state EMPTY"))

        assert found.rows() == [
            (2, "loan_id", "LOAN_REJECTED", "loan.state EMPTY"),
            (3, "loan_id", "ORPHAN", None),
        ]


class TestReversals:
    def test_void_the_payment_once_and_never_another_loans(self):
        rows = pl.DataFrame(
            [
                (2, "a", "L1", 10, 500, None),
                (3, "b", "L1", 12, 500, "a"),
                (4, "c", "L1", 11, 500, "a"),
                (5, "d", "L2", 12, 500, "a"),
            ],
            schema={
                "line": pl.Int64,
                "payment_id": pl.String,
                "loan_id": pl.String,
                "posting_date": pl.Int32,
                "amount_minor": pl.Int64,
                "reverses_payment_id": pl.String,
            },
            orient="row",
        )

        kept, found = with_reversals(rows)

        assert kept.select("payment_id", "void_posting_day").rows() == [("a", 11)]
        assert sorted(found["line"]) == [3, 5]
