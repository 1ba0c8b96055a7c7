"""What does a treatment change, and how well does a model know for whom?

Whoever was treated was drawn with a logged chance, so that what others would have done is known on
average. Nothing here believes a treatment that was not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

_Z_95 = 1.96


def qini(uplift: Reals, hit: Reals, treated: Reals) -> float:
    """Return the area between the curve of added hits and the straight line of a random order.

    Persons are taken by falling ``uplift``. The curve is, after each person, the hits of the
    treated less those of the others scaled to their number, by treated person of all; both axes
    run from 0 to 1 of the persons. Who has the same uplift is taken together.
    Source: Radcliffe, 2007.
    """
    order = np.argsort(-uplift, kind="stable")
    held = uplift[order]
    given = treated[order]
    last = np.append(held[1:] != held[:-1], True)  # the last row ends a tie
    treated_rows, other_rows = np.cumsum(given), np.cumsum(1 - given)
    treated_hits = np.cumsum(hit[order] * given)
    other_hits = np.cumsum(hit[order] * (1 - given))
    scaled = other_hits * treated_rows / np.maximum(other_rows, 1)
    gain = (treated_hits - scaled)[last] / max(treated_rows[-1], 1)
    at = (np.arange(1, len(held) + 1) / len(held))[last]
    x, y = np.append(0.0, at), np.append(0.0, gain)
    area = float((np.diff(x) * (y[1:] + y[:-1])).sum() / 2)
    return area - float(y[-1]) / 2


def transformed(hit: Reals, treated: Reals, chance: Reals) -> Reals:
    """Return an outcome whose mean, given the features, is what the treatment changes.

    ``chance`` is the logged probability of having been treated, strictly between 0 and 1.
    Source: Athey and Imbens, 2016.
    """
    found: Reals = hit * (treated - chance) / (chance * (1 - chance))
    return found


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and the interval that covers it 95 times of 100."""

    mean: float
    low: float
    high: float


def _estimate(each: Reals) -> Estimate:
    mean = float(each.mean())
    reach = _Z_95 * float(each.std(ddof=1)) / float(np.sqrt(len(each))) if len(each) > 1 else 0.0
    return Estimate(mean, mean - reach, mean + reach)


def by_propensity(gain: Reals, followed: Reals, propensity: Reals) -> Estimate:
    """Estimate what another policy would bring, from rows where chance did as it would have.

    ``followed`` is the probability with which the other policy does what was logged, ``propensity``
    the logged one. Source: Horvitz and Thompson, 1952.
    """
    return _estimate(gain * followed / propensity)


def doubly_robust(
    gain: Reals, followed: Reals, propensity: Reals, *, said_logged: Reals, said_policy: Reals
) -> Estimate:
    """Estimate the same, with a model's word for what was not tried and the log to correct it.

    ``said_logged`` is the model's word for the logged act, ``said_policy`` its mean word for what
    the other policy does. Right when either the model or the propensities are.
    Source: Dudik, Langford and Li, 2011.
    """
    return _estimate(said_policy + followed / propensity * (gain - said_logged))
