"""The best that reservation allows on a small floor, by looking at every way to act.

Time goes in slots. Every state of a floor, and in each every choice of collectors for whom a call
may be started, is weighed against all that may follow, until the gain a slot stands still. So
nothing here shares a thought with the rule under test.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

Seat = tuple[int, int]
"""Slots of writing down that are left, and for how many slots a call rings; (-1, 0): talks."""
TALKS: Seat = (-1, 0)


@dataclass(frozen=True)
class Small:
    """A small floor, in slots and chances a slot."""

    seats: int
    lines: int
    ring_least: int
    wrap: int
    answers: float
    rings_out: float
    talk_ends: float

    def after(self, seat: Seat) -> list[tuple[Seat, float]]:
        """Return what a collector's state may be a slot later."""
        left, rings = seat
        if seat == TALKS:
            return [((self.wrap, 0), self.talk_ends), (TALKS, 1 - self.talk_ends)]
        left = max(left - 1, 0)
        if rings == 0:
            return [((left, 0), 1.0)]
        if rings < self.ring_least:
            return [((left, rings + 1), 1.0)]
        assert left == 0, "whoever may be answered now is free"
        stays = 1 - self.answers - self.rings_out
        return [(TALKS, self.answers), ((0, 0), self.rings_out), ((0, rings), stays)]

    def choices(self, floor: tuple[Seat, ...]) -> set[tuple[Seat, ...]]:
        """Return what a floor may become by starting calls, or none, now."""
        used = sum(1 for seat in floor if seat == TALKS or seat[1] > 0)
        may = [
            at
            for at, (left, rings) in enumerate(floor)
            if 0 <= left <= self.ring_least and rings == 0
        ]
        found = set()
        for size in range(min(len(may), self.lines - used) + 1):
            for chosen in combinations(may, size):
                found.add(
                    tuple(
                        sorted(
                            (seat[0], 1) if at in chosen else seat for at, seat in enumerate(floor)
                        )
                    )
                )
        return found

    def next(self, floor: tuple[Seat, ...]) -> Counter[tuple[Seat, ...]]:
        """Return how likely each floor is a slot later."""
        found = Counter({(): 1.0})
        for seat in floor:
            grown: Counter[tuple[Seat, ...]] = Counter()
            for before, chance in found.items():
                for after, more in self.after(seat):
                    grown[(*before, after)] += chance * more
            found = grown
        merged: Counter[tuple[Seat, ...]] = Counter()
        for after, chance in found.items():
            merged[tuple(sorted(after))] += chance
        return merged


def gain(small: Small, choose, *, slots: int) -> float:
    """Return the share of time that is talked, on average, for a way to choose."""
    begin = tuple([(0, 0)] * small.seats)
    acts, follows = {}, {}
    todo = [begin]
    while todo:
        floor = todo.pop()
        if floor in acts:
            continue
        acts[floor] = choose(small, floor)
        for chosen in acts[floor]:
            if chosen not in follows:
                follows[chosen] = small.next(chosen)
                todo += [each for each in follows[chosen] if each not in acts]
    value = dict.fromkeys(acts, 0.0)
    step = 0.0
    for _ in range(slots):
        worth = {
            chosen: sum(chance * value[after] for after, chance in following.items())
            for chosen, following in follows.items()
        }
        grown = {
            floor: sum(seat == TALKS for seat in floor) + max(worth[each] for each in chosen)
            for floor, chosen in acts.items()
        }
        step = grown[begin] - value[begin]
        shift = grown[begin]
        value = {floor: each - shift for floor, each in grown.items()}
        value[begin] = 0.0
    return step / small.seats


def every(small: Small, floor):
    """Look at every choice."""
    return small.choices(floor)


def by_rule(small: Small, floor):
    """Start as many as the rule says, for those who are free soonest."""
    from forbear.policy.pacing import calls_to_start

    reserved = [seat for seat in floor if seat[1] > 0]
    free = sorted(seat[0] for seat in floor if seat != TALKS)
    used = len(reserved) + sum(seat == TALKS for seat in floor)
    wanted = calls_to_start(
        [float(each) for each in free],
        calling=len(reserved),
        lines_free=small.lines - used,
        ring_least_s=float(small.ring_least),
    )
    chosen, seats = 0, []
    for seat in sorted(floor):
        if chosen < wanted and seat != TALKS and seat[1] == 0 and seat[0] <= small.ring_least:
            seats.append((seat[0], 1))
            chosen += 1
        else:
            seats.append(seat)
    assert chosen == wanted, "the rule asks for no more than may be started"
    return {tuple(sorted(seats))}
