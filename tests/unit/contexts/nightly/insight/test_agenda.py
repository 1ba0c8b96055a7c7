"""Does an agenda by measured gains truly bring more than one by a table, over as many contacts?"""

from __future__ import annotations

import numpy as np
import pytest

from forbear.contexts.nightly.insight.gain import learn_gain
from forbear.contexts.nightly.insight.lesson import Lesson
from forbear.contexts.nightly.insight.settings import open_model_settings
from forbear.contexts.nightly.insight.trial import Trial
from forbear.engine.agenda import solve
from forbear.engine.risk.logistic import probability
from forbear.values.code import Channel
from tests.support.agenda_house import DEMO

CHANNELS = (Channel.SMS, Channel.WECHAT, Channel.EMAIL)
PERSONS = 4_000
SETTINGS = open_model_settings()


class Persons:
    """Persons whose features foretell, among noise, whom which channel helps."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        self.columns = tuple(rng.normal(size=(4, count)))
        self.goal = np.round(np.exp(rng.normal(11, 0.7, count))).astype(np.int64)
        self.hash = rng.integers(0, 2**62, count)
        self.alone = probability(self.columns[3] - 0.5)
        self.gain = {
            channel: 0.15 * probability(3 * self.columns[place] - 2)
            for place, channel in enumerate(CHANNELS)
        }

    def lesson(self, hit: np.ndarray) -> Lesson:
        level = np.zeros(len(hit), np.int64)
        return Lesson(("a", "b", "c", "d"), self.columns, hit, self.hash, level, {})


def learned(rng: np.random.Generator) -> dict[Channel, object]:
    found = {}
    for channel in CHANNELS:
        past = Persons(rng, 16_000)
        treated = (rng.random(16_000) < 0.5).astype(float)
        chance = past.alone + past.gain[channel] * treated
        hit = (rng.random(16_000) < chance).astype(float)
        found[channel] = learn_gain(
            Trial(past.lesson(hit), treated, np.full(16_000, 0.5)), channel, name="gain",
            version=1, settings=SETTINGS, growth=None, about={},
        )  # fmt: skip
    return found


def planned(persons: Persons, gains: dict[Channel, np.ndarray]) -> tuple[float, int]:
    """Solve, and return the money that the plan truly brings and its contacts."""
    count = len(persons.goal)
    value = np.stack([persons.goal * (gains[c] * 1e6).astype(np.int64) for c in CHANNELS], axis=1)
    order = np.argsort(-value, axis=1, kind="stable")
    channel = np.array([c.number for c in CHANNELS])[order]
    options = {
        "debtor_no": np.repeat(np.arange(count), len(CHANNELS)),
        "option_no": np.tile(np.arange(len(CHANNELS)), count),
        "channel": channel.ravel(),
        "slot": np.zeros(count * len(CHANNELS), np.int64),
        "team": np.zeros(count * len(CHANNELS), np.int64),
        "value_micro": np.take_along_axis(value, order, axis=1).ravel(),
        "seconds": np.zeros(count * len(CHANNELS), np.int64),
    }
    solution = solve(options, persons.hash, as_of=20_000, settings=DEMO)
    chosen = solution.assignment["option_no"]
    who = np.flatnonzero(chosen >= 0)
    used = channel[solution.assignment["debtor_no"][who], chosen[who]]
    money = sum(
        float((persons.goal * persons.gain[c])[who[used == c.number]].sum()) for c in CHANNELS
    )
    return money, len(who)


class TestAgenda:
    @pytest.mark.parametrize("seed", [0])
    def test_brings_a_tenth_more_with_as_many_contacts(self, seed):
        rng = np.random.default_rng(seed)
        models = learned(rng)
        today = Persons(rng, PERSONS)
        table = {c: np.full(PERSONS, today.gain[c].mean()) for c in CHANNELS}
        measured = {c: np.clip(m.answer(today.columns), 0, 1) for c, m in models.items()}

        plain, contacts = planned(today, table)
        better, same = planned(today, measured)
        best, _ = planned(today, today.gain)

        assert 0.95 * contacts <= same <= contacts
        assert better >= 1.10 * plain
        assert better <= best * 1.02
