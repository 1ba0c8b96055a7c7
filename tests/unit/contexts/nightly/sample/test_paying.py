"""Is the ledger a ledger, and is as much overdue as at a real lender?"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from forbear.contexts.nightly.sample.lending import Lending
from forbear.contexts.nightly.sample.paying import NEVER, _settled_days
from forbear.values.day import day_number

BOOK_DAY = day_number(date(2026, 11, 24))


@pytest.fixture(scope="module")
def late_days(chunk):
    """Each open loan's days since its oldest unpaid instalment, from the tables alone."""
    payment = chunk.tables["payment"]
    void = payment["reverses_payment_id"].drop_nulls()
    paid = (
        payment.filter(
            pl.col("reverses_payment_id").is_null()
            & ~pl.col("payment_id").is_in(void.implode())
            & (pl.col("purpose") == "SCHEDULE")
        )
        .group_by("loan_id")
        .agg(paid=pl.col("amount_minor").sum())
    )
    unpaid = (
        chunk.tables["instalment"]
        .with_columns(
            through=(pl.col("principal_minor") + pl.col("interest_minor") + pl.col("fee_minor"))
            .cum_sum()
            .over("loan_id")
        )
        .join(paid, on="loan_id", how="left")
        .filter((pl.col("through") > pl.col("paid").fill_null(0)) & (pl.col("due_date") < BOOK_DAY))
        .group_by("loan_id")
        .agg(days=BOOK_DAY - pl.col("due_date").min())
    )
    return chunk.tables["loan"].join(unpaid, on="loan_id", how="left", maintain_order="left")


class TestLedger:
    def test_reverses_what_was_paid_once_in_full_and_later(self, chunk):
        payment = chunk.tables["payment"]
        original = payment.select("payment_id", "loan_id", "amount_minor", "posting_date")

        pairs = payment.filter(pl.col("reverses_payment_id").is_not_null()).join(
            original, left_on="reverses_payment_id", right_on="payment_id"
        )

        assert pairs.height > 100
        assert pairs["reverses_payment_id"].is_unique().all()
        assert (pairs["loan_id"] == pairs["loan_id_right"]).all()
        assert (pairs["amount_minor"] == pairs["amount_minor_right"]).all()
        assert (pairs["posting_date"] > pairs["posting_date_right"]).all()

    def test_posts_on_the_day_or_later_and_sometimes_much_later(self, chunk):
        payment = chunk.tables["payment"].filter(pl.col("reverses_payment_id").is_null())
        lag = payment["posting_date"] - payment["value_date"]

        assert lag.min() >= 0
        assert 0.005 < (lag > 3).mean() < 0.03

    def test_takes_nothing_before_the_money_was_paid_out(self, chunk):
        loans = chunk.tables["loan"].select("loan_id", "disbursed_date")
        payment = chunk.tables["payment"].join(loans, on="loan_id")

        assert (payment["value_date"] > payment["disbursed_date"]).all()

    def test_holds_penalties_partial_payments_over_payments_and_early_pay_offs(self, chunk):
        due = (
            chunk.tables["instalment"]
            .group_by("loan_id")
            .agg(
                whole=(
                    pl.col("principal_minor") + pl.col("interest_minor") + pl.col("fee_minor")
                ).sum(),
                last=pl.col("due_date").max(),
            )
        )
        state = chunk.tables["loan"].join(due, on="loan_id").join(chunk.truth["loan"], on="loan_id")

        assert (chunk.tables["payment"]["purpose"] == "PENALTY").any()
        assert (state["paid_minor"] > state["whole"]).any()
        early = (state["state"] == "SETTLED") & (state["last"] > BOOK_DAY + 31)
        assert early.any()


class TestOverdue:
    def test_is_within_a_real_lenders_band(self, late_days):
        of_open = late_days.filter(pl.col("state") == "OPEN")

        assert 0.08 < of_open["days"].is_not_null().mean() < 0.12

    def test_reaches_every_bucket_with_ever_fewer_loans(self, late_days):
        month = (
            late_days.filter(pl.col("state") == "OPEN")
            .drop_nulls("days")
            .select(((pl.col("days") - 1) // 30 + 1).clip(upper_bound=7))
            .to_series()
        )
        loans = [int((month == bucket).sum()) for bucket in range(1, 7)]

        assert min(loans) > 30
        assert loans[0] > loans[1] > loans[2]
        assert (month == 7).any()

    def test_is_what_the_truth_says(self, late_days, chunk):
        truth = chunk.truth["loan"]

        open_ = (late_days["state"] != "SETTLED").to_numpy()
        found = late_days["days"].fill_null(0).to_numpy()

        assert (truth["days_since_oldest_unpaid"].to_numpy()[open_] == found[open_]).all()

    def test_comes_from_behaviour(self, late_days, chunk):
        share = (
            late_days.join(chunk.truth["behaviour"], on="debtor_id")
            .group_by("behaviour")
            .agg(late=pl.col("days").is_not_null().mean())
        )
        late = dict(share.iter_rows())

        assert late["PUNCTUAL"] < 0.05 < late["FORGETFUL"] < late["WILL_NOT_PAY"]

    def test_leaves_some_settled_some_written_off_and_some_about_to_fall_due(
        self, chunk, late_days
    ):
        states = late_days["state"].value_counts().rows()
        soon = chunk.tables["instalment"]["due_date"].is_between(BOOK_DAY, BOOK_DAY + 5)

        assert {state for state, _ in states} == {"OPEN", "SETTLED", "WRITTEN_OFF"}
        assert soon.sum() > 500


class TestSettledDays:
    def _of(self, rows):
        standing = {
            name: np.array([row[i] for row in rows], np.int64)
            for i, name in enumerate(("loan", "posting", "amount"))
        }
        due = np.array([[100, 100], [50, 0]])
        empty = np.zeros(2, np.int64)
        lending = Lending(
            None, empty, empty, empty, empty, empty, empty, np.array([2, 1]),
            due * 0, due, due * 0, due * 0, np.array([[True, True], [True, False]]), due,
        )  # fmt: skip
        return _settled_days(lending, standing=standing).tolist()

    def test_are_when_the_running_total_is_reached(self):
        rows = [(0, 12, 60), (0, 10, 40), (1, 7, 49), (1, 9, 1), (0, 15, 100)]

        assert self._of(rows) == [[12, 15], [9, NEVER]]

    def test_do_not_come_without_enough_money(self):
        assert self._of([(0, 10, 99), (1, 3, 49)]) == [[NEVER, NEVER], [NEVER, NEVER]]

    def test_do_not_come_from_another_loans_money(self):
        assert self._of([(1, 3, 100_000)]) == [[NEVER, NEVER], [3, NEVER]]

    def test_do_not_come_without_any_payment(self):
        assert self._of([]) == [[NEVER, NEVER], [NEVER, NEVER]]
