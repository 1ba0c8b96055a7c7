"""Which calendars and series may rules name?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from forbear.policy.calendar import Calendar, Series
from forbear.policy.reading import Field, read_file
from forbear.values.day import day_number


@dataclass(frozen=True)
class Shelf:
    """Calendars and series that rules may name."""

    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)

    def calendar(self, named: Field, name: str = "calendar") -> Calendar:
        """Return the calendar that a field names."""
        found: str = named.get(name, str)
        if found not in self.calendars:
            known = ", ".join(sorted(self.calendars)) or "none"
            raise named.fail(
                name,
                f"'{found}' is not known",
                f"Known calendars: {known}.",
                zh=f"不认识“{found}”",
                remedy_zh=f"可用日历：{known.replace(', ', '、')}。",
            )
        return self.calendars[found]

    def one_series(self, named: Field) -> Series:
        """Return the series that a field names."""
        found: str = named.get("series", str)
        if found not in self.series:
            known = ", ".join(sorted(self.series)) or "none"
            raise named.fail("series", f"'{found}' is not known", f"Known series: {known}.")
        return self.series[found]


def load_shelf(calendars: Mapping[str, str], series: Mapping[str, str]) -> Shelf:
    """Read the calendars and series that rules may name; keys are file names.

    Raises:
        InvalidRule: a file does not keep its form.
    """
    return Shelf(
        {_stem(file): _calendar(file, text) for file, text in calendars.items()},
        {_stem(file): _series(file, text) for file, text in series.items()},
    )


def _stem(file: str) -> str:
    return file.rsplit("/", 1)[-1].removesuffix(".yaml")


def _calendar(file: str, text: str) -> Calendar:
    read = read_file(file, text, what="a calendar").only(
        "title", "first", "last", "source", "basis", "verified", "holidays", "worked"
    )
    title = read.part("title")

    def days(name: str) -> frozenset[int]:
        found = read.get(name, list, default=[])
        if not all(type(each) is date for each in found):
            raise read.fail(name, "holds something that is no date", "Write days as 2026-01-30.")
        return frozenset(day_number(each) for each in found)

    first, last = read.day("first"), read.day("last")
    assert first is not None  # the fields are required
    assert last is not None
    read.part("source").get("title", str)
    read.day("verified")
    return Calendar(
        _stem(file),
        title.get("en", str),
        title.get("zh", str),
        day_number(first),
        day_number(last),
        days("holidays"),
        days("worked"),
    )


def _series(file: str, text: str) -> Series:
    read = read_file(file, text, what="a series").only(
        "title", "unit", "source", "basis", "verified", "values"
    )
    title, verified = read.part("title"), read.day("verified")
    assert verified is not None  # the field is required
    read.part("source").get("title", str)
    values = [(each.day("from"), each.count("ppm")) for each in read.parts("values")]
    days = [(day_number(day), ppm) for day, ppm in values if day is not None]
    if any(a >= b for (a, _), (b, _) in pairwise(days)):
        raise read.fail("values", "is not in order of days", "Append newer values at the end.")
    return Series(
        _stem(file), title.get("en", str), title.get("zh", str), day_number(verified), tuple(days)
    )
