"""The longest keeping wins, the shortest deletion comes after it, and each says why."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.contexts.protection.holding import Holding
from forbear.contexts.protection.retention import schedule
from forbear.policy.kind import ClockStart
from forbear.policy.pack import load_library
from forbear.values.code import Jurisdiction, RecordKind
from forbear.values.day import day_number

START = day_number(date(2026, 1, 31))
ACTIVITY = (RecordKind.COLLECTION_PROCESS, ClockStart.LAST_ACTIVITY)
SETTLED = (RecordKind.PERSONAL_DATA, ClockStart.SETTLED)


def rule(name: str, record: RecordKind, start: ClockStart, span: str) -> tuple[str, str]:
    text = f"""
id: cn.test.{name}
kind: record_keeping
jurisdiction: CN
sentence: {{en: "Rule {name}.", zh: "规则{name}。"}}
values:
  - effective: 2020-01-01
    verified: 2026-01-01
    basis: S
    parameters: {{record: {record.value}, from: {start.value}, {span}}}
    source: {{title: "Invented", article: "1", address: "none"}}
"""
    return f"{name}.yaml", text


def pack(*rules: tuple[str, str]):
    return load_library(dict(rules), {}).pack(Jurisdiction.CN, as_of=date(2026, 2, 1))


KEEP_3 = rule("short", *ACTIVITY, "keep: {years: 3}")
KEEP_5 = rule("long", *ACTIVITY, "keep: {years: 5}")
GONE_4 = rule("gone", *SETTLED, "gone_by: {years: 4}")
GONE_6 = rule("later", *SETTLED, "gone_by: {years: 6}")
HELD = (Holding(*ACTIVITY, START), Holding(*SETTLED, START))


def day(year: int, add: int = 0) -> int:
    return day_number(date(year, 1, 31)) + add


class TestSchedule:
    def test_the_longest_keeping_that_applies_wins(self):
        found = schedule(pack(KEEP_3, KEEP_5), HELD)

        assert found.keep_until == day(2031)
        assert [found.may_go(day(2031, add)) for add in (0, 1)] == [False, True]

    def test_of_duties_to_delete_the_shortest_counts(self):
        found = schedule(pack(GONE_6, GONE_4), HELD)

        assert (found.keep_until, found.gone_by) == (None, day(2030))
        assert [found.must_go(day(2030, add)) for add in (-1, 0)] == [False, True]

    def test_a_duty_to_delete_waits_for_the_keeping(self):
        found = schedule(pack(KEEP_5, GONE_4), HELD)

        assert found.gone_by == day(2031, 1)
        assert not found.must_go(day(2030))
        assert found.must_go(day(2031, 1))

    def test_a_keeping_whose_clock_has_not_begun_has_no_end(self):
        found = schedule(pack(KEEP_3), [Holding(*ACTIVITY, None)])

        assert found.open_ended
        assert not found.may_go(day(2199))
        (reason,) = found.reasons(day(2199))
        assert "not known" in reason.en
        assert "未知" in reason.zh

    def test_of_two_days_the_latest_counts_and_an_unknown_one_more_than_any(self):
        later = schedule(pack(KEEP_3), [*HELD, Holding(*ACTIVITY, START + 10)])
        unknown = schedule(pack(KEEP_3), [*HELD, Holding(*ACTIVITY, None)])

        assert later.keep_until == day(2029, 10)
        assert unknown.open_ended

    def test_what_is_not_held_is_not_kept(self):
        found = schedule(pack(KEEP_5), [Holding(*SETTLED, START)])

        assert found.keepings == ()
        assert found.may_go(START)
        assert not found.must_go(day(2199))

    @pytest.mark.parametrize("add", [0, 1])
    def test_reasons_name_the_rule_and_the_day_while_it_keeps(self, add):
        reasons = schedule(pack(KEEP_3, GONE_4), HELD).reasons(day(2029, add))

        told = [
            (each.rule_id, "2029-01-31" in each.en, "2029-01-31" in each.zh) for each in reasons
        ]
        assert told == ([("cn.test.short", True, True)] if add == 0 else [])
