"""Is this an hour at which the person may be contacted, on every clock where the person may be?"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from forbear.policy.ask.moment import (
    EPOCH_ORDINAL,
    MINUTE_S,
    MINUTES_AN_HOUR,
    Ask,
    Moment,
    clock,
    instant,
    instants,
    zone_of,
)
from forbear.policy.facts import ContactFacts, Limit
from forbear.policy.kind import ContactWindow
from forbear.values.code import ConsentState
from forbear.values.day import from_instant_s
from forbear.values.decision import About, Finding

_AHEAD = (range(2), range(1, 10))
_GIVEN = ConsentState.GIVEN


def in_window(window: ContactWindow, about: About) -> Ask:
    """Answer for a window of lawful hours."""
    consent = window.unless_consent
    unknown = Finding(about, False, (("time zone", "not known"),))
    agreed = Finding(about, True, (("consent", consent.value),)) if consent else unknown

    # The answer depends on the zones and the minute alone, and thousands are asked in a minute.
    @lru_cache(maxsize=16384)
    def shown(zones: tuple[str, ...], minute: int) -> Finding:
        open_, closes = _open(window, zones, minute)
        seen = tuple((zone, _clock_text(clock(zone, minute)[2])) for zone in zones)
        until = closes if open_ else _opening(window, zones, from_instant_s(minute * MINUTE_S))
        return Finding(about, open_, seen, until)

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        if consent is not None and facts.consents:
            latest = moment.stated(consent)
            if latest is not None and latest.state is _GIVEN:
                return agreed
        if not facts.person_zones:
            return unknown
        return shown(facts.zones, moment.minute)

    return ask


@lru_cache(maxsize=2048)
def _clock_text(minute: int) -> str:
    return f"{minute // MINUTES_AN_HOUR:02}:{minute % MINUTES_AN_HOUR:02}"


def _open(
    window: ContactWindow, zones: tuple[str, ...], minute: int
) -> tuple[bool, datetime | None]:
    """Return whether every clock lies in the window, and when the first of them leaves it."""
    closings = []
    for zone in zones:
        day, weekday, of_day = clock(zone, minute)
        hours = window.on(weekday, day)
        if hours is None or not hours[0] <= of_day < hours[1]:
            return False, None
        closings.append(instant(zone, day, hours[1]))
    return bool(zones), min(closings, default=None)


@lru_cache(maxsize=65536)
def _opening(window: ContactWindow, zones: tuple[str, ...], now: datetime) -> datetime | None:
    """Return the first instant in the coming days at which every clock lies in the window."""
    edges = tuple(sorted({hours[0] for hours in (*window.week, window.on_holidays) if hours}))
    for ahead in _AHEAD:
        for at in _edges(zones, now, edges, ahead):
            if all(_lawful(window, zone, at) for zone in zones):
                return at
    return None


def _lawful(window: ContactWindow, zone: str, at: datetime) -> bool:
    local = at.astimezone(zone_of(zone))
    hours = window.on(local.weekday(), local.toordinal() - EPOCH_ORDINAL)
    minute = local.hour * MINUTES_AN_HOUR + local.minute
    return hours is not None and hours[0] <= minute < hours[1]


def _edges(
    zones: tuple[str, ...], now: datetime, minutes: tuple[int, ...], ahead: range
) -> list[datetime]:
    """Return every coming instant of some days at which a clock shows one of the minutes, in order.

    Midnights are among them, since a weekday or holiday may begin. Where clocks are put back, a
    minute comes twice.
    """
    found: set[datetime] = set()
    for zone in zones:
        today = now.astimezone(zone_of(zone)).toordinal() - EPOCH_ORDINAL
        for day in ahead:
            for minute in (0, *minutes):
                found.update(instants(zone, today + day, minute))
    return sorted(at for at in found if at > now)


def unlimited(about: About) -> Ask:
    """Answer for times that the person called inconvenient."""
    free = Finding(about, True)

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        limits = [
            limit
            for limit in facts.limits
            if limit.contact_point_no in {None, facts.contact_point_no}
            and limit.channel in {None, facts.channel}
        ]
        if not limits:
            return free
        if not facts.person_zones:
            return Finding(about, False, (("time zone", "not known"),))
        barred = _limited(limits, facts.zones, moment.now)
        minutes = {m for limit in limits for m in (limit.opens_minute, limit.closes_minute)}
        turns = [
            at
            for ahead in _AHEAD
            for at in _edges(facts.zones, moment.now, tuple(sorted(minutes)), ahead)
        ]
        until = next((at for at in turns if _limited(limits, facts.zones, at) is not barred), None)
        return Finding(about, not barred, (("called inconvenient", len(limits)),), until)

    return ask


def _limited(limits: list[Limit], zones: tuple[str, ...], at: datetime) -> bool:
    for zone in zones:
        local = at.astimezone(zone_of(zone))
        minute = local.hour * MINUTES_AN_HOUR + local.minute
        if any(
            local.weekday() in limit.weekdays and limit.opens_minute <= minute < limit.closes_minute
            for limit in limits
        ):
            return True
    return False
