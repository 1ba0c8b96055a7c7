"""Which scarce things does a day offer, and which of them does each way use?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forbear.engine.agenda.settings import PPM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from forbear.engine.agenda.settings import AgendaSettings

    Integers = NDArray[np.int64]

# No contact takes a day of a seat.
_UNITS_MAX = 86_401


@dataclass(frozen=True, slots=True)
class Resources:
    """The scarce things in order: seats by team and slot, then the budgets of channels.

    A way that uses none of them uses the number after the last, which is never scarce.
    """

    labels: tuple[str, ...]
    capacity: Integers
    """Seconds of seats, contacts of a channel."""

    @property
    def free(self) -> int:
        """The number that stands for nothing scarce."""
        return len(self.labels)


def resources(settings: AgendaSettings, *, candidates: int) -> Resources:
    """List what a day offers to a book with so many candidates."""
    seats = {
        f"{team.name}/{slot.name}": team.seats[number]
        * slot.seconds
        * settings.occupancy_ppm
        // PPM
        for team in settings.teams
        for number, slot in enumerate(settings.slots)
    }
    budgets = {
        terms.channel.value: terms.budget for terms in settings.channels if terms.budget is not None
    }
    offered = {**seats, **budgets}
    basis = settings.capacity_for_candidates
    if basis is not None:
        offered = {label: amount * candidates // basis for label, amount in offered.items()}
    return Resources(tuple(offered), np.array(list(offered.values()), dtype=np.int64))


def used_by(
    options: Mapping[str, Integers], settings: AgendaSettings
) -> tuple[NDArray[np.int16], Integers]:
    """Tell for each way the number of the scarce thing it uses and how many units of it."""
    slots, seats = len(settings.slots), len(settings.slots) * len(settings.teams)
    budgets = [terms for terms in settings.channels if terms.budget is not None]
    free = seats + len(budgets)
    by_channel = np.full(1 + max(terms.channel.number for terms in settings.channels), free)
    for place, terms in enumerate(budgets):
        by_channel[terms.channel.number] = seats + place
    seated = options["seconds"] > 0
    number = np.where(
        seated,
        options["team"].astype(np.int64) * slots + options["slot"],
        by_channel[options["channel"]],
    )
    units = np.where(seated, options["seconds"], 1).astype(np.int64)
    return number.astype(np.int16), units


def usable(capacity: Integers, number: NDArray[np.int16], units: Integers) -> Integers:
    """Return the part of each capacity that whole contacts can use up.

    When every way takes whole minutes, the odd seconds at the end serve nobody; leaving them out
    loses no agenda and brings the bound down to what can be reached.
    """
    told = capacity.copy()
    # The distinct pairs are few, whatever the number of ways.
    pairs = np.unique(number.astype(np.int64) * _UNITS_MAX + units)
    for place in range(len(capacity)):
        here = pairs[pairs // _UNITS_MAX == place] % _UNITS_MAX
        told[place] -= told[place] % max(int(np.gcd.reduce(here, initial=0)), 1)
    return told
