"""May this one contact happen now, and if not, why and until when?

Every rule is asked, also after one has refused, so that the answer is whole. A rule that cannot
be answered refuses. Rules are turned into functions once for each pack, channel and purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from forbear.policy.ask.events import rested, spaced, under_cap
from forbear.policy.ask.hours import in_window, unlimited
from forbear.policy.ask.moment import Ask, Moment
from forbear.policy.ask.who import addressed, permitted, unheld, unreachable
from forbear.policy.facts import ContactFacts
from forbear.policy.kind import (
    Addressee,
    ChannelPermission,
    ContactWindow,
    CoolOff,
    FrequencyCap,
    HoldScope,
    StatedLimit,
    UnreachableTest,
)
from forbear.policy.pack import Pack
from forbear.policy.rule import Rule
from forbear.values.code import Channel, ContactPurpose
from forbear.values.day import day_number
from forbear.values.decision import About, Decision, Finding

_TURNS = 400


def decide(pack: Pack, facts: ContactFacts, *, now: datetime) -> Decision:
    """Ask every rule about one outbound contact at an instant."""
    askers, reach_days = _askers(pack, facts.channel, facts.purpose)
    findings = []
    try:
        moment = Moment(facts, now, reach_days=reach_days)
    except Exception as error:  # noqa: BLE001  # in doubt, refuse: promise 3
        return Decision(tuple(_doubt(about, error) for about, _ in askers), pack.sha256, now)
    for about, ask in askers:
        try:
            finding = ask(facts, moment)
        except Exception as error:  # noqa: BLE001  # the same
            finding = _doubt(about, error)
        if finding is not None:
            findings.append(finding)
    return Decision(tuple(findings), pack.sha256, now)


def _doubt(about: About, error: Exception) -> Finding:
    return Finding(about, False, (("cannot be answered", type(error).__name__),))


def next_change(
    pack: Pack, facts: ContactFacts, *, now: datetime, decision: Decision | None = None
) -> datetime | None:
    """Return the first instant after ``now`` at which time alone turns the whole answer.

    None where only a new fact can, or where nothing turns within the reach of the rules.
    ``decision``: the answer at ``now``, where it is known already.
    """
    decision = decision or decide(pack, facts, now=now)
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


_Asker = tuple[About, Ask]


@lru_cache(maxsize=512)
def _askers(
    pack: Pack, channel: Channel, purpose: ContactPurpose
) -> tuple[tuple[_Asker, ...], int | None]:
    """Return what answers for the rules of a channel and purpose, and how far back they look."""
    rules = [
        rule
        for rule in pack.asked
        if channel in rule.scope.channels and purpose in rule.scope.purposes
    ]
    askers = tuple(
        (about := rule.about(), _scoped(rule, _ending(rule, _asker(rule, about)))) for rule in rules
    )
    return askers, _reach_days(rules)


def _reach_days(rules: Sequence[Rule]) -> int | None:
    """Return how many days back some rule counts events; None: over everything."""
    spans = [r.parameters.days for r in rules if isinstance(r.parameters, FrequencyCap | CoolOff)]
    known = [span for span in spans if span is not None]
    return max(known, default=0) if len(known) == len(spans) else None


def _scoped(rule: Rule, ask: Ask) -> Ask:
    scope = rule.scope
    if not scope.regions and not scope.products:
        return ask

    def asked(facts: ContactFacts, moment: Moment) -> Finding | None:
        if scope.meets_region(facts.region) and scope.meets_product(facts.product):
            return ask(facts, moment)
        return None

    return asked


def _ending(rule: Rule, ask: Ask) -> Ask:
    """Let a refusal end with its rule, at midnight where the person is."""
    if rule.ends is None:
        return ask
    end = day_number(rule.ends)

    def asked(facts: ContactFacts, moment: Moment) -> Finding | None:
        if moment.today >= end:
            return None
        finding = ask(facts, moment)
        if finding is None or finding.allows:
            return finding
        over = moment.midnight(end)
        sooner = finding.until is not None and finding.until <= over
        return finding if sooner else finding._replace(until=over)

    return asked


def _asker(rule: Rule, about: About) -> Ask:
    match rule.parameters:
        case Addressee() as addressee:
            return addressed(addressee, about)
        case UnreachableTest() as test:
            return unreachable(test, about)
        case HoldScope() as scope:
            return unheld(scope, about)
        case StatedLimit():
            return unlimited(about)
        case ChannelPermission() as permission:
            return permitted(permission, about)
        case FrequencyCap() as cap:
            return under_cap(cap, about)
        case CoolOff() as rest:
            return rested(rest, about) if rest.minutes is None else spaced(rest, about)
        case ContactWindow() as window:
            return in_window(window, about)
    msg = f"{rule.id} is not asked at contact time"
    raise ValueError(msg)
