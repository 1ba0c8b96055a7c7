"""May this one contact happen now, and if not, why and until when?

Every rule is asked, also after one has refused, so that the answer is whole. A rule that cannot
be answered refuses. Rules are turned into functions once for each pack, channel and purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from forbear.policy.facts import Consent, ContactFacts, Event, Hold, Limit, signature
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
    Needs,
    StatedLimit,
    UnreachableTest,
)
from forbear.policy.pack import Pack
from forbear.policy.rule import Rule
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    ContactPurpose,
    Direction,
    Outcome,
    PointQuality,
    Relation,
)
from forbear.values.day import DAY_S, day_number, from_day_number
from forbear.values.decision import About, Decision, Finding

_MINUTES_AN_HOUR = 60
_MINUTE_S = 60
_TURNS = 400
_HOURS_A_DAY = 24
_AHEAD = (range(2), range(1, 10))
_GIVEN, _WITHDRAWN = ConsentState.GIVEN, ConsentState.WITHDRAWN


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
            local = self.now.astimezone(_zone(zone))
            ordinal = local.toordinal()
            minute = local.hour * _MINUTES_AN_HOUR + local.minute
            found = (ordinal - _EPOCH_ORDINAL, (ordinal + 6) % 7, minute)
            self._clocks[zone] = found
        return found

    def stated(self, kind: ConsentKind) -> Consent | None:
        """Return the latest statement that concerns the contact; of two the withdrawal."""
        if kind not in self._stated:
            self._stated[kind] = _latest(kind, self.facts)
        return self._stated[kind]

    def midnight(self, day: int) -> datetime:
        """Return the instant at which a day begins in the first of the person's zones."""
        zone = self.facts.person_zones[0] if self.facts.person_zones else "UTC"
        return _instant(zone, day, 0)


Ask = Callable[[ContactFacts, Moment], Finding | None]

_EPOCH_ORDINAL = datetime(1970, 1, 1, tzinfo=UTC).toordinal()


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=65536)
def _instants(zone: str, day: int, minute: int) -> tuple[datetime, ...]:
    """Return the one or two UTC instants of a local minute; minute 1440 is the next midnight."""
    first = _local(zone, day, minute)
    return first.astimezone(UTC), first.replace(fold=1).astimezone(UTC)


def _local(zone: str, day: int, minute: int) -> datetime:
    hours, minutes = divmod(minute, _MINUTES_AN_HOUR)
    date = from_day_number(day) + timedelta(days=hours // _HOURS_A_DAY)
    return datetime.combine(date, time(hours % _HOURS_A_DAY, minutes), tzinfo=_zone(zone))


@lru_cache(maxsize=65536)
def _instant(zone: str, day: int, minute: int) -> datetime:
    """Return the UTC instant of a local minute; minute 1440 is the next midnight."""
    return _local(zone, day, minute).astimezone(UTC)


def decide(pack: Pack, facts: ContactFacts, *, now: datetime) -> Decision:
    """Ask every rule about one outbound contact at an instant."""
    moment: Moment | None = None
    findings = []
    for about, ask in _askers(pack, facts.channel, facts.purpose):
        try:
            moment = moment or Moment(facts, now)
            finding = ask(facts, moment)
        except Exception as error:  # noqa: BLE001  # in doubt, refuse: promise 3
            finding = Finding(about, False, (("cannot be answered", type(error).__name__),))
        if finding is not None:
            findings.append(finding)
    return Decision(tuple(findings), pack.sha256, now)


def next_change(pack: Pack, facts: ContactFacts, *, now: datetime) -> datetime | None:
    """Return the first instant after ``now`` at which time alone turns the whole answer.

    None where only a new fact can, or where nothing turns within the reach of the rules.
    """
    decision = decide(pack, facts, now=now)
    wanted, instant = not decision.allowed, now
    for _ in range(_TURNS):
        turns = decision.changes_at
        if turns is None or turns <= instant:
            return None
        instant = turns
        decision = decide(pack, facts, now=instant)
        if decision.allowed is wanted:
            return instant
    return None


@lru_cache(maxsize=512)
def _askers(pack: Pack, channel: Channel, purpose: ContactPurpose) -> tuple[tuple[About, Ask], ...]:
    """Return the functions that answer for the rules asked of a channel and purpose."""
    return tuple(
        (about := rule.about(), _scoped(rule, _asker(rule, about)))
        for rule in pack.asked
        if channel in rule.scope.channels and purpose in rule.scope.purposes
    )


def _scoped(rule: Rule, ask: Ask) -> Ask:
    scope = rule.scope
    if not scope.regions and not scope.products:
        return ask

    def asked(facts: ContactFacts, moment: Moment) -> Finding | None:
        if scope.meets_region(facts.region) and scope.meets_product(facts.product):
            return ask(facts, moment)
        return None

    return asked


def _asker(rule: Rule, about: About) -> Ask:
    match rule.parameters:
        case Addressee() as addressee:
            return _addressed(addressee, about)
        case UnreachableTest() as test:
            return _unreachable(test, about)
        case HoldScope() as scope:
            return _unheld(scope, about)
        case StatedLimit():
            return _unlimited(about)
        case ChannelPermission() as permission:
            return _permitted(permission, about)
        case FrequencyCap() as cap:
            return _under_cap(cap, about)
        case CoolOff() as rest:
            return _rested(rest, about) if rest.minutes is None else _spaced(rest, about)
        case ContactWindow() as window:
            return _in_window(window, about)
    msg = f"{rule.id} is not asked at contact time"
    raise ValueError(msg)


# --- who ---------------------------------------------------------------------------------------


def _addressed(addressee: Addressee, about: About) -> Ask:
    relations, qualities, origins = addressee.relations, addressee.qualities, addressee.origins
    workplaces = addressee.workplaces

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        del moment
        quality = facts.quality or PointQuality.UNTRIED
        allows = (
            facts.relation in relations
            and quality in qualities
            and facts.origin in origins
            and (workplaces or not facts.workplace)
        )
        seen: tuple[tuple[str, object], ...] = (
            ("relation", facts.relation),
            ("quality", quality),
            ("origin", facts.origin),
        )
        return Finding(about, allows, (*seen, ("workplace", "yes")) if facts.workplace else seen)

    return ask


def _unreachable(test: UnreachableTest, about: About) -> Ask:
    tries, reaches = _signatures(test.tries), _signatures(test.reaches)

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        own = [event for event in facts.events if event.relation is Relation.OWN]
        first = moment.today - test.failed_days
        tried = {event.local_day for event in own if event.signature in tries}
        reached = any(event.local_day >= first and event.signature in reaches for event in own)
        excused = [
            hold.kind for hold in _binding(facts, moment.today) if hold.kind in test.unless_holds
        ]
        failed = sum(day in tried for day in range(first, moment.today))
        seen = (
            ("days tried in vain", 0 if reached else failed),
            ("days needed", test.failed_days),
            *(("state", kind) for kind in excused),
        )
        allows = bool(excused) or (not reached and failed == test.failed_days)
        return Finding(about, allows, seen, moment.midnight(moment.today + 1) if allows else None)

    return ask


# --- what stands in the way --------------------------------------------------------------------


def _binding(facts: ContactFacts, today: int) -> list[Hold]:
    return [
        hold
        for hold in facts.holds
        if hold.start_day <= today
        and (hold.end_day is None or today < hold.end_day)
        and (hold.channel is None or hold.channel is facts.channel)
        and _concerns(hold.loan_no, facts)
    ]


def _concerns(loan_no: int | None, facts: ContactFacts) -> bool:
    """What names no loan concerns every loan; a contact that names none concerns all."""
    return loan_no is None or facts.loan_no is None or loan_no == facts.loan_no


def _unheld(scope: HoldScope, about: About) -> Ask:
    kinds, free = scope.kinds, Finding(about, True)

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        if not facts.holds:
            return free
        binding = [hold for hold in _binding(facts, moment.today) if hold.kind in kinds]
        if binding:
            ends = [hold.end_day for hold in binding]
            known = [end for end in ends if end is not None]
            until = moment.midnight(max(known)) if len(known) == len(ends) else None
            return Finding(about, False, tuple(("hold", hold.kind) for hold in binding), until)
        coming = [
            hold.start_day
            for hold in facts.holds
            if hold.kind in kinds and hold.start_day > moment.today
        ]
        return Finding(about, True, (), moment.midnight(min(coming))) if coming else free

    return ask


def _unlimited(about: About) -> Ask:
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


def _limited(limits: list[Limit], zones: tuple[str, ...], instant: datetime) -> bool:
    for zone in zones:
        clock = instant.astimezone(_zone(zone))
        minute = clock.hour * _MINUTES_AN_HOUR + clock.minute
        if any(
            clock.weekday() in limit.weekdays and limit.opens_minute <= minute < limit.closes_minute
            for limit in limits
        ):
            return True
    return False


# --- what was agreed ---------------------------------------------------------------------------


def _latest(kind: ConsentKind, facts: ContactFacts) -> Consent | None:
    relevant = [
        consent
        for consent in facts.consents
        if consent.kind is kind
        and (consent.contact_point_no is None or consent.contact_point_no == facts.contact_point_no)
        and (consent.channel is None or consent.channel is facts.channel)
    ]
    return max(relevant, key=lambda c: (c.recorded_s, c.state is _WITHDRAWN), default=None)


def _permitted(permission: ChannelPermission, about: About) -> Ask:
    kind, fresh = permission.consent, permission.fresh_days
    given_needed = permission.needs is Needs.GIVEN
    silent = Finding(about, not given_needed, ((kind.value, "nothing stated"),))
    given = Finding(about, True, ((kind.value, _GIVEN),))
    withdrawn = Finding(about, False, ((kind.value, _WITHDRAWN),))

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        latest = moment.stated(kind) if facts.consents else None
        if latest is None:
            return silent
        if latest.state is _WITHDRAWN:
            return withdrawn
        if fresh is None:
            return given
        day = latest.recorded_s // DAY_S
        ends = day + fresh - 1
        seen = ((kind.value, _GIVEN), ("on", from_day_number(day)))
        if moment.today < ends:
            return Finding(about, True, seen, moment.midnight(ends))
        return Finding(about, False, (*seen, ("too old", "yes")))

    return ask


def _lifted(lift: Lift, facts: ContactFacts, moment: Moment) -> Consent | None:
    """Return the direct consent that lifts a rule now; see ``Lift``."""
    latest = moment.stated(lift.consent)
    if latest is None or latest.state is _WITHDRAWN:
        return None
    if moment.today >= latest.recorded_s // DAY_S + lift.days - 1:
        return None
    if any(
        event.outcome is Outcome.CONVERSATION
        and (event.at_s is None or event.at_s > latest.recorded_s)
        for event in facts.events
    ):
        return None
    return latest


# --- how often ---------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _signatures(counts: Counted) -> frozenset[int]:
    return frozenset(
        signature(channel, direction, outcome, purpose)
        for channel in Channel
        for direction in Direction
        for outcome in Outcome
        for purpose in ContactPurpose
        if channel in counts.channels
        and direction in counts.directions
        and outcome in counts.outcomes
        and purpose in counts.purposes
    )


def _days_counted(
    counted: frozenset[int], key: Key, facts: ContactFacts, after_day: int
) -> list[int]:
    """Return the days of the events that count, latest last."""
    events: list[Event] = [
        event
        for event in facts.events
        if event.signature in counted and event.local_day > after_day
    ]
    if events and key is Key.ENDPOINT:
        point = facts.contact_point_no
        events = [event for event in events if event.contact_point_no == point]
    elif events and key is Key.DEBT:
        events = [event for event in events if _concerns(event.loan_no, facts)]
    return sorted(event.local_day for event in events)


def _lift_seen(latest: Consent) -> tuple[tuple[str, object], ...]:
    return (("consent", latest.kind), ("on", from_day_number(latest.recorded_s // DAY_S)))


def _under_cap(cap: FrequencyCap, about: About) -> Ask:
    counted, key, days, at_most, lift = (
        _signatures(cap.counts),
        cap.key,
        cap.days,
        cap.at_most,
        cap.lift,
    )
    window: tuple[str, object] = ("days", "ever" if days is None else days)
    seen_of = [(("counted", n), ("at most", at_most), window) for n in range(at_most + 8)]
    under = [Finding(about, n < at_most, seen_of[n]) for n in range(at_most)]
    ages = -(10**9)

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        after = ages if days is None else moment.today - days
        found = _days_counted(counted, key, facts, after)
        count = len(found)
        if count < at_most:
            return under[count]
        if lift is not None:
            latest = _lifted(lift, facts, moment)
            if latest is not None:
                ends = moment.midnight(latest.recorded_s // DAY_S + lift.days - 1)
                return Finding(about, True, _lift_seen(latest), ends)
        seen = seen_of[count] if count < len(seen_of) else (("counted", count), *seen_of[0][1:])
        if days is None:
            return Finding(about, False, seen)
        return Finding(about, False, seen, moment.midnight(found[count - at_most] + days))

    return ask


def _rested(rest: CoolOff, about: About) -> Ask:
    counted, key, days, lift = _signatures(rest.counts), rest.key, rest.days, rest.lift
    free = Finding(about, True, (("days", days),))

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        found = _days_counted(counted, key, facts, moment.today - days)
        if not found:
            return free
        if lift is not None:
            latest = _lifted(lift, facts, moment)
            if latest is not None:
                ends = moment.midnight(latest.recorded_s // DAY_S + lift.days - 1)
                return Finding(about, True, _lift_seen(latest), ends)
        seen = (("latest", from_day_number(found[-1])), ("days", days))
        return Finding(about, False, seen, moment.midnight(found[-1] + days))

    return ask


def _spaced(rest: CoolOff, about: About) -> Ask:
    counted, key = _signatures(rest.counts), rest.key
    minutes = rest.minutes or 0

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        now_s = moment.now.timestamp()
        latest = max(
            (
                event.at_s
                for event in facts.events
                if event.at_s is not None
                and event.signature in counted
                and (key is not Key.ENDPOINT or event.contact_point_no == facts.contact_point_no)
                and (key is not Key.DEBT or _concerns(event.loan_no, facts))
            ),
            default=None,
        )
        if latest is None or now_s >= latest + minutes * _MINUTE_S:
            return Finding(about, True, (("minutes", minutes),))
        ends = datetime.fromtimestamp(latest + minutes * _MINUTE_S, tz=UTC)
        return Finding(about, False, (("minutes", minutes),), ends)

    return ask


# --- at what hour ------------------------------------------------------------------------------


def _in_window(window: ContactWindow, about: About) -> Ask:
    consent = window.unless_consent
    unknown = Finding(about, False, (("time zone", "not known"),))

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        if consent is not None and facts.consents:
            latest = moment.stated(consent)
            if latest is not None and latest.state is _GIVEN:
                return Finding(about, True, (("consent", consent.value),))
        if not facts.person_zones:
            return unknown
        zones = facts.zones
        if len(zones) == 1:
            day, weekday, minute = moment.clock(zones[0])
            hours = window.on(weekday, day)
            if hours is not None and hours[0] <= minute < hours[1]:
                clock = ((zones[0], _clock_text(minute)),)
                return Finding(about, True, clock, _instant(zones[0], day, hours[1]))
        open_, closes = _open(window, zones, moment)
        seen = tuple((zone, _clock_text(moment.clock(zone)[2])) for zone in zones)
        if open_:
            return Finding(about, True, seen, closes)
        floor = moment.now.replace(second=0, microsecond=0)
        return Finding(about, False, seen, _opening(window, zones, floor))

    return ask


@lru_cache(maxsize=2048)
def _clock_text(minute: int) -> str:
    return f"{minute // _MINUTES_AN_HOUR:02}:{minute % _MINUTES_AN_HOUR:02}"


def _open(
    window: ContactWindow, zones: tuple[str, ...], moment: Moment
) -> tuple[bool, datetime | None]:
    """Return whether every clock lies in the window, and when the first of them leaves it."""
    closings = []
    for zone in zones:
        day, weekday, minute = moment.clock(zone)
        hours = window.on(weekday, day)
        if hours is None or not hours[0] <= minute < hours[1]:
            return False, None
        closings.append(_instant(zone, day, hours[1]))
    return bool(zones), min(closings, default=None)


@lru_cache(maxsize=65536)
def _opening(window: ContactWindow, zones: tuple[str, ...], now: datetime) -> datetime | None:
    """Return the first instant in the coming days at which every clock lies in the window."""
    edges = tuple(sorted({hours[0] for hours in (*window.week, window.on_holidays) if hours}))
    for ahead in _AHEAD:
        for instant in _edges(zones, now, edges, ahead):
            if all(_lawful(window, zone, instant) for zone in zones):
                return instant
    return None


def _lawful(window: ContactWindow, zone: str, instant: datetime) -> bool:
    local = instant.astimezone(_zone(zone))
    hours = window.on(local.weekday(), local.toordinal() - _EPOCH_ORDINAL)
    minute = local.hour * _MINUTES_AN_HOUR + local.minute
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
        today = now.astimezone(_zone(zone)).toordinal() - _EPOCH_ORDINAL
        for day in ahead:
            for minute in (0, *minutes):
                found.update(_instants(zone, today + day, minute))
    return sorted(at for at in found if at > now)


def day_of(instant: datetime, zone: str) -> int:
    """Return the local day number of an instant."""
    return day_number(instant.astimezone(_zone(zone)).date())
