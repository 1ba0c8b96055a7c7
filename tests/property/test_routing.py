"""Does the night route as a slow twin does, and prefer whoever is surely of a team's region?"""

from __future__ import annotations

from dataclasses import replace

import narwhals as nw
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.engine.agenda.team import near_ppm, with_teams
from forbear.values.code import Dialect, Jurisdiction, Language
from tests.property.reference.team import routed, worth_ppm
from tests.support.agenda_house import DEMO

PLAIN = replace(DEMO, trial=None, teams_max=2)
TYPES = {
    "debtor_no": pl.Int64,
    "jurisdiction": pl.Int8,
    "province": pl.String,
    "region_confidence_percent": pl.Int32,
    "language": pl.Int8,
    "dialect": pl.Int8,
    "team": pl.String,
}
PROVINCES = [None, "11", "42", "44", "50", "51", "52", "71", "US-CA", "GB-ENG"]
PERSON = st.fixed_dictionaries(
    {
        "jurisdiction": st.sampled_from([each.number for each in Jurisdiction]),
        "province": st.sampled_from(PROVINCES),
        "region_confidence_percent": st.one_of(st.none(), st.integers(1, 100)),
        "language": st.one_of(st.none(), st.sampled_from([each.number for each in Language])),
        "dialect": st.one_of(st.none(), st.sampled_from([each.number for each in Dialect])),
        "team": st.sampled_from([None, "chengdu", "beijing", "leeds", "nobody"]),
    }
)
PEOPLE = st.lists(PERSON, min_size=1, max_size=40)
UNHURRIED = settings(deadline=None, max_examples=40)


def _routed(people, house):
    rows = [{"debtor_no": number, **person} for number, person in enumerate(people)]
    frame = nw.from_native(pl.LazyFrame(rows, schema=TYPES))
    found = with_teams(frame, house)
    found = found.with_columns(near_0=near_ppm(0, house), near_1=near_ppm(1, house))
    return found.to_native().collect().sort("debtor_no").to_dicts()


@UNHURRIED
@given(people=PEOPLE, least=st.integers(1, 100))
def test_each_person_goes_where_the_slow_twin_sends_them(people, least):
    house = replace(PLAIN, factors=replace(PLAIN.factors, region_sure_percent=least))

    for person, row in zip(people, _routed(people, house), strict=True):
        wanted = [*routed(person, house), (-1, 99), (-1, 99)][:2]
        assert [(row["team_0"], row["closeness_0"]), (row["team_1"], row["closeness_1"])] == wanted
        for place, (team, closeness) in enumerate(wanted):
            if team >= 0:
                assert row[f"near_{place}"] == worth_ppm(person, closeness, house)


@UNHURRIED
@given(person=PERSON, percents=st.tuples(st.integers(1, 100), st.integers(1, 100)))
def test_who_is_surer_is_worth_no_less_to_any_team(person, percents):
    unsure, sure = (
        routed_row
        for routed_row in _routed(
            [{**person, "region_confidence_percent": percent} for percent in sorted(percents)],
            PLAIN,
        )
    )

    if sure["team_0"] == unsure["team_0"]:
        assert sure["near_0"] >= unsure["near_0"]


@UNHURRIED
@given(people=PEOPLE)
def test_what_nobody_told_to_be_unsure_is_routed_as_sure(people):
    untold = [{**person, "region_confidence_percent": None} for person in people]
    certain = [{**person, "region_confidence_percent": 100} for person in people]

    kept = ("team_0", "team_1", "closeness_0", "closeness_1", "near_0", "near_1")
    first, second = (
        [[row[name] for name in kept] for row in _routed(people, PLAIN)]
        for people in (untold, certain)
    )
    assert first == second


def test_whose_region_is_unsure_goes_to_a_reserve_and_leaves_local_seats_to_others():
    person = {
        "jurisdiction": Jurisdiction.CN.number,
        "province": "51",
        "region_confidence_percent": 49,
        "language": Language.ZH.number,
        "dialect": None,
        "team": None,
    }
    unsure, sure = _routed([person, {**person, "region_confidence_percent": 50}], PLAIN)

    names = [[PLAIN.teams[row[f"team_{n}"]].name for n in range(2)] for row in (unsure, sure)]
    assert names == [["wuhan", "beijing"], ["chengdu", "wuhan"]]
    assert sure["near_0"] > unsure["near_0"]
