"""An interval of a share holds it, stays within bounds, and narrows as more is counted."""

from __future__ import annotations

import pytest

from forbear.values.interval import difference, wilson


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (1, 1), (0, 40), (40, 40), (7, 50)])
def test_holds_the_share_and_stays_within_zero_and_one(part, whole):
    found = wilson(part, whole)

    assert found is not None
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert found.high > found.low


def test_narrows_as_more_is_counted():
    widths = [found.high - found.low for n in (10, 100, 1000) if (found := wilson(n // 2, n))]

    assert widths == sorted(widths, reverse=True)


def test_is_known_to_the_third_place():
    # Published with Newcombe (1998), table I: 81 of 263.
    found = wilson(81, 263)

    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_of_nothing_is_none():
    assert wilson(0, 0) is None


def test_of_a_difference_is_known_to_the_fourth_place_and_turns_with_its_sides():
    # Published with Newcombe (1998), on differences, table II: 56 of 70 and 48 of 80.
    one, other = wilson(56, 70), wilson(48, 80)
    found, turned = difference(one, other), difference(other, one)

    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    assert turned.low == pytest.approx(-found.high)
    assert turned.high == pytest.approx(-found.low)
    assert difference(one, one).low < 0 < difference(one, one).high
