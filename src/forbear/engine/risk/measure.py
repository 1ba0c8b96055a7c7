"""How good is a model: does it rank, does it say how often, has its world changed, is it fair?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

_PARTS = 10
_SHARE_MIN = 1e-4


def auc(score: Reals, hit: Reals) -> float:
    """Return the chance that somebody hit has a higher score than somebody not; ties count half.

    NaN when all are hit or nobody is.
    """
    order = np.argsort(score, kind="stable")
    _, start, count = np.unique(score[order], return_index=True, return_counts=True)
    rank = np.empty(len(score))
    rank[order] = np.repeat(start + (count + 1) / 2, count)
    hits = float(hit.sum())
    others = len(hit) - hits
    if not hits or not others:
        return float("nan")
    return float((rank[hit > 0].sum() - hits * (hits + 1) / 2) / (hits * others))


def ks(score: Reals, hit: Reals) -> float:
    """Return the greatest distance between the two groups' cumulative shares."""
    order = np.argsort(score, kind="stable")
    held, hits = score[order], hit[order]
    last = np.append(held[1:] != held[:-1], True)  # the last row ends a tie
    apart = np.cumsum(hits) / max(hits.sum(), 1) - np.cumsum(1 - hits) / max((1 - hits).sum(), 1)
    return float(np.abs(apart[last]).max(initial=0.0))


def brier(share: Reals, hit: Reals) -> float:
    """Return the mean squared distance between what was said and what came."""
    return float(((share - hit) ** 2).mean())


@dataclass(frozen=True, slots=True)
class Band:
    """Some persons of like probability: how many, what was said, what came."""

    rows: int
    said: float
    came: float


def bands(share: Reals, hit: Reals, *, parts: int = _PARTS) -> tuple[Band, ...]:
    """Return equal parts by probability, the lowest first."""
    order = np.argsort(share, kind="stable")
    return tuple(
        Band(len(part), float(share[part].mean()), float(hit[part].mean()))
        for part in np.array_split(order, parts)
        if len(part)
    )


def calibration_error(share: Reals, hit: Reals, *, parts: int = _PARTS) -> float:
    """Return how far what was said lies from what came, on average over equal parts."""
    found = bands(share, hit, parts=parts)
    return sum(band.rows * abs(band.said - band.came) for band in found) / max(len(share), 1)


def stability(before: Reals, after: Reals, *, parts: int = _PARTS) -> float:
    """Return the population stability index of two samples of scores or of a feature.

    Parts are those of the first sample; missing values are a part of their own.
    """
    known = before[~np.isnan(before)]
    within = np.linspace(0, 1, parts + 1)[1:-1]
    cuts = np.unique(np.quantile(known, within)) if len(known) else np.zeros(0)
    index = 0.0
    shares = [_shares(values, cuts) for values in (before, after)]
    for was, now in zip(*shares, strict=True):
        if max(was, now) > 0:
            was, now = max(was, _SHARE_MIN), max(now, _SHARE_MIN)  # noqa: PLW2901
            index += (now - was) * float(np.log(now / was))
    return index


def _shares(values: Reals, cuts: Reals) -> list[float]:
    place = np.searchsorted(cuts, values, side="left")
    place[np.isnan(values)] = len(cuts) + 1
    counts = np.bincount(place, minlength=len(cuts) + 2)
    return [float(count) / max(len(values), 1) for count in counts]


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """How the model treats one group of persons."""

    group: str
    rows: int
    hits: int
    auc: float
    said: float
    came: float
    chosen: float
    """Share of the group among whom the model would choose."""


def by_group(
    share: Reals, hit: Reals, group: Sequence[str], *, chosen: float, rows_min: int
) -> tuple[GroupFigures, ...]:
    """Return the figures of each group of at least so many rows, by name.

    The model would choose whoever lies in the top ``chosen`` share of all.
    """
    names = np.asarray(group, dtype=object)
    bound = np.quantile(share, 1 - chosen) if len(share) else 0.0
    found = []
    for name in sorted({str(each) for each in group}):
        here = names == name
        if int(here.sum()) >= rows_min:
            found.append(
                GroupFigures(
                    name,
                    int(here.sum()),
                    int(hit[here].sum()),
                    auc(share[here], hit[here]),
                    float(share[here].mean()),
                    float(hit[here].mean()),
                    float((share[here] > bound).mean()),
                )
            )
    return tuple(found)
