"""Day by day, on one's fingers: when is something due that a rule gives so much time for?"""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def due_day(received: date, amount: int, unit: str, closed: set[date], worked: set[date]) -> date:
    """Return the day; business days are counted one by one, the day of receipt not."""
    if unit == "days":
        return received + timedelta(days=amount)
    if unit == "weeks":
        return received + timedelta(days=7 * amount)
    if unit == "months":
        index = received.year * 12 + received.month - 1 + amount
        year, month = divmod(index, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(received.day, last))
    day, left = received, amount
    while left:
        day += timedelta(days=1)
        works = day.weekday() < 5 or day in worked
        if works and day not in closed:
            left -= 1
    return day
