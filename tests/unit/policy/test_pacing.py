"""Nobody answers for whom nobody is there, and collectors wait hardly longer than they must."""

from __future__ import annotations

import random

import pytest

from forbear.policy.pacing import calls_to_start
from forbear.policy.pacing_lab import Calls, Pace, best_ppm, simulate
from tests.support.pacing_best import Small, by_rule, every, gain

CALLS = Calls(
    answered_ppm=350_000,
    ring_least_s=5.0,
    ring_mean_s=12.0,
    ring_out_s=28.0,
    talk_mean_s=150.0,
    wrap_s=20.0,
)
POINTS_PPM = 30_000


def test_no_more_calls_than_collectors_who_are_surely_free():
    assert calls_to_start([], calling=0, lines_free=9, ring_least_s=5) == 0
    assert calls_to_start([0, 0, 4], calling=0, lines_free=9, ring_least_s=5) == 3
    assert calls_to_start([0, 0, 6], calling=0, lines_free=9, ring_least_s=5) == 2
    assert calls_to_start([0, 0, 6], calling=2, lines_free=9, ring_least_s=5) == 0
    assert calls_to_start([0, 0], calling=3, lines_free=9, ring_least_s=5) == 0
    assert calls_to_start([0, 0, 0], calling=0, lines_free=1, ring_least_s=5) == 1


@pytest.mark.parametrize(
    ("seats", "hours"),
    [(5, 20), (20, 5), (100, 1), pytest.param(200, 8, marks=pytest.mark.nightly)],
)
def test_on_a_floor_nobody_is_abandoned_and_the_best_is_near(seats, hours):
    rng = random.Random(seats)
    told = {"lasts_s": hours * 3600.0, "draw": rng.random}
    found = simulate(seats, seats, CALLS, Pace(), **told)
    late = simulate(seats, seats, CALLS, Pace(ahead=False), **told)

    assert found.abandoned == late.abandoned == 0
    assert abs(found.talking_ppm - best_ppm(CALLS)) < POINTS_PPM
    assert found.talking_ppm > late.talking_ppm


def test_a_bet_would_lose_people_and_the_simulation_tells():
    rng = random.Random(5)
    bet = simulate(5, 10, CALLS, Pace(a_seat=2), lasts_s=20 * 3600.0, draw=rng.random)

    assert bet.abandoned > bet.answered / 20


@pytest.mark.parametrize(
    "small",
    [
        Small(2, 2, 2, 3, 0.10, 0.15, 0.05),
        Small(2, 1, 2, 1, 0.20, 0.10, 0.10),
        pytest.param(Small(3, 2, 2, 3, 0.10, 0.15, 0.05), marks=pytest.mark.nightly),
        pytest.param(Small(3, 3, 1, 2, 0.30, 0.20, 0.10), marks=pytest.mark.nightly),
    ],
)
def test_on_small_floors_it_is_within_three_points_of_every_way_to_act(small):
    best, ours = gain(small, every, slots=400), gain(small, by_rule, slots=400)

    assert best - ours < POINTS_PPM / 1_000_000
    assert ours <= best + 1e-6
    assert 0.1 < best < 1.0
