"""The mask of a book, the single decision and the slow twin give the same answer to every way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.contexts.rulebook.library import open_library
from forbear.policy.ask.contact import decide, next_change
from forbear.policy.mask import Rulebook, rulebook
from forbear.policy.own import with_own
from forbear.policy.pack import Pack
from forbear.values.code import Jurisdiction
from forbear.values.day import from_day_number
from tests.property.reference import rules as slow
from tests.support import contact
from tests.support.rules import random_own, random_packs

LIBRARY = open_library()
SHIPPED = LIBRARY.packs(as_of=contact.AS_OF)
Row = dict[str, Any]


def _masked(rules: Rulebook, book: dict[str, list[Row]]) -> dict[tuple[int, int, int], int | None]:
    frames = contact.frames_of(book)
    clocks = sorted({w["clock"] for w in contact.candidates_of(book)} - {None})
    found = rules.mask(
        frames["candidate"],
        attempts=frames["attempt"],
        holds=frames["hold"],
        consents=frames["consent"],
        as_of=contact.day_of(book),
        slots=contact.SLOTS,
        clocks=clocks,
    ).collect("polars")
    rows = nw.to_native(found).to_dicts()
    assert all(row["allowed"] == (row["rule"] is None) for row in rows)
    return {(r["contact_point_no"], r["channel"], r["slot"]): r["rule"] for r in rows}


def _instants(book: dict[str, list[Row]], way: Row, slot: tuple[int, int]) -> list[datetime]:
    """The slot's first and last minute, and every tenth between them, on every clock's minute."""
    zones = book["person"][way["debtor_no"]]["time_zones"] or "UTC"
    zone = ZoneInfo(zones.split("|")[0])
    midnight = datetime.combine(from_day_number(contact.day_of(book)), time(), tzinfo=zone)
    first = (midnight + timedelta(minutes=slot[0])).astimezone(UTC)
    last = (midnight + timedelta(minutes=slot[1] - 1)).astimezone(UTC)
    minutes = int((last - first).total_seconds()) // 60
    return [first + timedelta(minutes=m) for m in range(0, minutes, 10)] + [last]


def _compare(packs: Sequence[Pack], book: dict[str, list[Row]]) -> int:
    """Hold the three against each other; return how many contacts were compared."""
    rules = rulebook(packs)
    by_law = {pack.jurisdiction: pack for pack in packs}
    masked = _masked(rules, book)
    points = {point["contact_point_no"]: point for point in book["point"]}
    ways = contact.candidates_of(book)
    assert len(masked) == len(ways) * len(contact.SLOTS)
    for way in ways:
        point = points[way["contact_point_no"]]
        facts = contact.facts_of(book, way, point)
        pack = by_law[list(Jurisdiction)[way["jurisdiction"] - 1]]
        for number, slot in enumerate(contact.SLOTS):
            first = masked[way["contact_point_no"], way["channel"], number]
            refusing = [
                i
                for i, rule in enumerate(rules.rules)
                if slow.refuses(rule, book, way, point, contact.day_of(book), *slot)
            ]
            decisions = [decide(pack, facts, now=now) for now in _instants(book, way, slot)]
            said = {f.rule_id for d in decisions for f in d.refusals}

            assert first == (refusing[0] if refusing else None)
            assert said == {rules.rules[i].id for i in refusing}
    return len(masked)


def _compare_own(book: dict[str, list[Row]], data: st.DataObject) -> None:
    """The same with the rules of the day of asking, where two persons let some more count."""
    day = from_day_number(contact.day_of(book))
    own = data.draw(random_own(day))
    packs = with_own(LIBRARY, own).packs(as_of=day)
    allowed = {r.id for pack in packs for r in pack.rules}
    for law, before in zip(Jurisdiction, LIBRARY.packs(as_of=day), strict=True):
        assert allowed >= {rule.id for rule in before.rules}, law
    _compare(packs, book)


class TestRules:
    @given(contact.contact_books())
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    def test_the_shipped_rules_agree_on_random_books(self, book):
        _compare(SHIPPED, book)

    @given(random_packs(), contact.contact_books())
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def test_random_rules_agree_on_random_books(self, packs, book):
        _compare(packs, book)

    @given(contact.contact_books(), st.data())
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    def test_own_rules_agree_beside_the_shipped_ones(self, book, data):
        _compare_own(book, data)

    @pytest.mark.nightly
    @given(contact.contact_books(), st.data())
    @settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
    def test_own_rules_agree_beside_the_shipped_ones_on_many_books(self, book, data):
        _compare_own(book, data)

    @pytest.mark.nightly
    @given(contact.contact_books())
    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
    def test_the_shipped_rules_agree_on_many_random_books(self, book):
        _compare(SHIPPED, book)

    @pytest.mark.nightly
    def test_random_rules_agree_on_twenty_thousand_contacts_and_more(self):
        compared: list[int] = []

        @given(random_packs(), contact.contact_books())
        @settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
        def agree(packs, book):
            compared.append(_compare(packs, book))

        agree()

        assert sum(compared) >= 20_000


class TestNextChange:
    @given(random_packs(), contact.contact_books(), st.integers(0, 7 * 24 * 60))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @pytest.mark.nightly
    def test_the_answer_stands_until_then_and_turns_then(self, packs, book, minutes):
        """Looked at minute by minute for two days, the answer turns when it was said to."""
        ways = contact.candidates_of(book)
        if not ways:
            return
        way = ways[minutes % len(ways)]
        point = next(p for p in book["point"] if p["contact_point_no"] == way["contact_point_no"])
        facts = contact.facts_of(book, way, point)
        pack = next(p for p in packs if p.jurisdiction.number == way["jurisdiction"])
        day = from_day_number(contact.day_of(book) - 3)
        now = datetime.combine(day, time(), tzinfo=UTC) + timedelta(minutes=minutes)
        begins = decide(pack, facts, now=now).allowed

        said = next_change(pack, facts, now=now)

        found = next(
            (
                at
                for at in (now + timedelta(minutes=n) for n in range(1, 2 * 24 * 60))
                if decide(pack, facts, now=at).allowed is not begins
            ),
            None,
        )
        if found is not None:
            assert said == found
        elif said is not None:
            assert said >= now + timedelta(days=2) - timedelta(minutes=1)
