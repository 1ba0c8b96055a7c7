"""How fast may messages leave, and how is that slowed when the carrier says that it is too fast?"""

from __future__ import annotations

import threading
import time

_PAUSE_S = 1.0
_PAUSE_S_MAX = 8.0


class Pace:
    """At most so many in a second, evenly; after a refusal for haste a pause, each time longer."""

    def __init__(self, per_second_max: float) -> None:
        self._gap_s = 1.0 / per_second_max
        self._lock = threading.Lock()
        self._next_s, self._pause_s = 0.0, _PAUSE_S

    def take(self, *, until_s: float) -> bool:
        """Wait for one's turn; False: it comes later than that, and nothing may leave."""
        with self._lock:
            now_s = time.monotonic()
            turn_s = max(now_s, self._next_s)
            if turn_s > until_s:
                return False
            self._next_s = turn_s + self._gap_s
        time.sleep(max(0.0, turn_s - now_s))
        return True

    def throttled(self) -> None:
        """Pause: the carrier took nothing and wants fewer."""
        with self._lock:
            self._next_s = max(self._next_s, time.monotonic() + self._pause_s)
            self._pause_s = min(_PAUSE_S_MAX, self._pause_s * 2)

    def taken(self) -> None:
        """The carrier takes messages again."""
        with self._lock:
            self._pause_s = _PAUSE_S
