"""When in the day does a person answer more likely than at other times, as far as it is known?

What a house believes of its slots and what was measured of a person are put together by weight. A
weight of 1 forgets the house's belief, and 0 leaves only it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from forbear.engine.risk.model import Model

    Reals = np.ndarray[Any, np.dtype[np.float64]]
    Integers = np.ndarray[Any, np.dtype[np.int64]]

PLACE = 128
"""Each slot has one place of this size in a code, the first slot the lowest."""
SLOTS_MAX = 7
"""So many places stay below 2**53, where also engines that divide as floats are exact."""
_LEAST, _MOST = 0.5, 1.27
_TINY = 1e-6


def weight_of(model: Model) -> float:
    """Return how far the model may tell hours apart, from 0 to 1, as its card says."""
    return float(dict(model.card.get("hours") or {}).get("weight", 0.0))


def code_of(reach: Sequence[Reals], slot_ppm: Sequence[int], *, weight: float) -> Integers:
    """Return for each person how often they answer in each slot, in percent of their mean.

    ``reach`` holds the chance by slot, ``slot_ppm`` the house's factors. Every slot is one place of
    the code, from 50 to 127.
    """
    table = np.array(slot_ppm, dtype=float) / (sum(slot_ppm) / len(slot_ppm))
    mean = np.maximum(sum(reach) / len(reach), _TINY)
    code = np.zeros(len(mean), dtype=np.int64)
    for slot, chance in enumerate(reach):
        measured = np.maximum(chance / mean, _TINY)
        times = np.clip(table[slot] ** (1 - weight) * measured**weight, _LEAST, _MOST)
        code += np.rint(times * 100).astype(np.int64) * PLACE**slot
    return code


def percent_of(code: int, slot: int) -> int:
    """Return what a code says of a slot."""
    return int(code // PLACE**slot % PLACE)
