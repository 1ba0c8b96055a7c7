"""Between which shares does the true one lie, where only some were counted?

The interval of Wilson (1927) for a share of independent cases; it never leaves 0 to 1, also where
few were counted.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
"""Of a hundred such intervals ninety-five hold the true share."""


class Interval(NamedTuple):
    """A share and its bounds, each from 0 to 1; or a difference of shares, from -1 to 1."""

    low: float
    share: float
    high: float


def wilson(part: int, whole: int, *, z: float = Z_95) -> Interval | None:
    """Return the share of ``part`` in ``whole`` with its bounds; None: nothing was counted.

    >>> tuple(round(each, 3) for each in wilson(5, 10))
    (0.237, 0.5, 0.763)
    """
    assert 0 <= part <= whole
    if whole == 0:
        return None
    share, square = part / whole, z * z
    centre = (share + square / (2 * whole)) / (1 + square / whole)
    spread = share * (1 - share) / whole + square / (4 * whole * whole)
    half = z / (1 + square / whole) * sqrt(spread)
    return Interval(max(0.0, centre - half), share, min(1.0, centre + half))


def difference(one: Interval, other: Interval) -> Interval:
    """Return by how much one share lies above another, with the bounds of that.

    Source: Newcombe, 1998, method 10, which joins the two intervals of Wilson.

    >>> tuple(round(each, 4) for each in difference(wilson(56, 70), wilson(48, 80)))
    (0.0524, 0.2, 0.3339)
    """
    apart = one.share - other.share
    below = sqrt((one.share - one.low) ** 2 + (other.high - other.share) ** 2)
    above = sqrt((one.high - one.share) ** 2 + (other.share - other.low) ** 2)
    return Interval(max(-1.0, apart - below), apart, min(1.0, apart + above))
