"""What does a readable scorecard say: bins of each feature, points for each bin, one sum?

A scorecard is read like a table. Its points are whole numbers, so what is printed is what is
computed: ``logit = base + points / points_per_unit``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Binning:
    """The bins of one feature: a value lies in the first bin whose cut it does not exceed.

    ``points`` has one number for each bin (one more than cuts) and a last one for missing values.
    """

    cuts: tuple[float, ...]
    points: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.points) != len(self.cuts) + 2:
            raise ValueError("a binning's points and cuts do not belong together")
        if any(low >= high for low, high in zip(self.cuts, self.cuts[1:], strict=False)):
            raise ValueError("a binning's cuts do not rise")

    def place(self, values: Reals) -> Numbers:
        """Return each value's bin; a missing one lies in the last."""
        return place_in(self.cuts, values)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A binning for each feature. A higher sum means that the target is likelier."""

    binnings: tuple[Binning, ...]
    base: float
    points_per_unit: float

    def points(self, columns: Sequence[Reals]) -> NDArray[np.int32]:
        """Return each row's points by feature, rows by features."""
        found = np.empty((len(columns[0]) if columns else 0, len(self.binnings)), np.int32)
        for number, (binning, values) in enumerate(zip(self.binnings, columns, strict=True)):
            found[:, number] = np.array(binning.points, np.int32)[binning.place(values)]
        return found

    def score(self, columns: Sequence[Reals], *, workers: int = 1) -> Reals:
        """Return each row's logit."""
        del workers  # one look-up a feature needs no second processor
        total = np.zeros(len(columns[0]) if columns else 0, np.int64)
        for binning, values in zip(self.binnings, columns, strict=True):
            total += np.array(binning.points, np.int64)[binning.place(values)]
        return self.base + total / self.points_per_unit


def place_in(cuts: Sequence[float], values: Reals) -> Numbers:
    """Return the bin of each value: how many cuts lie below it; one beyond all bins if missing."""
    placed = np.searchsorted(np.asarray(cuts, dtype=float), values, side="left")
    placed[np.isnan(values)] = len(cuts) + 1
    return placed


def scorecard_as_data(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard as plain lists."""
    return {
        "base": card.base,
        "points_per_unit": card.points_per_unit,
        "binnings": [{"cuts": list(b.cuts), "points": list(b.points)} for b in card.binnings],
    }


def scorecard_of(data: Mapping[str, Any]) -> Scorecard:
    """Read a scorecard from plain lists.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    binnings = tuple(
        Binning(tuple(float(cut) for cut in b["cuts"]), tuple(int(p) for p in b["points"]))
        for b in data["binnings"]
    )
    per_unit = float(data["points_per_unit"])
    if not per_unit > 0:
        raise ValueError("a scorecard's points_per_unit is not above 0")
    return Scorecard(binnings, float(data["base"]), per_unit)
