"""How many calls may be started now, so that nobody answers for whom nobody is there?

A collector is reserved before each call. One who is surely free by the time at which a call can be
answered at the earliest may be reserved already; more than that would be a bet on how often people
do not answer, and what is lost in it is a person who picks up and hears nothing. So no call is
started beyond the collectors reserved, and abandoned calls are none, not few.
"""

from __future__ import annotations

from collections.abc import Sequence


def calls_to_start(
    free_in_s: Sequence[float], *, calling: int, lines_free: int, ring_least_s: float
) -> int:
    """Return how many calls to start now.

    ``free_in_s``: for each collector who does not talk, in how many seconds they are surely free;
    0: now. ``calling``: calls that ring, each of which has reserved one of them. ``ring_least_s``:
    no call is answered sooner after it was started.

    >>> calls_to_start([0.0, 4.0, 30.0], calling=1, lines_free=9, ring_least_s=6.0)
    1
    """
    ready = sum(1 for free_s in free_in_s if free_s <= ring_least_s)
    return max(0, min(lines_free, ready - calling))
