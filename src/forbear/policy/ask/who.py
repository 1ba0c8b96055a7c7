"""Who may be approached, and does a hold or the person's word stand in the way?"""

from __future__ import annotations

from functools import cache

from forbear.policy.ask.events import signatures
from forbear.policy.ask.moment import Ask, Moment
from forbear.policy.facts import ContactFacts
from forbear.policy.kind import Addressee, ChannelPermission, HoldScope, Needs, UnreachableTest
from forbear.values.code import ConsentState, Origin, PointQuality, Relation
from forbear.values.day import DAY_S, from_day_number
from forbear.values.decision import About, Finding

_GIVEN, _WITHDRAWN = ConsentState.GIVEN, ConsentState.WITHDRAWN


def addressed(addressee: Addressee, about: About) -> Ask:
    """Answer for whose contact point it is, how good, and from where."""
    relations, qualities, origins = addressee.relations, addressee.qualities, addressee.origins
    workplaces = addressee.workplaces

    @cache  # there are a few hundred combinations of these words
    def known(
        relation: Relation | None,
        quality: PointQuality,
        origin: Origin | None,
        workplace: bool,  # noqa: FBT001  # the cache keeps positional arguments cheapest
    ) -> Finding:
        allows = (
            relation in relations
            and quality in qualities
            and origin in origins
            and (workplaces or not workplace)
        )
        seen: tuple[tuple[str, object], ...] = (
            ("relation", relation or "not known"),
            ("quality", quality),
            ("origin", origin or "not known"),
        )
        return Finding(about, allows, (*seen, ("workplace", "yes")) if workplace else seen)

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        del moment
        quality = facts.quality or PointQuality.UNTRIED
        return known(facts.relation, quality, facts.origin, facts.workplace)

    return ask


def unreachable(test: UnreachableTest, about: About) -> Ask:
    """Answer for whether the person has proven unreachable."""
    tries, reaches = signatures(test.tries), signatures(test.reaches)

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        own = [event for event in facts.events if event.relation is Relation.OWN]
        first = moment.today - test.failed_days
        tried = {event.local_day for event in own if event.signature in tries}
        reached = any(event.local_day >= first and event.signature in reaches for event in own)
        excused = [hold.kind for hold in moment.binding if hold.kind in test.unless_holds]
        failed = sum(day in tried for day in range(first, moment.today))
        seen = (
            ("days tried in vain", 0 if reached else failed),
            ("days needed", test.failed_days),
            *(("state", kind) for kind in excused),
        )
        allows = bool(excused) or (not reached and failed == test.failed_days)
        return Finding(about, allows, seen, moment.midnight(moment.today + 1) if allows else None)

    return ask


def unheld(scope: HoldScope, about: About) -> Ask:
    """Answer for holds."""
    kinds, free = scope.kinds, Finding(about, True)

    def ask(facts: ContactFacts, moment: Moment) -> Finding:
        if not facts.holds:
            return free
        binding = [hold for hold in moment.binding if hold.kind in kinds]
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


def permitted(permission: ChannelPermission, about: About) -> Ask:
    """Answer for what was agreed or withdrawn."""
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
