"""How is an arrangement kept on a day, by the payments that are known?

The answer depends on which payments count and when, never on the order in which they became known:
a late fact, a reversal or an earlier value day gives what would have been said had it been known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from forbear.policy.arrange.word import Keeping


class Agreed(NamedTuple):
    """One instalment as agreed; ``charge_minor`` of it is for the time since the one before."""

    due_day: int
    amount_minor: int
    charge_minor: int = 0


class Paid(NamedTuple):
    """A payment that stands and counts from a day."""

    day: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How an arrangement stands at the end of a day. Amounts in minor units, days as numbers.

    ``late_minor``: due, beyond the days of grace, and unpaid. ``broken_day`` and
    ``completed_day``: since when; None: not. ``next_day`` and ``next_minor``: the first instalment
    that is not paid whole, and what is missing of it. ``settle_minor``: what would end it today.
    ``covered``: what is paid of each instalment. ``excess_minor``: what was paid beyond what ended
    it, where it is completed.
    """

    state: Keeping
    paid_minor: int
    late_minor: int
    broken_day: int | None
    completed_day: int | None
    next_day: int | None
    next_minor: int
    settle_minor: int
    covered: tuple[int, ...]
    excess_minor: int = 0


def keep(
    agreed: Sequence[Agreed],
    payments: Iterable[Paid],
    *,
    signed_day: int,
    grace_days: int,
    broken_after_days: int,
    as_of_day: int,
) -> Kept:
    """Say how an arrangement is kept; ``agreed`` stands in the order of its days.

    An instalment is covered by all that was paid since signing, the oldest first. It is late once
    its days of grace are over, and the arrangement is broken once ``broken_after_days`` have
    passed after an instalment that was not covered by then. Whoever pays early pays no charge for
    time that had not begun. What was broken stays so, and what was completed too.
    """
    counted = sorted((max(day, signed_day), amount) for day, amount in payments)
    days = [day for day, _ in counted]
    sums = list(accumulate(amount for _, amount in counted))

    def paid(day: int) -> int:
        place = bisect_right(days, day)
        return sums[place - 1] if place else 0

    ends = list(accumulate(each.amount_minor for each in agreed))
    broken = _broken(agreed, ends, paid, broken_after_days, as_of_day)
    ended = _completed(agreed, days, paid, signed_day, as_of_day)
    if broken is not None and (ended is None or broken <= ended):
        state, ended = Keeping.BROKEN, None
    elif ended is not None:
        state, broken = Keeping.COMPLETED, None
    else:
        state = Keeping.KEPT
    now = paid(as_of_day)
    due = sum(each.amount_minor for each in agreed if each.due_day + grace_days < as_of_day)
    late = max(0, due - now) if state is not Keeping.COMPLETED else 0
    if state is Keeping.KEPT and late:
        state = Keeping.LATE
    covered = _covered(agreed, now)
    open_at = next((n for n, each in enumerate(agreed) if covered[n] < each.amount_minor), None)
    if state is Keeping.COMPLETED:
        open_at = None
    return Kept(
        state=state,
        paid_minor=now,
        late_minor=late,
        broken_day=broken,
        completed_day=ended,
        next_day=None if open_at is None else agreed[open_at].due_day,
        next_minor=0 if open_at is None else agreed[open_at].amount_minor - covered[open_at],
        settle_minor=0
        if state is Keeping.COMPLETED
        else max(0, settles_at(agreed, signed_day, as_of_day) - now),
        covered=covered,
        excess_minor=max(0, now - settles_at(agreed, signed_day, ended))
        if ended is not None
        else 0,
    )


def settles_at(agreed: Sequence[Agreed], signed_day: int, day: int) -> int:
    """Return what must have been paid by a day to end an arrangement then."""
    total, since = 0, signed_day
    for each in agreed:
        begun = since < day
        total += each.amount_minor if begun else each.amount_minor - each.charge_minor
        since = each.due_day
    return total


def _broken(
    agreed: Sequence[Agreed],
    ends: Sequence[int],
    paid: Callable[[int], int],
    after: int,
    as_of: int,
) -> int | None:
    for each, end in zip(agreed, ends, strict=True):
        last = each.due_day + after
        if last >= as_of:
            return None
        if paid(last) < end:
            return last + 1
    return None


def _completed(
    agreed: Sequence[Agreed],
    days: Sequence[int],
    paid: Callable[[int], int],
    signed: int,
    as_of: int,
) -> int | None:
    for day in days:
        if day > as_of:
            return None
        if paid(day) >= settles_at(agreed, signed, day):
            return day
    return None


def _covered(agreed: Sequence[Agreed], paid_minor: int) -> tuple[int, ...]:
    found = []
    for each in agreed:
        taken = min(paid_minor, each.amount_minor)
        paid_minor -= taken
        found.append(taken)
    return tuple(found)
