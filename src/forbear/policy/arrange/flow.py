"""How does a debt run down when so much is paid each time?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from forbear.policy.arrange.owed import Pot

_PERCENT = 100


class Planned(NamedTuple):
    """One instalment. ``left_minor``: what is to be paid afterwards, by what is known today.

    ``regular_minor`` and ``charge_minor`` stand within ``amount_minor``: what the contracts ask
    for since the instalment before, and what was added for the time.
    """

    number: int
    due_day: int
    amount_minor: int
    regular_minor: int
    charge_minor: int
    left_minor: int


@dataclass(frozen=True, slots=True)
class Flow:
    """How instalments lie: shares of the level by step, after some places without."""

    pot: Pot
    percents: tuple[int, ...]
    step_places: int
    paused_places: int

    def level(self, level_minor: int, place: int, least_minor: int) -> int:
        """Return what is paid at a place, when ``level_minor`` is paid in the end."""
        if place < self.paused_places:
            return 0
        step = min((place - self.paused_places) // self.step_places, len(self.percents) - 1)
        if self.percents[step] == _PERCENT:
            return level_minor
        pot = self.pot
        share = level_minor * self.percents[step] // _PERCENT
        share = share // pot.round_to_minor * pot.round_to_minor
        return min(level_minor, max(share, least_minor, pot.least_minor))


def run(flow: Flow, level_minor: int) -> tuple[Planned, ...] | None:
    """Pay a level until nothing is left; None: that takes too long, or the debt would grow.

    Grain: one row a place in time, those without an instalment too.
    """
    pot, left = flow.pot, flow.pot.balance_minor
    rows = []
    for place, day in enumerate(pot.due_days):
        charge = pot.charge(left, place) if pot.rate_ppm else 0
        regular = pot.regular_minor[place]
        left += charge + regular
        asked = flow.level(level_minor, place, charge + regular)
        amount = min(asked, left)
        if not pot.frozen and amount < charge + regular:
            return None
        left -= amount
        rows.append(Planned(place + 1, day, amount, regular, charge, left))
        if not left:
            return tuple(rows)
    return None


def find_level(flow: Flow, *, most: int, months: int) -> int:
    """Return the least level, in round amounts where that fits, that ends within some months.

    ``most`` ends within them.
    """
    unit = flow.pot.round_to_minor

    def ends(level: int) -> bool:
        rows = run(flow, level)
        return rows is not None and len(rows) <= months

    # An equal share of all there is: mostly the answer, and never above it.
    whole = flow.pot.balance_minor + sum(flow.pot.regular_minor[:months])
    low = max(0, -(-whole // months) // unit - 1)
    high = most // unit
    if low < high and ends((low + 1) * unit) and not ends(low * unit):
        return (low + 1) * unit
    if not ends(high * unit):
        return most
    low = min(low, high - 1)
    while ends(low * unit) and low > 0:
        low //= 2
    while high - low > 1:
        middle = (low + high) // 2
        if ends(middle * unit):
            high = middle
        else:
            low = middle
    return high * unit
