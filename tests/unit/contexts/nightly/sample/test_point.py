"""Can nobody be reached by mistake, and does the truth about numbers lie apart?"""

from __future__ import annotations

import re

import polars as pl
import pytest

UNDIALLABLE = {
    "MOBILE": r"\+86154\d{8}|\+1\d{3}55501\d{2}|\+447700900\d{3}",
    "LANDLINE": r"\+86154\d{8}|\+1\d{3}55501\d{2}|\+442079460\d{3}",
    "WECHAT": r"demo_\d{8}",
    "EMAIL": r"sample\d{8}@example\.invalid",
    "POSTAL": r"样例.路 Sample Road \d{1,3}",
}


@pytest.fixture(scope="module")
def point(chunk):
    return chunk.tables["contact_point"].join(chunk.truth["contact_point"], on="contact_point_id")


class TestAddress:
    @pytest.mark.parametrize("kind", UNDIALLABLE)
    def test_lies_where_nobody_is(self, point, kind):
        addresses = point.filter(pl.col("kind") == kind)["address"]

        assert addresses.len() > 100
        assert addresses.str.contains(f"^({UNDIALLABLE[kind]})$").all()

    @pytest.mark.parametrize("number", ["+8613800138000", "+861008612345", "+12125551234"])
    def test_of_a_working_number_would_be_noticed(self, number):
        assert not any(re.fullmatch(pattern, number) for pattern in UNDIALLABLE.values())

    def test_of_a_chinese_number_is_nobody_elses(self, point):
        chinese = point.filter(pl.col("address").str.starts_with("+86"))["address"]

        assert chinese.is_unique().all()


class TestPoints:
    def test_are_one_to_three_numbers_of_ones_own_and_those_of_others(self, point):
        numbers = point.filter(
            (pl.col("relation") == "OWN") & pl.col("kind").is_in(["MOBILE", "LANDLINE"])
        )
        each = numbers.group_by("debtor_id").len()["len"]

        assert (each.min(), each.max()) == (1, 3)
        assert set(point["relation"].unique()) == {"OWN", "CONTACT_PERSON", "GUARANTOR"}

    def test_come_by_every_lawful_origin(self, point):
        assert point["origin"].n_unique() == 6

    def test_name_zones_of_another_country_now_and_then(self, point, chunk):
        debtor = chunk.tables["debtor"].select("debtor_id", "jurisdiction")
        chinese = point.join(debtor, on="debtor_id").filter(pl.col("jurisdiction") == "CN")

        abroad = chinese["number_zones"].drop_nulls()

        assert abroad.len() > 0
        assert abroad.str.starts_with("America/").all()


class TestTruth:
    def test_of_recycled_numbers_is_hidden_from_the_lender(self, point):
        recycled = point.filter((pl.col("relation") == "OWN") & (pl.col("holder") == "STRANGER"))

        unnoticed = recycled["quality"].is_in(["UNTRIED", "DOUBTFUL"]).mean()

        assert recycled.height > 500
        assert 0.5 < unnoticed < 0.9

    def test_of_who_cannot_be_reached_is_mostly_a_dead_or_recycled_number(self, chunk):
        truth = chunk.truth["behaviour"]
        reaches = dict(
            truth.group_by("behaviour").agg(pl.col("first_mobile_reaches").mean()).iter_rows()
        )

        assert reaches["UNREACHABLE"] < 0.4
        assert reaches["PUNCTUAL"] > 0.9

    def test_names_as_best_only_a_channel_that_reaches_the_person(self, chunk, point):
        wechat = chunk.truth["behaviour"].filter(pl.col("best_channel") == "WECHAT")
        reaching = point.filter((pl.col("kind") == "WECHAT") & (pl.col("holder") == "DEBTOR"))

        assert wechat.height > 500
        assert wechat.join(reaching, on="debtor_id", how="anti").is_empty()

    def test_counts_every_point_and_person_once(self, chunk):
        assert chunk.truth["contact_point"].height == chunk.tables["contact_point"].height
        assert chunk.truth["behaviour"].height == chunk.tables["debtor"].height
        assert chunk.truth["loan"].height == chunk.tables["loan"].height
