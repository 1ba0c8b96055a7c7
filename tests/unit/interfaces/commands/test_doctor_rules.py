"""Sixty days before a calendar ends the doctor says so, and what happens beyond it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forbear.contexts.rulebook.library import open_library
from forbear.interfaces.commands.doctor_rules import AHEAD_DAYS, reader_findings, rules_findings
from forbear.interfaces.commands.finding import Grade
from forbear.values.day import from_day_number

CHINESE = from_day_number(open_library().shelf.calendars["cn_public"].last_day)


def told(today: date) -> list[tuple[Grade, str]]:
    return [(each.grade, each.said.en) for each in rules_findings(today=today)]


@pytest.mark.parametrize(("days", "warns"), [(AHEAD_DAYS, False), (AHEAD_DAYS - 1, True)])
def test_warns_so_many_days_ahead(days, warns):
    found = told(CHINESE - timedelta(days=days))

    assert any("cn_public ends" in said for _, said in found) == warns
    assert {grade for grade, said in found if "cn_public" in said} <= {Grade.WARN}


def test_says_when_it_has_ended_and_what_then_counts():
    found = [said for _, said in told(CHINESE + timedelta(days=1)) if "cn_public" in said]

    assert "cn_public ended" in found[0]
    assert "plain days" in found[0]


def test_is_content_where_all_reach_far():
    assert told(date(2025, 6, 1))[0][0] is Grade.OK


def test_says_that_the_reader_of_meaning_is_whole():
    (found,) = reader_findings()

    assert (found.check, found.grade) == ("reader of meaning", Grade.OK)
