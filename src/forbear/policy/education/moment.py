"""At which moment does somebody stand, and did they fall behind after a day?

Days are numbers. An instalment counts as missed once its grace has passed and it is still open.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from forbear.policy.debt.ledger import Ledger
from forbear.policy.education.lesson import Moment
from forbear.policy.education.terms import EducationTerms


class Instalment(NamedTuple):
    """An instalment that asks for something. ``settled_day`` None: it is still open.

    ``late_day``: the first day on which it counts as missed where it is open then.
    """

    due_day: int
    late_day: int
    settled_day: int | None

    def missed_by(self, day: int) -> bool:
        """It has been missed by a day, whether or not it was paid since."""
        settled = self.settled_day
        return self.late_day <= day and (settled is None or settled >= self.late_day)

    def open_on(self, day: int) -> bool:
        """It is not paid at the end of a day."""
        return self.settled_day is None or self.settled_day > day


def instalments_of(ledger: Ledger) -> Iterator[Instalment]:
    """Return instalments, and from which day each counts as missed; pauses are left out."""
    grace = ledger.product.grace_days
    for due, settled in zip(ledger.dues, ledger.settled, strict=True):
        if due.own_minor:
            first = due.due_day + grace + 1
            paused = ledger.paused_days(due.due_day, first)
            yield Instalment(due.due_day, first + paused, settled)


def moment_of(
    instalments: Collection[Instalment], *, day: int, terms: EducationTerms
) -> Moment | None:
    """Return the moment of a day; None: no lesson fits it."""
    late = [each for each in instalments if each.missed_by(day) and each.open_on(day)]
    if late:
        oldest = min(each.due_day for each in late)
        return Moment.AFTER_FIRST_MISS if day - oldest <= terms.first_miss_days else None
    recovered = day - terms.recovered_days
    for each in instalments:
        if each.missed_by(day) and each.settled_day is not None and each.settled_day > recovered:
            return Moment.AFTER_RECOVERY
    ahead = [
        each.due_day - day for each in instalments if each.open_on(day) and each.due_day >= day
    ]
    if ahead and min(ahead) <= terms.before_due_days:
        return Moment.BEFORE_DUE
    return None


def fell_behind(instalments: Collection[Instalment], *, after_day: int, days: int) -> bool:
    """Whether something that fell due after a day was missed within so many days of it."""
    return any(
        each.due_day > after_day and each.missed_by(after_day + days) for each in instalments
    )
