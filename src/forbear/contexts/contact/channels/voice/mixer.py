"""Who hears what in a conversation, fifty times a second?

One thread serves every conversation of the process. It carries what each side says to the other,
plays what is to be said, and hands both to whoever records or listens.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from forbear.contexts.contact.channels.voice.side import Speaks
from forbear.contexts.contact.channels.voice.sound import RATE, TICK_S, Samples, silence

_AHEAD_S = 0.06
"""So much of what is played lies ready, so that a late turn of this thread is not heard."""
_TURN_SAMPLES_MAX = int(RATE * 0.2)
_log = logging.getLogger("forbear.voice")

Hears = Callable[[Samples, Samples], None]
"""Takes what the person said and what was said to them in one turn, both equally long."""


@dataclass(eq=False)
class Player:
    """What is being played to one side."""

    leg: Speaks
    _parts: deque[Samples] = field(default_factory=deque)
    _until_s: float = 0.0
    _forever: Samples | None = None

    @property
    def busy(self) -> bool:
        """Something is being played."""
        return bool(self._parts) or self._forever is not None

    @property
    def left_s(self) -> float:
        """For how long it still plays."""
        return sum(part.size for part in self._parts) / RATE

    def play(self, samples: Samples) -> None:
        """Play after what is played already."""
        self._forever = None
        self._parts.append(samples)

    def repeat(self, samples: Samples) -> None:
        """Play again and again until stopped."""
        self._forever = samples

    def stop(self) -> None:
        """Fall silent at once."""
        self._parts.clear()
        self._forever = None
        self.leg.hush()

    def turn(self, now_s: float) -> Samples:
        """Let the side hear what is due by now; return it."""
        if not self.busy:
            self._until_s = 0.0
            return _NOTHING
        if self._until_s == 0.0:
            self._until_s = now_s
        wanted = int((now_s + _AHEAD_S - self._until_s) * RATE)
        said = self._cut(max(0, min(wanted, _TURN_SAMPLES_MAX)))
        self._until_s += max(said.size, wanted - _TURN_SAMPLES_MAX, 0) / RATE
        self.leg.say(said)
        return said

    def _cut(self, wanted: int) -> Samples:
        taken: list[Samples] = []
        while wanted > 0:
            if not self._parts:
                if self._forever is None:
                    break
                self._parts.append(self._forever)
            part = self._parts.popleft()
            taken.append(part[:wanted])
            if part.size > wanted:
                self._parts.appendleft(part[wanted:])
            wanted -= min(part.size, wanted)
        return np.concatenate(taken) if taken else _NOTHING


class Conversation:
    """A person and, where there is one, a collector. ``desk`` null: a machine speaks."""

    def __init__(self, person: Speaks, desk: Speaks | None = None) -> None:
        self.person, self.desk = Player(person), None if desk is None else Player(desk)
        self.bridged, self.muted = False, False
        self.hears: list[Hears] = []

    def turn(self, now_s: float) -> None:
        """Carry what was said since the last turn."""
        heard = self.person.leg.hear()
        said = self.person.turn(now_s)
        if self.desk is not None:
            spoken = self.desk.leg.hear()
            self.desk.turn(now_s)
            if self.bridged:
                if not self.desk.busy:
                    self.desk.leg.say(heard)
                if not self.muted and not self.person.busy:
                    self.person.leg.say(spoken)
                    said = spoken
        for each in self.hears:
            each(heard, said)


class Turns(Protocol):
    """Something that is carried on fifty times a second."""

    def turn(self, now_s: float) -> object:
        """Carry what is due."""


class Mixer(threading.Thread):
    """The thread that serves the conversations."""

    def __init__(self) -> None:
        super().__init__(name="mixer", daemon=True)
        self._lock = threading.Lock()
        self._talks: list[Turns] = []
        self._ending = threading.Event()
        self.late_turns = 0

    def add(self, talk: Turns) -> None:
        """Serve one more."""
        with self._lock:
            self._talks = [*self._talks, talk]

    def remove(self, talk: Turns) -> None:
        """Serve it no more; it may be in its last turn."""
        with self._lock:
            self._talks = [each for each in self._talks if each is not talk]

    @property
    def talks(self) -> Sequence[Turns]:
        """Those that are served now."""
        return self._talks

    def end(self) -> None:
        """Stop."""
        self._ending.set()
        self.join(1.0)

    def run(self) -> None:
        """Turn after turn."""
        due_s = time.monotonic()
        while not self._ending.is_set():
            now_s = time.monotonic()
            for talk in self._talks:
                try:
                    talk.turn(now_s)
                except Exception:  # noqa: BLE001  # one conversation's fault must not end the others
                    _log.exception("a turn of a conversation failed")
            due_s += TICK_S
            rest_s = due_s - time.monotonic()
            if rest_s <= 0:
                self.late_turns += 1
                due_s = max(due_s, time.monotonic() - 5 * TICK_S)
            else:
                self._ending.wait(rest_s)


class Tape:
    """Keeps both sides beside each other, by the clock, so that neither runs away.

    ``keep`` takes a whole piece of each side; what a side did not say is silence.
    """

    def __init__(self, keep: Callable[[Samples, Samples], None], *, piece_s: float) -> None:
        self._keep, self._piece = keep, int(piece_s * RATE)
        self._sides = (_Side(), _Side())
        self._began_s: float | None = None
        self._kept = 0
        self._lock = threading.Lock()

    def __call__(self, heard: Samples, said: Samples) -> None:
        """Take one turn."""
        with self._lock:
            now_s = time.monotonic()
            self._began_s = now_s if self._began_s is None else self._began_s
            for side, samples in zip(self._sides, (heard, said), strict=True):
                if samples.size:
                    self._fill(side, now_s, samples.size)
                    side.take(samples)
            # A piece is cut a little late, so that what is under way still falls into it.
            if self._length(now_s) - self._kept >= self._piece + _TURN_SAMPLES_MAX:
                self._cut(self._piece)

    def close(self) -> int:
        """Keep what is left; return how many samples there were in all."""
        with self._lock:
            if self._began_s is not None:
                rest = self._length(time.monotonic()) - self._kept
                while rest > 0:
                    self._cut(min(rest, self._piece))
                    rest -= self._piece
            return self._kept

    @property
    def length(self) -> int:
        """How many samples of each side were kept so far."""
        return self._kept

    def _length(self, now_s: float) -> int:
        assert self._began_s is not None
        return int((now_s - self._began_s) * RATE)

    def _fill(self, side: _Side, now_s: float, coming: int) -> None:
        """Put silence where a side had said nothing for a while."""
        behind = self._length(now_s) - self._kept - side.size - coming
        if behind > _TURN_SAMPLES_MAX:
            side.take(silence(behind / RATE))

    def _cut(self, size: int) -> None:
        pieces = [side.cut(size) for side in self._sides]
        self._kept += size
        self._keep(pieces[0], pieces[1])


class _Side:
    """What one side said and is not kept yet; ``size``: how many samples."""

    def __init__(self) -> None:
        self._parts: list[Samples] = []
        self.size = 0

    def take(self, samples: Samples) -> None:
        self._parts.append(samples)
        self.size += samples.size

    def cut(self, size: int) -> Samples:
        """Return the first samples; what is missing is silence."""
        whole = np.concatenate([*self._parts, silence(max(0, size - self.size) / RATE)])
        rest = whole[size:]
        self._parts, self.size = [rest], rest.size
        return whole[:size]


_NOTHING: Samples = silence(0)
