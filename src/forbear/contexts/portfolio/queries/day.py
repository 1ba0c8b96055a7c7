"""Which day is it where a person is, as far as that is known?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import Debtor

# No clock on earth is further behind or ahead of UTC.
_BEHIND, _AHEAD = timedelta(hours=12), timedelta(hours=14)


def first_day_anywhere(now: datetime) -> date:
    """Return the earliest day that any clock on earth shows."""
    return (now.astimezone(UTC) - _BEHIND).date()


def days_where(debtor_id: int, *, now: datetime) -> tuple[date, date]:
    """Return the earliest and the latest day that the clocks show where a person may be.

    Where nothing is known of that, any clock on earth counts. A transaction is open.
    """
    required()
    found = Debtor.objects.filter(pk=debtor_id).values_list("time_zones", flat=True).first()
    days = [now.astimezone(ZoneInfo(zone)).date() for zone in found or ()]
    if not days:
        return first_day_anywhere(now), (now.astimezone(UTC) + _AHEAD).date()
    return min(days), max(days)


def from_now_on(debtor_id: int, *, today: date, now: datetime) -> date:
    """Return the day on which what is to hold at once begins, also where a person's day is behind.

    ``today`` is the lender's own day. A hold that began on it would let a person be contacted to
    the end of the day before, where that is not over yet.
    """
    return min(today, days_where(debtor_id, now=now)[0])
