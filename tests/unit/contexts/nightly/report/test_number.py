"""Are figures written as readers of each language expect them?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.contexts.nightly.report.number import (
    amount,
    amount_exact,
    count_short,
    day,
    duration,
    share,
    thousands,
)


class TestAmount:
    @pytest.mark.parametrize(
        ("minor", "english", "chinese"),
        [
            (0, "CNY 0", "0元"),
            (99_49, "CNY 99", "99元"),
            (99_50, "CNY 100", "100元"),
            (9_999_00, "CNY 9,999", "9,999元"),
            (12_345_00, "CNY 12,345", "1.23万元"),
            (1_234_567_00, "CNY 1.23 m", "123万元"),
            (99_999_999_00, "CNY 100 m", "1.00亿元"),
            (123_456_789_00, "CNY 123 m", "1.23亿元"),
            (98_765_432_100_00, "CNY 98.8 bn", "988亿元"),
        ],
    )
    def test_is_short_in_a_headline(self, minor, english, chinese):
        written = amount(minor, "CNY")

        assert (written.en, written.zh) == (english, chinese)

    def test_names_other_currencies_in_chinese(self):
        assert amount(500_00, "GBP").zh == "500英镑"
        assert amount(500_00, "USD").zh == "500美元"

    @given(st.integers(min_value=-(10**15), max_value=10**15))
    def test_is_exact_to_the_last_fen_where_asked(self, minor):
        written = amount_exact(minor, "CNY").zh.removesuffix("元").replace(",", "")

        assert int(written.replace(".", "")) == minor

    @given(st.integers(min_value=0, max_value=10**15))
    def test_is_never_half_a_unit_off_in_a_table(self, minor):
        assert abs(int(thousands(minor).replace(",", "")) * 100 - minor) <= 50


class TestCount:
    def test_is_exact_below_a_hundred_thousand(self):
        assert count_short(99_999).zh == "99,999"

    def test_is_counted_in_ten_thousands_in_chinese(self):
        assert count_short(1_234_567).zh == "123万"
        assert count_short(123_456).en == "123,456"


class TestShare:
    @pytest.mark.parametrize(
        ("part", "whole", "text"),
        [
            (0, 0, "–"),
            (0, 5, "0%"),
            (5, 5, "100%"),
            (1, 3, "33%"),
            (1, 30, "3.3%"),
            (1, 10**6, "<0.1%"),
            (999, 10_000, "10%"),
            (994, 10_000, "9.9%"),
            (2, 100, "2%"),
        ],
    )
    def test_is_a_short_percentage(self, part, whole, text):
        assert share(part, whole) == text

    @given(st.integers(0, 10**9), st.integers(1, 10**9))
    def test_of_something_is_never_nought(self, part, whole):
        assert (share(part, whole) == "0%") == (part == 0)


class TestDay:
    def test_is_read_from_an_iso_date_or_a_number(self):
        assert day("2026-11-01T03:00:00Z") == day("2026-11-01")
        assert day(0).zh == "1970年1月1日"

    def test_is_a_dash_when_not_known(self):
        assert day(None).en == "–"


class TestDuration:
    def test_is_in_minutes_from_two_minutes_on(self):
        assert duration(119.9).en == "119.9 s"
        assert duration(185).zh == "3 分 5 秒"
