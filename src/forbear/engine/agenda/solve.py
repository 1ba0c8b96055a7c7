"""What is today's best agenda for everyone together, and how far from perfect is it at most?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forbear.engine.agenda import lots
from forbear.engine.agenda.assign import NOBODY, assign
from forbear.engine.agenda.prices import exact_sum, find_prices, upper_bound
from forbear.engine.agenda.resource import Resources, resources, usable, used_by
from forbear.engine.agenda.settings import PPM
from forbear.engine.agenda.ways import in_columns
from forbear.values.code import AgendaOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from forbear.engine.agenda.settings import AgendaSettings
    from forbear.engine.agenda.ways import Ways

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

NONE = -1


@dataclass(frozen=True, slots=True)
class Solution:
    """The agenda of the whole book, before it is put into words."""

    assignment: dict[str, Integers]
    """The columns of OUTPUT["assignment"], sorted by debtor_no."""
    resources: Resources
    prices: Integers
    """Micro units of money for one unit more of each resource."""
    used: Integers
    served: Integers
    """Persons by resource."""
    figures: dict[str, int]
    """For the manifest: how many, how good, how far from the bound."""


@dataclass(slots=True)
class _People:
    """One place per person with options, and one row per way, best first."""

    debtor_no: Integers
    start: Integers
    count: Integers
    """How many ways are worth more than nothing; they come first."""
    hash: Integers
    value: Integers
    resource: NDArray[np.int16]
    units: Integers
    slot: Integers
    team: Integers
    chosen: Integers
    """The number of the chosen way; NONE."""
    outcome: Integers
    propensity_ppm: Integers


def solve(
    options: Mapping[str, Integers],
    person_hash: Integers,
    *,
    as_of: int,
    settings: AgendaSettings,
) -> Solution:
    """Choose at most one way per person within the day's capacity.

    ``options`` holds the columns of ``option`` of the whole book in any order of persons;
    ``person_hash`` is indexed by debtor_no. First the lots are drawn (who is left alone, who is
    contacted at random), then the rest is priced and assigned. The bound and the gap speak of
    the rest: what no agenda could exceed with the capacity that the lots have left.
    """
    people = _people(options, person_hash, settings)
    offered = resources(settings, candidates=len(people.debtor_no))
    rest = _draw_lots(people, offered, as_of=as_of, settings=settings)
    explored = _use(people, np.flatnonzero(people.chosen != NONE), offered)
    left = usable(offered.capacity - explored, people.resource, people.units)
    ways, places = _ways(people, rest, as_of=as_of, settings=settings)
    prices = find_prices(ways, left) if ways.people else np.zeros(len(left), dtype=np.int64)
    choice = assign(ways, left, prices) if ways.people else np.zeros(0, dtype=np.int16)
    people.chosen[places] = choice
    _settle(people, places, prices, settings=settings)
    bound = upper_bound(ways, left, prices)
    return _solution(people, offered, prices, places=places, bound=bound)


def load(solution: Solution) -> dict[str, list[object]]:
    """Return the columns of the table ``load``.

    Grain: one row per resource, in the order of the settings.
    """
    return {
        "resource": list(solution.resources.labels),
        "capacity": solution.resources.capacity.tolist(),
        "used": solution.used.tolist(),
        "people": solution.served.tolist(),
        "price_micro": solution.prices.tolist(),
    }


# --------------------------------------------------------------------------------------------
# Gathering
# --------------------------------------------------------------------------------------------


def _people(
    options: Mapping[str, Integers], person_hash: Integers, settings: AgendaSettings
) -> _People:
    debtor, number = options["debtor_no"], options["option_no"]
    same = debtor[1:] == debtor[:-1]
    if not ((debtor[1:] > debtor[:-1]) | (same & (number[1:] > number[:-1]))).all():
        order = np.lexsort((number, debtor))
        options = {name: column[order] for name, column in options.items()}
        debtor = options["debtor_no"]
    start = np.flatnonzero(np.append(True, debtor[1:] != debtor[:-1])[: len(debtor)])
    resource, units = used_by(options, settings)
    value = options["value_micro"]
    above = np.append(0, np.cumsum(value > 0))
    end = np.append(start[1:], len(debtor))
    people = len(start)
    return _People(
        debtor_no=debtor[start].astype(np.int64),
        start=start,
        count=above[end] - above[start] if people else np.zeros(0, dtype=np.int64),
        hash=person_hash[debtor[start]],
        value=value,
        resource=resource,
        units=units,
        slot=options["slot"],
        team=options["team"],
        chosen=np.full(people, NONE, dtype=np.int64),
        outcome=np.full(people, AgendaOutcome.PRICED_OUT.number, dtype=np.int64),
        propensity_ppm=np.full(people, NONE, dtype=np.int64),
    )


def _draw_lots(
    people: _People, offered: Resources, *, as_of: int, settings: AgendaSettings
) -> Flags:
    """Settle who is held out or explored; return who remains for the prices."""
    worthwhile = people.count > 0
    people.outcome[~worthwhile] = AgendaOutcome.NOT_WORTH_IT.number
    alone = worthwhile & lots.held_out(people.hash, as_of=as_of, lots=settings.lots)
    people.outcome[alone] = AgendaOutcome.HELD_OUT.number
    drawn = worthwhile & ~alone & lots.exploring(people.hash, as_of=as_of, lots=settings.lots)
    who = np.flatnonzero(drawn)
    number = lots.way(people.hash[who], people.count[who], as_of=as_of, lots=settings.lots)
    fits = _fits(people, who, number, offered, as_of=as_of, settings=settings)
    people.chosen[who[fits]] = number[fits]
    people.outcome[who[fits]] = AgendaOutcome.EXPLORED.number
    rest: Flags = worthwhile & ~alone & (people.chosen == NONE)
    return rest


def _fits(  # the draw and its limits
    people: _People,
    who: Integers,
    number: Integers,
    offered: Resources,
    *,
    as_of: int,
    settings: AgendaSettings,
) -> Flags:
    """Tell whose drawn way still fits when another lot decides who comes first."""
    turn = lots.draw(
        people.hash[who], seed=settings.lots.seed, purpose=lots.Purpose.ORDER, period=as_of
    )
    row = people.start[who] + number
    room = np.append(offered.capacity, np.iinfo(np.int64).max)
    order = np.lexsort((people.hash[who], turn, people.resource[row]))
    resource, units = people.resource[row][order], people.units[row][order]
    total = np.cumsum(units)
    first = np.searchsorted(resource, resource, side="left")
    fits = np.zeros(len(who), dtype=bool)
    fits[order] = total - (total - units)[first] <= room[resource]
    return fits


def _ways(
    people: _People, rest: Flags, *, as_of: int, settings: AgendaSettings
) -> tuple[Ways, Integers]:
    who = np.flatnonzero(rest)
    turn = lots.draw(
        people.hash[who], seed=settings.lots.seed, purpose=lots.Purpose.ORDER, period=as_of
    )
    # Two persons rarely draw the same lot; then their hashes decide.
    turn = np.argsort(np.lexsort((people.hash[who], turn)), kind="stable")
    ways = in_columns(
        people.start[who],
        people.count[who],
        lot=turn,
        value=people.value,
        resource=people.resource,
        units=people.units,
    )
    return ways, who[ways.order]


# --------------------------------------------------------------------------------------------
# Summing up
# --------------------------------------------------------------------------------------------


def _use(people: _People, who: Integers, offered: Resources) -> Integers:
    row = people.start[who] + people.chosen[who]
    used = np.zeros(offered.free + 1, dtype=np.int64)
    np.add.at(used, people.resource[row], people.units[row])
    return used[:-1]


def _settle(
    people: _People, places: Integers, prices: Integers, *, settings: AgendaSettings
) -> None:
    """Write down the outcomes of the priced, and everyone's propensity.

    A person explores with the settings' share and then each worthwhile way is as likely; a person
    who does not explore gets the way that is best for them under the prices.
    """
    planned = places[people.chosen[places] != NOBODY]
    people.outcome[planned] = AgendaOutcome.PLANNED.number
    explored = np.flatnonzero(people.outcome == AgendaOutcome.EXPLORED.number)
    share = settings.lots.exploration_ppm
    even = share // np.maximum(people.count, 1)
    best = _best_under(people, explored, prices)
    people.propensity_ppm[planned] = PPM - share + even[planned]
    people.propensity_ppm[explored] = even[explored] + np.where(
        best == people.chosen[explored], PPM - share, 0
    )


def _best_under(people: _People, who: Integers, prices: Integers) -> Integers:
    with_free = np.append(prices, 0)
    best, chosen = np.zeros(len(who), dtype=np.int64), np.full(len(who), NONE, dtype=np.int64)
    for number in range(int(people.count[who].max(initial=0))):
        rows = np.flatnonzero(people.count[who] > number)
        row = people.start[who[rows]] + number
        net = people.value[row] - with_free[people.resource[row]] * people.units[row]
        better = net > best[rows]
        best[rows[better]], chosen[rows[better]] = net[better], number
    return chosen


def _rank(people: _People, who: Integers) -> Integers:
    """Return the order within team and slot: the most valuable first, from 1."""
    row = people.start[who] + people.chosen[who]
    order = np.lexsort((people.hash[who], -people.value[row], people.slot[row], people.team[row]))
    sorted_rows = row[order]
    key = people.team[sorted_rows] * 1_000 + people.slot[sorted_rows]
    first = np.searchsorted(key, key, side="left")
    rank = np.zeros(len(who), dtype=np.int64)
    rank[order] = np.arange(len(who)) - first + 1
    return rank


def _solution(
    people: _People, offered: Resources, prices: Integers, *, places: Integers, bound: int
) -> Solution:
    who = np.flatnonzero(people.chosen != NONE)
    row = people.start + np.maximum(people.chosen, 0)
    with_free = np.append(prices, 0)
    rank = np.full(len(people.debtor_no), NONE, dtype=np.int64)
    rank[who] = _rank(people, who)
    scarce = people.resource[row].astype(np.int64)
    assignment = {
        "debtor_no": people.debtor_no,
        "outcome": people.outcome,
        "option_no": people.chosen,
        "rank": rank,
        "propensity_ppm": people.propensity_ppm,
        "resource": np.where(scarce == offered.free, NONE, scarce),
        "price_micro": with_free[scarce] * people.units[row],
    }
    served = np.bincount(people.resource[row[who]], minlength=offered.free + 1)[:-1]
    return Solution(
        assignment=assignment,
        resources=offered,
        prices=prices,
        used=_use(people, who, offered),
        served=served.astype(np.int64),
        figures=_figures(people, places, bound),
    )


def _figures(people: _People, places: Integers, bound: int) -> dict[str, int]:
    held = places[people.chosen[places] != NONE]
    value = exact_sum(people.value[people.start[held] + people.chosen[held]])
    outcomes = {
        outcome.value.lower(): int((people.outcome == outcome.number).sum())
        for outcome in (
            AgendaOutcome.PLANNED,
            AgendaOutcome.EXPLORED,
            AgendaOutcome.HELD_OUT,
            AgendaOutcome.PRICED_OUT,
            AgendaOutcome.NOT_WORTH_IT,
        )
    }
    return {
        "people": len(people.debtor_no),
        "options": len(people.value),
        **outcomes,
        "bound_micro": bound,
        "value_micro": value,
        # Parts per billion, rounded up: a gap is never shown smaller than it is.
        "gap_ppb": -(-(bound - value) * 1_000_000_000 // bound) if bound else 0,
    }
