"""A replay says of every past contact what the single decision would have said at that instant."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from forbear.contexts.nightly.replay.history import Span, read_past
from forbear.contexts.rulebook.library import open_library
from forbear.policy.ask.contact import decide
from forbear.policy.facts import Consent, ContactFacts, Event, Hold
from forbear.policy.pack import Library
from forbear.policy.past.replay import judge
from forbear.policy.past.timetable import reach_days, timetable
from forbear.values.code import (
    Channel,
    Code,
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
from forbear.values.day import from_day_number
from tests.support import contact, past
from tests.support.rules import random_libraries

LIBRARY = open_library()
FIRST, END = from_day_number(contact.DAY - 4), from_day_number(contact.DAY + 3)
Row = dict[str, Any]


def _code(codes: type[Code], number: int | None) -> Any:
    return None if number is None else codes.from_number(number)


def _facts(book: dict[str, list[Row]], attempt: Row) -> ContactFacts:
    """What was known before an attempt began."""
    person = book["person"][attempt["debtor_no"]]
    mine = [row for row in book["attempt"] if row["debtor_no"] == attempt["debtor_no"]]
    point = next(
        (p for p in book["point"] if p["contact_point_no"] == attempt["contact_point_no"]), None
    )
    product = {None: None, person["loan_no"]: person["product"]}
    zones = contact.zones_of(person, point or {"number_zones": None})

    def recorded(table: str) -> list[Row]:
        return [
            row
            for row in book[table]
            if row["debtor_no"] == attempt["debtor_no"] and row["recorded_s"] < attempt["started_s"]
        ]

    return ContactFacts(
        channel=_code(Channel, attempt["channel"]),
        contact_point_no=attempt["contact_point_no"],
        relation=_code(Relation, point and point["relation"]),
        quality=_code(PointQuality, point and point["quality"]),
        origin=_code(Origin, point and point["origin"]),
        person_zones=tuple((person["time_zones"] or "").split("|")) if zones else (),
        zones=tuple(zones.split("|")) if zones else (),
        loan_no=attempt["loan_no"],
        region=person["region"],
        product=product.get(attempt["loan_no"], "mortgage"),
        events=tuple(
            Event(
                _code(Channel, row["channel"]),
                _code(Direction, row["direction"]),
                _code(Outcome, row["outcome"]),
                row["local_day"],
                row["contact_point_no"],
                row["loan_no"],
                row["started_s"],
            )
            for row in mine[: mine.index(attempt)]
        ),
        holds=tuple(
            Hold(
                _code(HoldKind, row["kind"]),
                row["start_day"],
                row["end_day"],
                row["loan_no"],
                _code(Channel, row["channel"]),
            )
            for row in recorded("hold")
        ),
        consents=tuple(
            Consent(
                _code(ConsentKind, row["kind"]),
                _code(ConsentState, row["state"]),
                row["recorded_s"],
                row["contact_point_no"],
                _code(Channel, row["channel"]),
            )
            for row in recorded("consent")
        ),
    )


def _refusing(library: Library, book: dict[str, list[Row]], *, one_day: date | None) -> list[Any]:
    """Ask the single decision about every contact, with the rules of its day or of one day."""
    found = []
    for attempt in book["attempt"]:
        day = from_day_number(attempt["local_day"])
        if attempt["direction"] != Direction.OUTBOUND.number or not FIRST <= day < END:
            continue
        law = list(Jurisdiction)[book["person"][attempt["debtor_no"]]["jurisdiction"] - 1]
        pack = library.pack(law, as_of=one_day or day)
        now = datetime.fromtimestamp(attempt["started_s"], UTC)
        decision = decide(pack, _facts(book, attempt), now=now)
        found.append((attempt["attempt_no"], {f.rule_id for f in decision.refusals}))
    return found


def _replayed(
    libraries: Sequence[Library], book: dict[str, list[Row]], *, one_day: date | None
) -> list[list[Any]]:
    days = {"first_day": FIRST, "end_day": END}
    tables = [timetable(library, **days, one_day=one_day) for library in libraries]
    reaches = [reach_days(table) for table in tables]
    span = Span(
        contact.day_number(FIRST),
        contact.day_number(END),
        None if None in reaches else max(reaches),
    )
    with tempfile.TemporaryDirectory() as folder:
        everybody = (0, len(book["person"]))
        read = read_past(past.write_book(book, Path(folder)), 0, span=span, persons=everybody)
    judged = judge(read.history, tables)
    found = []
    for each, table in zip(judged, tables, strict=True):
        rows = []
        for number, attempt_no in enumerate(read.rows["attempt_no"]):
            refusing = {
                dated.rule.id
                for dated, refused in zip(table, each.by_rule, strict=True)
                if refused[number]
            }
            assert each.refused[number] == bool(refusing)
            rows.append((attempt_no, refusing))
        found.append(rows)
    return found


def _compare(libraries: Sequence[Library], book: dict[str, list[Row]]) -> None:
    for one_day in (None, contact.AS_OF):
        replayed = _replayed(libraries, book, one_day=one_day)
        for library, rows in zip(libraries, replayed, strict=True):
            assert rows == _refusing(library, book, one_day=one_day)


class TestReplay:
    @given(past.past_books())
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    def test_the_shipped_rules_agree_with_the_single_decision(self, book):
        _compare([LIBRARY], book)

    @given(random_libraries(), random_libraries(), past.past_books())
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @pytest.mark.nightly
    def test_two_random_sets_of_rules_agree_with_the_single_decision(self, one, two, book):
        _compare([one, two], book)

    @pytest.mark.nightly
    @given(past.past_books())
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
    def test_the_shipped_rules_agree_on_many_books(self, book):
        _compare([LIBRARY], book)

    @pytest.mark.nightly
    @given(random_libraries(), random_libraries(), past.past_books())
    @settings(max_examples=3_000, deadline=None, suppress_health_check=list(HealthCheck))
    def test_random_sets_of_rules_agree_on_many_books(self, one, two, book):
        _compare([one, two], book)


class TestOrder:
    @given(random_libraries(), past.past_books())
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    def test_what_happens_later_changes_no_earlier_answer(self, library, book):
        (whole,) = _replayed([library], book, one_day=None)
        cut = {**book, "attempt": book["attempt"][: len(book["attempt"]) // 2]}

        (early,) = _replayed([library], cut, one_day=None)

        assert early == whole[: len(early)]
