"""Do whole numbers divide and round alike on every engine, also near 64 bits?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from forbear.engine.delinquency.calendar import with_month, with_years_later
from forbear.engine.delinquency.expression import Products, big, quotient, rounded, wide_quotient
from forbear.values.day import add_years, day_number, from_day_number, month_number
from forbear.values.money import Rounding, divide
from tests.support.book import TERMS, duckdb_opener, rows_of, sail_opener

WIDE = [0, 1, 10**12 - 1, 10**12, 2**53 + 1, 7 * 10**17 - 1, 7 * 10**17, 2**62]
FITTING = [0, 1, 2, 2**53 - 1, 2**53 - 2, 9 * 10**15]


def divided(opener: Any) -> tuple[list[int], list[int]]:
    wide = nw.from_native(opener(pl.DataFrame({"a": WIDE})))
    fitting = nw.from_native(opener(pl.DataFrame({"a": FITTING})))
    return (
        [row["q"] for row in rows_of(wide.select(q=wide_quotient(nw.col("a"), 10**12)))],
        [row["q"] for row in rows_of(fitting.select(q=quotient(big("a"), 3)))],
    )


EXACT = ([a // 10**12 for a in WIDE], [a // 3 for a in FITTING])


class TestQuotient:
    def test_is_exact_on_polars(self) -> None:
        assert divided(lambda eager: eager.lazy()) == EXACT

    def test_is_exact_on_duckdb(self) -> None:
        assert divided(duckdb_opener()) == EXACT

    @pytest.mark.nightly
    def test_is_exact_on_sail(self) -> None:
        with sail_opener() as opener:
            assert divided(opener) == EXACT


class TestRounded:
    @pytest.mark.parametrize("rounding", list(Rounding))
    def test_rounds_as_money_is_rounded(self, rounding: Rounding) -> None:
        frame = nw.from_native(pl.DataFrame({"a": list(range(40))}).lazy())

        rows = rows_of(frame.select(q=rounded(nw.col("a") // 8, nw.col("a") % 8, 8, rounding)))

        assert [row["q"] for row in rows] == [divide(a, 8, rounding) for a in range(40)]


class TestCalendar:
    def test_counts_years_and_months_as_dates_do(self) -> None:
        days = [day_number(date(1970, 1, 1) + timedelta(days=step)) for step in range(0, 48_000, 7)]
        days += [day_number(date(2096, 2, 29)), day_number(date(2000, 2, 29))]
        frame = nw.from_native(pl.DataFrame({"day": days}).lazy())

        later = with_years_later(frame, nw.lit(4), since="day", into="then")
        rows = rows_of(with_month(later, day="day", into="month"))

        for row in rows:
            day = from_day_number(row["day"])
            assert row["then"] == day_number(add_years(day, 4))
            assert row["month"] == month_number(day)


class TestProducts:
    def test_has_no_number_for_a_product_without_terms(self) -> None:
        frame = nw.from_native(pl.DataFrame({"product": ["card", "unheard"]}).lazy())

        rows = rows_of(frame.select(no=Products.of(TERMS).number()))

        assert [row["no"] for row in rows] == [1, None]
