"""May this one contact happen now, and if not, why and until when?

Every rule is asked, also after one has refused, so that the answer is whole. A rule that cannot
be answered refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forbear.policy.pack import Pack
from forbear.policy.rule import (
    Addressee,
    ChannelPermission,
    ContactWindow,
    CoolOff,
    Counted,
    FrequencyCap,
    HoldScope,
    Key,
    Needs,
    Rule,
)
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Direction,
    HoldKind,
    Origin,
    Outcome,
    PointQuality,
    Relation,
)
from forbear.values.day import day_number, from_day_number
from forbear.values.decision import Decision, Finding

_MINUTES_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Event:
    """An earlier attempt. ``local_day`` is the day in the first of the person's zones."""

    channel: Channel
    direction: Direction
    outcome: Outcome
    local_day: int
    contact_point_no: int | None
    loan_no: int | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold; ``end_day`` None means open, ``loan_no`` and ``channel`` None mean all."""

    kind: HoldKind
    start_day: int
    end_day: int | None
    loan_no: int | None
    channel: Channel | None


@dataclass(frozen=True, slots=True)
class Consent:
    """A statement; ``contact_point_no`` and ``channel`` None mean all."""

    kind: ConsentKind
    state: ConsentState
    recorded_s: int
    contact_point_no: int | None
    channel: Channel | None


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What the rules may know about one contact that is being considered.

    ``person_zones`` empty means unknown. ``zones`` are all clocks that must agree: the person's
    and the number's. ``loan_no`` is the loan to be spoken of, None where none is chosen.
    """

    channel: Channel
    contact_point_no: int
    relation: Relation
    quality: PointQuality | None
    origin: Origin
    person_zones: tuple[str, ...]
    zones: tuple[str, ...]
    loan_no: int | None
    events: tuple[Event, ...] = ()
    holds: tuple[Hold, ...] = ()
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Answer:
    allows: bool
    facts: tuple[tuple[str, str], ...]
    until: datetime | None = None


def decide(pack: Pack, facts: ContactFacts, *, now: datetime) -> Decision:
    """Ask every rule about one outbound contact at an instant."""
    return Decision(
        tuple(_find(rule, facts, now) for rule in pack.asked if facts.channel in rule.channels)
    )


def _find(rule: Rule, facts: ContactFacts, now: datetime) -> Finding:
    try:
        answer = _answer(rule, facts, now)
    except Exception as error:  # noqa: BLE001  # in doubt, refuse: promise 3
        answer = _Answer(allows=False, facts=(("cannot be answered", type(error).__name__),))
    return Finding(
        rule.id,
        answer.allows,
        rule.effect,
        rule.text_en,
        rule.text_zh,
        str(rule.source),
        answer.facts,
        None if answer.allows else answer.until,
    )


def _answer(rule: Rule, facts: ContactFacts, now: datetime) -> _Answer:
    match rule.parameters:
        case ContactWindow() as window:
            return _in_window(window, facts, now)
        case FrequencyCap() as cap:
            return _under_cap(cap, facts, now)
        case CoolOff() as rest:
            return _rested(rest, facts, now)
        case ChannelPermission() as permission:
            return _permitted(permission, facts)
        case Addressee() as addressee:
            return _addressed(addressee, facts)
        case HoldScope() as scope:
            return _unheld(scope, facts, now)
    msg = f"{rule.id} is not asked at contact time"
    raise ValueError(msg)


def _in_window(window: ContactWindow, facts: ContactFacts, now: datetime) -> _Answer:
    if window.unless_consent is not None and _stated(window.unless_consent, facts) == (
        ConsentState.GIVEN
    ):
        return _Answer(allows=True, facts=(("consent", window.unless_consent.value),))
    if not facts.person_zones:
        return _Answer(allows=False, facts=(("time zone", "not known"),))
    clocks = {zone: now.astimezone(ZoneInfo(zone)) for zone in facts.zones}
    open_ = all(
        window.opens_minute <= _minute(clock) < window.closes_minute for clock in clocks.values()
    )
    seen = tuple((zone, clock.strftime("%H:%M")) for zone, clock in clocks.items())
    return _Answer(open_, seen, None if open_ else _next_opening(window, facts.zones, now))


def _minute(clock: datetime) -> int:
    return clock.hour * _MINUTES_AN_HOUR + clock.minute


def _next_opening(window: ContactWindow, zones: tuple[str, ...], now: datetime) -> datetime | None:
    """The first instant within two days at which every clock lies in the window."""
    opens = time(*divmod(window.opens_minute, _MINUTES_AN_HOUR))
    candidates = sorted(
        datetime.combine(
            now.astimezone(ZoneInfo(zone)).date() + timedelta(days=ahead),
            opens,
            tzinfo=ZoneInfo(zone),
        ).astimezone(UTC)
        for zone in zones
        for ahead in range(3)
    )
    for instant in candidates:
        if instant > now and all(
            window.opens_minute
            <= _minute(instant.astimezone(ZoneInfo(zone)))
            < window.closes_minute
            for zone in zones
        ):
            return instant
    return None


def _today(facts: ContactFacts, now: datetime) -> int:
    zone = facts.person_zones[0] if facts.person_zones else "UTC"
    return day_number(now.astimezone(ZoneInfo(zone)).date())


def _counted(counts: Counted, key: Key, facts: ContactFacts, *, after_day: int) -> list[int]:
    """The days of the events that count, latest last."""
    return sorted(
        event.local_day
        for event in facts.events
        if event.local_day > after_day
        and event.channel in counts.channels
        and event.direction in counts.directions
        and event.outcome in counts.outcomes
        and (key is not Key.ENDPOINT or event.contact_point_no == facts.contact_point_no)
        and (key is not Key.DEBT or _concerns(event.loan_no, facts))
    )


def _concerns(loan_no: int | None, facts: ContactFacts) -> bool:
    """What names no loan concerns every loan; a contact that names none concerns all."""
    return loan_no is None or facts.loan_no is None or loan_no == facts.loan_no


def _midnight(facts: ContactFacts, day: int) -> datetime:
    zone = ZoneInfo(facts.person_zones[0] if facts.person_zones else "UTC")
    return datetime.combine(from_day_number(day), time(), tzinfo=zone).astimezone(UTC)


def _under_cap(cap: FrequencyCap, facts: ContactFacts, now: datetime) -> _Answer:
    today = _today(facts, now)
    days = _counted(cap.counts, cap.key, facts, after_day=today - cap.days)
    seen = (("counted", str(len(days))), ("at most", str(cap.at_most)), ("days", str(cap.days)))
    if len(days) < cap.at_most:
        return _Answer(allows=True, facts=seen)
    frees = days[len(days) - cap.at_most] + cap.days
    return _Answer(allows=False, facts=seen, until=_midnight(facts, frees))


def _rested(rest: CoolOff, facts: ContactFacts, now: datetime) -> _Answer:
    days = _counted(rest.counts, rest.key, facts, after_day=_today(facts, now) - rest.days)
    if not days:
        return _Answer(allows=True, facts=(("days", str(rest.days)),))
    seen = (("latest", from_day_number(days[-1]).isoformat()), ("days", str(rest.days)))
    return _Answer(allows=False, facts=seen, until=_midnight(facts, days[-1] + rest.days))


def _stated(kind: ConsentKind, facts: ContactFacts) -> ConsentState | None:
    """The latest statement that concerns this contact; of two at once the withdrawal counts."""
    relevant = [
        consent
        for consent in facts.consents
        if consent.kind is kind
        and consent.contact_point_no in {None, facts.contact_point_no}
        and consent.channel in {None, facts.channel}
    ]
    latest = max(
        relevant, key=lambda c: (c.recorded_s, c.state is ConsentState.WITHDRAWN), default=None
    )
    return latest.state if latest else None


def _permitted(permission: ChannelPermission, facts: ContactFacts) -> _Answer:
    state = _stated(permission.consent, facts)
    seen = ((permission.consent.value, state.value if state else "nothing stated"),)
    if permission.needs is Needs.GIVEN:
        return _Answer(state is ConsentState.GIVEN, seen)
    return _Answer(state is not ConsentState.WITHDRAWN, seen)


def _addressed(addressee: Addressee, facts: ContactFacts) -> _Answer:
    quality = facts.quality or PointQuality.UNTRIED
    allows = (
        facts.relation in addressee.relations
        and quality in addressee.qualities
        and facts.origin in addressee.origins
    )
    return _Answer(
        allows,
        (
            ("relation", facts.relation.value),
            ("quality", quality.value),
            ("origin", facts.origin.value),
        ),
    )


def _unheld(scope: HoldScope, facts: ContactFacts, now: datetime) -> _Answer:
    today = _today(facts, now)
    binding = [
        hold
        for hold in facts.holds
        if hold.kind in scope.kinds
        and hold.start_day <= today
        and (hold.end_day is None or today < hold.end_day)
        and hold.channel in {None, facts.channel}
        and _concerns(hold.loan_no, facts)
    ]
    if not binding:
        return _Answer(allows=True, facts=())
    ends = [hold.end_day for hold in binding]
    until = None if None in ends else _midnight(facts, max(e for e in ends if e is not None))
    return _Answer(False, tuple(("hold", h.kind.value) for h in binding), until)
