"""Is a scorecard readable, monotone where sense demands it, stable, and as good as it claims?"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from forbear.engine.risk.because import chosen, contributions
from forbear.engine.risk.calibration import calibrate, isotonic, platt
from forbear.engine.risk.logistic import fit_logistic, probability
from forbear.engine.risk.measure import auc, calibration_error
from forbear.engine.risk.scorecard import Binning, Scorecard, scorecard_as_data, scorecard_of
from forbear.engine.risk.scorecard_fit import fit_scorecard


def drawn(rows: int, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    late = rng.poisson(1.5, rows).astype(float)
    age = rng.uniform(0, 60, rows)
    noise = rng.normal(size=rows)
    # Beyond six the truth turns; a scorecard that must be monotone does not follow it there.
    truth = -2.5 + 0.5 * np.minimum(late, 6) - 0.4 * np.maximum(late - 6, 0) - 0.03 * age
    hit = (rng.random(rows) < probability(truth)).astype(float)
    late[rng.random(rows) < 0.05] = np.nan
    return [late, age, noise], hit


class TestFit:
    card = fit_scorecard(drawn(20_000, 1)[0], drawn(20_000, 1)[1], worse=(1, -1, 0))

    def test_ranks_as_well_as_the_truth_allows(self):
        columns, hit = drawn(20_000, 2)

        best = 0.5 * np.nan_to_num(columns[0], nan=1.5) - 0.03 * columns[1]
        assert auc(self.card.score(columns), hit) > auc(best, hit) - 0.01

    def test_points_move_one_way_where_they_must(self):
        late, age, _ = (binning.points[:-1] for binning in self.card.binnings)

        assert all(a < b for a, b in pairwise(late))
        assert all(a > b for a, b in pairwise(age))
        assert len(late) > 2

    def test_says_on_average_what_came(self):
        columns, hit = drawn(20_000, 1)

        assert abs(probability(self.card.score(columns)).mean() - hit.mean()) < 1e-6

    def test_is_what_its_printed_points_add_up_to(self):
        columns, _ = drawn(50, 3)

        by_hand = [
            self.card.base
            + sum(
                b.points[-1] if np.isnan(v) else b.points[sum(v > cut for cut in b.cuts)]
                for b, v in zip(self.card.binnings, row, strict=True)
            )
            / self.card.points_per_unit
            for row in np.column_stack(columns)
        ]
        assert np.allclose(self.card.score(columns), by_hand)

    def test_gives_the_same_reasons_after_a_small_change(self):
        columns, _ = drawn(400, 4)
        usual = contributions(self.card, columns).mean(axis=0)
        binnings = self.card.binnings
        # Whoever crosses no cut by the change is in the same bins.
        crossed = [
            np.logical_or.reduce([(c > cut) & (c - 0.009 <= cut) for cut in b.cuts] or [c != c])  # noqa: PLR0124
            for c, b in zip(columns, binnings, strict=True)
        ]
        same = ~np.logical_or.reduce(crossed)

        before = chosen(contributions(self.card, columns), usual)
        after = chosen(contributions(self.card, [c - 0.009 for c in columns]), usual)
        assert same.sum() > 200
        assert all(before[n] == after[n] for n in np.flatnonzero(same))


class TestData:
    def test_comes_back_as_it_was(self):
        card = Scorecard((Binning((1.0, 2.5), (3, 0, -4, 1)),), -1.25, 28.8)

        assert scorecard_of(scorecard_as_data(card)) == card

    @pytest.mark.parametrize(("cuts", "points"), [((2.0, 1.0), (1, 2, 3, 4)), ((1.0,), (1, 2))])
    def test_is_refused_when_bins_make_no_sense(self, cuts, points):
        with pytest.raises(ValueError, match="binning"):
            Binning(cuts, points)


class TestLogistic:
    def test_finds_the_weights_that_drew_the_rows(self):
        rng = np.random.default_rng(5)
        design = rng.normal(size=(200_000, 2))
        hit = (rng.random(200_000) < probability(-1 + design @ [0.7, -0.4])).astype(float)

        assert np.abs(fit_logistic(design, hit) - [-1, 0.7, -0.4]).max() < 0.03


class TestCalibrate:
    @pytest.mark.parametrize("how", [isotonic, platt, calibrate])
    def test_says_as_often_as_comes(self, how):
        rng = np.random.default_rng(6)
        score = rng.normal(size=40_000)
        hit = (rng.random(40_000) < probability(2 * score - 1)).astype(float)
        learned = how(score[:20_000], hit[:20_000])

        said = learned.share_of(score[20_000:])
        assert calibration_error(said, hit[20_000:]) < 0.015
        assert abs(auc(said, hit[20_000:]) - auc(score[20_000:], hit[20_000:])) < 0.001

    def test_never_falls_and_takes_few_rows(self):
        learned = calibrate(np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.0, 0.0]))

        said = learned.share_of(np.linspace(-5, 5, 50))
        assert (np.diff(said) >= 0).all()
        assert 0 <= said.min() <= said.max() <= 1
