"""Every clock of a filing, whichever day it came in, is the day counted on one's fingers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.contexts.rights.clock import MATTERS
from forbear.contexts.rights.word import FilingKind
from forbear.contexts.rulebook.library import open_library, pack_in_force, policy_texts
from forbear.policy.ask.clock import due, due_for_certain
from forbear.policy.kind import ClockStart, Deadline
from forbear.values.code import Jurisdiction, Matter
from forbear.values.day import day_number, from_day_number
from tests.property.reference.business_days import due_day

# The shortest calendar ends with the year; a fortnight before, nothing here needs more of it.
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 15)
ASKED = {
    *(matter for matters in MATTERS.values() for matter in matters),
    Matter.BUREAU_COMPLAINT,
    Matter.HARDSHIP_REVIEW,
    Matter.BREATHING_SPACE,
    Matter.BREATHING_SPACE_AGAIN,
    Matter.CRISIS_BREATHING_SPACE,
    Matter.DEBT_ADVICE,
}
UNITS = {"days": "days", "weeks": "weeks", "months": "months", "business_days": "business"}


def told() -> dict[str, list[tuple[str, int, str, str | None]]]:
    """What the files themselves say of each rule: name of a step, how much, of what, calendar."""
    found = {}
    for folder in ("law", "house/demo/rules"):
        for text in policy_texts(folder).values():
            rule = yaml.safe_load(text)
            if rule["kind"] != "deadline":
                continue
            steps = rule["values"][-1]["parameters"]["steps"]
            found[rule["id"]] = [
                (step["name"], step[unit], unit, step.get("calendar"))
                for step in steps
                for unit in UNITS
                if unit in step
            ]
    return found


TOLD = told()
CALENDARS = {
    name: (set(file["holidays"]), set(file.get("worked", ())))
    for name, file in (
        (path.removesuffix(".yaml"), yaml.safe_load(text))
        for path, text in policy_texts("calendars").items()
    )
}


def edges(name: str) -> list[date]:
    """The days around every holiday and worked rest day of a calendar, and the ends of months."""
    closed, worked = CALENDARS[name]
    marks = [day for day in closed | worked if FIRST <= day <= LAST]
    days = {day + timedelta(days=shift) for day in marks for shift in range(-12, 3)}
    days |= {date(2026, month, 1) - timedelta(days=1) for month in range(2, 13)}
    return sorted(day for day in days if FIRST <= day <= LAST)


def agrees(law: Jurisdiction, received: date) -> int:
    pack = pack_in_force(law, date(2026, 11, 26))
    seen = 0
    for rule in pack.rules:
        clock = rule.parameters
        if not isinstance(clock, Deadline) or clock.matter not in ASKED:
            continue
        starts = dict.fromkeys(ClockStart, day_number(received))
        for name, amount, unit, calendar in TOLD[rule.id]:
            closed, worked = CALENDARS[calendar] if calendar else (set(), set())
            expected = due_day(received, amount, unit, closed, worked)
            found = [
                each
                for each in due(pack, clock.matter, starts=starts, step=name)
                if each.about.rule_id == rule.id
            ]
            assert [from_day_number(each.day) for each in found] == [expected], (rule.id, name)
            seen += 1
    return seen


@pytest.mark.parametrize(
    ("law", "calendar"),
    [
        (Jurisdiction.CN, "cn_public"),
        (Jurisdiction.UK, "uk_england"),
        (Jurisdiction.US, "us_federal"),
    ],
)
def test_at_every_edge_of_a_calendar(law, calendar):
    days = edges(calendar)
    assert len(days) > 30

    assert sum(agrees(law, day) for day in days) > 5 * len(days)


@given(law=st.sampled_from(list(Jurisdiction)), received=st.dates(FIRST, LAST))
@settings(max_examples=300, deadline=None)
def test_on_any_day(law, received):
    assert agrees(law, received) > 5


@given(law=st.sampled_from(list(Jurisdiction)), received=st.dates(LAST, date(2040, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_beyond_every_calendar_nothing_is_due_later_and_nothing_left_is_shorter(law, received):
    """Whoever files after a calendar's last day is taken in all the same."""
    pack = pack_in_force(law, date(2026, 11, 26))
    starts = dict.fromkeys(ClockStart, day_number(received))
    for matter in sorted({*ASKED, Matter.VALIDATION_PERIOD}):
        for found in due_for_certain(pack, matter, starts=starts):
            steps = TOLD[found.about.rule_id]
            amount, unit, calendar = next(each[1:] for each in steps if each[0] == found.step)
            closed, worked = CALENDARS[calendar] if calendar else (set(), set())
            expected = day_number(due_day(received, amount, unit, closed, worked))
            assert found.day >= expected if found.protects else found.day <= expected


def test_every_kind_that_is_owed_an_answer_has_a_clock_in_every_country():
    for law in Jurisdiction:
        pack = pack_in_force(law, date(2026, 11, 26))
        starts = dict.fromkeys(ClockStart, day_number(date(2026, 11, 26)))
        for kind in (FilingKind.DISPUTE, FilingKind.COMPLAINT, FilingKind.DATA_REQUEST):
            found = [each for m in MATTERS[kind] for each in due(pack, m, starts=starts)]
            assert [each for each in found if not each.protects], (law, kind)
        assert due(pack, Matter.HARDSHIP_REVIEW, starts=starts)


def test_what_only_the_house_says_is_called_so():
    library = open_library()

    for rule in library.rules:
        if rule.id.startswith("house."):
            assert rule.basis == "unverified", rule.id
