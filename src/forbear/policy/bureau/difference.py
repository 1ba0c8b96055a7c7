"""What has changed since the month before, in words?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.bureau.month import written
from forbear.values.money import Currency, format_minor

Change = tuple[str | None, str | None]
"""The status of a loan in the month before and in this one; None: it had no line."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two months beside each other, in counts of loans and in sums of minor units.

    ``moves``: how many loans went from which status to which, the commonest first.
    """

    month: date
    added: int
    ended: int
    same: int
    became_negative: int
    no_longer_negative: int
    worse: int
    better: int
    corrected: int
    overdue_minor: int
    overdue_before_minor: int
    moves: tuple[tuple[str, str, int], ...]

    def words(self, currency: Currency) -> tuple[tuple[str, str], ...]:
        """Return it in sentences, English and Chinese; what did not happen is not said."""
        month = written(self.month)
        told = [
            (self.added, "{} loans are reported for the first time", "首次报送 {} 笔"),
            (
                self.ended,
                "{} loans are reported no more: they were over",
                "不再报送 {} 笔（已了结）",
            ),
            (self.same, "{} loans stand as they did", "状态不变 {} 笔"),
            (self.became_negative, "{} loans have become late", "新出现逾期 {} 笔"),
            (self.no_longer_negative, "{} loans are late no more", "不再逾期 {} 笔"),
            (self.worse, "{} late loans are later than before", "逾期加深 {} 笔"),
            (self.better, "{} late loans are less late than before", "逾期减轻 {} 笔"),
            (self.corrected, "{} lines of earlier months were corrected", "更正往月记录 {} 条"),
        ]
        found = [(en.format(f"{n:,}") + ".", zh.format(f"{n:,}") + "。") for n, en, zh in told if n]
        now, was = (
            format_minor(minor, currency.value)
            for minor in (self.overdue_minor, self.overdue_before_minor)
        )
        sums = (
            f"In {month} {now} is overdue in all; the month before it was {was}.",
            f"{month} 逾期合计 {now}，上月为 {was}。",
        )
        return (*found, sums)


def difference(
    month: date,
    changes: Mapping[Change, int],
    days: Mapping[str, int],
    negative: frozenset[str],
    *,
    corrected: int,
    overdue_minor: int,
    overdue_before_minor: int,
) -> Difference:
    """Count what changed. ``days`` orders the negative words: the higher, the later.

    >>> found = difference(date(2026, 10, 1), {("N", "1"): 3, (None, "N"): 2}, {"1": 1},
    ...     frozenset("1"), corrected=0, overdue_minor=9, overdue_before_minor=0)
    >>> found.became_negative, found.added, found.moves
    (3, 2, (('N', '1', 3),))
    """
    counts = dict.fromkeys(
        ("added", "ended", "same", "became_negative", "no_longer_negative", "worse", "better"), 0
    )
    for (was, now), loans in changes.items():
        counts[_kind(was, now, days, negative)] += loans
    moves = sorted(
        ((was, now, n) for (was, now), n in changes.items() if was and now and was != now),
        key=lambda move: (-move[2], move[0], move[1]),
    )
    return Difference(
        month=month,
        **counts,
        corrected=corrected,
        overdue_minor=overdue_minor,
        overdue_before_minor=overdue_before_minor,
        moves=tuple(moves),
    )


def _kind(was: str | None, now: str | None, days: Mapping[str, int], bad: frozenset[str]) -> str:
    if was is None:
        return "added"
    if now is None:
        return "ended"
    if was in bad and now in bad and was != now:
        return "worse" if days.get(now, 0) >= days.get(was, 0) else "better"
    if (was in bad) == (now in bad):
        return "same"
    return "became_negative" if now in bad else "no_longer_negative"
