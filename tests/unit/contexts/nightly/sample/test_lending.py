"""Do schedules add up, for every product and every length?"""

from __future__ import annotations

import polars as pl
import pytest

from forbear.contexts.nightly.sample.lending import PRODUCTS


@pytest.fixture(scope="module")
def schedule(chunk):
    loans = chunk.tables["loan"].select(
        "loan_id", "product", "disbursed_date", lent="principal_minor"
    )
    return chunk.tables["instalment"].join(loans, on="loan_id", maintain_order="left")


class TestSchedule:
    def test_returns_the_principal_to_the_minor_unit(self, chunk):
        lent = chunk.tables["loan"].select("loan_id", "principal_minor").sort("loan_id")
        due = (
            chunk.tables["instalment"]
            .group_by("loan_id")
            .agg(pl.col("principal_minor").sum())
            .sort("loan_id")
        )

        assert lent.equals(due)

    def test_counts_from_one_and_rises_from_day_to_day(self, schedule):
        step = schedule.with_columns(
            no=pl.int_range(1, pl.len() + 1).over("loan_id"),
            days=pl.col("due_date").diff().over("loan_id"),
        )

        assert (step["instalment_no"] == step["no"]).all()
        assert step["days"].min() >= 28
        assert step["days"].max() <= 31
        assert (schedule["due_date"] > schedule["disbursed_date"]).all()

    def test_asks_for_something_each_time(self, schedule):
        due = schedule["principal_minor"] + schedule["interest_minor"] + schedule["fee_minor"]

        assert due.min() > 0

    @pytest.mark.parametrize("product", PRODUCTS)
    def test_is_drawn_for_every_product(self, schedule, product):
        own = schedule.filter(pl.col("product") == product)

        assert own.height > 100
        assert (own["interest_minor"].sum() == 0) == (product == "merchant_instalment")

    def test_is_sometimes_of_equal_instalments_and_sometimes_of_equal_principal(self, schedule):
        shape = (
            schedule.filter(pl.col("product") == "instalment_loan")
            .with_columns(due=pl.col("principal_minor") + pl.col("interest_minor"))
            .group_by("loan_id")
            .agg(
                # The last one takes the rounding.
                level=pl.col("due").head(pl.len() - 1).n_unique() == 1,
                equal=pl.col("principal_minor").head(pl.len() - 1).n_unique() == 1,
            )
        )

        assert (shape["level"] | shape["equal"]).all()
        assert 0.2 < shape["equal"].mean() < 0.3

    def test_of_a_card_closes_with_the_rest(self, schedule):
        card = (
            schedule.filter(pl.col("product") == "revolving_credit")
            .group_by("loan_id", maintain_order=True)
            .agg(pl.col("principal_minor"), pl.col("lent").first())
            .with_columns(
                minimum=pl.col("principal_minor").list.first() / pl.col("lent"),
                rest=pl.col("principal_minor").list.last(),
                before=pl.col("principal_minor").list.get(-2),
            )
        )

        assert card["minimum"].is_between(0.079, 0.081).all()
        assert (card["rest"] > card["before"]).all()

    def test_is_a_year_long_on_average(self, schedule, chunk):
        assert 11 < schedule.height / chunk.tables["loan"].height < 13.5
