"""A number tells what it is and where it was given out, and no more."""

from __future__ import annotations

import sys

import pytest

from forbear.contexts.portfolio import number
from forbear.contexts.portfolio.number import NumberTold, NumberType, told_by_number
from forbear.values.code import Jurisdiction

CN, US, UK = Jurisdiction.CN, Jurisdiction.US, Jurisdiction.UK
T = NumberType


@pytest.mark.parametrize(
    ("said", "law", "kind", "region"),
    [
        ("13912345678", CN, T.MOBILE, "32"),
        ("+86 186 1234 5678", CN, T.MOBILE, "11"),
        ("021-1234 5678", CN, T.FIXED, "31"),
        ("0471 4961234", CN, T.FIXED, "15"),
        ("19912345678", CN, T.MOBILE, None),
        ("400-123-4567", CN, T.SERVICE, None),
        ("95588", CN, T.SERVICE, None),
        ("8008101234", CN, T.TOLL_FREE, None),
        ("2125551234", US, T.FIXED_OR_MOBILE, "US-NY"),
        ("8005551234", US, T.TOLL_FREE, None),
        ("9005551234", US, T.PREMIUM, None),
        ("020 7946 0000", UK, T.FIXED, None),
    ],
)
def test_kind_and_region_are_read_from_the_first_digits(said, law, kind, region):
    pytest.importorskip("phonenumbers", reason="the extra 'numbers' is not installed")

    told = told_by_number(said, law)

    sure = None if region is None else number.CONFIDENCE_PERCENT[kind]
    assert told == NumberTold(kind, region, sure)


@pytest.mark.parametrize("said", ["", "somebody@example.com", "12", "1" * 30])
def test_what_is_no_number_tells_nothing(said):
    assert told_by_number(said, CN) is None


def test_nothing_is_told_where_the_library_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    number._library.cache_clear()
    try:
        assert told_by_number("13912345678", CN) is None
    finally:
        number._library.cache_clear()
