"""Do people live where people live, and do the shipped regions make sense?"""

from __future__ import annotations

from zoneinfo import available_timezones

import polars as pl
import pytest
import yaml

from forbear.contexts.rulebook.library import policy_texts
from forbear.values.code import Dialect


class TestShippedRegions:
    def test_are_all_31_of_the_mainland_with_a_tile_of_their_own(self):
        china = yaml.safe_load(policy_texts("regions")["cn.yaml"])["regions"]
        tiles = [tuple(row["tile"]) for row in china.values()]

        assert len(china) == len(set(tiles)) == 31
        assert sum(row["population_m"] for row in china.values()) == pytest.approx(1_409, rel=0.01)

    def test_name_dialects_and_zones_that_exist(self, regions):
        zones = {zone for region in regions for zone in region.zones}
        dialects = {name for region in regions for name, _ in region.dialects}

        assert zones <= available_timezones()
        assert dialects == {dialect.value for dialect in Dialect}

    def test_have_dialects_that_add_up(self, regions):
        for region in regions:
            assert sum(share for _, share in region.dialects) == pytest.approx(1)
            assert min(share for _, share in region.dialects) > 0

    def test_cover_every_region_that_a_team_serves(self, regions):
        teams = yaml.safe_load(policy_texts("house/demo")["teams.yaml"])["teams"]
        served = {province for team in teams for province in team["provinces"]}

        assert served <= {region.code for region in regions}


class TestPeople:
    def test_spread_over_china_by_population(self, chunk, regions):
        china = [region for region in regions if region.country == "CN"]
        whole = sum(region.population_m for region in china)
        debtors = chunk.tables["debtor"].filter(
            (pl.col("jurisdiction") == "CN") & pl.col("region").is_not_null()
        )
        found = dict(debtors["region"].str.slice(0, 2).value_counts().rows())

        chi_square = 0.0
        for region in china:
            expected = region.population_m / whole * debtors.height
            chi_square += (found[region.code] - expected) ** 2 / expected

        # 30 degrees of freedom: one honest draw in a thousand lies beyond.
        assert chi_square < 59.7

    def test_have_an_american_and_a_british_slice(self, chunk):
        shares = chunk.tables["debtor"]["jurisdiction"].value_counts(normalize=True)

        found = dict(shares.rows())

        assert 0.015 < found["US"] < 0.025
        assert 0.015 < found["UK"] < 0.025

    def test_carry_names_that_say_they_are_invented(self, chunk):
        assert (
            chunk.tables["debtor"]["name"].str.contains("^(样例.{2,3}|Sample [A-Z][a-z]+)$").all()
        )

    def test_speak_what_is_spoken_there_and_the_lender_is_sometimes_wrong(self, chunk):
        both = chunk.tables["debtor"].join(
            chunk.truth["behaviour"].select("debtor_id", true="dialect"), on="debtor_id"
        )
        south = both.filter(pl.col("region").str.starts_with("44"))
        believed = both.drop_nulls("dialect")

        assert 0.45 < (south["true"] == "CANTONESE").mean() < 0.55
        assert 0.97 < (believed["dialect"] == believed["true"]).mean() < 1.0
        assert 0.2 < both["dialect"].null_count() / both.height < 0.4

    def test_know_an_officer_only_of_their_own_regions_team(self, chunk, regions):
        team = {region.code: region.team for region in regions}
        known = chunk.tables["debtor"].drop_nulls(["team", "region"])

        assert known.height > 1_000
        assert known["officer_id"].null_count() == 0
        for region, name in known.select("region", "team").unique().iter_rows():
            assert team[region[:2] if region[0].isdigit() else region] == name
