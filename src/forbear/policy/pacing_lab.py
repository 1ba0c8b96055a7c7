"""What would pacing bring a floor of collectors: how busy are they, and how many calls are lost?

A simulation of one floor, event by event, whose dice are given by whoever asks. It shows reserved
pacing beside what a bet would bring, and beside the best that reservation allows at all.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from forbear.policy.pacing import calls_to_start

_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Calls:
    """How calls go, in seconds.

    ``answered_ppm`` of all are answered, ``ring_least_s`` after they were started at the earliest
    and ``ring_mean_s`` on average; others ring for ``ring_out_s``. ``wrap_s``: a collector is free
    so long after a conversation, and not sooner.
    """

    answered_ppm: int
    ring_least_s: float
    ring_mean_s: float
    ring_out_s: float
    talk_mean_s: float
    wrap_s: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How calls are started. ``ahead``: while a collector still writes down the last call.

    ``a_seat``: so many calls for each collector who is ready; 1 reserves, more bets.
    """

    ahead: bool = True
    a_seat: int = 1


@dataclass(frozen=True, slots=True)
class Busy:
    """What came of it. ``talking_ppm``: of the time that collectors were there."""

    talking_ppm: int
    dialled: int
    answered: int
    abandoned: int


def best_ppm(calls: Calls) -> int:
    """Return how busy collectors are at best if each call reserves one: lines are no limit.

    The next call begins as early as it may, and the one after as soon as the last has rung out.
    """
    tries = _PPM / calls.answered_ppm - 1
    gap_s = tries * calls.ring_out_s + calls.ring_mean_s - min(calls.ring_least_s, calls.wrap_s)
    cycle_s = calls.talk_mean_s + calls.wrap_s + gap_s
    return round(_PPM * calls.talk_mean_s / cycle_s)


def simulate(
    seats: int, lines: int, calls: Calls, pace: Pace, *, lasts_s: float, draw: Callable[[], float]
) -> Busy:
    """Let a floor work for some time; ``draw`` gives numbers from 0 to below 1."""
    floor = _Floor(seats, lines, calls, pace, draw)
    floor.run(lasts_s)
    return Busy(
        round(_PPM * floor.talked_s / (seats * lasts_s)),
        floor.dialled,
        floor.answered,
        floor.abandoned,
    )


# What happens at one instant, in this order: whoever becomes free is free for whoever answers.
_FREE, _LOOK, _OUT, _ANSWER, _OVER = range(5)


@dataclass
class _Floor:
    seats: int
    lines: int
    calls: Calls
    pace: Pace
    draw: Callable[[], float]
    talked_s: float = 0.0
    dialled: int = 0
    answered: int = 0
    abandoned: int = 0
    now_s: float = 0.0
    idle: int = field(init=False)
    ringing: int = 0
    talking: int = 0
    wrapping: list[float] = field(default_factory=list)
    events: list[tuple[float, int, int]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.idle = self.seats

    def run(self, lasts_s: float) -> None:
        self._at(0.0, _LOOK)
        while self.events and self.events[0][0] < lasts_s:
            at_s, what, _ = heapq.heappop(self.events)
            self.talked_s += self.talking * (at_s - self.now_s)
            self.now_s = at_s
            self._happen(what)
            self._start()
        self.talked_s += self.talking * (lasts_s - self.now_s)

    def _happen(self, what: int) -> None:
        if what == _FREE:
            heapq.heappop(self.wrapping)
            self.idle += 1
        elif what == _OUT:
            self.ringing -= 1
        elif what == _ANSWER:
            self.ringing -= 1
            self.answered += 1
            if self.idle == 0:
                self.abandoned += 1
                return
            self.idle -= 1
            self.talking += 1
            self._at(self.now_s + self._lasting(self.calls.talk_mean_s), _OVER)
        elif what == _OVER:
            self.talking -= 1
            free_s = self.now_s + self.calls.wrap_s
            heapq.heappush(self.wrapping, free_s)
            self._at(free_s, _FREE)
            if self.pace.ahead:
                self._at(max(self.now_s, free_s - self.calls.ring_least_s), _LOOK)

    def _start(self) -> None:
        soon = [each - self.now_s for each in self.wrapping] if self.pace.ahead else []
        ready = ([0.0] * self.idle + soon) * self.pace.a_seat
        wanted = calls_to_start(
            ready,
            calling=self.ringing,
            lines_free=self.lines - self.ringing - self.talking,
            ring_least_s=self.calls.ring_least_s,
        )
        for _ in range(wanted):
            self._dial()

    def _dial(self) -> None:
        calls = self.calls
        self.dialled += 1
        self.ringing += 1
        if self.draw() * _PPM < calls.answered_ppm:
            rings_s = calls.ring_least_s + self._lasting(calls.ring_mean_s - calls.ring_least_s)
            self._at(self.now_s + rings_s, _ANSWER)
        else:
            self._at(self.now_s + calls.ring_out_s, _OUT)

    def _lasting(self, mean_s: float) -> float:
        return -mean_s * math.log(1.0 - self.draw())

    def _at(self, at_s: float, what: int) -> None:
        heapq.heappush(self.events, (at_s, what, next(self.numbers)))
