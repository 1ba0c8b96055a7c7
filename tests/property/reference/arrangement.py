"""An arrangement day by day and fen by fen: slow and obvious."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forbear.policy.arrange.match import Agreed, Kept, Paid
from forbear.policy.arrange.word import Keeping


def keep_slowly(
    agreed: Sequence[Agreed],
    payments: Iterable[Paid],
    *,
    signed_day: int,
    grace_days: int,
    broken_after_days: int,
    as_of_day: int,
) -> Kept:
    """Live through every day since signing."""
    payments = list(payments)
    broken = completed = None
    for day in range(signed_day, as_of_day + 1):
        if broken is None and completed is None:
            # What is broken was so before anything of the day came in.
            broken = _broken_by(agreed, payments, broken_after_days, day)
            if broken is None and _paid(payments, day) >= _asked(agreed, signed_day, day):
                completed = day if any(max(p.day, signed_day) == day for p in payments) else None
    paid, covered = _paid(payments, as_of_day), [0] * len(agreed)
    for _ in range(paid):
        for place, each in enumerate(agreed):
            if covered[place] < each.amount_minor:
                covered[place] += 1
                break
    due = sum(e.amount_minor for e in agreed if as_of_day - e.due_day > grace_days)
    late = 0 if completed else max(0, due - paid)
    open_places = [p for p, e in enumerate(agreed) if covered[p] < e.amount_minor and not completed]
    state = Keeping.LATE if late else Keeping.KEPT
    if completed is not None:
        state = Keeping.COMPLETED
    if broken is not None:
        state = Keeping.BROKEN
    return Kept(
        state=state,
        paid_minor=paid,
        late_minor=late,
        broken_day=broken,
        completed_day=completed,
        next_day=agreed[open_places[0]].due_day if open_places else None,
        next_minor=agreed[open_places[0]].amount_minor - covered[open_places[0]]
        if open_places
        else 0,
        settle_minor=0 if completed else max(0, _asked(agreed, signed_day, as_of_day) - paid),
        covered=tuple(covered),
        excess_minor=paid - _asked(agreed, signed_day, completed)
        if completed is not None and broken is None
        else 0,
    )


def _paid(payments: Sequence[Paid], day: int) -> int:
    return sum(each.amount_minor for each in payments if each.day <= day)


def _broken_by(
    agreed: Sequence[Agreed], payments: Sequence[Paid], after: int, day: int
) -> int | None:
    asked = 0
    for each in agreed:
        asked += each.amount_minor
        if day > each.due_day + after and _paid(payments, each.due_day + after) < asked:
            return each.due_day + after + 1
    return None


def _asked(agreed: Sequence[Agreed], signed_day: int, day: int) -> int:
    """What ends it on a day: all, but for charges of times that have not begun."""
    starts = [signed_day, *(each.due_day for each in agreed)]
    return sum(
        each.amount_minor - (0 if start < day else each.charge_minor)
        for each, start in zip(agreed, starts, strict=False)
    )
