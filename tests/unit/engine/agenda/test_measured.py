"""Does what was measured move the tables' chance exactly as a plain reading says?"""

from __future__ import annotations

from math import isqrt
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.engine.agenda.measured import (
    Measured,
    Usual,
    complaint_micro,
    with_hour,
    with_measured,
    worth_ppm,
)
from forbear.engine.risk.hours import PLACE
from forbear.engine.risk.judge import Warned, risk_columns
from forbear.values.code import Channel
from tests.support.insight import BOUNDS

PPM = 1_000_000
USUAL = Usual(80_000, 300_000, 400_000, {Channel.VOICE: 200_000, Channel.SMS: 30_000})
NOTHING = Usual()
SURE = Usual(gain_eighths={Channel.VOICE: 7, Channel.SMS: 3})
UNSURE = Usual(gain_eighths={Channel.VOICE: 0, Channel.SMS: 1})
SAID = ("miss_ppm", "cure_ppm", "roll_ppm", "reach_voice_ppm", "gain_voice_ppm", "gain_sms_ppm")
SHARE = st.one_of(st.just(-1), st.integers(0, PPM))
WAYS = st.fixed_dictionaries(
    {
        "channel": st.sampled_from([Channel.VOICE, Channel.SMS, Channel.EMAIL]),
        "chance": st.one_of(st.just(0), st.integers(0, 150_000)),
        **dict.fromkeys(SAID, SHARE),
        "slot": st.integers(0, 2),
        "percents": st.one_of(st.none(), st.tuples(*[st.integers(50, 127)] * 3)),
        "apart": st.booleans(),
    }
)


def moved(chance: int, said: int, usual: int, bounds: tuple[int, int]) -> int:
    return chance * max(min(said * PPM // usual, bounds[1]), bounds[0]) // PPM


def plainly(way: dict[str, Any], usual: Usual) -> int:
    """Read what must come of a way, one rule after the other."""
    chance, channel = way["chance"], way["channel"]
    if way["apart"]:
        return chance
    gain = way.get(f"gain_{channel.value.lower()}_ppm", -1)
    if gain >= 0:
        hour = way["percents"][way["slot"]] if way["percents"] and channel is Channel.VOICE else 100
        gain = min(gain * hour // 100, PPM)
        pooled = chance
        for bit in (1, 2, 4):
            pooled = isqrt(pooled * (gain if usual.gain_eighths.get(channel, 4) & bit else chance))
        return min(pooled, 3 * chance)
    if usual.miss_ppm and way["miss_ppm"] >= 0:
        chance = moved(chance, way["miss_ppm"], usual.miss_ppm, BOUNDS.warned_ppm)
    if usual.cure_ppm and way["cure_ppm"] >= 0:
        chance = moved(chance, PPM - way["cure_ppm"], PPM - usual.cure_ppm, BOUNDS.need_ppm)
    reach = way["reach_voice_ppm"] if channel is Channel.VOICE else -1
    if channel in usual.reach_ppm and reach >= 0:
        chance = moved(chance, reach, usual.reach_ppm[channel], BOUNDS.reach_ppm)
    return chance


def coded(percents: tuple[int, ...] | None) -> int:
    return -1 if percents is None else sum(one * PLACE**slot for slot, one in enumerate(percents))


def reckoned(ways: list[dict[str, Any]], usual: Usual) -> pl.DataFrame:
    names = [name for name in risk_columns() if name != "debtor_no"]
    rows = [
        {"channel": way["channel"].number, "chance": way["chance"], "slot": way["slot"]}
        | {name: None if way["apart"] else way.get(name, -1) for name in names}
        | ({} if way["apart"] else {"hours_voice": coded(way["percents"])})
        for way in ways
    ]
    kinds = {name: pl.Int64 if name.startswith("hours_") else pl.Int32 for name in names}
    schema = {"channel": pl.Int8, "chance": pl.Int64, "slot": pl.Int32, **kinds}
    frame = nw.from_native(pl.LazyFrame(rows, schema=schema))
    measured = Measured(frame, Warned(150_000, 7, (Channel.SMS,)), usual, BOUNDS)
    found = with_measured(frame.rename({"chance": "chance_ppm"}), measured).select(
        chance="chance_ppm", worth=worth_ppm(measured)
    )
    return found.collect().to_native()


class TestMeasured:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(WAYS, min_size=1, max_size=8), st.sampled_from([USUAL, NOTHING, SURE, UNSURE]))
    def test_moves_a_chance_as_a_plain_reading_says(self, ways, usual):
        found = reckoned(ways, usual)["chance"].to_list()

        assert found == [plainly(way, usual) for way in ways]

    def test_lets_a_gain_weigh_as_much_as_it_is_sure(self):
        way = {
            "channel": Channel.VOICE,
            "chance": 20_000,
            "apart": False,
            **dict.fromkeys(SAID, -1),
        }
        way |= {"slot": 0, "percents": None, "gain_voice_ppm": 40_000}

        found = [
            reckoned([way], Usual(gain_eighths={Channel.VOICE: eighths}))["chance"].item()
            for eighths in range(8)
        ]

        meant = [20_000 * 2 ** (eighths / 8) for eighths in range(8)]
        assert found == pytest.approx(meant, rel=1e-3)

    @settings(max_examples=20, deadline=None)
    @given(WAYS)
    def test_lets_whoever_pays_alone_be_worth_less_and_who_answers_more(self, way):
        quiet = {**way, "apart": False, "channel": Channel.VOICE, "gain_voice_ppm": -1}
        alone = [{**quiet, "cure_ppm": share} for share in (100_000, 500_000, 900_000)]
        answers = [{**quiet, "reach_voice_ppm": share} for share in (50_000, 200_000, 600_000)]

        falling, rising = (reckoned(each, USUAL)["chance"].to_list() for each in (alone, answers))

        assert falling == sorted(falling, reverse=True)
        assert rising == sorted(rising)

    @settings(max_examples=30, deadline=None)
    @given(st.lists(WAYS, min_size=1, max_size=6))
    def test_lets_a_persons_hours_count_instead_of_the_houses_slots(self, ways):
        believed = (850_000, 900_000, 1_100_000)
        rows = [
            {"debtor_no": n, "channel": way["channel"].number, "slot": way["slot"],
             "slot_ppm": believed[way["slot"]]}
            for n, way in enumerate(ways)
        ]  # fmt: skip
        risk = [
            dict.fromkeys(risk_columns(), -1)
            | {"debtor_no": n, "hours_voice": coded(way["percents"])}
            for n, way in enumerate(ways)
            if not way["apart"]
        ]
        schema = dict.fromkeys(risk_columns(), pl.Int64)
        frames = [nw.from_native(pl.LazyFrame(each)) for each in (rows,)]
        frames.append(nw.from_native(pl.LazyFrame(risk, schema=schema)))

        found = with_hour(*frames, believed).sort("debtor_no").collect()["slot_ppm"].to_list()

        for way, said in zip(ways, found, strict=True):
            known = way["percents"] and not way["apart"] and way["channel"] is Channel.VOICE
            mean = sum(believed) // 3
            plain = mean * way["percents"][way["slot"]] // 100 if known else believed[way["slot"]]
            assert said == plain

    @pytest.mark.parametrize("roll", [-1, 0, 400_000, PPM])
    def test_lets_what_would_grow_older_be_worth_more(self, roll):
        way = {"channel": Channel.SMS, "chance": 1, "apart": False, **dict.fromkeys(SAID, -1)}
        way |= {"slot": 0, "percents": None}

        worth = reckoned([{**way, "roll_ppm": roll}], USUAL)["worth"].item()

        usual = PPM + 400_000 * BOUNDS.roll_worth_ppm // PPM
        plain = (PPM + roll * BOUNDS.roll_worth_ppm // PPM) * PPM // usual
        assert worth == (PPM if roll < 0 else plain)
        assert reckoned([{**way, "roll_ppm": roll}], NOTHING)["worth"].item() == PPM

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from([Channel.VOICE, Channel.SMS]), st.none() | SHARE),
            min_size=1,
            max_size=6,
        ),
        st.sampled_from([{}, {Channel.VOICE: 1_900_000}, {Channel.SMS: 300_000}]),
    )
    def test_lets_a_complaint_cost_as_often_as_it_is_likely(self, ways, times):
        schema = {"channel": pl.Int8, "complain_ppm": pl.Int32}
        rows = pl.LazyFrame([(way.number, said) for way, said in ways], schema=schema, orient="row")
        frame = nw.from_native(rows)
        measured = Measured(
            frame, Warned(150_000, 7, (Channel.SMS,)), Usual(complain_times_ppm=times), BOUNDS
        )

        found = frame.select(cost=complaint_micro(measured)).collect()["cost"].to_list()

        for (way, said), cost in zip(ways, found, strict=True):
            often = min((said or 0) * times.get(way, PPM) // PPM, BOUNDS.complaint_max_ppm)
            asked = said is not None and said >= 0
            assert cost == (often * BOUNDS.complaint_minor if asked else 0)
