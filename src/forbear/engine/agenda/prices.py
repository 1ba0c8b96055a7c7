"""What is one more unit of each scarce thing worth today?

The agenda's relaxation has a dual: prices for the scarce things, under which each person simply
takes the best way for them. Any prices give an upper bound on what any agenda can be worth, and
the lowest bound comes from the right ones. They are found by sweeps: under the present prices of
everything else, each thing's own best price is the one at which exactly its capacity is asked for.
Sweeping all things at once, part of the way and with momentum, converges in some forty sweeps.

Where many persons gain the same from two teams, no price of one alone sells exactly its seats:
all who are indifferent come or go at once, and the sweeps stand still beside the best prices. So
values are first set a little apart by lot, and less and less so: as the prices of one blur begin
the next, teams of equal worth come to prices at which their seats together are asked for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forbear.engine.agenda.ways import Ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forbear.engine.agenda.ways import Floats, Integers

SAMPLE_PEOPLE = 100_000
_SAMPLE_SWEEPS = 45
_BLURRED_SWEEPS = 15
_BLURS = (0.1, 0.03, 0.01, 0.003)
_FULL_SWEEPS = 4
_STRIDE = 0.4
_STRIDE_MIN = 0.02
_MOMENTUM = 0.7
_SETTLED_PPM = 0.2
_MIX = np.uint64(0x9E3779B97F4A7C15)
# In a sweep over everybody only prices near the present one are looked at.
_NEAR = 0.15


def find_prices(ways: Ways, capacity: Integers) -> Integers:
    """Find a whole price in micro units per unit for each scarce thing.

    The prices of a sample of persons are refined on all of them.
    """
    sample = ways.first(SAMPLE_PEOPLE)
    share = sample.people / max(ways.people, 1)
    offered: Floats = capacity.astype(np.float64)
    prices: Floats = np.zeros(len(capacity))
    sweeps, near = _SAMPLE_SWEEPS, None
    for blur in _BLURS:
        blurred = _blurred(sample, blur)
        prices = _sweeps(blurred, offered * share, prices, sweeps=sweeps, near=near)
        sweeps, near = _BLURRED_SWEEPS, _NEAR
    if sample.people < ways.people:
        last = _blurred(ways, _BLURS[-1])
        prices = _sweeps(last, offered, prices, sweeps=_FULL_SWEEPS, near=_NEAR)
    return np.rint(prices).astype(np.int64)


def _blurred(ways: Ways, share: float) -> Ways:
    """Set the values apart by up to half of a share, as a lot of place and column wants it."""
    value = []
    for number, column in enumerate(ways.value):
        lot = (np.arange(1, len(column) + 1, dtype=np.uint64) << np.uint64(8)) + np.uint64(number)
        lot = lot * _MIX
        lot = (lot ^ (lot >> np.uint64(29))) * _MIX
        apart = (lot >> np.uint64(11)) * 2.0**-53 - 0.5
        value.append(np.maximum(column + np.rint(column * (share * apart)).astype(np.int64), 1))
    return replace(ways, value=value)


def upper_bound(ways: Ways, capacity: Integers, prices: Integers) -> int:
    """Return what no agenda of these ways within this capacity can be worth more than; exact."""
    with_free = np.append(prices, 0)
    best = np.zeros(ways.people, dtype=np.int64)
    for value, resource, units in zip(ways.value, ways.resource, ways.units, strict=True):
        holders = best[: len(value)]
        np.maximum(holders, value - with_free[resource] * units, out=holders)
    return exact_sum(best) + sum(
        int(price) * int(amount) for price, amount in zip(prices, capacity, strict=True)
    )


def exact_sum(amounts: Integers) -> int:
    """Add up amounts whose sum may leave 64 bits."""
    low = amounts & (2**31 - 1)
    return (int((amounts >> 31).sum()) << 31) + int(low.sum())


def _sweeps(
    ways: Ways, capacity: Floats, prices: Floats, *, sweeps: int, near: float | None
) -> Floats:
    at, before = prices, prices
    best, lowest, quiet, stride = prices, np.inf, 0, _STRIDE
    for _ in range(sweeps):
        ahead = np.maximum(at + _MOMENTUM * (at - before), 0.0)
        bound, asked = _sweep(ways, capacity, ahead, near=near)
        quiet = quiet + 1 if bound > lowest * (1 - _SETTLED_PPM / 1e6) else 0
        if bound < lowest:
            best, lowest = ahead, bound
        if quiet > 3:  # momentum may overshoot for a sweep or two
            stride /= 2
            if stride < _STRIDE_MIN:
                break
            # Sweeping all things at once swings around the best prices: go on from there, slower.
            at, before, quiet = best, best, 0
            continue
        before, at = at, ahead + stride * (asked - ahead)
    return best


def _sweep(
    ways: Ways, capacity: Floats, prices: Floats, *, near: float | None
) -> tuple[float, Floats]:
    """Return the bound under prices, and the price at which each thing would just be used up."""
    with_free = np.append(prices, 0.0)
    best, second, taken = _best_two(ways, with_free)
    bound = float(best.sum() + prices @ capacity)
    low, high = _window(with_free, near)
    above = np.zeros(len(with_free))
    found: list[tuple[NDArray[np.int16], Floats, NDArray[np.int32]]] = []
    for value, resource, units in zip(ways.value, ways.resource, ways.units, strict=True):
        holders = len(value)
        mine = taken[:holders] == resource
        afford = (value - np.where(mine, second[:holders], best[:holders])) / units
        dear = afford >= high[resource]
        above += np.bincount(resource[dear], units[dear], minlength=len(above))
        close = np.flatnonzero(~dear & (afford > low[resource]))
        found.append((resource[close], afford[close], units[close]))
    return bound, _asked(found, above, capacity, low=low, high=high)


def _best_two(ways: Ways, with_free: Floats) -> tuple[Floats, Floats, NDArray[np.int16]]:
    best, second = np.zeros(ways.people), np.zeros(ways.people)
    taken = np.full(ways.people, -1, dtype=np.int16)
    for value, resource, units in zip(ways.value, ways.resource, ways.units, strict=True):
        holders = len(value)
        first_best, first_second = best[:holders], second[:holders]
        worth = value - with_free[resource] * units
        better = worth > first_best
        np.maximum(first_second, np.minimum(worth, first_best), out=first_second)
        np.maximum(first_best, worth, out=first_best)
        np.copyto(taken[:holders], resource, where=better)
    return best, second, taken


def _window(with_free: Floats, near: float | None) -> tuple[Floats, Floats]:
    if near is None:
        return np.zeros(len(with_free)), np.full(len(with_free), np.inf)
    high = np.where(with_free > 0, with_free * (1 + near), np.inf)
    high[-1] = 0.0  # what is not scarce has no price to find
    return with_free * (1 - near), high


def _asked(
    found: list[tuple[NDArray[np.int16], Floats, NDArray[np.int32]]],
    above: Floats,
    capacity: Floats,
    *,
    low: Floats,
    high: Floats,
) -> Floats:
    resource = np.concatenate([part[0] for part in found])
    afford = np.concatenate([part[1] for part in found])
    units = np.concatenate([part[2] for part in found])
    order = np.lexsort((-afford, resource))
    resource, afford, units = resource[order], afford[order], units[order]
    edges = np.searchsorted(resource, np.arange(len(capacity) + 1))
    prices = np.zeros(len(capacity))
    for number, amount in enumerate(capacity):
        here = slice(edges[number], edges[number + 1])
        used = above[number] + np.cumsum(units[here])
        place = int(np.searchsorted(used, amount, side="right"))
        if above[number] > amount:
            prices[number] = high[number]
        elif place < len(used):
            prices[number] = afford[here][place]
        else:
            prices[number] = low[number]
    return prices
