"""How does a score become a probability that comes true as often as it says?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forbear.engine.risk.logistic import fit_logistic, probability

Reals = NDArray[np.float64]

ISOTONIC_HITS_MIN = 1_000
"""With fewer hits, two numbers are all that can be learned."""
_BLOCKS_MAX = 60


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising line through knots, from score to probability; level beyond the last knots."""

    score: tuple[float, ...]
    share: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.score or len(self.score) != len(self.share):
            raise ValueError("a calibration's knots do not belong together")
        if any(low >= high for low, high in zip(self.score, self.score[1:], strict=False)):
            raise ValueError("a calibration's scores do not rise")
        if any(low > high for low, high in zip(self.share, self.share[1:], strict=False)):
            raise ValueError("a calibration falls")
        if not 0 <= self.share[0] <= self.share[-1] <= 1:
            raise ValueError("a calibration leaves [0, 1]")

    def share_of(self, score: Reals) -> Reals:
        """Return the probability of each score."""
        found: Reals = np.interp(score, self.score, self.share)
        return found


def calibrate(score: Reals, hit: Reals) -> Calibration:
    """Learn from rows that the model has not seen: isotonic where hits suffice, else Platt."""
    if min(float(hit.sum()), float((1 - hit).sum())) >= ISOTONIC_HITS_MIN:
        return isotonic(score, hit)
    return platt(score, hit)


def platt(score: Reals, hit: Reals) -> Calibration:
    """Fit a logistic curve of the score, kept as knots; a falling one is level.

    Scores of a short forest hardly differ; beside their own spread they do.
    Source: Platt, 1999, with his targets for few rows.
    """
    hits = float(hit.sum())
    target = np.where(hit > 0, (hits + 1) / (hits + 2), 1 / (len(hit) - hits + 2))
    middle, spread = float(score.mean()), float(score.std())
    level = Calibration((0.0,), (float(hit.mean()),))
    if not spread > 0:
        return level
    constant, slope = fit_logistic(((score - middle) / spread)[:, None], target)
    if slope <= 0:
        return level
    low, high = float(score.min()), float(score.max())
    reach = high - low
    knots = np.linspace(low - reach, high + reach, 181)
    return _held(knots, probability(constant + slope * (knots - middle) / spread))


def isotonic(score: Reals, hit: Reals) -> Calibration:
    """Pool neighbours that stand in the wrong order, and join the pools' centres by lines.

    The lines keep persons of one pool apart in the order of their scores.
    Source: pool adjacent violators (Ayer et al., 1955).
    """
    order = np.argsort(score, kind="stable")
    ordered, hits = score[order], hit[order]
    edges = np.unique(np.linspace(0, len(ordered), 1 + min(len(ordered), 1_000)).astype(int))
    pools: list[list[float]] = []
    for start, end in pairwise(edges):
        rows = float(end - start)
        pools.append([float(ordered[start:end].mean()), float(hits[start:end].mean()), rows])
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            late, early = pools.pop(), pools.pop()
            both = late[2] + early[2]
            pools.append(
                [(late[i] * late[2] + early[i] * early[2]) / both for i in (0, 1)] + [both]
            )
    while len(pools) > _BLOCKS_MAX:
        at = min(range(len(pools) - 1), key=lambda n: pools[n][2] + pools[n + 1][2])
        one, two = pools[at], pools[at + 1]
        both = one[2] + two[2]
        pools[at : at + 2] = [[(one[i] * one[2] + two[i] * two[2]) / both for i in (0, 1)] + [both]]
    return _held(np.array([p[0] for p in pools]), np.array([p[1] for p in pools]))


def _held(score: Reals, share: Reals) -> Calibration:
    # The first knot stays, and then what lies above all before: means of equal scores differ by a
    # rounding now and then.
    keep = np.append(True, score[1:] > np.maximum.accumulate(score)[:-1])
    share = np.clip(np.maximum.accumulate(share[keep]), 0.0, 1.0)
    return Calibration(tuple(float(x) for x in score[keep]), tuple(float(y) for y in share))


def calibration_as_data(calibration: Calibration) -> dict[str, Any]:
    """Return a calibration as plain lists."""
    return {"score": list(calibration.score), "share": list(calibration.share)}


def calibration_of(data: Mapping[str, Any]) -> Calibration:
    """Read a calibration from plain lists; ValueError, KeyError or TypeError when it is none."""
    return Calibration(
        tuple(float(x) for x in data["score"]), tuple(float(y) for y in data["share"])
    )
