"""How are days and instants written as whole numbers?

The columnar book stores a day as the number of days since 1970-01-01 and an instant as seconds
since 1970-01-01T00:00:00Z, so that every engine computes with plain integers.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1)
_LEAP_SECOND = re.compile(r"(T\d\d:\d\d:)60")
DAY_S = 86_400


def day_number(day: date) -> int:
    """Return the day number of a date.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return (day - EPOCH).days


def from_day_number(number: int) -> date:
    """Return the date of a day number.

    >>> from_day_number(1)
    datetime.date(1970, 1, 2)
    """
    return EPOCH + timedelta(days=number)


def instant_s(instant: datetime) -> int:
    """Return the whole seconds since the epoch of an instant that names its zone."""
    if instant.tzinfo is None:
        msg = "an instant must name its time zone"
        raise ValueError(msg)
    return int(instant.timestamp())


def parse_instant(text: str) -> datetime:
    """Return the UTC instant of an RFC 3339 text that names its offset.

    A leap second (``23:59:60``) is the last second before it.

    Raises:
        ValueError: the text is no instant, or names no offset.

    >>> parse_instant("2016-12-31T23:59:60Z").isoformat()
    '2016-12-31T23:59:59+00:00'
    """
    leap = _LEAP_SECOND.sub(r"\g<1>59", text.strip())
    instant = datetime.fromisoformat(leap)
    if instant.tzinfo is None:
        msg = f"'{text}' names no offset from UTC; write it as 2026-01-30T08:00:00+08:00"
        raise ValueError(msg)
    return instant.astimezone(UTC)


def from_instant_s(seconds: int) -> datetime:
    """Return the UTC instant of epoch seconds."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def utc_offset_minutes(zone: str, day: date, *, minute_of_day: int = 720) -> int:
    """Return a zone's offset from UTC in minutes at a local minute of a day."""
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(
        minutes=minute_of_day
    )
    offset = local.utcoffset()
    assert offset is not None  # a ZoneInfo always has one
    return int(offset.total_seconds() // 60)


def month_number(day: date) -> int:
    """Return a month as one whole number, twelve a year.

    >>> month_number(date(1970, 2, 1))
    1
    """
    return (day.year - 1970) * 12 + day.month - 1


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """Return the same day of a later year; 29 February becomes the 28th where needed."""
    return add_months(day, 12 * years)
