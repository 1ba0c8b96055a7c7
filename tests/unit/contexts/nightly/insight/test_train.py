"""Is what was grown elsewhere scored alike here, and is a model chosen and judged honestly?"""

from __future__ import annotations

import numpy as np
import pytest

from forbear.contexts.nightly.insight.complaint import channels_told
from forbear.contexts.nightly.insight.gain import learn_gain
from forbear.contexts.nightly.insight.grow import Growth, Rows, grow
from forbear.contexts.nightly.insight.hours import hours_told
from forbear.contexts.nightly.insight.lesson import CHANNEL_GROUP, Lesson, as_two_days, deal
from forbear.contexts.nightly.insight.settings import (
    ModelSettingsInvalid,
    model_settings,
    open_model_settings,
)
from forbear.contexts.nightly.insight.train import learn, model_from
from forbear.contexts.nightly.insight.trial import Trial
from forbear.contexts.rulebook.library import HOUSE, policy_texts
from forbear.engine.risk.because import chosen, contributions
from forbear.engine.risk.feature import HOUR_FEATURE
from forbear.engine.risk.logistic import probability
from forbear.engine.risk.measure import auc
from forbear.engine.risk.outcome import Target
from forbear.engine.risk.uplift import qini
from forbear.values.code import Channel
from forbear.values.errors import InvalidInput

lightgbm = pytest.importorskip("lightgbm")
GROWTH = Growth(leaves=8, rounds=60, learning_rate=0.1, features_share=1.0)
THEIRS = {
    "objective": "binary", "num_leaves": 8, "learning_rate": 0.1, "min_data_in_leaf": 60,
    "feature_fraction": 1.0, "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 10.0,
    "monotone_constraints": [1, 0, 0], "seed": 0, "num_threads": 1, "deterministic": True,
    "force_row_wise": True, "verbose": -1,
}  # fmt: skip
SETTINGS = open_model_settings()


def lesson(rows: int, seed: int, *, steep: float = 1.0) -> Lesson:
    """Rows whose truth bends in a way that bins follow and, when steep, depends on a pair."""
    rng = np.random.default_rng(seed)
    first, second, third = rng.normal(size=(3, rows))
    logit = first - 2 + np.where(second > 0, steep, -steep) * np.sign(third)
    hit = (rng.random(rows) < probability(logit)).astype(float)
    first[rng.random(rows) < 0.1] = np.nan
    group = np.where(rng.random(rows) < 0.5, "north", "south").astype(object)
    return Lesson(
        ("first", "second", "third"), (first, second, third), hit,
        rng.integers(0, 2**62, rows), 1 + np.arange(rows) * 3 // rows,
        {"place": group},
    )  # fmt: skip


class TestReasons:
    @pytest.mark.parametrize("seed", [5, 6])
    def test_of_a_forest_stay_after_a_small_change(self, seed):
        rows, asked = lesson(6_000, seed), lesson(1_000, seed + 10).columns
        forest = grow(Rows(rows.columns, rows.hit), worse=(1, 0, 0), growth=GROWTH)
        usual = contributions(forest, rows.columns).mean(axis=0)
        rng = np.random.default_rng(seed)
        # A hundredth of what a feature usually differs by.
        moved = [c + rng.normal(0, 0.01, len(c)) for c in asked]

        before, after = (chosen(contributions(forest, each), usual) for each in (asked, moved))

        leading = [one[:1] == other[:1] for one, other in zip(before, after, strict=True)]
        assert np.mean(leading) > 0.95
        assert np.mean([set(a) == set(b) for a, b in zip(before, after, strict=True)]) > 0.9
        again = chosen(contributions(forest, asked), usual)
        assert again == before


class TestGrow:
    def test_is_scored_here_as_by_the_program_that_grew_it(self):
        rows = lesson(4_000, 1)
        # Without missing values in training, a missing one counts as 0 there.
        for missing in (True, False):
            columns = [c if missing else np.nan_to_num(c) for c in rows.columns]
            ours = grow(Rows(columns, rows.hit), worse=(1, 0, 0), growth=GROWTH)
            table = lightgbm.Dataset(np.column_stack(columns), rows.hit)
            theirs = lightgbm.train(THEIRS, table, GROWTH.rounds)
            asked = np.column_stack(lesson(3_000, 2).columns)
            said = ours.score([np.ascontiguousarray(c) for c in asked.T])
            assert np.abs(said - theirs.predict(asked, raw_score=True)).max() < 1e-6

    def test_never_falls_where_sense_demands_that_it_rises(self):
        rows = lesson(4_000, 3)
        forest = grow(Rows(rows.columns, rows.hit), worse=(1, 0, 0), growth=GROWTH)

        rising = np.linspace(-3, 3, 200)
        for other in (-1.0, 1.0):
            level = np.full(200, other)
            assert (np.diff(forest.score([rising, level, level])) >= -1e-12).all()


class TestLearn:
    def test_keeps_the_scorecard_when_it_loses_nothing(self):
        dealt = deal(lesson(9_000, 4, steep=0.0))

        learned = learn(dealt, worse=(1, 0, 0), growth=GROWTH, may_lose=0.002)

        assert learned.chosen == "scorecard"

    def test_takes_the_forest_when_bins_cannot_follow(self):
        dealt = deal(lesson(12_000, 5))

        learned = learn(dealt, worse=(1, 0, 0), growth=GROWTH, may_lose=0.002)

        assert learned.chosen == "forest"
        assert learned.figures["forest"]["auc"] > learned.figures["scorecard"]["auc"] + 0.02

    def test_has_no_person_in_two_hands(self):
        rows = lesson(3_000, 6)
        twice = rows.where(np.tile(np.arange(1_000), 3) % 1_000 == np.arange(3_000) % 1_000)
        dealt = deal(twice)

        hands = [set(each.person) for each in (dealt.learning, dealt.calibrating, dealt.judging)]
        assert all(hands)
        assert not hands[0] & hands[1]
        assert not hands[0] & hands[2]
        assert not hands[1] & hands[2]
        assert set(dealt.judging.day) == {3}
        assert 3 not in dealt.learning.day

    def test_tells_groups_and_missed_limits_on_the_card(self):
        dealt = deal(lesson(12_000, 7))
        # Where a group's outcomes are others than its features say, the card must say so.
        odd = dealt.judging.groups["place"] == "north"
        dealt.judging.hit[odd] = np.random.default_rng(1).random(int(odd.sum())) < 0.6

        made = model_from(
            learn(dealt, worse=(0, 0, 0), growth=None, may_lose=0.0), dealt, name="miss",
            version=1, target=Target.MISS, channel=None, settings=SETTINGS, about={},
        )  # fmt: skip

        assert "place=north: calibration" in made.card["missed"]
        assert {one["group"] for one in made.card["groups"]["place"]} == {"north", "south"}


def trial(rows: int, seed: int) -> tuple[Trial, np.ndarray]:
    rng = np.random.default_rng(seed)
    helped, noise = rng.normal(size=(2, rows))
    effect = 0.25 * probability(3 * helped)
    chance = np.full(rows, 0.5)
    treated = (rng.random(rows) < chance).astype(float)
    hit = (rng.random(rows) < 0.3 + effect * treated).astype(float)
    rows_ = Lesson(("helped", "noise"), (helped, noise), hit, rng.integers(0, 2**62, rows),
                   np.zeros(rows, np.int64), {})  # fmt: skip
    return Trial(rows_, treated, chance), effect


def shares(rows: int, seed: int, brings: float) -> tuple[Trial, np.ndarray]:
    """Lots of a channel that brings a share of the need, of some far more than of others."""
    rng = np.random.default_rng(seed)
    moved, level = rng.normal(size=(2, rows))
    alone = probability(level)
    effect = brings * probability(4 * moved) * (1 - alone)
    treated = (rng.random(rows) < 0.5).astype(float)
    hit = (rng.random(rows) < alone + effect * treated).astype(float)
    asked = Lesson(("moved", "level"), (moved, level), hit, rng.integers(0, 2**62, rows),
                   np.zeros(rows, np.int64), {})  # fmt: skip
    return Trial(asked, treated, np.full(rows, 0.5)), effect


class TestLearnGain:
    def test_ranks_nearly_as_the_truth_does(self):
        asked, effect = trial(30_000, 9)
        learnt, _ = trial(20_000, 8)

        made = learn_gain(learnt, Channel.SMS, name="gain_sms", version=1, settings=SETTINGS,
                          growth=None, about={})  # fmt: skip

        said = made.answer(asked.lesson.columns)
        oracle = qini(effect, asked.lesson.hit, asked.treated)
        assert qini(said, asked.lesson.hit, asked.treated) > 0.7 * oracle
        assert abs(said.mean() - effect.mean()) < 0.03
        assert made.card["missed"] == []
        assert auc(said, (effect > 0.125).astype(float)) > 0.8

    @pytest.mark.parametrize("growth", [None, Growth(leaves=4, rounds=40, learning_rate=0.1)])
    def test_finds_which_share_of_the_need_a_contact_brings(self, growth):
        if growth is not None:
            pytest.importorskip("lightgbm")
        rng = np.random.default_rng(11)
        rows = 24_000
        shown, noise = rng.normal(size=(2, rows))
        alone = probability(1.5 * shown)
        treated = (rng.random(rows) < 0.5).astype(float)
        hit = (rng.random(rows) < alone + 0.3 * (1 - alone) * treated).astype(float)
        asked = Lesson(("shown", "noise"), (shown, noise), hit, rng.integers(0, 2**62, rows),
                       np.zeros(rows, np.int64), {})  # fmt: skip
        goal = np.exp(rng.normal(10, 1, rows))
        learnt = Trial(asked, treated, np.full(rows, 0.5), goal, np.full(rows, 0.02))

        made = learn_gain(learnt, Channel.SMS, name="gain_sms", version=1, settings=SETTINGS,
                          growth=growth, about={})  # fmt: skip

        told = made.card["blend"]
        assert abs(told["brought"] - 0.3) < 4 * told["brought_error"] + 0.01
        said = made.answer((shown, noise))
        assert np.corrcoef(said, 1 - alone)[0, 1] > 0.9
        assert abs(made.card["figures"]["said_by_money"] - 0.15) < 0.04

    def test_learns_from_other_channels_for_whom_a_contact_does_more(self):
        pytest.importorskip("lightgbm")
        weak, strong = shares(20_000, 21, 0.06)[0], shares(20_000, 22, 0.5)[0]
        growth = Growth(leaves=4, rounds=60, learning_rate=0.1)

        alone, together = (
            learn_gain(weak, Channel.EMAIL, name="gain_email", version=1, settings=SETTINGS,
                       growth=growth, about={}, beside=beside)
            for beside in ([], [strong])
        )  # fmt: skip

        later, truth = shares(20_000, 23, 0.06)
        asked = later.lesson.columns
        ranked = [auc(m.answer(asked), (truth > np.median(truth)).astype(float))
                  for m in (alone, together)]  # fmt: skip
        assert ranked[1] > max(ranked[0], 0.8)
        assert together.card["blend"]["channels"] == 2
        assert abs(together.answer(asked).mean() - truth.mean()) < 0.01

    def test_refuses_to_learn_from_a_handful(self):
        few, _ = trial(900, 10)

        with pytest.raises(InvalidInput, match="Too few"):
            learn_gain(few, Channel.SMS, name="gain_sms", version=1, settings=SETTINGS,
                       growth=None, about={})  # fmt: skip


class TestSettings:
    @pytest.mark.parametrize(
        ("was", "now"),
        [("leaves: 15", "leaves: 65"), ("hits_min: 100", "hits_min: many"), ("SMS", "PIGEON"),
         ("ridge: 10", ""), ("MISS: 6", "MIST: 6"),
         ("rounds_max: 80", "rounds_max: 0"), ("complaint_minor: 3", "complaint_minor: -3")],
    )  # fmt: skip
    def test_name_what_is_wrong(self, was, now):
        text = policy_texts(HOUSE)["models.yaml"]
        assert was in text

        with pytest.raises(ModelSettingsInvalid, match=r"models\.yaml"):
            model_settings(text.replace(was, now, 1))


class TestComplaints:
    def test_of_a_channel_are_told_beside_what_its_persons_would_do_anyway(self):
        rng = np.random.default_rng(5)
        rows = 60_000
        angry = rng.normal(size=rows)
        # Calls go to those who complain more anyway, and bring twice as many as messages do.
        called = rng.random(rows) < probability(angry)
        often = probability(angry - 5) * np.where(called, 1.4, 0.7)
        hit = (rng.random(rows) < often).astype(float)
        channel = np.where(called, "VOICE", "SMS").astype(object)
        told = Lesson(("angry",), (angry,), hit, rng.integers(0, 2**62, rows),
                      1 + np.arange(rows) * 3 // rows, {CHANNEL_GROUP: channel})  # fmt: skip
        dealt = deal(as_two_days(told))
        learned = learn(dealt, worse=(0,), growth=None, may_lose=0.002)

        found = channels_told(learned.part, dealt)

        assert sorted(found) == ["SMS", "VOICE"]
        assert all(each["low"] <= each["share"] <= each["high"] for each in found.values())
        times = found["VOICE"]["times"] / found["SMS"]["times"]
        apart = found["VOICE"]["share"] / found["SMS"]["share"]
        assert abs(times - 2) < 0.5 < apart - times

    def test_are_no_matter_of_fairness_by_channel(self):
        told = lesson(9_000, 4)
        channel = np.where(np.arange(told.rows) % 2 == 0, "SMS", "VOICE").astype(object)
        told.groups[CHANNEL_GROUP] = channel
        dealt = deal(as_two_days(told))

        made = model_from(
            learn(dealt, worse=(0, 0, 0), growth=None, may_lose=0.0), dealt, name="complain",
            version=1, target=Target.COMPLAIN, channel=None, settings=SETTINGS, about={},
        )  # fmt: skip

        assert set(made.card["groups"]) == {"place"}
        assert set(made.card["channels"]) == {"SMS", "VOICE"}

    def test_of_few_say_little(self):
        rng = np.random.default_rng(6)
        rows = 4_000
        hit = np.zeros(rows)
        hit[rng.choice(rows, 40, replace=False)] = 1
        channel = np.where(np.arange(rows) % 40 == 0, "LETTER", "SMS").astype(object)
        hit[channel == "LETTER"] = 0
        told = Lesson(("noise",), (rng.normal(size=rows),), hit, rng.integers(0, 2**62, rows),
                      1 + np.arange(rows) * 3 // rows, {CHANNEL_GROUP: channel})  # fmt: skip
        dealt = deal(as_two_days(told))
        learned = learn(dealt, worse=(0,), growth=None, may_lose=0.002)

        letters = channels_told(learned.part, dealt)["LETTER"]

        assert letters["complaints"] == 0
        assert 0.8 < letters["times"] < 1

    def test_are_learned_from_all_days_but_the_last(self):
        dealt = deal(as_two_days(lesson(3_000, 8)))

        assert set(dealt.judging.day) == {3}
        assert dealt.calibrating.rows > deal(lesson(3_000, 8)).calibrating.rows


class TestHours:
    @pytest.mark.parametrize(("evening", "least", "most"), [(0.9, 0.6, 1.0), (0.0, 0.0, 0.3)])
    def test_count_as_far_as_others_were_found_to_answer_so(self, evening, least, most):
        rng = np.random.default_rng(3)
        rows = 12_000
        hour, other = rng.integers(8, 20, rows).astype(float), rng.normal(size=rows)
        hit = (rng.random(rows) < probability(other - 1 + evening * (hour >= 17))).astype(float)
        told = Lesson(("other", HOUR_FEATURE), (other, hour), hit, rng.integers(0, 2**62, rows),
                      1 + np.arange(rows) * 3 // rows, {})  # fmt: skip
        dealt = deal(told)
        learned = learn(dealt, worse=(0, 0), growth=None, may_lose=0.002)

        hours = hours_told(learned.part, dealt)

        assert least <= hours["weight"] <= most
        inside = [each["low"] <= each["came"] <= each["high"] for each in hours["by_hour"]]
        assert len(inside) == 12
        assert all(inside)
        if evening:
            early, late = (
                np.mean([e["came"] for e in hours["by_hour"] if (e["hour"] >= 17) is evening_])
                for evening_ in (False, True)
            )
            assert late > early + 0.1
