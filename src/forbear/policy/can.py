"""Is there any contact that one pack allows and another refuses?

The search tries the rules' own boundaries: for every rule of both packs the situations that lie
just inside and just outside of it, alone and two at a time, on every channel. It answers with a
concrete contact, as small as it can be made, or with the bound that was searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from forbear.policy.ask.contact import decide
from forbear.policy.calendar import CalendarEnds
from forbear.policy.facts import Consent, ContactFacts, Event, Hold, Limit
from forbear.policy.kind import (
    Addressee,
    ChannelPermission,
    ContactWindow,
    CoolOff,
    Counted,
    FrequencyCap,
    HoldScope,
    Key,
    Lift,
    StatedLimit,
    UnreachableTest,
)
from forbear.policy.pack import Pack
from forbear.policy.rule import Rule
from forbear.policy.tighten import at_least_as_tight
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
from forbear.values.day import DAY_S, day_number, from_day_number
from forbear.values.decision import Decision

_HOMES = {
    Jurisdiction.CN: "Asia/Shanghai",
    Jurisdiction.US: "America/New_York",
    Jurisdiction.UK: "Europe/London",
}
_NOON_MINUTE = 12 * 60
_LOAN, _OTHER_LOAN, _POINT, _OTHER_POINT = 1, 2, 1, 2
_MANY_DAYS = 400
_A_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Situation:
    """One contact to be judged: its facts and its instant."""

    facts: ContactFacts
    now: datetime


@dataclass(frozen=True, slots=True)
class Twist:
    """One change to an ordinary contact, in words."""

    name: str
    apply: Callable[[Situation], Situation]


@dataclass(frozen=True, slots=True)
class Found:
    """A contact that the first pack allows and the second refuses, and why it does."""

    situation: Situation
    twists: tuple[str, ...]
    refused: Decision


@dataclass(frozen=True, slots=True)
class Searched:
    """What was tried: situations judged, twists known, how many of them at a time.

    ``proven``: no such contact can exist, since every rule of the second is contained in the first.
    """

    found: Found | None
    proven: bool
    situations: int
    twists: int
    at_a_time: int


def can(allows: Pack, refuses: Pack, *, at_a_time: int = 2) -> Searched:
    """Search for a contact that the first pack allows and the second refuses.

    Only a rule of the second that no rule of the first contains can refuse more; without such a
    rule the answer is no, and proven. Otherwise every combination is tried that has at least one
    situation of such a rule.
    """
    suspects = [rule for rule in refuses.asked if rule.binds and not _contained(rule, allows)]
    if not suspects:
        return Searched(None, proven=True, situations=0, twists=0, at_a_time=0)
    leading = _distinct(suspects, refuses)
    others = _distinct((*refuses.asked, *allows.asked), refuses)
    tried = 0
    for size in range(at_a_time + 1):
        for chosen in _combinations(leading, others, size):
            for start in _ordinary(refuses):
                situation = start
                for twist in chosen:
                    situation = twist.apply(situation)
                tried += 1
                refused = decide(refuses, situation.facts, now=situation.now)
                if refused.allowed:
                    continue
                if decide(allows, situation.facts, now=situation.now).allowed:
                    names = tuple(twist.name for twist in chosen)
                    found = Found(situation, names, refused)
                    return Searched(found, False, tried, len(others), at_a_time)
    return Searched(None, False, tried, len(others), at_a_time)


def _contained(rule: Rule, pack: Pack) -> bool:
    """Whether some rule of a pack refuses all that a rule refuses."""
    return any(
        other.binds
        and other.scope.covers(rule.scope)
        and (
            other.parameters == rule.parameters
            or at_least_as_tight(other.parameters, rule.parameters)
        )
        for other in pack.asked
    )


def _distinct(rules: Sequence[Rule], pack: Pack) -> list[Twist]:
    found: dict[str, Twist] = {}
    for rule in rules:
        for twist in _of_rule(rule, pack):
            found.setdefault(twist.name, twist)
    return list(found.values())


def _combinations(
    leading: list[Twist], others: list[Twist], size: int
) -> Iterator[tuple[Twist, ...]]:
    if size == 0:
        yield ()
        return
    for first in leading:
        for rest in combinations(others, size - 1):
            yield (first, *rest)


def _ordinary(pack: Pack) -> Iterator[Situation]:
    """Yield an ordinary contact on every channel: agreed to, at noon, nothing before it."""
    home = _HOMES[pack.jurisdiction]
    now = _at(pack, day_number(pack.as_of), _NOON_MINUTE)
    agreed = tuple(
        Consent(kind, ConsentState.GIVEN, int(now.timestamp()) - DAY_S, None, None)
        for kind in (ConsentKind.CHANNEL, ConsentKind.AUTODIAL)
    )
    for channel in Channel:
        facts = ContactFacts(
            channel=channel,
            contact_point_no=_POINT,
            relation=Relation.OWN,
            quality=PointQuality.CONFIRMED,
            origin=Origin.CONTRACT,
            person_zones=(home,),
            zones=(home,),
            loan_no=_LOAN,
            consents=agreed,
            region="",
            product="",
        )
        yield Situation(facts, now)


def _at(pack: Pack, day: int, minute: int) -> datetime:
    zone = ZoneInfo(_HOMES[pack.jurisdiction])
    date = from_day_number(day) + timedelta(days=minute // _A_DAY_MINUTES)
    clock = time(minute % _A_DAY_MINUTES // 60, minute % 60)
    return datetime.combine(date, clock, tzinfo=zone).astimezone(UTC)


def _of_rule(rule: Rule, pack: Pack) -> Iterator[Twist]:
    yield from _of_scope(rule)
    today = day_number(pack.as_of)
    match rule.parameters:
        case ContactWindow() as window:
            yield from _of_window(window, pack)
        case FrequencyCap(counts=counts, key=key, days=days, at_most=at_most, lift=lift):
            yield from _of_events(counts, key, days, at_most, today)
            yield from _of_lift(lift, today)
        case CoolOff(counts=counts, key=key, days=days, lift=lift):
            yield from _of_events(counts, key, days, 1, today)
            yield from _of_lift(lift, today)
        case ChannelPermission(consent=kind, fresh_days=fresh):
            yield from _of_consent(kind, fresh, today)
        case _:
            yield from _of_person(rule, today)


def _of_person(rule: Rule, today: int) -> Iterator[Twist]:
    match rule.parameters:
        case Addressee():
            yield from _of_point()
        case HoldScope(kinds=holds):
            yield from _of_holds(holds, today)
        case UnreachableTest(failed_days=days, unless_holds=holds):
            yield from _of_tries(days, today)
            yield from _of_holds(holds, today)
        case StatedLimit():
            noon = Limit(frozenset(range(7)), _NOON_MINUTE, _NOON_MINUTE + 60)
            yield _facts("noon called inconvenient", lambda f: replace(f, limits=(noon,)))


def _of_lift(lift: Lift | None, today: int) -> Iterator[Twist]:
    if lift is not None:
        yield from _of_consent(lift.consent, lift.days, today)


def _facts(name: str, change: Callable[[ContactFacts], ContactFacts]) -> Twist:
    return Twist(name, lambda s: replace(s, facts=change(s.facts)))


def _of_scope(rule: Rule) -> Iterator[Twist]:
    for purpose in sorted(rule.scope.purposes - {ContactPurpose.COLLECT}):
        yield _facts(f"purpose {purpose}", lambda f, p=purpose: replace(f, purpose=p))  # type: ignore[misc]
    for region in rule.scope.regions:
        yield _facts(f"region {region}", lambda f, r=region: replace(f, region=r))  # type: ignore[misc]
    for product in sorted(rule.scope.products):
        yield _facts(f"product {product}", lambda f, p=product: replace(f, product=p))  # type: ignore[misc]


def _of_window(window: ContactWindow, pack: Pack) -> Iterator[Twist]:
    today = day_number(pack.as_of)
    days = {today + ahead: from_day_number(today + ahead).strftime("%A") for ahead in range(7)}
    if window.calendar is not None:
        coming = [day for day in sorted(window.calendar.holidays) if day >= today]
        days.update(dict.fromkeys(coming[:1], "holiday"))
    for day, name in days.items():
        try:
            hours = window.on(from_day_number(day).weekday(), day)
        except CalendarEnds:
            continue
        edges = (_NOON_MINUTE,) if hours is None else (*hours, hours[0] - 1, hours[1] - 1)
        for minute in edges:
            clock = f"{minute % _A_DAY_MINUTES // 60:02}:{minute % 60:02}"
            at = _at(pack, day, minute)
            yield Twist(f"{name} {clock}", lambda s, t=at: replace(s, now=t))  # type: ignore[misc]
    yield _facts(
        "a second time zone five hours behind",
        lambda f: replace(f, zones=(*f.zones, "Atlantic/Azores")),
    )
    yield _facts("time zone not known", lambda f: replace(f, person_zones=(), zones=()))
    if window.unless_consent is not None:
        yield from _of_consent(window.unless_consent, None, today)


def _of_events(
    counts: Counted, key: Key, days: int | None, at_most: int, today: int
) -> Iterator[Twist]:
    span = days or _MANY_DAYS
    for outcome in sorted(counts.outcomes):
        for channel in sorted(counts.channels)[:2]:
            for direction in sorted(counts.directions)[:1]:
                for purpose in sorted(counts.purposes)[:1]:
                    for number in sorted({at_most - 1, at_most} - {0}):
                        for ago in sorted({0, span - 1, span}):
                            yield from _events(
                                outcome, channel, direction, purpose, number, today - ago, key
                            )


def _events(
    outcome: Outcome,
    channel: Channel,
    direction: Direction,
    purpose: ContactPurpose,
    number: int,
    day: int,
    key: Key,
) -> Iterator[Twist]:
    places = [(_POINT, _LOAN, "")]
    if key is Key.ENDPOINT:
        places.append((_OTHER_POINT, _LOAN, ", another number"))
    if key is Key.DEBT:
        places.append((_POINT, _OTHER_LOAN, ", another debt"))
    for point, loan, where in places:
        at_s = day * DAY_S + DAY_S // 4
        event = Event(channel, direction, outcome, day, point, loan, at_s, purpose)
        name = f"{number} x {direction} {channel} {outcome} on {from_day_number(day)}{where}"
        yield _facts(name, lambda f, e=event, n=number: replace(f, events=(*f.events, *[e] * n)))  # type: ignore[misc]


def _of_tries(days: int, today: int) -> Iterator[Twist]:
    for number in (days - 1, days):
        tries = tuple(
            Event(Channel.VOICE, Direction.OUTBOUND, Outcome.RANG, today - ago, _POINT, _LOAN)
            for ago in range(1, number + 1)
        )
        yield _facts(
            f"tried in vain on {number} days before today",
            lambda f, e=tries: replace(f, events=(*f.events, *e)),  # type: ignore[misc]
        )


def _of_consent(kind: ConsentKind, fresh_days: int | None, today: int) -> Iterator[Twist]:
    ages = sorted({1, *([fresh_days - 1, fresh_days] if fresh_days else [])})
    for state in ConsentState:
        for age in ages:
            said = Consent(kind, state, (today - age) * DAY_S + DAY_S // 2, None, None)
            yield _facts(
                f"{kind} {state} {age} days ago",
                lambda f, c=said: replace(  # type: ignore[misc]
                    f, consents=(*(x for x in f.consents if x.kind is not c.kind), c)
                ),
            )
    yield _facts(
        f"nothing said of {kind}",
        lambda f: replace(f, consents=tuple(c for c in f.consents if c.kind is not kind)),
    )


def _of_point() -> Iterator[Twist]:
    for relation in Relation:
        yield _facts(f"relation {relation}", lambda f, r=relation: replace(f, relation=r))  # type: ignore[misc]
    for quality in PointQuality:
        yield _facts(f"quality {quality}", lambda f, q=quality: replace(f, quality=q))  # type: ignore[misc]
    for origin in Origin:
        yield _facts(f"origin {origin}", lambda f, o=origin: replace(f, origin=o))  # type: ignore[misc]
    yield _facts("at the workplace", lambda f: replace(f, workplace=True))


def _of_holds(kinds: frozenset[HoldKind], today: int) -> Iterator[Twist]:
    for kind in sorted(kinds):
        shapes: Sequence[tuple[str, Hold]] = (
            ("open", Hold(kind, today, None, None, None)),
            ("ended today", Hold(kind, today - 1, today, None, None)),
            ("of another debt", Hold(kind, today, None, _OTHER_LOAN, None)),
        )
        for name, hold in shapes:
            yield _facts(
                f"hold {kind} {name}",
                lambda f, h=hold: replace(f, holds=(*f.holds, h)),  # type: ignore[misc]
            )
