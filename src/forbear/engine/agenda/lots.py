"""Who is left alone, and who is contacted in a way drawn at random, so that effects are measured?

A lot is a number made from the person's hash, a purpose and a period. It does not depend on the
order of the rows, on the partitions, or on anyone else in the book.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from forbear.engine.agenda.settings import PPM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forbear.engine.agenda.settings import Lots

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_GOLDEN = 0x9E3779B97F4A7C15
_WORD = 2**64
_SHIFT_TO_31_BITS = np.uint64(33)


class Purpose(IntEnum):
    """What a lot is drawn for; each purpose draws anew."""

    HOLD_OUT = 1
    EXPLORE = 2
    WAY = 3
    ORDER = 4


def draw(person_hash: Integers, *, seed: int, purpose: Purpose, period: int) -> Integers:
    """Draw a whole number in [0, 2**31) for each person.

    Source: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), applied twice.
    """
    salt = (seed * 0x100000001B3 + purpose * 0x10001 + period) * _GOLDEN % _WORD
    mixed = _mix(_mix(person_hash.astype(np.uint64) ^ np.uint64(salt)) + np.uint64(_GOLDEN))
    return (mixed >> _SHIFT_TO_31_BITS).astype(np.int64)


def held_out(person_hash: Integers, *, as_of: int, lots: Lots) -> Flags:
    """Tell who is left alone; the lot stays for ``hold_out_days`` and is then drawn anew."""
    drawn = draw(
        person_hash, seed=lots.seed, purpose=Purpose.HOLD_OUT, period=as_of // lots.hold_out_days
    )
    return _below(drawn, lots.hold_out_ppm)


def exploring(person_hash: Integers, *, as_of: int, lots: Lots) -> Flags:
    """Tell for whom today's way of contact is drawn at random."""
    drawn = draw(person_hash, seed=lots.seed, purpose=Purpose.EXPLORE, period=as_of)
    return _below(drawn, lots.exploration_ppm)


def way(person_hash: Integers, ways: Integers, *, as_of: int, lots: Lots) -> Integers:
    """Draw one of each person's ways evenly: a number from 0 up to, not including, ``ways``."""
    drawn = draw(person_hash, seed=lots.seed, purpose=Purpose.WAY, period=as_of)
    return drawn * ways >> 31


def _below(drawn: Integers, share_ppm: int) -> Flags:
    return drawn * PPM < np.int64(share_ppm) << 31


def _mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    # Unsigned words wrap around by design; numpy does so silently for arrays.
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
