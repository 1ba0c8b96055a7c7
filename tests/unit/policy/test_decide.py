"""Worked cases of the shipped rules, and that doubt refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from forbear.contexts.rulebook.library import open_library
from forbear.policy.ask.contact import decide
from forbear.policy.facts import Consent, ContactFacts, Event, Hold
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    ContactPurpose,
    Direction,
    HoldKind,
    Jurisdiction,
    Origin,
    Outcome,
    PointQuality,
    Relation,
)
from forbear.values.day import day_number

LIBRARY = open_library()
ZONES = {"CN": "Asia/Shanghai", "US": "America/New_York", "UK": "Europe/London"}


def _facts(given: dict) -> ContactFacts:
    zones = tuple(given.get("zones", [ZONES[given["jurisdiction"]]]))
    events = tuple(
        Event(
            Channel(e.get("channel", "VOICE")),
            Direction(e.get("direction", "OUTBOUND")),
            Outcome(e["outcome"]),
            day_number(e["day"]),
            e.get("point", 1),
            e.get("loan"),
        )
        for e in given.get("events", [])
        for _ in range(e.get("times", 1))
    )
    holds = tuple(
        Hold(
            HoldKind(h["kind"]),
            day_number(h["start"]),
            day_number(h["end"]) if "end" in h else None,
            h.get("loan"),
            Channel(h["channel"]) if "channel" in h else None,
        )
        for h in given.get("holds", [])
    )
    consents = tuple(
        Consent(
            ConsentKind(c["kind"]),
            ConsentState(c["state"]),
            c.get("at", 1),
            None,
            Channel(c["channel"]) if "channel" in c else None,
        )
        for c in given.get("consents", [])
    )
    return ContactFacts(
        channel=Channel(given.get("channel", "VOICE")),
        contact_point_no=1,
        relation=Relation(given.get("relation", "OWN")),
        quality=PointQuality(given.get("quality", "CONFIRMED")),
        origin=Origin.CONTRACT,
        person_zones=zones,
        zones=zones,
        loan_no=given.get("loan"),
        events=events,
        holds=holds,
        consents=consents,
    )


class TestDoubt:
    facts = _facts({"jurisdiction": "CN"})
    pack = LIBRARY.pack(Jurisdiction.CN, as_of=date(2026, 11, 24))
    noon = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

    def test_an_ordinary_contact_is_allowed_and_every_rule_was_asked(self):
        decision = decide(self.pack, self.facts, now=self.noon)

        asked = {
            rule.id
            for rule in self.pack.asked
            if Channel.VOICE in rule.channels and ContactPurpose.COLLECT in rule.scope.purposes
        }
        assert decision.allowed
        assert {finding.rule_id for finding in decision.findings} == asked

    def test_an_unknown_time_zone_refuses(self):
        decision = decide(self.pack, replace(self.facts, person_zones=(), zones=()), now=self.noon)

        assert not decision.allowed
        assert decision.changes_at is None

    def test_a_rule_that_cannot_be_answered_refuses(self):
        broken = replace(self.facts, zones=("Nowhere/Land",))

        decision = decide(self.pack, broken, now=self.noon)

        assert not decision.allowed
        assert any(
            ("cannot be answered", "ZoneInfoNotFoundError") in finding.facts
            for finding in decision.refusals
        )

    def test_a_contact_person_is_refused_on_every_channel(self):
        for channel in Channel:
            stranger = replace(self.facts, relation=Relation.CONTACT_PERSON, channel=channel)
            assert not decide(self.pack, stranger, now=self.noon).allowed
