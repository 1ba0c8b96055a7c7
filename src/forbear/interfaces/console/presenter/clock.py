"""How are instants told, on a person's own clock or on the reader's?"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

_SHAPES = {"second": "%Y-%m-%d %H:%M:%S", "minute": "%Y-%m-%d %H:%M", "time": "%H:%M:%S"}


def here(at: datetime | None, to: str = "minute") -> str:
    """Return an instant on the reader's own clock; empty where there is none.

    ``to``: "minute" or "second" with the day, "time" without. ``here_zone`` stands beside it.
    """
    return "" if at is None else f"{timezone.localtime(at):{_SHAPES[to]}}"


def here_zone() -> str:
    """Return the name of the reader's clock: that of their team, else the lender's."""
    return timezone.get_current_timezone_name()


def clock_time(at: datetime, zone: str, *, now: datetime) -> str:
    """Return a time of day there; with the day where it is not today's."""
    there, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    return f"{there:%H:%M}" if there.date() == today else f"{there:%m-%d %H:%M}"


def minutes(minute: int) -> str:
    """Return a minute of the day as a time."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def ago(at: datetime, *, now: datetime) -> str:
    """Return how long something goes on, as on a telephone."""
    seconds = max(0, int((now - at).total_seconds()))
    return _("%(minutes)s min %(seconds)s s") % {
        "minutes": seconds // 60,
        "seconds": f"{seconds % 60:02d}",
    }
