"""What do the rules answer to every way of reaching one person, and on which clocks?

A person who may be in several time zones is contacted only at hours that are lawful in all of
them; a slot is an hour of the first.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from forbear.contexts.nightly.explain_rows import Reader, Row, code_of
from forbear.contexts.nightly.person_facts import PersonFacts, zones_of
from forbear.engine.agenda import AgendaSettings, Slot
from forbear.engine.eligibility.eligibility import WAYS
from forbear.policy.ask.contact import decide, next_change
from forbear.policy.facts import ContactFacts
from forbear.policy.kind import ContactWindow
from forbear.policy.pack import Pack
from forbear.values.code import (
    PointKind,
    Relation,
)

_TURNS_MAX = 50
Span = tuple[datetime, datetime]


def clocks(zones: tuple[str, ...], settings: AgendaSettings, *, as_of: date) -> list[Row]:
    """Return what every clock of a person shows at the ends of every slot."""
    return [
        {
            "slot": slot.name,
            "slot_en": slot.name_en,
            "slot_zh": slot.name_zh,
            "clocks": [
                {"zone": zone, "from": _local(start, zone), "to": _local(end, zone)}
                for zone in zones
            ],
        }
        for slot in settings.slots
        for start, end in (_span(zones, slot, as_of),)
    ]


def _local(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat()


def ways(
    reader: Reader,
    person: Row,
    pack: Pack,
    settings: AgendaSettings,
    *,
    as_of: date,
    lead_loan_no: int | None,
) -> list[Row]:
    """Return the rules' answer to every contact point, channel and slot."""
    facts = PersonFacts(
        person,
        loan_no=lead_loan_no,
        loans=reader.book("loan"),
        attempts=reader.known("attempt", "started_s"),
        holds=reader.known("hold", "recorded_s"),
        consents=reader.known("consent", "recorded_s"),
    )
    hours = replace(
        pack, rules=tuple(r for r in pack.rules if isinstance(r.parameters, ContactWindow))
    )
    zones = zones_of(person)
    found = []
    for point in reader.book("contact_point"):
        for channel in WAYS.get(code_of(PointKind, point["kind"]), ()):
            own = facts.of(point, channel)
            way = {
                "contact_point_id": point["contact_point_id"],
                "kind": code_of(PointKind, point["kind"]),
                "relation": code_of(Relation, point["relation"]),
                "channel": channel.value,
                "zones": list(own.zones),
                "lawful_hours": [
                    [start.isoformat(), end.isoformat()]
                    for start, end in _lawful_hours(hours, own, as_of)
                ],
            }
            found += [
                {
                    **way,
                    "slot": slot.name,
                    "slot_en": slot.name_en,
                    "slot_zh": slot.name_zh,
                    **_answer(pack, own, _span(zones, slot, as_of)),
                }
                for slot in settings.slots
            ]
    return found


def _answer(pack: Pack, facts: ContactFacts, span: Span) -> Row:
    """Ask at both ends of a slot; the first refusal counts."""
    ends = (span[0], span[1] - timedelta(minutes=1))
    decisions = [decide(pack, facts, now=now) for now in ends]
    decision = next((d for d in decisions if not d.allowed), decisions[0])
    changes = None
    if not decision.allowed and decision.at is not None:
        changes = next_change(pack, facts, now=decision.at)
    return {
        "allowed": decision.allowed,
        "changes_at": changes.isoformat() if changes else None,
        "findings": [finding.as_dict() for finding in decision.findings],
    }


def _lawful_hours(hours: Pack, facts: ContactFacts, as_of: date) -> list[Span]:
    """Return when on a day of the first zone the rules about hours allow a way on every clock."""
    if not facts.person_zones or not hours.asked:
        return []
    zone = facts.person_zones[0]
    now, end = _midnight(as_of, zone), _midnight(as_of + timedelta(days=1), zone)
    found: list[Span] = []
    for _ in range(_TURNS_MAX):
        if now >= end:
            break
        allowed = decide(hours, facts, now=now).allowed
        turns = min(next_change(hours, facts, now=now) or end, end)
        if allowed:
            found.append((now, turns))
        now = turns
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _span(zones: tuple[str, ...], slot: Slot, as_of: date) -> Span:
    zone = ZoneInfo(zones[0] if zones else "UTC")
    midnight = datetime(as_of.year, as_of.month, as_of.day, tzinfo=zone)
    start, end = (midnight + timedelta(minutes=n) for n in (slot.start_minute, slot.end_minute))
    return start.astimezone(UTC), end.astimezone(UTC)
