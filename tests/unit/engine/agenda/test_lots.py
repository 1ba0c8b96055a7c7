"""Do lots fall evenly, apart from each other, and the same way again?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forbear.engine.agenda import lots, solve
from forbear.values.code import AgendaOutcome
from tests.support.agenda_house import DEMO, with_lots
from tests.support.agenda_ways import made_up_ways

HASHES = np.random.default_rng(5).integers(0, 2**63 - 1, 200_000, dtype=np.int64)
LOTS = replace(DEMO.lots, hold_out_ppm=20_000, hold_out_days=28, exploration_ppm=50_000)
FIRST_DAY = 28 * 700


class TestHeldOut:
    def test_takes_its_share(self):
        share = lots.held_out(HASHES, as_of=FIRST_DAY, lots=LOTS).mean()

        assert abs(share - 0.02) < 0.001

    def test_stays_for_its_days_and_is_then_drawn_anew(self):
        on_first = lots.held_out(HASHES, as_of=FIRST_DAY, lots=LOTS)

        assert (on_first == lots.held_out(HASHES, as_of=FIRST_DAY + 27, lots=LOTS)).all()
        after = lots.held_out(HASHES, as_of=FIRST_DAY + 28, lots=LOTS)
        assert abs((on_first & after).mean() - 0.0004) < 0.0002

    def test_is_drawn_apart_from_exploring(self):
        both = lots.held_out(HASHES, as_of=FIRST_DAY, lots=LOTS) & lots.exploring(
            HASHES, as_of=FIRST_DAY, lots=LOTS
        )

        assert abs(both.mean() - 0.001) < 0.0003

    def test_nobody_and_everybody_can_be_asked_for(self):
        none = replace(LOTS, hold_out_ppm=0)
        everyone = replace(LOTS, hold_out_ppm=1_000_000)

        assert not lots.held_out(HASHES, as_of=1, lots=none).any()
        assert lots.held_out(HASHES, as_of=1, lots=everyone).all()

    def test_another_seed_draws_other_people(self):
        one = lots.held_out(HASHES, as_of=1, lots=LOTS)
        other = lots.held_out(HASHES, as_of=1, lots=replace(LOTS, seed=LOTS.seed + 1))

        assert abs((one & other).mean() - 0.0004) < 0.0002


class TestWay:
    def test_draws_each_way_as_often(self):
        ways = np.full(len(HASHES), 7)
        drawn = lots.way(HASHES, ways, as_of=9, lots=LOTS)

        shares = np.bincount(drawn, minlength=7) / len(drawn)
        assert np.abs(shares - 1 / 7).max() < 0.003
        assert len(shares) == 7

    def test_a_draw_never_changes(self):
        # These numbers are part of the record: a changed lot would unmake past experiments.
        drawn = lots.draw(np.array([0, 1, 2**62]), seed=1, purpose=lots.Purpose.HOLD_OUT, period=2)

        assert drawn.tolist() == [1_922_710_791, 704_899_930, 1_223_278_740]


class TestExploring:
    def test_is_as_likely_as_it_says(self):
        settings = with_lots(DEMO, exploration_ppm=300_000)
        options, hashes = made_up_ways(3_000, seed=1, settings=settings)
        count = np.bincount(options["debtor_no"][options["value_micro"] > 0], minlength=3_000)
        debtor = int(np.flatnonzero(count == 5)[0])
        seen = np.zeros(5)
        for trial in range(400):
            lot = np.random.default_rng(trial).integers(0, 2**62)
            hashes[debtor] = lot
            explored = lots.exploring(hashes[[debtor]], as_of=1, lots=settings.lots)[0]
            if explored:
                seen[
                    lots.way(hashes[[debtor]], count[[debtor]], as_of=1, lots=settings.lots)[0]
                ] += 1

        assert abs(seen.sum() / 400 - 0.3) < 0.08
        assert (seen > 0).all()

    def test_logs_the_chance_of_exactly_the_chosen_way(self):
        settings = with_lots(DEMO, exploration_ppm=300_000, hold_out_ppm=0)
        options, hashes = made_up_ways(3_000, seed=1, settings=settings)
        table = solve(options, hashes, as_of=1, settings=settings).assignment
        worthwhile = options["value_micro"] > 0
        count = np.bincount(options["debtor_no"][worthwhile], minlength=3_000)

        even = 300_000 // np.maximum(count[table["debtor_no"]], 1)
        planned = table["outcome"] == AgendaOutcome.PLANNED.number
        explored = table["outcome"] == AgendaOutcome.EXPLORED.number
        told = table["propensity_ppm"]
        assert (told[planned] == 700_000 + even[planned]).all()
        by_lot = told[explored] - even[explored]
        assert set(by_lot.tolist()) == {0, 700_000}
        assert (told[~planned & ~explored] == -1).all()
