"""How many events lie before each contact, for its person, its number or its debt?"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from forbear.policy.past.history import Flags, History, Ints


class Line:
    """The events of one key after the other, each key's in order of time.

    A count over a window is a running total where the contact stands, less the running total where
    its window opens.
    """

    def __init__(self, key: Ints, history: History) -> None:
        day = history.events.local_day
        self._order = np.argsort(key, kind="stable")
        self._key = key[self._order]
        base = int(day.min()) if day.size else 0
        self._span = int(day.max()) - base + 1 if day.size else 1
        self._day = day[self._order] - base
        place = np.empty_like(self._order)
        place[self._order] = np.arange(self._order.size)
        self._at = place[history.contacts.position]
        self._opens: dict[int | None, Ints] = {}

    @cached_property
    def _rank(self) -> Ints:
        """The number of each event's key, from 0."""
        changes = np.diff(self._key, prepend=self._key[:1]) != 0
        return np.cumsum(changes, dtype=np.int64)

    @cached_property
    def _moment(self) -> Ints:
        """Key and day in one rising number."""
        return self._rank * self._span + self._day

    def before(self, counted: Flags, days: int | None) -> Ints:
        """Return how many counted events lie before each contact, within its window of days."""
        running = np.zeros(counted.size + 1, dtype=np.int64)
        np.cumsum(counted[self._order], out=running[1:])
        return running[self._at] - running[self._opening(days)]

    def latest(self, counted: Flags, values: Ints, *, otherwise: int) -> Ints:
        """Return the value of the latest counted event before each contact."""
        places = np.where(counted[self._order], np.arange(counted.size), -1)
        seen = np.concatenate([[-1], np.maximum.accumulate(places)])[self._at]
        known = seen >= self._opening(None)
        return np.where(known, values[self._order][np.maximum(seen, 0)], otherwise)

    def _opening(self, days: int | None) -> Ints:
        """Return the place of the first event of each contact's window."""
        found = self._opens.get(days)
        if found is None:
            first = self._rank[self._at] * self._span
            if days is not None:
                first = first + np.maximum(self._day[self._at] - days + 1, 0)
            found = self._opens[days] = np.searchsorted(self._moment, first)
        return found
