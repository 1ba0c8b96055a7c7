"""Are the measures what their definitions say, counted on one's fingers?"""

from __future__ import annotations

import numpy as np

from forbear.engine.risk.measure import auc, brier, by_group, calibration_error, ks, stability
from forbear.engine.risk.uplift import by_propensity, doubly_robust, qini, transformed

RNG = np.random.default_rng(8)
SCORE = RNG.integers(0, 9, 60).astype(float)
HIT = (RNG.random(60) < 0.4).astype(float)


class TestRanking:
    def test_auc_counts_pairs(self):
        pairs = [
            1.0 if a > b else 0.5 if a == b else 0.0
            for a in SCORE[HIT == 1]
            for b in SCORE[HIT == 0]
        ]

        assert abs(auc(SCORE, HIT) - np.mean(pairs)) < 1e-12

    def test_auc_of_one_kind_is_not_known(self):
        assert np.isnan(auc(SCORE, np.ones(60)))

    def test_ks_is_the_widest_gap(self):
        gaps = [
            abs((SCORE[HIT == 1] <= cut).mean() - (SCORE[HIT == 0] <= cut).mean())
            for cut in range(9)
        ]

        assert abs(ks(SCORE, HIT) - max(gaps)) < 1e-12


class TestCalibration:
    def test_of_the_truth_is_small_and_of_a_shift_the_shift(self):
        share = RNG.random(50_000)
        hit = (RNG.random(50_000) < share).astype(float)

        assert calibration_error(share, hit) < 0.01
        assert abs(calibration_error(share * 0 + 0.9, hit) - 0.4) < 0.01
        assert brier(share, hit) < brier(np.full(50_000, 0.5), hit)


class TestStability:
    def test_is_nothing_for_alike_and_grows_with_a_shift(self):
        before, after = RNG.normal(size=(2, 20_000))

        assert stability(before, after) < 0.01
        assert stability(before, after + 0.5) > 0.2
        missing = after.copy()
        missing[:4_000] = np.nan
        assert stability(before, missing) > 0.2


class TestByGroup:
    def test_tells_each_group_that_is_large_enough(self):
        share = np.linspace(0, 1, 100)
        group = ["a"] * 50 + ["b"] * 45 + ["c"] * 5
        hit = (share > 0.5).astype(float)

        found = by_group(share, hit, group, chosen=0.2, rows_min=10)

        assert [(one.group, one.rows) for one in found] == [("a", 50), ("b", 45)]
        assert found[0].chosen == 0.0
        assert abs(found[1].chosen - 15 / 45) < 1e-9


class TestUplift:
    def test_qini_is_nothing_at_random_and_most_for_the_truth(self):
        rows = 60_000
        effect = RNG.random(rows) * 0.2
        treated = (RNG.random(rows) < 0.5).astype(float)
        hit = (RNG.random(rows) < 0.2 + effect * treated).astype(float)

        best, worst = qini(effect, hit, treated), qini(-effect, hit, treated)
        at_random = np.std([qini(RNG.random(rows), hit, treated) for _ in range(20)])
        # Taking the best first, the curve is the integral of effects from 0.2 down: area 1/60.
        assert abs(best - 1 / 60) < 5 * at_random
        assert worst < -best / 2
        assert abs(qini(np.zeros(rows), hit, treated)) < 1e-12
        assert abs(qini(RNG.random(rows), hit, treated)) < 5 * at_random

    def test_transformed_outcome_has_the_effect_as_its_mean(self):
        rows = 200_000
        chance = np.where(RNG.random(rows) < 0.5, 0.2, 0.7)
        treated = (RNG.random(rows) < chance).astype(float)
        hit = (RNG.random(rows) < 0.3 + 0.1 * treated).astype(float)

        assert abs(transformed(hit, treated, chance).mean() - 0.1) < 0.01

    def test_estimates_of_another_policy_cover_the_truth(self):
        covered = {"ips": 0, "dr": 0}
        for seed in range(60):
            rng = np.random.default_rng(seed)
            x = rng.random(2_000)
            propensity = np.where(x > 0.5, 0.7, 0.3)
            act = (rng.random(2_000) < propensity).astype(float)
            gain = (rng.random(2_000) < 0.2 + 0.4 * x * act).astype(float)
            # The other policy acts for whoever has x > 0.6.
            wanted = (x > 0.6).astype(float)
            followed, logged = (
                (act == wanted).astype(float),
                np.where(act == 1, propensity, 1 - propensity),
            )
            truth = 0.2 + 0.4 * (1 - 0.6**2) / 2
            wrong_model = 0.25 + 0.2 * x * act
            ips = by_propensity(gain, followed, logged)
            dr = doubly_robust(
                gain, followed, logged, said_logged=wrong_model, said_policy=0.25 + 0.2 * x * wanted
            )
            covered["ips"] += ips.low <= truth <= ips.high
            covered["dr"] += dr.low <= truth <= dr.high
        assert min(covered.values()) >= 53
