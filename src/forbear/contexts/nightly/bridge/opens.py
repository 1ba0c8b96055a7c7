"""From when on may a day begin, by the lender's clock?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from forbear.values.errors import InvalidInput


@dataclass(frozen=True)
class Opens:
    """From when on a day may begin, by the lender's clock: ``05:30 Asia/Shanghai``."""

    at: time
    zone: ZoneInfo

    @classmethod
    def read(cls, text: str) -> Opens:
        """Read it.

        Raises:
            InvalidInput: it is not a time of day and a time zone.
        """
        clock, _, zone = text.partition(" ")
        try:
            return cls(time.fromisoformat(clock), ZoneInfo(zone.strip()))
        except (ValueError, KeyError, OSError):
            raise InvalidInput(
                f"FORBEAR_MORNING is '{text}', which is not a time of day and a zone.",
                remedy="Write it as: 05:30 Asia/Shanghai",
                message_zh=f"FORBEAR_MORNING 的值“{text}”不是“时间 时区”。",
                remedy_zh="请写成：05:30 Asia/Shanghai",
            ) from None

    def day(self, now: datetime) -> date:
        """Return the lender's day at an instant."""
        return now.astimezone(self.zone).date()
