"""Which weights make a logistic curve fit best, by plain Newton steps?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

_STEPS_MAX = 50
_DONE = 1e-6
_SWEEPS_MAX = 500
_LOGIT_MAX = 35.0


def probability(logit: Reals) -> Reals:
    """Return the probability of a logit."""
    held = np.clip(logit, -_LOGIT_MAX, _LOGIT_MAX)
    found: Reals = 1.0 / (1.0 + np.exp(-held))
    return found


def logit(share: Reals) -> Reals:
    """Return the logit of a probability, held off 0 and 1."""
    edge = float(probability(np.array([-_LOGIT_MAX]))[0])
    held = np.clip(share, edge, 1.0 - edge)
    found: Reals = np.log(held / (1.0 - held))
    return found


def fit_logistic(
    design: Reals, hit: Reals, *, ridge: float = 0.0, not_negative: bool = False
) -> Reals:
    """Return the weights, the constant first, that fit best.

    ``design`` is rows by columns, ``hit`` is 0 or 1. ``ridge`` pulls every weight but the
    constant to 0; a little of it keeps columns that say the same apart. With ``not_negative`` no
    weight but the constant falls below 0, and these are the best of such weights.
    """
    rows = np.column_stack([np.ones(len(hit)), design])
    pull = np.full(rows.shape[1], ridge)
    pull[0] = 0.0
    weights = np.zeros(rows.shape[1])
    mean = float(np.clip(hit.mean(), 1e-6, 1 - 1e-6))
    weights[0] = np.log(mean / (1 - mean))
    for _ in range(_STEPS_MAX):
        share = probability(np.einsum("ij,j->i", rows, weights))
        # Plain sums, no library of linear algebra: its threads wait for each other on a busy
        # machine, and their order of adding would change the last digit from run to run.
        slope = np.einsum("ij,i->j", rows, hit - share) - pull * weights
        spread = rows * (share * (1 - share))[:, None]
        curve = np.einsum("ij,ik->jk", spread, rows) + np.diag(pull + 1e-9)
        if not_negative:
            step = _floored(curve, np.einsum("jk,k->j", curve, weights) + slope, weights) - weights
        else:
            step = np.linalg.solve(curve, slope)
        weights += np.clip(step, -5.0, 5.0)
        if np.abs(step).max() < _DONE:
            break
    return weights


def _floored(curve: Reals, pull: Reals, start: Reals) -> Reals:
    """Return the weights, none but the first below 0, that lie lowest in a bowl.

    One weight at a time goes to its own lowest point, which for a bowl leads to the lowest of all.
    """
    weights = start.copy()
    for _ in range(_SWEEPS_MAX):
        before = weights.copy()
        for place in range(len(weights)):
            gap = float(pull[place] - (curve[place] * weights).sum())
            lowest = weights[place] + gap / curve[place, place]
            weights[place] = lowest if place == 0 else max(lowest, 0.0)
        if np.abs(weights - before).max() < _DONE / 10:
            break
    return weights
