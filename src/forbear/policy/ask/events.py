"""How often, and how soon after, has the person been contacted?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from forbear.policy.ask.moment import Ask, Moment, concerns
from forbear.policy.facts import Consent, ContactFacts, Event, signature
from forbear.policy.kind import CoolOff, Counted, FrequencyCap, Key, Lift
from forbear.values.code import Channel, ConsentState, ContactPurpose, Direction, Outcome
from forbear.values.day import DAY_S, from_day_number
from forbear.values.decision import About, Finding

_MINUTE_S = 60
_WITHDRAWN = ConsentState.WITHDRAWN


@lru_cache(maxsize=512)
def signatures(counts: Counted) -> frozenset[int]:
    """Return every signature that a rule counts."""
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
    counted: frozenset[int], key: Key, facts: ContactFacts, moment: Moment, after_day: int
) -> list[int]:
    """Return the days of the events that count, in no order."""
    events: Iterable[Event] = moment.recent
    if key is Key.ENDPOINT:
        point = facts.contact_point_no
        events = [e for e in events if e.contact_point_no == point] if point is not None else []
    elif key is Key.DEBT:
        loan = facts.loan_no
        if loan is not None:  # what names no loan counts for every loan
            events = [e for e in events if e.loan_no is None or e.loan_no == loan]
    return [
        event.local_day
        for event in events
        if event.signature in counted and event.local_day > after_day
    ]


def _by_point(event: Event, facts: ContactFacts) -> bool:
    """Whether an event came by the contact point; what is not recorded counts against none."""
    point = facts.contact_point_no
    return point is not None and event.contact_point_no == point


def _lift_seen(latest: Consent) -> tuple[tuple[str, object], ...]:
    return (("consent", latest.kind), ("on", from_day_number(latest.recorded_s // DAY_S)))


def under_cap(cap: FrequencyCap, about: About) -> Ask:
    """Answer for a cap of events in a window of days."""
    counted, key, days, at_most, lift = (
        signatures(cap.counts),
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
        found = _days_counted(counted, key, facts, moment, after)
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
        return Finding(about, False, seen, moment.midnight(sorted(found)[count - at_most] + days))

    return ask


def rested(rest: CoolOff, about: About) -> Ask:
    """Answer for days of rest after an event."""
    counted, key, days, lift = signatures(rest.counts), rest.key, rest.days, rest.lift
    free = Finding(about, True, (("days", days),))

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        found = _days_counted(counted, key, facts, moment, moment.today - days)
        if not found:
            return free
        if lift is not None:
            latest = _lifted(lift, facts, moment)
            if latest is not None:
                ends = moment.midnight(latest.recorded_s // DAY_S + lift.days - 1)
                return Finding(about, True, _lift_seen(latest), ends)
        latest_day = max(found)
        seen = (("latest", from_day_number(latest_day)), ("days", days))
        return Finding(about, False, seen, moment.midnight(latest_day + days))

    return ask


def spaced(rest: CoolOff, about: About) -> Ask:
    """Answer for minutes of rest after an event."""
    counted, key = signatures(rest.counts), rest.key
    minutes = rest.minutes or 0

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        now_s = moment.now.timestamp()
        latest = max(
            (
                event.at_s
                for event in facts.events
                if event.at_s is not None
                and event.signature in counted
                and (key is not Key.ENDPOINT or _by_point(event, facts))
                and (key is not Key.DEBT or concerns(event.loan_no, facts))
            ),
            default=None,
        )
        if latest is None or now_s >= latest + minutes * _MINUTE_S:
            return Finding(about, True, (("minutes", minutes),))
        ends = datetime.fromtimestamp(latest + minutes * _MINUTE_S, tz=UTC)
        return Finding(about, False, (("minutes", minutes),), ends)

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
