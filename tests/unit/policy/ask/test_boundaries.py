"""The edges at which a rule turns, by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from forbear.policy.ask.contact import decide, next_change
from forbear.policy.facts import Consent, Event, Hold
from forbear.policy.pack import load_library
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Direction,
    HoldKind,
    Jurisdiction,
    Outcome,
)
from forbear.values.day import DAY_S, add_years, day_number, instant_s, parse_instant
from tests.support.person import ordinary

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULE = """
id: a.rule
kind: {kind}
jurisdiction: CN
sentence: {{en: A rule., zh: 一条规则。}}
values:
  - {{effective: 2020-01-01, verified: 2026-01-01, basis: P, source: {{title: Invented}},
     parameters: {parameters}}}
"""
COUNTS = "counts: {channels: [VOICE], directions: [OUTBOUND], outcomes: [RANG]}"


def _pack(kind: str, parameters: str, *, as_of: date = date(2026, 11, 24)):
    library = load_library({"a.yaml": RULE.format(kind=kind, parameters=parameters)}, {})
    return library.pack(Jurisdiction.CN, as_of=as_of)


DAYTIME = _pack("contact_window", '{opens: "08:00", closes: "22:00"}')


def _rang(at: datetime, zone: str, *, point: int = 1) -> Event:
    day = day_number(at.astimezone(ZoneInfo(zone)).date())
    return Event(
        Channel.VOICE, Direction.OUTBOUND, Outcome.RANG, day, point, 1, int(at.timestamp())
    )


def _in(*zones: str):
    return ordinary(person_zones=zones, zones=zones)


class TestHours:
    @pytest.mark.parametrize(
        ("clock", "allowed"),
        [
            ("07:59:59.999", False),
            ("08:00", True),
            ("08:00:00.001", True),
            ("21:59:59.999", True),
            ("22:00", False),
        ],
    )
    def test_a_window_opens_at_eight_and_closes_at_ten(self, clock, allowed):
        now = datetime.fromisoformat(f"2026-11-24T{clock}+08:00")

        assert decide(DAYTIME, ordinary(), now=now).allowed is allowed

    def test_a_refusal_a_moment_before_eight_ends_at_eight(self):
        now = datetime.fromisoformat("2026-11-24T07:59:59.999+08:00")

        assert next_change(DAYTIME, ordinary(), now=now) == datetime(2026, 11, 24, tzinfo=UTC)

    def test_the_hour_that_clocks_leave_out_is_no_hour(self):
        """In New York on 8 March 2026 the clock shows 01:59 and then 03:00."""
        pack = _pack("contact_window", '{opens: "02:00", closes: "03:30"}')
        gap = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)

        assert not decide(pack, _in("America/New_York"), now=gap - timedelta(seconds=1)).allowed
        assert decide(pack, _in("America/New_York"), now=gap).allowed
        assert decide(pack, _in("America/New_York"), now=gap + timedelta(minutes=29)).allowed
        assert not decide(pack, _in("America/New_York"), now=gap + timedelta(minutes=30)).allowed

    def test_the_hour_that_clocks_show_twice_is_lawful_twice(self):
        """In New York on 1 November 2026 the clock shows 01:00 to 01:59 two times over."""
        pack = _pack("contact_window", '{opens: "01:00", closes: "01:30"}')
        first, second = (datetime(2026, 11, 1, hour, 15, tzinfo=UTC) for hour in (5, 6))
        between = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)
        person = _in("America/New_York")

        assert decide(pack, person, now=first).allowed
        assert not decide(pack, person, now=between).allowed
        assert decide(pack, person, now=second).allowed
        assert next_change(pack, person, now=between) == datetime(2026, 11, 1, 6, 0, tzinfo=UTC)

    def test_a_person_in_two_zones_is_contacted_when_both_allow(self):
        both = _in("America/Los_Angeles", "America/New_York")

        def allowed(hour_utc: int, minute: int = 0) -> bool:
            now = datetime(2026, 11, 24, hour_utc, minute, tzinfo=UTC)
            return decide(DAYTIME, both, now=now).allowed

        assert not allowed(15, 59)  # 10:59 in New York, but 07:59 in Los Angeles
        assert allowed(16)
        assert allowed(2, 59)  # 21:59 in New York
        assert not allowed(3)  # 22:00 in New York, though 19:00 in Los Angeles

    def test_a_leap_second_is_the_last_second_before_it(self):
        pack = _pack("contact_window", '{opens: "08:00", closes: "22:00"}')
        leap = parse_instant("2016-12-31T23:59:60Z")

        assert leap == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)
        assert not decide(pack, ordinary(), now=leap).allowed  # 07:59:59 in Shanghai
        assert decide(pack, ordinary(), now=leap + timedelta(seconds=1)).allowed


class TestDays:
    CAP = _pack("frequency_cap", f"{{at_most: 1, key: person, days: 1, {COUNTS}}}")
    REST = _pack("cool_off", f"{{key: person, days: 2, {COUNTS}}}")

    def test_a_new_year_begins_a_new_day(self):
        call = datetime(2026, 12, 31, 21, 0, tzinfo=SHANGHAI)
        facts = ordinary(events=(_rang(call, "Asia/Shanghai"),))
        midnight = datetime(2027, 1, 1, tzinfo=SHANGHAI)

        before = decide(self.CAP, facts, now=midnight - timedelta(milliseconds=1))

        assert not before.allowed
        assert before.changes_at == midnight
        assert decide(self.CAP, facts, now=midnight).allowed

    @pytest.mark.parametrize(
        ("called", "free"),
        [
            (date(2028, 2, 28), date(2028, 3, 1)),  # 28 and 29 February
            (date(2028, 2, 29), date(2028, 3, 2)),
            (date(2027, 2, 28), date(2027, 3, 2)),  # no 29 February
        ],
    )
    def test_the_29th_of_february_is_a_day_like_any_other(self, called, free):
        call = datetime(called.year, called.month, called.day, 12, tzinfo=SHANGHAI)
        facts = ordinary(events=(_rang(call, "Asia/Shanghai"),))
        end = datetime(free.year, free.month, free.day, tzinfo=SHANGHAI)

        assert not decide(self.REST, facts, now=end - timedelta(seconds=1)).allowed
        assert decide(self.REST, facts, now=end).allowed

    def test_years_from_the_29th_of_february_end_on_the_28th(self):
        assert add_years(date(2028, 2, 29), 3) == date(2031, 2, 28)
        assert add_years(date(2028, 2, 29), 4) == date(2032, 2, 29)

    def test_a_day_of_23_hours_and_one_of_25_are_each_one_day(self):
        for day, noon in ((8, (2026, 3, 7)), (1, (2026, 10, 31))):
            zone = ZoneInfo("America/New_York")
            call = datetime(*noon, 23, 30, tzinfo=zone)
            person = replace(_in("America/New_York"), events=(_rang(call, "America/New_York"),))
            midnight = datetime(call.year, 3 if day == 8 else 11, day, tzinfo=zone)

            assert not decide(self.CAP, person, now=midnight - timedelta(seconds=1)).allowed
            assert decide(self.CAP, person, now=midnight).allowed

    def test_a_hold_ends_with_the_day_before_its_end(self):
        pack = _pack("hold_scope", "{kinds: [DISPUTE]}")
        end = datetime(2027, 1, 1, tzinfo=SHANGHAI)
        hold = Hold(
            HoldKind.DISPUTE, day_number(date(2026, 12, 1)), day_number(end.date()), None, None
        )

        assert not decide(pack, ordinary(holds=(hold,)), now=end - timedelta(seconds=1)).allowed
        assert decide(pack, ordinary(holds=(hold,)), now=end).allowed


class TestSharedNumber:
    """Two people may be reached by one number; each has a contact point of their own for it."""

    ENDPOINT = _pack("frequency_cap", f"{{at_most: 1, key: endpoint, days: 1, {COUNTS}}}")
    NOW = datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)

    def test_what_one_of_them_agreed_to_binds_that_one_alone(self):
        pack = _pack("channel_permission", "{consent: CHANNEL, needs: given}")
        said = Consent(
            ConsentKind.CHANNEL, ConsentState.GIVEN, instant_s(self.NOW) - DAY_S, 1, Channel.VOICE
        )
        one = ordinary(contact_point_no=1, consents=(said,))
        other = ordinary(contact_point_no=2)

        assert decide(pack, one, now=self.NOW).allowed
        assert not decide(pack, other, now=self.NOW).allowed

    def test_a_call_to_the_number_counts_for_whomever_it_was_meant(self):
        """Where both people's events are handed over under one number, both count."""
        meant_for_the_other = _rang(self.NOW - timedelta(hours=1), "Asia/Shanghai", point=1)

        refused = decide(self.ENDPOINT, ordinary(events=(meant_for_the_other,)), now=self.NOW)

        assert not refused.allowed
        assert refused.refusals[0].facts[0] == ("counted", "1")

    def test_a_call_to_another_number_does_not_count(self):
        elsewhere = _rang(self.NOW - timedelta(hours=1), "Asia/Shanghai", point=2)

        assert decide(self.ENDPOINT, ordinary(events=(elsewhere,)), now=self.NOW).allowed

    def test_a_number_that_is_not_recorded_counts_against_none(self):
        unknown = _rang(self.NOW - timedelta(hours=1), "Asia/Shanghai")
        facts = ordinary(contact_point_no=None, events=(replace(unknown, contact_point_no=None),))

        assert decide(self.ENDPOINT, facts, now=self.NOW).allowed
