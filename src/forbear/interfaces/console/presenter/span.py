"""Which days does a list speak of, and how are bars drawn beside its counts?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forbear.interfaces.console.presenter.word import count
from forbear.values.errors import InvalidInput

WIDTH = 100
DAYS_MAX = 366


@dataclass(frozen=True, slots=True)
class Days:
    """The days [first, last], both included, on the lender's clock."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """The instant at which the first day begins."""
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def until(self) -> datetime:
        """The instant at which the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)

    def each(self) -> list[date]:
        """Return every day."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def days_asked(given: Mapping[str, str], *, today: date, zone: ZoneInfo, back: int = 6) -> Days:
    """Return the days that a page was asked for; without any, today and ``back`` days before it.

    Raises:
        InvalidInput: what is given is no day, or the days are the wrong way round.
    """
    try:
        last = date.fromisoformat(given["to"]) if given.get("to") else today
        first = last - timedelta(days=back)
        first = date.fromisoformat(given["from"]) if given.get("from") else first
    except (ValueError, OverflowError):
        raise _no_days() from None
    if not 0 <= (last - first).days < DAYS_MAX or last.year > today.year + 1:
        raise _no_days()
    return Days(first, last, zone)


def number_in(text: str | None) -> int | None:
    """Return a whole number that an address holds; None: it holds none."""
    return int(text) if text and text.isdecimal() and len(text) < len(str(2**63)) else None


def number_chosen(text: str | None) -> int:
    """Return the number of what a form was sent for.

    Raises:
        InvalidInput: it holds none.
    """
    found = number_in(text)
    if found is None:
        raise InvalidInput("Nothing was chosen.", message_zh="尚未选择。")
    return found


def bars(rows: Iterable[tuple[str, int, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return rows with their counts and the widths of their bars, the largest being whole."""
    known = list(rows)
    most = max([1, *(number for _, number, _ in known)])
    return [
        {"label": label, "number": count(number), "width": number * WIDTH // most, **more}
        for label, number, more in known
    ]


def columns(days: Iterable[date], counts: Mapping[date, int]) -> list[dict[str, Any]]:
    """Return one column a day, with its height of 100 and its place."""
    known = list(days)
    most = max([1, *(counts.get(day, 0) for day in known)])
    return [
        {
            "day": f"{day:%m-%d}",
            "number": count(counts.get(day, 0)),
            "height": (height := counts.get(day, 0) * WIDTH // most),
            "top": WIDTH - height,
            "x": place,
        }
        for place, day in enumerate(known)
    ]


def _no_days() -> InvalidInput:
    return InvalidInput(
        "These are no days in their order.",
        remedy=f"Choose a first and a last day, at most {DAYS_MAX} days apart.",
        message_zh="日期有误或先后颠倒。",
        remedy_zh=f"请选择起止日期，跨度不超过 {DAYS_MAX} 天。",
        field="from",
    )
