"""Which teams may serve a person, and whom does the lot of the local trial send where?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw
import polars as pl

from forbear.engine.agenda.settings import PPM, AgendaSettings, Trial
from forbear.engine.agenda.team import DRAWN, STRANGER, arm, closeness_ppm, with_teams
from forbear.values.code import Dialect, Jurisdiction, Language, TrialArm
from tests.support.agenda_house import DEMO

EVERYBODY = replace(DEMO, trial=Trial(7, PPM, 1))
NOBODY = replace(DEMO, trial=None)
PEOPLE = 4_000
_STRIDE = 0x5DEECE66D1CE4E5


def _people(number: int = PEOPLE, **facts: Any) -> nw.LazyFrame:
    rows: dict[str, Any] = {
        "jurisdiction": Jurisdiction.CN.number,
        "province": "51",
        "region_confidence_percent": None,
        "language": Language.ZH.number,
        "dialect": Dialect.SICHUANESE.number,
        "team": None,
        **facts,
    }
    frame = pl.LazyFrame(
        {
            "debtor_no": range(number),
            "person_hash": [(n + 1) * _STRIDE % 2**63 for n in range(number)],
        }
    )
    columns = [pl.lit(value).alias(name) for name, value in rows.items()]
    return nw.from_native(
        frame.with_columns(columns).with_columns(
            pl.col("team").cast(pl.String), pl.col("region_confidence_percent").cast(pl.Int32)
        )
    )


def _found(settings: AgendaSettings, people: nw.LazyFrame) -> pl.DataFrame:
    return with_teams(people, settings).with_columns(arm=arm()).to_native().collect()


def _names(settings: AgendaSettings, found: pl.DataFrame, column: str = "team_0") -> set[str]:
    return {settings.teams[n].name for n in found[column].unique() if n >= 0}


class TestTheTrial:
    def test_sends_half_to_a_local_team_and_half_to_one_from_elsewhere(self):
        found = _found(EVERYBODY, _people())

        local = found.filter(pl.col("arm") == TrialArm.LOCAL.number)
        away = found.filter(pl.col("arm") == TrialArm.AWAY.number)
        assert local.height + away.height == PEOPLE
        assert abs(local.height - PEOPLE // 2) < 4 * (PEOPLE / 4) ** 0.5
        assert _names(EVERYBODY, local) | _names(EVERYBODY, local, "team_1") == {"chengdu"}
        assert _names(EVERYBODY, away) | _names(EVERYBODY, away, "team_1") == {"wuhan", "beijing"}

    def test_takes_the_share_that_the_house_says_and_the_same_persons_again(self):
        tenth = replace(DEMO, trial=Trial(7, PPM // 10, 1))

        found = _found(tenth, _people())
        again = _found(tenth, _people())

        part = found["arm"].is_not_null().sum()
        assert abs(part - PEOPLE // 10) < 4 * (PEOPLE * 0.09) ** 0.5
        assert found.equals(again)
        assert not found.equals(_found(replace(DEMO, trial=Trial(8, PPM // 10, 1)), _people()))

    def test_leaves_whoever_takes_no_part_the_teams_they_have_without_it(self):
        tenth = replace(DEMO, trial=Trial(7, PPM // 10, 1))

        drawn, plain = _found(tenth, _people()), _found(NOBODY, _people())

        apart = drawn["arm"].is_null()
        assert drawn.filter(apart).equals(plain.filter(apart))

    def test_never_parts_a_person_from_the_officer_whom_they_know(self):
        found = _found(EVERYBODY, _people(20, team="xian"))

        assert found["arm"].null_count() == found.height
        assert _names(EVERYBODY, found) == {"xian"}

    def test_takes_nobody_whom_only_one_kind_of_team_may_serve(self):
        elsewhere = _people(50, province="71")
        no_reserve = replace(EVERYBODY, teams=tuple(replace(t, reserve=False) for t in DEMO.teams))
        seatless = replace(
            EVERYBODY,
            teams=tuple(
                replace(t, seats=(0, 0, 0)) if t.name == "chengdu" else t for t in DEMO.teams
            ),
        )

        for settings, people in (
            (EVERYBODY, elsewhere),
            (no_reserve, _people(50)),
            (seatless, _people(50)),
        ):
            assert _found(settings, people)["arm"].null_count() == 50

    def test_is_planned_alike_in_both_arms(self):
        assert {closeness_ppm(DRAWN + STRANGER + bits, DEMO) for bits in range(4)} == {PPM}


def test_a_team_does_not_act_where_its_licence_has_ended():
    barred = replace(
        NOBODY,
        teams=tuple(
            replace(t, barred=("51",)) if t.name in {"chengdu", "wuhan"} else t for t in DEMO.teams
        ),
    )

    found = _found(barred, _people(20))
    known = _found(barred, _people(20, team="chengdu"))

    assert _names(barred, found) | _names(barred, found, "team_1") == {"beijing"}
    assert _names(barred, known) == {"beijing"}
