"""What do one person's clocks show at an instant, and what had the person said by then?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from forbear.policy.facts import Consent, ContactFacts
from forbear.values.code import ConsentKind, ConsentState
from forbear.values.day import from_day_number
from forbear.values.decision import Finding

MINUTES_AN_HOUR = 60
HOURS_A_DAY = 24
EPOCH_ORDINAL = datetime(1970, 1, 1, tzinfo=UTC).toordinal()


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name."""
    return ZoneInfo(name)


@lru_cache(maxsize=65536)
def instants(zone: str, day: int, minute: int) -> tuple[datetime, ...]:
    """Return the one or two UTC instants of a local minute; minute 1440 is the next midnight."""
    first = _local(zone, day, minute)
    return first.astimezone(UTC), first.replace(fold=1).astimezone(UTC)


def _local(zone: str, day: int, minute: int) -> datetime:
    hours, minutes = divmod(minute, MINUTES_AN_HOUR)
    date = from_day_number(day) + timedelta(days=hours // HOURS_A_DAY)
    return datetime.combine(date, time(hours % HOURS_A_DAY, minutes), tzinfo=zone_of(zone))


@lru_cache(maxsize=65536)
def instant(zone: str, day: int, minute: int) -> datetime:
    """Return the UTC instant of a local minute; minute 1440 is the next midnight."""
    return _local(zone, day, minute).astimezone(UTC)


class Moment:
    """One instant as one person's clocks show it; each clock is read once."""

    __slots__ = ("_clocks", "_stated", "facts", "now", "today")

    def __init__(self, facts: ContactFacts, now: datetime) -> None:
        self.facts = facts
        self.now = now
        self._clocks: dict[str, tuple[int, int, int]] = {}
        self._stated: dict[ConsentKind, Consent | None] = {}
        self.today = self.clock(facts.person_zones[0] if facts.person_zones else "UTC")[0]

    def clock(self, zone: str) -> tuple[int, int, int]:
        """Return the local day number, weekday and minute in a zone."""
        found = self._clocks.get(zone)
        if found is None:
            local = self.now.astimezone(zone_of(zone))
            ordinal = local.toordinal()
            minute = local.hour * MINUTES_AN_HOUR + local.minute
            found = (ordinal - EPOCH_ORDINAL, (ordinal + 6) % 7, minute)
            self._clocks[zone] = found
        return found

    def stated(self, kind: ConsentKind) -> Consent | None:
        """Return the latest statement that concerns the contact; of two the withdrawal."""
        if kind not in self._stated:
            self._stated[kind] = latest_statement(kind, self.facts)
        return self._stated[kind]

    def midnight(self, day: int) -> datetime:
        """Return the instant at which a day begins in the first of the person's zones."""
        zone = self.facts.person_zones[0] if self.facts.person_zones else "UTC"
        return instant(zone, day, 0)


def latest_statement(kind: ConsentKind, facts: ContactFacts) -> Consent | None:
    """Return the latest statement that concerns a contact; of two at once the withdrawal."""
    relevant = [
        consent
        for consent in facts.consents
        if consent.kind is kind
        and (consent.contact_point_no is None or consent.contact_point_no == facts.contact_point_no)
        and (consent.channel is None or consent.channel is facts.channel)
    ]
    return max(
        relevant, key=lambda c: (c.recorded_s, c.state is ConsentState.WITHDRAWN), default=None
    )


def concerns(loan_no: int | None, facts: ContactFacts) -> bool:
    """Whether a loan is spoken of: what names none concerns all, and a contact likewise."""
    return loan_no is None or facts.loan_no is None or loan_no == facts.loan_no


Ask = Callable[[ContactFacts, Moment], Finding | None]
"""Answers for one rule; None where the rule is not asked of this contact."""
