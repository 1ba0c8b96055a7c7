"""Which way does each person get, so that nothing is used beyond its capacity?

Under the prices everyone names their best way. Where more is asked for than there is, those who
lose least by it give way to their next best; what is left over goes to those who gain most. Only
whole numbers are used, and lots break ties, so that equal facts give equal agendas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forbear.engine.agenda.ways import Integers, Ways

NOBODY = -1
_YIELD_ROUNDS = 30
_FILL_ROUNDS = 25
# Below so many ways a plain pass by value is tried as well: with a handful of persons, whole
# contacts do not divide finely enough for prices to be sure of beating it.
_PLAIN_WAYS_MAX = 50_000


@dataclass(slots=True)
class _Plan:
    """A choice in the making: the column of each person's way, or NOBODY, and what is left."""

    choice: NDArray[np.int16]
    left: Integers
    """Units left of each scarce thing; the last place is what is not scarce."""


def assign(ways: Ways, capacity: Integers, prices: Integers) -> NDArray[np.int16]:
    """Choose a column of ``ways`` for each place, or NOBODY, within the capacity."""
    plan = _yielded(ways, capacity, prices)
    nothing = np.zeros(len(capacity) + 1, dtype=np.int64)
    _fill(ways, plan, np.append(prices, 0))
    _fill(ways, plan, nothing)
    if sum(len(column) for column in ways.value) <= _PLAIN_WAYS_MAX:
        plain = _plain(ways, capacity)
        _fill(ways, plain, nothing)
        if worth(ways, plain.choice) > worth(ways, plan.choice):
            plan = plain
    assert (plan.left >= 0).all(), "an agenda must keep within its capacity"
    return plan.choice


def worth(ways: Ways, choice: NDArray[np.int16]) -> int:
    """Return what a choice is worth."""
    return sum(
        int(value[choice[: len(value)] == number].sum()) for number, value in enumerate(ways.value)
    )


def use(ways: Ways, choice: NDArray[np.int16], scarce: int) -> Integers:
    """Return the units of each of so many scarce things that a choice uses."""
    used = np.zeros(scarce + 1, dtype=np.int64)
    for number, value in enumerate(ways.value):
        rows = np.flatnonzero(choice[: len(value)] == number)
        used += _added_up(ways.resource[number][rows], ways.units[number][rows], scarce + 1)
    return used


def _added_up(resource: NDArray[np.int16], units: NDArray[Any], places: int) -> Integers:
    """Add units up by resource; whole numbers below 2**53 stay exact on their way."""
    return np.bincount(resource, units, minlength=places).astype(np.int64)


def _room(capacity: Integers) -> Integers:
    return np.append(capacity, np.iinfo(np.int64).max // 2)


# --------------------------------------------------------------------------------------------
# Giving way
# --------------------------------------------------------------------------------------------


def _yielded(ways: Ways, capacity: Integers, prices: Integers) -> _Plan:
    with_free, room = np.append(prices, 0), _room(capacity)
    closed = [np.zeros(len(value), dtype=bool) for value in ways.value]
    everyone = np.arange(ways.people)
    choice = np.full(ways.people, NOBODY, dtype=np.int16)
    loss = np.zeros(ways.people, dtype=np.int64)
    choice[everyone], loss[everyone] = _best(ways, everyone, closed, with_free)
    plan = _Plan(choice, room - use(ways, choice, len(capacity)))
    for _ in range(_YIELD_ROUNDS):
        yielding = _who_yields(ways, plan, loss, room)
        if not len(yielding):
            break
        for number in range(len(closed)):
            closed[number][yielding[choice[yielding] == number]] = True
        chosen, loss[yielding] = _best(ways, yielding, closed, with_free)
        _move(ways, plan, yielding, chosen)
    last = _who_yields(ways, plan, loss, room)
    _move(ways, plan, last, np.full(len(last), NOBODY, dtype=np.int16))
    return plan


def _best(
    ways: Ways, who: Integers, closed: list[NDArray[np.bool_]], with_free: Integers
) -> tuple[NDArray[np.int16], Integers]:
    """Return the best open way of some places, and what each would lose by giving it up."""
    best, second = np.zeros(len(who), dtype=np.int64), np.zeros(len(who), dtype=np.int64)
    choice = np.full(len(who), NOBODY, dtype=np.int16)
    for number, value in enumerate(ways.value):
        holders = int(np.searchsorted(who, len(value)))
        rows = who[:holders]
        cost = with_free[ways.resource[number][rows]] * ways.units[number][rows]
        net = np.where(closed[number][rows], -1, value[rows] - cost)
        better = net > best[:holders]
        np.maximum(second[:holders], np.minimum(net, best[:holders]), out=second[:holders])
        np.maximum(best[:holders], net, out=best[:holders])
        choice[:holders][better] = number
    return choice, best - second


def _who_yields(ways: Ways, plan: _Plan, loss: Integers, room: Integers) -> Integers:
    """Return the places, in order, that give way where more is asked for than there is."""
    over = plan.left < 0
    if not over.any():
        return np.zeros(0, dtype=np.int64)
    place, resource, units = _holders(ways, plan.choice, over)
    order = np.lexsort((place, -(loss[place] // units), resource))
    place, resource, units = place[order], resource[order], units[order]
    return np.sort(place[_running(resource, units) > room[resource]])


def _holders(
    ways: Ways, choice: NDArray[np.int16], over: NDArray[np.bool_]
) -> tuple[Integers, NDArray[np.int16], Integers]:
    places, resources, units = [], [], []
    for number, resource in enumerate(ways.resource):
        rows = np.flatnonzero((choice[: len(resource)] == number) & over[resource])
        places.append(rows)
        resources.append(resource[rows])
        units.append(ways.units[number][rows].astype(np.int64))
    return np.concatenate(places), np.concatenate(resources), np.concatenate(units)


def _running(group: NDArray[np.int16], units: Integers) -> Integers:
    """Return running totals that begin anew with each group; equal groups stand together."""
    total = np.cumsum(units)
    first = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
    before = total[first] - units[first]
    return total - np.repeat(before, np.diff(np.append(first, len(group))))


# --------------------------------------------------------------------------------------------
# Filling up
# --------------------------------------------------------------------------------------------


def _fill(ways: Ways, plan: _Plan, freed: Integers) -> None:
    """Give what is left to those who gain most, until nobody gains any more.

    A move counts what it frees elsewhere at the prices ``freed``, for a later move to use; with
    prices of nothing a move must gain at once, so that every round makes the plan better.
    """
    for _ in range(_FILL_ROUNDS):
        moves = _moves(ways, plan, freed)
        if moves is None:
            break
        _move(ways, plan, *moves)


def _moves(ways: Ways, plan: _Plan, freed: Integers) -> tuple[Integers, NDArray[np.int16]] | None:
    """Return the places that move and the columns they move to; None when nobody gains."""
    now = _now(ways, plan.choice, freed)
    gain = np.zeros(ways.people, dtype=np.int64)
    column = np.full(ways.people, NOBODY, dtype=np.int16)
    for number, value in enumerate(ways.value):
        rows = np.flatnonzero(value - now[: len(value)] > gain[: len(value)])
        resource, units = ways.resource[number][rows], ways.units[number][rows]
        rows = rows[(plan.left[resource] >= units) & (plan.choice[rows] != number)]
        gain[rows], column[rows] = value[rows] - now[rows], number
    place = np.flatnonzero(column != NOBODY)
    if not len(place):
        return None
    return _within(ways, plan, place, column[place], gain[place])


def _now(ways: Ways, choice: NDArray[np.int16], freed: Integers) -> Integers:
    """Return what each place's present way is worth, less the price of what it would free."""
    now = np.zeros(ways.people, dtype=np.int64)
    for number, value in enumerate(ways.value):
        rows = np.flatnonzero(choice[: len(value)] == number)
        back = freed[ways.resource[number][rows]] * ways.units[number][rows]
        now[rows] = value[rows] - back
    return now


def _within(
    ways: Ways, plan: _Plan, place: Integers, column: NDArray[np.int16], gain: Integers
) -> tuple[Integers, NDArray[np.int16]]:
    resource, units = _pick(ways, place, column)
    order = np.lexsort((place, -(gain // units), resource))
    place, column = place[order], column[order]
    resource, units = resource[order], units[order]
    fits = _running(resource, units) <= plan.left[resource]
    # The first of each thing fits by itself, so at least one move is made.
    return place[fits], column[fits]


def _pick(
    ways: Ways, place: Integers, column: NDArray[np.int16]
) -> tuple[NDArray[np.int16], Integers]:
    resource = np.zeros(len(place), dtype=np.int16)
    units = np.ones(len(place), dtype=np.int64)
    for number in range(len(ways.value)):
        rows = np.flatnonzero(column == number)
        resource[rows] = ways.resource[number][place[rows]]
        units[rows] = ways.units[number][place[rows]]
    return resource, units


def _move(ways: Ways, plan: _Plan, place: Integers, column: NDArray[np.int16]) -> None:
    for columns, sign in ((plan.choice[place], 1), (column, -1)):
        held = columns != NOBODY
        resource, units = _pick(ways, place[held], columns[held])
        plan.left += sign * _added_up(resource, units, len(plan.left))
    plan.choice[place] = column


def _plain(ways: Ways, capacity: Integers) -> _Plan:
    """Go through all ways by value and take each that still fits: the obvious agenda."""
    plan = _Plan(np.full(ways.people, NOBODY, dtype=np.int16), _room(capacity))
    place = np.concatenate([np.arange(len(value)) for value in ways.value])
    column = np.repeat(np.arange(len(ways.value)), [len(value) for value in ways.value])
    value, resource = np.concatenate(ways.value), np.concatenate(ways.resource)
    units = np.concatenate(ways.units)
    for row in np.lexsort((column, place, -value)):
        fits = plan.left[resource[row]] >= units[row]
        if fits and plan.choice[place[row]] == NOBODY:
            plan.choice[place[row]] = column[row]
            plan.left[resource[row]] -= units[row]
    return plan
