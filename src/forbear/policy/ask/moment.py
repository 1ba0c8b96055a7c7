"""What do one person's clocks show at an instant, and what had the person said by then?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from forbear.policy.facts import Consent, ContactFacts, Event, Hold
from forbear.values.code import ConsentKind, ConsentState
from forbear.values.day import from_day_number, from_instant_s
from forbear.values.decision import Finding

MINUTE_S = 60
MINUTES_AN_HOUR = 60
HOURS_A_DAY = 24
DAYS_A_WEEK = 7
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


@lru_cache(maxsize=65536)
def clock(zone: str, minute: int) -> tuple[int, int, int]:
    """Return the local day number, weekday and minute of the day that a zone shows.

    ``minute`` counts from 1970-01-01T00:00Z. Clocks differ by whole minutes since 1972.
    """
    local = from_instant_s(minute * MINUTE_S).astimezone(zone_of(zone))
    ordinal = local.toordinal()
    of_day = local.hour * MINUTES_AN_HOUR + local.minute
    return ordinal - EPOCH_ORDINAL, (ordinal + 6) % DAYS_A_WEEK, of_day


class Moment:
    """One instant in one person's life: what several rules look at is found once."""

    __slots__ = ("_binding", "_reach_days", "_recent", "_stated", "facts", "minute", "now", "today")

    def __init__(self, facts: ContactFacts, now: datetime, *, reach_days: int | None) -> None:
        """``reach_days`` is how far the rules look back; None: over everything."""
        self.facts = facts
        self.now = now
        self.minute = int(now.timestamp()) // MINUTE_S
        self.today = clock(facts.person_zones[0] if facts.person_zones else "UTC", self.minute)[0]
        self._reach_days = reach_days
        self._recent: Sequence[Event] | None = None
        self._binding: list[Hold] | None = None
        self._stated: dict[ConsentKind, Consent | None] = {}

    @property
    def recent(self) -> Sequence[Event]:
        """The events that some rule of the pack can see."""
        if self._recent is None:
            self._recent = self.facts.events
            if self._reach_days is not None:
                after = self.today - self._reach_days
                self._recent = [event for event in self._recent if event.local_day > after]
        return self._recent

    @property
    def binding(self) -> list[Hold]:
        """The holds that bind the contact today."""
        if self._binding is None:
            self._binding = [
                hold
                for hold in self.facts.holds
                if hold.start_day <= self.today
                and (hold.end_day is None or self.today < hold.end_day)
                and (hold.channel is None or hold.channel is self.facts.channel)
                and concerns(hold.loan_no, self.facts)
            ]
        return self._binding

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
    point, channel = facts.contact_point_no, facts.channel
    latest: Consent | None = None
    for consent in facts.consents:
        if (
            consent.kind is kind
            and (consent.channel is None or consent.channel is channel)
            and (consent.contact_point_no is None or consent.contact_point_no == point)
            and (latest is None or _after(consent, latest))
        ):
            latest = consent
    return latest


def _after(one: Consent, other: Consent) -> bool:
    if one.recorded_s != other.recorded_s:
        return one.recorded_s > other.recorded_s
    return one.state is ConsentState.WITHDRAWN


def concerns(loan_no: int | None, facts: ContactFacts) -> bool:
    """Whether a loan is spoken of: what names none concerns all, and a contact likewise."""
    return loan_no is None or facts.loan_no is None or loan_no == facts.loan_no


Ask = Callable[[ContactFacts, Moment], Finding | None]
"""Answers for one rule; None where the rule is not asked of this contact."""
