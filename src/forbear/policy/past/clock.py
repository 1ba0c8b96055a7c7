"""What did a zone's clocks show at many instants?"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from forbear.policy.kind import ContactWindow
from forbear.policy.past.history import Flags, Ints
from forbear.values.day import DAY_S, from_instant_s

_MINUTE_S = 60
_DAYS_A_WEEK = 7
_THURSDAY = 3
_CLOSED = (1, 0)


def local_seconds(zone: str, seconds: Ints) -> Ints:
    """Return what a zone's clocks show, as seconds since 1970-01-01 on that clock."""
    if not seconds.size:
        return seconds
    first, last = int(seconds.min()) // DAY_S, int(seconds.max()) // DAY_S + 1
    turns, offsets = _offsets(zone, first, last)
    return seconds + offsets[np.searchsorted(turns, seconds, side="right")]


@lru_cache(maxsize=4096)
def _offsets(zone: str, first_day: int, last_day: int) -> tuple[Ints, Ints]:
    """Return the seconds at which a zone's offset changes over some days, and the offsets.

    An offset holds from one change to the next; the first holds before the first change.
    """
    clock = ZoneInfo(zone)
    found = _offset(clock, first_day * DAY_S)
    turns: list[int] = []
    offsets = [found]
    for day in range(first_day, last_day):
        after = _offset(clock, (day + 1) * DAY_S)
        if after != found:
            turns.append(_turn(clock, day * DAY_S, (day + 1) * DAY_S))
            offsets.append(after)
            found = after
    return np.array(turns, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offset(clock: ZoneInfo, second: int) -> int:
    shown: datetime = from_instant_s(second).astimezone(clock)
    return int((shown.utcoffset() or timedelta()).total_seconds())


def _turn(clock: ZoneInfo, before: int, after: int) -> int:
    """Return the first second that has the offset of the end of a span."""
    wanted = _offset(clock, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(clock, middle) == wanted else (middle, after)
    return after


def outside(window: ContactWindow, local: Ints) -> Flags:
    """Whether a clock shows an hour outside a window, or a day that its calendar does not reach."""
    day, second = np.divmod(local, DAY_S)
    minute, weekday = second // _MINUTE_S, (day + _THURSDAY) % _DAYS_A_WEEK
    hours = np.array([each or _CLOSED for each in window.week], dtype=np.int64)
    opens, closes = hours[weekday, 0], hours[weekday, 1]
    unknown: Flags = np.zeros(day.size, dtype=np.bool_)
    calendar = window.calendar
    if calendar is not None:
        unknown = (day < calendar.first_day) | (day > calendar.last_day)
        holiday = np.isin(day, list(calendar.holidays))
        own = window.on_holidays or _CLOSED
        opens, closes = np.where(holiday, own[0], opens), np.where(holiday, own[1], closes)
    found: Flags = unknown | (minute < opens) | (minute >= closes)
    return found
