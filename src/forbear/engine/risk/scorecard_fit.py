"""Which bins and points fit the past best, where sense demands it in one direction only?

Bins begin as equal parts and are merged while neighbours are too small or, for a feature that must
be monotone, stand in the wrong order. Each bin's weight of evidence is shrunk towards 0 by how few
it holds; a logistic curve then weighs the features against each other, and a feature that would
count against its own evidence is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forbear.engine.risk.logistic import fit_logistic
from forbear.engine.risk.scorecard import Binning, Scorecard, place_in

Reals = NDArray[np.float64]

BINS_MAX = 16
BIN_SHARE_MIN = 0.01
_SHRINK_ROWS = 25.0
_LEVEL = 1e-9
_DOUBLE_POINTS = 20
"""So many points double the odds."""
POINTS_PER_UNIT = _DOUBLE_POINTS / float(np.log(2.0))


def fit_scorecard(
    columns: Sequence[Reals], hit: Reals, *, worse: Sequence[int], bins_max: int = BINS_MAX
) -> Scorecard:
    """Fit a scorecard.

    ``columns`` hold the features, NaN missing; ``hit`` is 0 or 1. ``worse`` says for each feature
    whether the target must grow (1) or shrink (-1) with it, or may do either (0).
    """
    cuts = [
        _cuts(values, hit, worse=direction, bins_max=bins_max)
        for values, direction in zip(columns, worse, strict=True)
    ]
    places = [place_in(each, values) for each, values in zip(cuts, columns, strict=True)]
    evidence = [
        _evidence(place, hit, bins=len(each) + 2) for each, place in zip(cuts, places, strict=True)
    ]
    design = np.column_stack([e[p] for e, p in zip(evidence, places, strict=True)])
    weights = _not_negative(design, hit)
    points = [
        np.rint(e * weight * POINTS_PER_UNIT).astype(int)
        for e, weight in zip(evidence, weights, strict=True)
    ]
    total = sum(np.asarray(p)[place] for p, place in zip(points, places, strict=True))
    base = _base(np.asarray(total, dtype=float) / POINTS_PER_UNIT, hit)
    binnings = [
        Binning(tuple(each), tuple(int(p) for p in own))
        for each, own in zip(cuts, points, strict=True)
    ]
    return Scorecard(tuple(_merged(binning) for binning in binnings), base, POINTS_PER_UNIT)


def _cuts(values: Reals, hit: Reals, *, worse: int, bins_max: int) -> list[float]:
    known = ~np.isnan(values)
    found = values[known]
    if not len(found):
        return []
    parts = np.quantile(found, np.linspace(0, 1, bins_max + 1)[1:-1], method="lower")
    cuts = [float(cut) for cut in np.unique(parts) if cut < found.max()]
    while cuts:
        place = np.searchsorted(cuts, found, side="left")
        rows = np.bincount(place, minlength=len(cuts) + 1).astype(float)
        hits = np.bincount(place, weights=hit[known], minlength=len(cuts) + 1).astype(float)
        wrong = _wrong_cut(rows, hits, worse=worse, least=BIN_SHARE_MIN * len(values))
        if wrong is None:
            return cuts
        del cuts[wrong]
    return cuts


def _wrong_cut(rows: Reals, hits: Reals, *, worse: int, least: float) -> int | None:
    """Return the cut to take out: beside a bin too small, or between bins in the wrong order."""
    smallest = int(rows.argmin())
    if rows[smallest] < least:
        share = hits / np.maximum(rows, 1.0)
        beside = [n for n in (smallest - 1, smallest + 1) if 0 <= n < len(rows)]
        nearest = min(beside, key=lambda n: abs(share[n] - share[smallest]))
        return min(smallest, nearest)
    if not worse:
        return None
    steps = np.diff(hits / rows) * worse
    return int(steps.argmin()) if len(steps) and steps.min() < 0 else None


def _evidence(place: NDArray[np.int64], hit: Reals, *, bins: int) -> Reals:
    """Return each bin's log odds beside the whole; a bin with few rows says little."""
    rows = np.bincount(place, minlength=bins).astype(float)
    hits = np.bincount(place, weights=hit, minlength=bins)
    mean = float(hit.mean())
    share = (hits + mean * _SHRINK_ROWS) / (rows + _SHRINK_ROWS)
    share = np.clip(share, 1e-6, 1 - 1e-6)
    found: Reals = np.log(share / (1 - share)) - np.log(mean / (1 - mean))
    return found


def _not_negative(design: Reals, hit: Reals) -> Reals:
    """Weigh the features; whichever would count against its own evidence counts nothing."""
    weights = np.zeros(design.shape[1])
    kept = np.flatnonzero(design.std(axis=0) > _LEVEL)
    weights[kept] = fit_logistic(design[:, kept], hit, ridge=1.0, not_negative=True)[1:]
    return weights


def _base(partial: Reals, hit: Reals) -> float:
    """Return the constant with which the mean probability is the share that was hit."""
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-(partial + middle)))).mean() < hit.mean():
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _merged(binning: Binning) -> Binning:
    """Join neighbouring bins that have the same points."""
    cuts, points = [], [binning.points[0]]
    for cut, own in zip(binning.cuts, binning.points[1:-1], strict=True):
        if own != points[-1]:
            cuts.append(cut)
            points.append(own)
    return Binning(tuple(cuts), (*points, binning.points[-1]))
