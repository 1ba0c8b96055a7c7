"""On which days does nobody work, and what was a published figure on a day?

Both are dated data with an end: what lies beyond it is not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from forbear.values.day import from_day_number
from forbear.values.errors import NotFound

_DAYS_A_WEEK = 7
_SATURDAY = 5


class CalendarEnds(NotFound):
    """A calendar or series does not reach a day."""

    code = "CALENDAR_ENDS"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Holidays of a place over [first_day, last_day], and rest days that are worked."""

    name: str
    title_en: str
    title_zh: str
    first_day: int
    last_day: int
    holidays: frozenset[int] = field(repr=False)
    worked: frozenset[int] = field(repr=False)

    def is_holiday(self, day: int) -> bool:
        """Whether a day is a holiday.

        Raises:
            CalendarEnds: the calendar does not reach that day.
        """
        self._reach(day)
        return day in self.holidays

    def is_business_day(self, day: int) -> bool:
        """Whether people work: no holiday, and no weekend unless it is worked.

        Raises:
            CalendarEnds: the calendar does not reach that day.
        """
        self._reach(day)
        weekend = from_day_number(day).weekday() >= _SATURDAY
        return day not in self.holidays and (not weekend or day in self.worked)

    def add_business_days(self, day: int, amount: int) -> int:
        """Return the day after so many business days, the first day not counted.

        Raises:
            CalendarEnds: the calendar does not reach that far.
        """
        while amount > 0:
            day += 1
            amount -= self.is_business_day(day)
        return day

    def _reach(self, day: int) -> None:
        if not self.first_day <= day <= self.last_day:
            raise CalendarEnds(
                f"The calendar {self.name} runs from {from_day_number(self.first_day)} to "
                f"{from_day_number(self.last_day)}; {from_day_number(day)} lies outside.",
                remedy=f"Add the year to policies/calendars/{self.name}.yaml.",
                message_zh=f"日历 {self.name} 覆盖 {from_day_number(self.first_day)} 至 "
                f"{from_day_number(self.last_day)}，不含 {from_day_number(day)}。",
                remedy_zh=f"请在 policies/calendars/{self.name}.yaml 中补充该年份。",
            )


@dataclass(frozen=True, slots=True)
class Series:
    """A published figure by day, in millionths; each holds until the next, the last to last_day."""

    name: str
    title_en: str
    title_zh: str
    last_day: int
    values: tuple[tuple[int, int], ...] = field(repr=False)

    def on(self, day: int) -> int:
        """Return the figure that held on a day.

        Raises:
            CalendarEnds: the series begins later or was not checked so far.
        """
        if not self.values or day < self.values[0][0] or day > self.last_day:
            raise CalendarEnds(
                f"The series {self.name} says nothing of {from_day_number(day)}.",
                remedy=f"Add the published value to policies/series/{self.name}.yaml.",
                message_zh=f"序列 {self.name} 没有 {from_day_number(day)} 的数值。",
                remedy_zh=f"请在 policies/series/{self.name}.yaml 中补充已公布的数值。",
            )
        return max(pair for pair in self.values if pair[0] <= day)[1]
