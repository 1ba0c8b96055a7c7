"""A past contact is judged with what happened and was recorded before it, nothing later."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from forbear.policy.collecting import collecting
from forbear.policy.pack import load_library
from forbear.policy.past.clock import local_seconds
from forbear.policy.past.history import NONE, Contacts, Events, History, Holds, Labels, Statements
from forbear.policy.past.replay import judge
from forbear.policy.past.timetable import Dated, reach_days, timetable
from forbear.policy.reading import InvalidRule
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Direction,
    HoldKind,
    Jurisdiction,
    Origin,
    Outcome,
    PointQuality,
    Relation,
)
from forbear.values.day import DAY_S, day_number

DAY = day_number(date(2026, 11, 24))
NOON_S = DAY * DAY_S + 4 * 3600  # noon in Shanghai
RULE = """
id: a.rule
kind: {kind}
jurisdiction: CN
sentence: {{en: A rule., zh: 一条规则。}}
values:
  - {{effective: 2020-01-01, verified: 2026-01-01, basis: P, source: {{title: Invented}},
     parameters: {parameters}}}
"""
CAP = (
    "{at_most: 1, key: %s, days: 1, counts: {channels: [VOICE], directions: [OUTBOUND], "
    "outcomes: [RANG]}}"
)


def _ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def _table(of, *rows):
    names = of.__dataclass_fields__
    return of(**{name: _ints(*(row[number] for row in rows)) for number, name in enumerate(names)})


def _history(
    *seconds: int,
    points=None,
    loans=None,
    persons=None,
    clock="Asia/Shanghai>Asia/Shanghai",
    holds=(),
    statements=(),
) -> History:
    """One call that rang, for each second, all of them to be judged."""
    many = len(seconds)
    same = [0] * many
    days = [(second + 8 * 3600) // DAY_S for second in seconds]
    events = Events(
        debtor_no=_ints(*(persons or same)),
        contact_point_no=_ints(*(points or same)),
        loan_no=_ints(*(loans or same)),
        channel=_ints(*[Channel.VOICE.number] * many),
        direction=_ints(*[Direction.OUTBOUND.number] * many),
        outcome=_ints(*[Outcome.RANG.number] * many),
        local_day=_ints(*days),
        started_s=_ints(*seconds),
    )
    nothing = Labels(_ints(*[NONE] * many), ())
    contacts = Contacts(
        position=_ints(*range(many)),
        jurisdiction=_ints(*[Jurisdiction.CN.number] * many),
        relation=_ints(*[Relation.OWN.number] * many),
        quality=_ints(*[PointQuality.CONFIRMED.number] * many),
        origin=_ints(*[Origin.CONTRACT.number] * many),
        region=nothing,
        product=nothing,
        clock=Labels(_ints(*same), (clock,)) if clock else nothing,
    )
    return History(events, contacts, _table(Holds, *holds), _table(Statements, *statements))


def _library(kind: str, parameters: str):
    return load_library({"a.yaml": RULE.format(kind=kind, parameters=parameters)}, {})


def _refused(history: History, kind: str, parameters: str) -> list[bool]:
    table = timetable(
        _library(kind, parameters), first_day=date(2026, 1, 1), end_day=date(2027, 1, 1)
    )
    (judged,) = judge(history, [table])
    return judged.refused.tolist()


class TestCounting:
    def test_a_contact_does_not_count_itself_and_the_next_sees_it(self):
        assert _refused(_history(NOON_S, NOON_S + 60), "frequency_cap", CAP % "person") == [
            False,
            True,
        ]

    def test_of_two_in_one_second_the_second_sees_the_first(self):
        assert _refused(_history(NOON_S, NOON_S), "frequency_cap", CAP % "person") == [False, True]

    def test_yesterday_is_out_of_a_window_of_one_day(self):
        assert _refused(_history(NOON_S - DAY_S, NOON_S), "frequency_cap", CAP % "person") == [
            False,
            False,
        ]

    def test_another_person_and_another_number_are_counted_by_themselves(self):
        two = _history(NOON_S, NOON_S, persons=[0, 1], points=[0, 1])

        assert _refused(two, "frequency_cap", CAP % "person") == [False, False]
        assert _refused(
            _history(NOON_S, NOON_S, points=[0, 1]), "frequency_cap", CAP % "endpoint"
        ) == [False, False]

    def test_a_number_that_is_not_recorded_is_counted_against_none(self):
        assert _refused(
            _history(NOON_S, NOON_S, points=[NONE, NONE]), "frequency_cap", CAP % "endpoint"
        ) == [False, False]

    @pytest.mark.parametrize(
        ("loans", "refused"),
        [
            ([1, 1], [False, True]),
            ([1, 2], [False, False]),
            ([NONE, 2], [False, True]),
            ([1, NONE], [False, True]),
        ],
    )
    def test_what_names_no_loan_concerns_every_loan(self, loans, refused):
        history = _history(NOON_S, NOON_S, loans=loans)

        assert _refused(history, "frequency_cap", CAP % "debt") == refused


class TestKnowing:
    @pytest.mark.parametrize(("second", "refused"), [(-1, True), (0, False), (1, False)])
    def test_a_hold_binds_when_it_was_recorded_before(self, second, refused):
        hold = (0, NONE, NONE, HoldKind.DISPUTE.number, DAY - 3, NONE, NOON_S + second)

        assert _refused(_history(NOON_S, holds=[hold]), "hold_scope", "{kinds: [DISPUTE]}") == [
            refused
        ]

    @pytest.mark.parametrize(
        ("start", "end", "refused"), [(0, 1, True), (1, 2, False), (-2, 0, False)]
    )
    def test_a_hold_binds_from_its_first_day_to_the_day_before_its_end(self, start, end, refused):
        hold = (0, NONE, NONE, HoldKind.DISPUTE.number, DAY + start, DAY + end, 0)

        assert _refused(_history(NOON_S, holds=[hold]), "hold_scope", "{kinds: [DISPUTE]}") == [
            refused
        ]

    @pytest.mark.parametrize(("second", "refused"), [(-1, False), (0, True), (1, True)])
    def test_a_consent_counts_when_it_was_recorded_before(self, second, refused):
        said = _said(ConsentState.GIVEN, NOON_S + second)

        assert _refused(
            _history(NOON_S, statements=[said]),
            "channel_permission",
            "{consent: CHANNEL, needs: given}",
        ) == [refused]

    def test_of_two_statements_at_once_the_withdrawal_counts(self):
        both = [_said(state, NOON_S - 9) for state in (ConsentState.WITHDRAWN, ConsentState.GIVEN)]

        assert _refused(
            _history(NOON_S, statements=both),
            "channel_permission",
            "{consent: CHANNEL, needs: not_withdrawn}",
        ) == [True]

    @pytest.mark.parametrize(
        ("point", "channel", "refused"),
        [
            (NONE, NONE, False),
            (0, NONE, False),
            (0, Channel.VOICE.number, False),
            (7, NONE, True),
            (0, Channel.SMS.number, True),
        ],
    )
    def test_a_consent_counts_for_what_it_names(self, point, channel, refused):
        said = _said(ConsentState.GIVEN, NOON_S - 9, point=point, channel=channel)

        assert _refused(
            _history(NOON_S, statements=[said]),
            "channel_permission",
            "{consent: CHANNEL, needs: given}",
        ) == [refused]


def _said(state: ConsentState, second: int, *, point=NONE, channel=NONE) -> tuple[int, ...]:
    return (0, point, channel, ConsentKind.CHANNEL.number, state.number, second)


class TestHours:
    def test_a_window_opens_and_closes_to_the_second(self):
        opens = DAY * DAY_S  # 08:00 in Shanghai
        history = _history(opens - 1, opens, opens + 14 * 3600 - 1, opens + 14 * 3600)

        assert _refused(history, "contact_window", '{opens: "08:00", closes: "22:00"}') == [
            True,
            False,
            False,
            True,
        ]

    def test_an_unknown_clock_refuses(self):
        history = _history(NOON_S, clock="")

        assert _refused(history, "contact_window", '{opens: "08:00", closes: "22:00"}') == [True]

    def test_every_clock_must_agree(self):
        history = _history(NOON_S, clock="Asia/Shanghai>America/New_York|Asia/Shanghai")

        assert _refused(history, "contact_window", '{opens: "08:00", closes: "22:00"}') == [True]

    @pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Lord_Howe"])
    def test_clocks_turn_in_the_very_second(self, zone):
        from zoneinfo import ZoneInfo

        year = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
        seconds = np.arange(year, year + 365 * DAY_S, 899, dtype=np.int64)

        shown = local_seconds(zone, seconds)

        for second, local in zip(seconds.tolist(), shown.tolist(), strict=True):
            there = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone))
            assert there.replace(tzinfo=UTC).timestamp() == local


class TestTimetable:
    TWO = RULE.format(kind="hold_scope", parameters="{kinds: [DISPUTE]}") + (
        "  - {effective: 2026-11-01, verified: 2026-01-01, basis: P, source: {title: Invented},\n"
        "     parameters: {kinds: [COMPLAINT]}}\n"
        "  - {effective: 2026-12-01, verified: 2026-01-01, basis: P, source: {title: Invented},\n"
        "     in_force: false}\n"
    )
    LIBRARY = load_library({"a.yaml": TWO}, {})

    def test_each_value_holds_from_its_first_day_to_the_next(self):
        found = timetable(self.LIBRARY, first_day=date(2026, 10, 1), end_day=date(2027, 1, 1))

        spans = [(each.first_day, each.end_day) for each in found]
        turn, off = day_number(date(2026, 11, 1)), day_number(date(2026, 12, 1))
        assert spans == [(day_number(date(2026, 10, 1)), turn), (turn, off)]

    def test_one_day_judges_all(self):
        first, end = date(2026, 10, 1), date(2027, 1, 1)

        (only,) = timetable(self.LIBRARY, first_day=first, end_day=end, one_day=date(2026, 11, 5))

        assert (only.first_day, only.end_day) == (day_number(first), day_number(end))
        assert only.rule.effective == date(2026, 11, 1)

    @pytest.mark.parametrize(("days", "reach"), [("days: 7, ", 7), ("", None)])
    def test_how_far_back_the_rules_look(self, days, reach):
        library = _library("frequency_cap", (CAP % "person").replace("days: 1, ", days))
        (rule,) = library.rules

        assert reach_days((Dated(rule, 0, 1),)) == reach

    def test_a_search_before_every_contact_cannot_be_asked_of_a_book(self):
        counts = "{channels: [VOICE], directions: [OUTBOUND], outcomes: [RANG]}"
        library = _library(
            "unreachable_test", f"{{failed_days: 3, tries: {counts}, reaches: {counts}}}"
        )

        with pytest.raises(InvalidRule, match=r"a\.yaml:.* unreachable") as caught:
            collecting(library.pack(Jurisdiction.CN, as_of=date(2026, 11, 24)))

        assert caught.value.remedy
