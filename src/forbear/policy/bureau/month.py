"""Which days does a month of reporting have?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from forbear.values.day import add_months
from forbear.values.errors import InvalidInput

_WRITTEN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
YEAR_FIRST, YEAR_LAST = 1970, 2198


class NoMonth(InvalidInput):
    """A month is not written as one."""

    code = "NO_MONTH"


def parse_month(text: str) -> date:
    """Return the first day of a month written as 2026-10.

    Raises:
        NoMonth: it is not written so, or lies outside 1970 to 2198.

    >>> parse_month("2026-10")
    datetime.date(2026, 10, 1)
    """
    found = _WRITTEN.fullmatch(text)
    if not found or not YEAR_FIRST <= int(found[1]) <= YEAR_LAST:
        raise NoMonth(
            f"'{text[:20]}' is not a month.",
            remedy="Write it as 2026-10.",
            message_zh=f"“{text[:20]}”不是月份。",
            remedy_zh="请写作 2026-10。",
            field="month",
        )
    return date(int(found[1]), int(found[2]), 1)


def written(month: date) -> str:
    """Return a month as it is written.

    >>> written(date(2026, 10, 1))
    '2026-10'
    """
    return f"{month:%Y-%m}"


def last_day(month: date) -> date:
    """Return the last day of the month that begins on a day.

    >>> last_day(date(2028, 2, 1))
    datetime.date(2028, 2, 29)
    """
    return add_months(month, 1) - timedelta(days=1)


def before(month: date) -> date:
    """Return the month before."""
    return add_months(month, -1)


def months_from(first: date, count: int) -> Iterator[date]:
    """Yield the months that follow each other from one on."""
    for step in range(count):
        yield add_months(first, step)


def month_of(day: date) -> date:
    """Return the month of a day, as its first day."""
    return day.replace(day=1)
