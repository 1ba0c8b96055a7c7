"""How are instants told on a person's own clock?"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _


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
