"""Which day is it for the lender, at whatever hour the tests run?"""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.conf import settings


def lenders_day(now: datetime | None = None) -> date:
    """Return the day on the lender's calendar, which begins before or after that of UTC."""
    return settings.FORBEAR_MORNING.day(now or datetime.now(UTC))
