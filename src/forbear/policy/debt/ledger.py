"""Which payment covered which part of which instalment, by the facts known on a day?

Payments are taken by value day, so one that comes later never changes what an earlier one
covered: the covers are found once, and every day up to any day is a part of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from forbear.policy.debt.facts import DAY_FIRST, DAY_LAST, LoanFacts, Pause, Posting, refuse
from forbear.values.code import Purpose
from forbear.values.product import Component, ProductTerms

# A day after every day: the end of what is still open.
OPEN_END = 2**30


class Parts(NamedTuple):
    """An amount by what it consists of, minor units."""

    fee_minor: int = 0
    interest_minor: int = 0
    principal_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.fee_minor + self.interest_minor + self.principal_minor

    def plus(self, other: Parts) -> Parts:
        """Add part by part."""
        return Parts(self[0] + other[0], self[1] + other[1], self[2] + other[2])

    def less(self, other: Parts) -> Parts:
        """Subtract part by part."""
        return Parts(self[0] - other[0], self[1] - other[1], self[2] - other[2])

    def only(self, components: Iterable[Component]) -> int:
        """Return what some components make together."""
        total = 0
        for component in components:
            total += self[_PLACE[component]]
        return total


def sum_of(amounts: Iterable[Parts]) -> Parts:
    """Add amounts part by part."""
    total = Parts()
    for amount in amounts:
        total = total.plus(amount)
    return total


_PLACE = {Component.FEE: 0, Component.INTEREST: 1, Component.PRINCIPAL: 2}


class Due(NamedTuple):
    """An instalment in its place.

    ``end_minor``: all that falls due up to and with it; interest runs over [start_day, due_day).
    """

    number: int
    start_day: int
    due_day: int
    asked: Parts
    own_minor: int
    end_minor: int

    @property
    def before_minor(self) -> int:
        """All that falls due before it."""
        return self.end_minor - self.own_minor


class Cover(NamedTuple):
    """What one payment covers of one instalment, by its parts."""

    payment: Posting
    parts: Parts


class Void(NamedTuple):
    """A payment that never was, and when that became known."""

    payment: Posting
    reversal: Posting


@dataclass(frozen=True, slots=True)
class Ledger:
    """One loan's known facts in order, for every day at once.

    ``schedule`` and ``penalty`` are the standing payments of each purpose, in the order in which
    they count; ``…_sums`` what was paid up to and with each. ``waived``: penalty given up;
    ``agreed``: what an arrangement asked for beyond the contract. Neither is a payment. ``covers``
    and ``settled`` are one entry an instalment; ``settled`` None: never, by what is known.
    """

    facts: LoanFacts
    product: ProductTerms
    dues: tuple[Due, ...]
    due_days: tuple[int, ...]
    ends: tuple[int, ...]
    schedule: tuple[Posting, ...]
    schedule_days: tuple[int, ...]
    schedule_sums: tuple[int, ...]
    penalty: tuple[Posting, ...]
    penalty_days: tuple[int, ...]
    penalty_sums: tuple[int, ...]
    waived: tuple[Posting, ...]
    agreed: tuple[Posting, ...]
    voids: tuple[Void, ...]
    pauses: tuple[tuple[int, int], ...]
    covers: tuple[tuple[Cover, ...], ...]
    settled: tuple[int | None, ...]

    @property
    def scheduled_minor(self) -> int:
        """All that ever falls due."""
        return self.ends[-1]

    def paid(self, day: int) -> int:
        """Return what was paid into the schedule up to a day."""
        count = bisect_right(self.schedule_days, day)
        return self.schedule_sums[count - 1] if count else 0

    def penalty_paid(self, day: int) -> int:
        """Return what was paid for penalty up to a day."""
        count = bisect_right(self.penalty_days, day)
        return self.penalty_sums[count - 1] if count else 0

    def penalty_waived(self, day: int) -> int:
        """Return how much penalty was given up to a day, whether so much had accrued or not."""
        return sum(each.amount_minor for each in self.waived if each.value_day <= day)

    def agreed_beyond(self, day: int) -> int:
        """Return what up to a day was agreed to be no credit, whether so much was left or not."""
        return sum(each.amount_minor for each in self.agreed if each.value_day <= day)

    def paid_latest_day(self, day: int) -> int | None:
        """Return the value day of the latest payment up to a day; None where there is none."""
        latest = [
            days[count - 1]
            for days in (self.schedule_days, self.penalty_days)
            if (count := bisect_right(days, day))
        ]
        return max(latest, default=None)

    def paused_days(self, since: int, until: int) -> int:
        """Count the paused days after the day ``since`` and up to the day ``until``."""
        paused = 0
        for start, end in self.pauses:
            paused += max(0, min(end, until + 1) - max(start, since + 1))
        return paused

    def split(self, due: Due, covered_minor: int) -> Parts:
        """Return how much of each part is covered when so much of an instalment is."""
        return split(due.asked, covered_minor, self.product.allocation)


def split(asked: Parts, covered_minor: int, order: Iterable[Component]) -> Parts:
    """Return how much of each part is covered when so much of an amount is, in an order."""
    found = [0, 0, 0]
    for component in order:
        if covered_minor <= 0:
            break
        place = _PLACE[component]
        found[place] = min(covered_minor, asked[place])
        covered_minor -= found[place]
    return Parts(*found)


def ledger_of(facts: LoanFacts, product: ProductTerms, *, known_day: int) -> Ledger:
    """Order one loan's facts as known on a day.

    Raises:
        InvalidFacts: the terms are another product's.
    """
    if facts.product != product.product:
        raise refuse(
            f"{facts.loan_id}: the terms are those of {product.product}, not of {facts.product}",
            f"{facts.loan_id}：所给条款属于 {product.product}，而借款属于 {facts.product}",
            remedy="Give the terms of the loan's own product.",
            remedy_zh="请使用该借款所属产品的条款。",
        )
    payments, voids = _known(facts.postings, known_day)
    schedule = tuple(p for p in payments if p.purpose is Purpose.SCHEDULE)
    penalty = tuple(p for p in payments if p.purpose is Purpose.PENALTY)
    dues = tuple(_place(facts))
    covers, settled = _cover(dues, schedule, product.allocation)
    return Ledger(
        facts=facts,
        product=product,
        dues=dues,
        due_days=tuple(due.due_day for due in dues),
        ends=tuple(due.end_minor for due in dues),
        schedule=schedule,
        schedule_days=tuple(p.value_day for p in schedule),
        schedule_sums=tuple(accumulate(p.amount_minor for p in schedule)),
        penalty=penalty,
        penalty_days=tuple(p.value_day for p in penalty),
        penalty_sums=tuple(accumulate(p.amount_minor for p in penalty)),
        waived=tuple(p for p in payments if p.purpose is Purpose.WAIVER),
        agreed=tuple(p for p in payments if p.purpose is Purpose.AGREED),
        voids=voids,
        pauses=_without_overlap(p for p in facts.pauses if p.recorded_day <= known_day),
        covers=covers,
        settled=settled,
    )


def checked_day(day: int) -> int:
    """Return a day that the book's calendar knows, or raise InvalidFacts."""
    if not DAY_FIRST <= day <= DAY_LAST:
        raise refuse(
            f"Day {day} lies outside 1970 to 2199",
            f"第 {day} 天不在 1970 至 2199 年之间",
            remedy="Give days since 1970-01-01.",
            remedy_zh="请填写自 1970-01-01 起的天数。",
        )
    return day


def _known(postings: Iterable[Posting], known_day: int) -> tuple[list[Posting], tuple[Void, ...]]:
    """Part the known payments into those that stand and those that never were."""
    known = [p for p in postings if p.posting_day <= known_day]
    reversals = {p.reverses: p for p in known if p.reverses is not None}
    payments = [p for p in known if p.reverses is None]
    payments.sort(key=lambda p: (p.value_day, p.posting_day, p.payment_id))
    if not reversals:
        return payments, ()
    stands = [p for p in payments if p.payment_id not in reversals]
    voids = (Void(p, reversals[p.payment_id]) for p in payments if p.payment_id in reversals)
    return stands, tuple(voids)


def _place(facts: LoanFacts) -> Iterable[Due]:
    start, end = facts.disbursed_day, 0
    for number, (due, principal, interest, fee) in enumerate(facts.instalments, start=1):
        own = principal + interest + fee
        end += own
        yield Due(number, start, due, Parts(fee, interest, principal), own, end)
        start = due


def _cover(
    dues: Sequence[Due], payments: Iterable[Posting], order: Sequence[Component]
) -> tuple[tuple[tuple[Cover, ...], ...], tuple[int | None, ...]]:
    """Give each payment to the oldest open instalment, then to the next, until it is used up.

    Inside an instalment it covers what is left of the parts, in the product's order.
    """
    covers: list[list[Cover]] = [[] for _ in dues]
    settled: list[int | None] = [None] * len(dues)
    at, left = 0, dues[0].asked
    for payment in payments:
        rest = payment.amount_minor
        while True:
            parts = split(left, rest, order)
            taken = parts.total_minor
            if taken:
                covers[at].append(Cover(payment, parts))
                left, rest = left.less(parts), rest - taken
            if left.total_minor:
                break
            settled[at] = payment.value_day
            at += 1
            if at == len(dues):
                return tuple(map(tuple, covers)), tuple(settled)
            left = dues[at].asked
    return tuple(map(tuple, covers)), tuple(settled)


def _without_overlap(pauses: Iterable[Pause]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    reach = -OPEN_END
    for start, end in sorted(
        (p.start_day, OPEN_END if p.end_day is None else p.end_day) for p in pauses
    ):
        if end > max(start, reach):
            spans.append((max(start, reach), end))
            reach = end
    return tuple(spans)
