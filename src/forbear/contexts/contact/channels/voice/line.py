"""How does sound get from the thread that mixes to the one that talks to browsers, and back?

Each browser has one line. Whatever comes too early or too late for the other thread is evened out
here, within bounds: sound that would only grow older is dropped, and what is missing is silence.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from forbear.contexts.contact.channels.voice.sound import RATE, Samples, silence

FIRST_MS, SAID_MS_MAX, SAID_MS_KEPT, HEARD_MS_MAX = 40, 240, 80, 400
"""So much lies ready before it is said; beyond the most, all but what is kept is dropped."""


class Line:
    """Sound to and from one browser; each method may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._heard, self._said = _Store(), _Store()
        self._waits, self._open = True, False
        self._heard_at_s: float | None = None
        self.lost_ms = 0

    @property
    def silent_s(self) -> float | None:
        """For how long nothing came from the browser; null: nothing ever has."""
        return None if self._heard_at_s is None else self._clock() - self._heard_at_s

    def open(self) -> None:
        """Keep from now on what the browser says, since somebody listens."""
        with self._lock:
            self._heard.empty()
            self._open = True

    def close(self) -> None:
        """Keep nothing any more, and say nothing more."""
        with self._lock:
            self._heard.empty()
            self._said.empty()
            self._waits, self._open = True, False

    def take(self, samples: Samples) -> None:
        """Take in what the browser said."""
        self._heard_at_s = self._clock()
        with self._lock:
            if self._open:
                self._heard.put(samples)
                self._bound(self._heard, HEARD_MS_MAX, HEARD_MS_MAX)

    def hear(self) -> Samples:
        """Return what was said since the last time."""
        with self._lock:
            return self._heard.cut(self._heard.size)

    def say(self, samples: Samples) -> None:
        """Let the browser hear this; where too much waits, the oldest is lost, and counted."""
        with self._lock:
            self._said.put(samples)
            self._bound(self._said, SAID_MS_MAX, SAID_MS_KEPT)

    def hush(self) -> None:
        """Drop what was to be said and has not left."""
        with self._lock:
            self._said.empty()
            self._waits = True

    def give(self, size: int) -> Samples | None:
        """Return the next samples for the browser; null: there is nothing to be heard."""
        with self._lock:
            if self._waits and self._said.size * 1000 < FIRST_MS * RATE:
                return None
            self._waits = self._said.size < size
            found = self._said.cut(size)
        if found.size == size:
            return found
        return np.concatenate((found, silence((size - found.size) / RATE)))

    def _bound(self, store: _Store, most_ms: int, kept_ms: int) -> None:
        if store.size * 1000 > most_ms * RATE:
            over = store.size - kept_ms * RATE // 1000
            store.cut(over)
            self.lost_ms += over * 1000 // RATE


class _Store:
    """Samples that wait; ``size``: how many."""

    def __init__(self) -> None:
        self._parts: deque[Samples] = deque()
        self.size = 0

    def put(self, samples: Samples) -> None:
        if samples.size:
            self._parts.append(samples)
            self.size += samples.size

    def empty(self) -> None:
        self._parts.clear()
        self.size = 0

    def cut(self, size: int) -> Samples:
        """Return the first samples, as many as there are."""
        taken: list[Samples] = []
        wanted = min(size, self.size)
        self.size -= wanted
        while wanted > 0:
            part = self._parts.popleft()
            taken.append(part[:wanted])
            if part.size > wanted:
                self._parts.appendleft(part[wanted:])
            wanted -= min(part.size, wanted)
        return np.concatenate(taken) if taken else _NOTHING


_NOTHING: Samples = silence(0)
