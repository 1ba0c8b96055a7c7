"""What holds for every agenda, whatever the people, ways and capacities?"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.engine.agenda import solve
from forbear.engine.agenda.resource import resources, usable, used_by
from forbear.values.code import AgendaOutcome
from tests.support.agenda_house import DEMO, with_lots, without_lots
from tests.support.agenda_lp import lp_optimum
from tests.support.agenda_ways import NEAR_PPM, made_up_ways

AS_OF = 20_000
SMALL = replace(
    DEMO,
    teams=tuple(replace(team, seats=(1, 1, 1)) for team in DEMO.teams[:2]),
    capacity_for_candidates=None,
    occupancy_ppm=40_000,
)
SEEDS = st.integers(0, 10**6)
# A busy machine is no failure of the agenda.
UNHURRIED = settings(deadline=None, max_examples=60)
TWICE = settings(deadline=None, max_examples=30)
"""For what solves twice."""


def _small(seed: int, people: int, capacity_ppm: int):
    house = without_lots(replace(SMALL, occupancy_ppm=capacity_ppm))
    options, hashes = made_up_ways(people, seed=seed, settings=house)
    return house, options, hashes


def _rows(options, assignment):
    """The row of each person's chosen way."""
    chosen = {
        (debtor, number)
        for debtor, number in zip(assignment["debtor_no"], assignment["option_no"], strict=True)
        if number >= 0
    }
    pairs = zip(options["debtor_no"].tolist(), options["option_no"].tolist(), strict=True)
    return [row for row, pair in enumerate(pairs) if pair in chosen]


def _greedy(options, house, people) -> int:
    offered = resources(house, candidates=people)
    left = [*offered.capacity.tolist(), 10**15]
    resource, units = used_by(options, house)
    planned: set[int] = set()
    total = 0
    for row in np.argsort(-options["value_micro"], kind="stable").tolist():
        debtor, value = int(options["debtor_no"][row]), int(options["value_micro"][row])
        if value > 0 and debtor not in planned and left[resource[row]] >= units[row]:
            planned.add(debtor)
            left[resource[row]] -= int(units[row])
            total += value
    return total


def _best_of_all(options, house, people) -> int:
    """Try every agenda there is."""
    offered = resources(house, candidates=people)
    resource, units = used_by(options, house)
    by_person = [
        [None, *np.flatnonzero(options["debtor_no"] == debtor)]
        for debtor in np.unique(options["debtor_no"])
    ]
    best = 0
    for rows in product(*by_person):
        used = np.zeros(offered.free + 1, dtype=np.int64)
        taken = [row for row in rows if row is not None]
        np.add.at(used, resource[taken], units[taken])
        if (used[:-1] <= offered.capacity).all():
            best = max(best, int(options["value_micro"][taken].sum()))
    return best


class TestAgenda:
    @UNHURRIED
    @given(seed=SEEDS, people=st.integers(1, 120), capacity_ppm=st.integers(0, 300_000))
    def test_keeps_within_every_capacity(self, seed, people, capacity_ppm):
        house, options, hashes = _small(seed, people, capacity_ppm)
        solution = solve(options, hashes, as_of=AS_OF, settings=house)

        rows = _rows(options, solution.assignment)
        resource, units = used_by(options, house)
        used = np.bincount(resource[rows], units[rows], minlength=len(solution.used) + 1)[:-1]
        assert (used == solution.used).all()
        assert (solution.used <= solution.resources.capacity).all()

    @UNHURRIED
    @given(seed=SEEDS, people=st.integers(1, 120), capacity_ppm=st.integers(0, 300_000))
    def test_is_never_worse_than_taking_ways_by_value(self, seed, people, capacity_ppm):
        house, options, hashes = _small(seed, people, capacity_ppm)
        figures = solve(options, hashes, as_of=AS_OF, settings=house).figures

        candidates = len(np.unique(options["debtor_no"]))
        assert figures["value_micro"] >= _greedy(options, house, candidates)
        assert figures["bound_micro"] >= figures["value_micro"]

    @UNHURRIED
    @given(seed=SEEDS, people=st.integers(1, 5), capacity_ppm=st.integers(0, 80_000))
    def test_bound_holds_against_every_agenda_there_is(self, seed, people, capacity_ppm):
        house, options, hashes = _small(seed, people, capacity_ppm)
        few = options["option_no"] < 4
        options = {name: column[few] for name, column in options.items()}
        figures = solve(options, hashes, as_of=AS_OF, settings=house).figures

        best = _best_of_all(options, house, len(np.unique(options["debtor_no"])))
        assert figures["value_micro"] <= best <= figures["bound_micro"]

    @TWICE
    @given(seed=SEEDS)
    @pytest.mark.nightly
    def test_does_not_depend_on_the_order_of_the_rows(self, seed):
        house = with_lots(SMALL, hold_out_ppm=100_000, exploration_ppm=200_000)
        options, hashes = made_up_ways(150, seed=seed, settings=house)
        shuffled = np.random.default_rng(seed).permutation(len(options["debtor_no"]))
        mixed = {name: column[shuffled] for name, column in options.items()}

        told = solve(options, hashes, as_of=AS_OF, settings=house)
        again = solve(mixed, hashes, as_of=AS_OF, settings=house)
        for name, column in told.assignment.items():
            assert (column == again.assignment[name]).all(), name
        assert told.figures == again.figures

    @TWICE
    @given(seed=SEEDS)
    @pytest.mark.nightly
    def test_does_not_depend_on_how_the_book_numbers_people(self, seed):
        house = with_lots(SMALL, hold_out_ppm=100_000, exploration_ppm=200_000)
        options, hashes = made_up_ways(150, seed=seed, settings=house)
        number = np.random.default_rng(seed).permutation(len(hashes))
        renumbered = {**options, "debtor_no": number[options["debtor_no"]]}
        new_hashes = np.zeros_like(hashes)
        new_hashes[number] = hashes

        told = solve(options, hashes, as_of=AS_OF, settings=house).assignment
        again = solve(renumbered, new_hashes, as_of=AS_OF, settings=house).assignment
        place = np.searchsorted(again["debtor_no"], number[told["debtor_no"]])
        for name in ("outcome", "option_no", "rank", "propensity_ppm", "price_micro"):
            assert (told[name] == again[name][place]).all(), name

    @UNHURRIED
    @given(seed=SEEDS, people=st.integers(1, 150))
    def test_gives_a_person_one_way_that_is_worth_something(self, seed, people):
        house = with_lots(SMALL, hold_out_ppm=100_000, exploration_ppm=300_000)
        options, hashes = made_up_ways(people, seed=seed, settings=house)
        solution = solve(options, hashes, as_of=AS_OF, settings=house)

        debtors = solution.assignment["debtor_no"]
        assert (np.diff(debtors) > 0).all()
        assert (np.unique(options["debtor_no"]) == debtors).all()
        rows = _rows(options, solution.assignment)
        assert (options["value_micro"][rows] > 0).all()
        contacted = np.isin(
            solution.assignment["outcome"],
            [AgendaOutcome.PLANNED.number, AgendaOutcome.EXPLORED.number],
        )
        assert (contacted == (solution.assignment["option_no"] >= 0)).all()


class TestBound:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_lies_within_a_twentieth_of_a_per_cent_of_the_lp_optimum(self, seed):
        house = without_lots(DEMO)
        options, hashes = made_up_ways(2_000, seed=seed, settings=house)
        figures = solve(options, hashes, as_of=AS_OF, settings=house).figures

        offered = resources(house, candidates=len(np.unique(options["debtor_no"])))
        resource, units = used_by(options, house)
        optimum = lp_optimum(
            person=options["debtor_no"],
            resource=np.where(resource == offered.free, -1, resource),
            units=units,
            value=options["value_micro"] / 1e6,
            capacity=usable(offered.capacity, resource, units),
        )
        bound = figures["bound_micro"] / 1e6
        assert optimum <= bound * (1 + 1e-6)
        assert bound <= optimum * 1.0005

    @pytest.mark.parametrize("people", [20_000, pytest.param(100_000, marks=pytest.mark.nightly)])
    @pytest.mark.parametrize("second_ppm", [930_000, NEAR_PPM])
    def test_is_met_within_a_twentieth_of_a_per_cent_by_many(self, people, second_ppm):
        options, hashes = made_up_ways(people, seed=3, settings=DEMO, second_ppm=second_ppm)
        figures = solve(options, hashes, as_of=AS_OF, settings=DEMO).figures

        assert figures["gap_ppb"] <= 500_000
