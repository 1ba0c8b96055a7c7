"""How do the need of a person and what lots say of a contact become one gain?

Whoever pays by themselves cannot be helped to. The rest is the need; of it a contact brings a share
that lots measured. What else lots say of a person may raise or lower that, within bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Blend:
    """``brought``: of those in need, the share that a contact brings; the plain answer.

    ``need`` and ``effect`` weigh the need and the measured effect together; the answer stays within
    ``spread`` times the plain one and its inverse. ``effect`` 0: the plain answer.
    """

    brought: float
    need: float = 0.0
    effect: float = 0.0
    spread: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        known = (self.brought, self.need, self.effect, self.spread)
        if not all(np.isfinite(known)) or min(self.brought, self.effect) < 0 or self.spread < 1:
            raise ValueError("the blend makes no sense")

    def answer(self, alone: Reals, effect: Reals | None) -> Reals:
        """Return the gain of each row from its chance of paying alone and its measured effect."""
        needs = 1.0 - alone
        plain: Reals = self.brought * needs
        if effect is None or not self.effect:
            return plain
        both = self.need * needs + self.effect * effect
        found: Reals = np.clip(both, plain / self.spread, plain * self.spread)
        return found


@dataclass(frozen=True, slots=True)
class Weighed:
    """Weights of a regression, and how far chance may have moved each (standard errors)."""

    weight: Reals
    error: Reals


def weighed(parts: tuple[Reals, ...], came: Reals, weight: Reals, person: Reals) -> Weighed:
    """Find the weights of parts that come nearest to what came; rows of a person are one.

    Source: weighted least squares with errors clustered by person (Liang and Zeger, 1986).
    """
    table = np.stack(parts, axis=1)
    inverse = np.linalg.pinv((table * weight[:, None]).T @ table)
    found = inverse @ ((table * weight[:, None]).T @ came)
    left = table * ((came - table @ found) * weight)[:, None]
    names, whose = np.unique(person, return_inverse=True)
    sums = np.zeros((len(names), len(parts)))
    np.add.at(sums, whose, left)
    spread = inverse @ (sums.T @ sums) @ inverse
    return Weighed(found, np.sqrt(np.maximum(np.diag(spread), 0.0)))


def held_back(weight: float, error: float) -> float:
    """Return a weight held back by its uncertainty; nothing of one that chance may have made.

    Source: James and Stein, 1961, its positive part.
    """
    if weight <= max(error, 0.0):
        return 0.0
    return weight * max(0.0, 1.0 - (error / weight) ** 2)


def drawn(weight: float, apart: float, error: float) -> float:
    """Return what all rows tell, moved to what some of them tell as far as that is surely other.

    ``error`` is how far chance may have moved the two apart (standard error).
    """
    moved = held_back(abs(apart - weight), error)
    return weight + (moved if apart > weight else -moved)


def sureness(weight: float, error: float) -> float:
    """Return how much a measured weight tells beside one that was believed, from 0 to 1.

    What was believed is taken to be right within its own size, as ``toward`` does; so a half where
    chance may have moved what was measured by all of it, and nothing where nothing was found.
    """
    return 0.0 if weight <= 0 else weight**2 / max(weight**2 + error**2, 1e-300)


def toward(weight: float, error: float, believed: float | None) -> float:
    """Return a measured weight drawn toward what was believed, the more the less sure it is.

    What was believed is taken to be right within its own size.
    """
    if believed is None or believed <= 0:
        return max(weight, 0.0)
    sure, before = 1.0 / max(error, 1e-12) ** 2, 1.0 / believed**2
    return max(0.0, (weight * sure + believed * before) / (sure + before))


def blend_as_data(blend: Blend) -> dict[str, float]:
    """Return plain values."""
    return {
        "brought": blend.brought,
        "need": blend.need,
        "effect": blend.effect,
        "spread": blend.spread,
    }


def blend_of(data: Mapping[str, Any]) -> Blend:
    """Read it; ValueError, KeyError or TypeError when it makes no sense."""
    return Blend(**{name: float(data[name]) for name in ("brought", "need", "effect", "spread")})
