"""How do day numbers turn into months and years without a date type?

Engines differ in their date types and in what a date plus a year is, so the calendar is whole
numbers: the proleptic Gregorian calendar counted from 1 March of the year 0, in which the leap
day is the last day of its year.
"""

from __future__ import annotations

import narwhals as nw
from narwhals import Expr

from forbear.engine.delinquency.expression import big, quotient
from forbear.engine.frame import Frame

_MARCH_OF_YEAR_0 = 719_468
_DAYS_400_YEARS = 146_097


def _march_year(day: Expr) -> Expr:
    """Return the year that began on the latest 1 March; days from 1970 on."""
    shifted = day + _MARCH_OF_YEAR_0
    era = quotient(shifted, _DAYS_400_YEARS)
    of_era = shifted % _DAYS_400_YEARS
    leaps = quotient(of_era, 36_524) - quotient(of_era, 1_460) - quotient(of_era, 146_096)
    return era * 400 + quotient(of_era + leaps, 365)


def _begin(year: Expr) -> Expr:
    """Return the day number of 1 March of a year."""
    leap_days = quotient(year, 4) - quotient(year, 100) + quotient(year, 400)
    return year * 365 + leap_days - _MARCH_OF_YEAR_0


def with_years_later(rows: Frame, years: Expr, *, since: str, into: str) -> Frame:
    """Add the same day of a later year as ``since``; 29 February becomes the 28th where needed.

    Null where ``since`` or ``years`` is null.
    """
    dated = rows.with_columns(since_year=_march_year(big(since)), years_on=years)
    dated = dated.with_columns(into_year=nw.col("since_year") + nw.col("years_on"))
    dated = dated.with_columns(
        same_day=big(since) - _begin(nw.col("since_year")) + _begin(nw.col("into_year")),
        last_day=_begin(nw.col("into_year") + 1) - 1,
    )
    later = nw.min_horizontal("same_day", "last_day")
    return dated.with_columns(later.alias(into)).drop(
        "since_year", "into_year", "years_on", "same_day", "last_day"
    )


def with_month(rows: Frame, *, day: str, into: str) -> Frame:
    """Add the month of a day, months since January 1970."""
    dated = rows.with_columns(of_year=_march_year(big(day)))
    # Months from March run 31, 30, 31, 30, 31 days and again; 153 days for five of them.
    month = quotient((big(day) - _begin(nw.col("of_year"))) * 5 + 2, 153)
    since = (nw.col("of_year") - 1970) * 12 + month + 2
    return dated.with_columns(since.alias(into)).drop("of_year")
