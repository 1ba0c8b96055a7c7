"""The mask of a book, the single decision and the slow twin give the same answer to every way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw
import pytest
from hypothesis import HealthCheck, given, settings

from forbear.contexts.nightly.library import policy_texts
from forbear.policy.decide import Consent, ContactFacts, Event, Hold, decide
from forbear.policy.mask import rulebook
from forbear.policy.pack import load_library
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
from tests.property.reference import rules as slow
from tests.support import contact

LIBRARY = load_library(policy_texts("law"), policy_texts("house/demo/rules"))
PACKS = {pack.jurisdiction: pack for pack in LIBRARY.packs(as_of=contact.AS_OF)}
BOOK_OF_RULES = rulebook(list(PACKS.values()))
Row = dict[str, Any]


def _masked(book: dict[str, list[Row]]) -> dict[tuple[int, int, int], int | None]:
    frames = contact.frames_of(book)
    clocks = sorted({w["clock"] for w in contact.candidates_of(book)} - {None})
    found = BOOK_OF_RULES.mask(
        frames["candidate"],
        attempts=frames["attempt"],
        holds=frames["hold"],
        consents=frames["consent"],
        as_of=contact.DAY,
        slots=contact.SLOTS,
        clocks=clocks,
    ).collect("polars")
    rows = nw.to_native(found).to_dicts()
    assert all(row["allowed"] == (row["rule"] is None) for row in rows)
    return {(r["contact_point_no"], r["channel"], r["slot"]): r["rule"] for r in rows}


def _facts(book: dict[str, list[Row]], way: Row, point: Row) -> ContactFacts:
    person = book["person"][way["debtor_no"]]
    zones = contact.zones_of(person, point)

    def own(name: str) -> list[Row]:
        return [row for row in book[name] if row["debtor_no"] == way["debtor_no"]]

    def channel(row: Row) -> Any:
        return None if row["channel"] is None else Channel.from_number(row["channel"])

    quality = point["quality"]
    return ContactFacts(
        channel=Channel.from_number(way["channel"]),
        contact_point_no=way["contact_point_no"],
        relation=Relation.from_number(point["relation"]),
        quality=None if quality is None else PointQuality.from_number(quality),
        origin=Origin.from_number(point["origin"]),
        person_zones=tuple((person["time_zones"] or "").split("|")) if person["time_zones"] else (),
        zones=tuple(zones.split("|")) if zones else (),
        loan_no=way["loan_no"],
        events=tuple(
            Event(
                channel(r),
                Direction.from_number(r["direction"]),
                Outcome.from_number(r["outcome"]),
                r["local_day"],
                r["contact_point_no"],
                r["loan_no"],
            )
            for r in own("attempt")
        ),
        holds=tuple(
            Hold(
                HoldKind.from_number(r["kind"]),
                r["start_day"],
                r["end_day"],
                r["loan_no"],
                channel(r),
            )
            for r in own("hold")
        ),
        consents=tuple(
            Consent(
                ConsentKind.from_number(r["kind"]),
                ConsentState.from_number(r["state"]),
                r["recorded_s"],
                r["contact_point_no"],
                channel(r),
            )
            for r in own("consent")
        ),
    )


def _instants(book: dict[str, list[Row]], way: Row, slot: tuple[int, int]) -> list[datetime]:
    zones = book["person"][way["debtor_no"]]["time_zones"] or "UTC"
    zone = ZoneInfo(zones.split("|")[0])
    midnight = datetime(contact.AS_OF.year, contact.AS_OF.month, contact.AS_OF.day, tzinfo=zone)
    return [
        (midnight + timedelta(minutes=m)).astimezone(UTC) for m in range(slot[0], slot[1], 10)
    ] + [(midnight + timedelta(minutes=slot[1] - 1)).astimezone(UTC)]


def _compare(book: dict[str, list[Row]]) -> None:
    masked = _masked(book)
    points = {point["contact_point_no"]: point for point in book["point"]}
    ways = contact.candidates_of(book)
    assert len(masked) == len(ways) * len(contact.SLOTS)
    for way in ways:
        point = points[way["contact_point_no"]]
        facts = _facts(book, way, point)
        pack = PACKS[list(Jurisdiction)[way["jurisdiction"] - 1]]
        for number, slot in enumerate(contact.SLOTS):
            first = masked[way["contact_point_no"], way["channel"], number]
            expected = next(
                (
                    i
                    for i, rule in enumerate(BOOK_OF_RULES.rules)
                    if slow.refuses(rule, book, way, point, contact.DAY, *slot)
                ),
                None,
            )
            decisions = [decide(pack, facts, now=now) for now in _instants(book, way, slot)]
            refusing = {f.rule_id for d in decisions for f in d.refusals}
            order = [i for i, r in enumerate(BOOK_OF_RULES.rules) if r.id in refusing]

            assert first == expected
            assert (order[0] if order else None) == expected


class TestRules:
    @given(contact.contact_books())
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def test_three_executions_agree_on_random_books(self, book):
        _compare(book)

    @pytest.mark.nightly
    @given(contact.contact_books())
    @settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
    def test_three_executions_agree_on_many_random_books(self, book):
        _compare(book)
