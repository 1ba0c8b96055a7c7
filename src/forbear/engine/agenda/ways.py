"""How are millions of persons' ways laid out so that each step runs over whole columns?

Column k holds the k-th way of every person who has more than k. Persons with the most ways come
first, so that column k belongs to the first persons and no place is wasted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of persons in columns, best value first."""

    people: int
    order: Integers
    """Which person of the caller stands at each place."""
    value: list[Integers]
    """Micro units of money, above zero."""
    resource: list[NDArray[np.int16]]
    units: list[NDArray[np.int32]]

    def first(self, people: int) -> Ways:
        """Every k-th person, about so many in all: a fair sample, since places follow hashes."""
        step = max(1, self.people // people)
        return Ways(
            people=-(-self.people // step),
            order=self.order[::step],
            value=[column[::step] for column in self.value],
            resource=[column[::step] for column in self.resource],
            units=[column[::step] for column in self.units],
        )


def in_columns(  # one array each
    start: Integers,
    count: Integers,
    *,
    lot: Integers,
    value: Integers,
    resource: NDArray[np.int16],
    units: Integers,
) -> Ways:
    """Lay out the rows start .. start + count of each person, in an order that only lots decide."""
    order = np.lexsort((lot, -count))
    start, count = start[order], count[order]
    widest = int(count[0]) if len(count) else 0
    holders = [int(np.searchsorted(-count, -k, side="left")) for k in range(widest)]
    rows = [start[:people] + k for k, people in enumerate(holders)]
    return Ways(
        people=len(order),
        order=order,
        value=[value[row] for row in rows],
        resource=[resource[row] for row in rows],
        units=[units[row].astype(np.int32) for row in rows],
    )
