"""Which rules refuse each contact of the past?

Every rule is asked about every contact, so that no reason hides behind another.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

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
)
from forbear.policy.past.clock import local_seconds, outside
from forbear.policy.past.history import NONE, Flags, History, Ints, Labels
from forbear.policy.past.line import Line
from forbear.policy.past.said import (
    Binding,
    Latest,
    binding_holds,
    clock_rows,
    latest_statements,
)
from forbear.policy.rule import Rule
from forbear.values.code import Code, ConsentKind, ContactPurpose, Outcome, PointQuality
from forbear.values.day import DAY_S

_NUMBERS_MAX = 128


class Judge:
    """Asks rules about the contacts of one part of the book; what they share is found once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._lines: dict[Key, Line] = {}
        self._said: dict[ConsentKind, Latest] = {}
        self._local: dict[tuple[int, str], Ints] = {}
        at = history.contacts.position
        self._day = history.events.local_day[at]
        self._loan = history.events.loan_no[at]
        self._point = history.events.contact_point_no[at]

    def refuses(self, rule: Rule) -> Flags:
        """Return whether a rule refuses each contact, were it in force on every day."""
        own = rule.parameters
        match own:
            case FrequencyCap(at_most=at_most):
                refuses = (self._count(own) >= at_most) & ~self._lifted(own.lift)
            case CoolOff():
                refuses = (self._count(own) > 0) & ~self._lifted(own.lift)
            case HoldScope(kinds=kinds):
                refuses = self._none()
                refuses[self._binding.contact[_among(self._binding.kind, kinds)]] = True
            case ChannelPermission():
                refuses = self._not_permitted(own)
            case Addressee():
                refuses = ~self._addressed(own)
            case ContactWindow():
                refuses = self._outside(own)
            case _:
                msg = f"{rule.id} is not asked of the past"
                raise ValueError(msg)
        return refuses & self._asked(rule)

    def _none(self) -> Flags:
        return np.zeros(self._day.size, dtype=np.bool_)

    def _asked(self, rule: Rule) -> Flags:
        """Whether the rule's scope meets each contact; where a fact is not known, it does."""
        contacts, events = self._history.contacts, self._history.events
        asked: Flags = _among(events.channel[contacts.position], rule.channels) & (
            contacts.jurisdiction == rule.jurisdiction.number
        )
        scope = rule.scope
        if scope.regions:
            asked &= _meets(contacts.region, [scope.meets_region(n) for n in contacts.region.names])
        if scope.products:
            met = [scope.meets_product(name) for name in contacts.product.names]
            asked &= _meets(contacts.product, met)
        return asked

    # --- events ---------------------------------------------------------------------------------

    def _line(self, key: Key) -> Line:
        events = self._history.events
        if key not in self._lines:
            columns = {
                Key.PERSON: events.debtor_no,
                Key.ENDPOINT: events.contact_point_no,
                Key.DEBT: events.loan_no,
            }
            self._lines[key] = Line(columns[key], self._history)
        return self._lines[key]

    def _count(self, rule: FrequencyCap | CoolOff) -> Ints:
        """Return how many counted events lie in each contact's window, before it."""
        counted, days = self._counted(rule.counts), rule.days
        if rule.key is Key.PERSON:
            return self._line(Key.PERSON).before(counted, days)
        if rule.key is Key.ENDPOINT:
            found = self._line(Key.ENDPOINT).before(counted, days)
            return np.where(self._point == NONE, 0, found)
        # What names no loan concerns every loan, and a contact that names none likewise.
        of_none = self._history.events.loan_no == NONE
        person, debt = self._line(Key.PERSON), self._line(Key.DEBT)
        of_one = debt.before(counted & ~of_none, days) + person.before(counted & of_none, days)
        return np.where(self._loan == NONE, person.before(counted, days), of_one)

    def _counted(self, counts: Counted) -> Flags:
        events = self._history.events
        if ContactPurpose.COLLECT not in counts.purposes:
            return np.zeros(events.channel.size, dtype=np.bool_)  # the book's are all to collect
        found: Flags = (
            _among(events.channel, counts.channels)
            & _among(events.direction, counts.directions)
            & _among(events.outcome, counts.outcomes)
        )
        return found

    def _lifted(self, lift: Lift | None) -> Flags:
        """Whether a direct consent lifts a rule; see ``Lift``."""
        if lift is None:
            return self._none()
        latest = self._latest(lift.consent)
        fresh = self._day < latest.second // DAY_S + lift.days - 1
        found: Flags = latest.given & fresh & (self._talked_s <= latest.second)
        return found

    @cached_property
    def _talked_s(self) -> Ints:
        """The second of the person's latest conversation before each contact."""
        events = self._history.events
        talks = events.outcome == Outcome.CONVERSATION.number
        return self._line(Key.PERSON).latest(talks, events.started_s, otherwise=NONE)

    # --- what was said, and by whom -------------------------------------------------------------

    @cached_property
    def _binding(self) -> Binding:
        return binding_holds(self._history)

    def _latest(self, kind: ConsentKind) -> Latest:
        if kind not in self._said:
            self._said[kind] = latest_statements(kind, self._history)
        return self._said[kind]

    def _not_permitted(self, rule: ChannelPermission) -> Flags:
        latest = self._latest(rule.consent)
        refuses = ~latest.given if rule.needs is Needs.GIVEN else latest.withdrawn
        if rule.fresh_days is None:
            return refuses
        old = latest.second // DAY_S + rule.fresh_days - 1 <= self._day
        return refuses | (latest.given & old)

    def _addressed(self, who: Addressee) -> Flags:
        contacts = self._history.contacts
        untried = PointQuality.UNTRIED.number
        quality = np.where(contacts.quality == NONE, untried, contacts.quality)
        found: Flags = (
            _among(contacts.relation, who.relations)
            & _among(quality, who.qualities)
            & _among(contacts.origin, who.origins)
        )
        return found

    # --- hours ----------------------------------------------------------------------------------

    def _outside(self, window: ContactWindow) -> Flags:
        """Whether any clock shows an hour outside a window; an unknown clock does."""
        refuses = ~self._none()
        for number, (clock, rows) in enumerate(self._clocks):
            persons, _, zones = clock.partition(">")
            if not persons or not zones:
                continue
            refuses[rows] = False
            for zone in zones.split("|"):
                refuses[rows] |= outside(window, self._shown(number, zone, rows))
        if window.unless_consent is not None:
            refuses &= ~self._latest(window.unless_consent).given
        return refuses

    @cached_property
    def _clocks(self) -> list[tuple[str, Ints]]:
        return clock_rows(self._history.contacts)

    def _shown(self, clock: int, zone: str, rows: Ints) -> Ints:
        """Return what a zone's clocks showed at the contacts of one clock."""
        if (clock, zone) not in self._local:
            at = self._history.contacts.position[rows]
            self._local[clock, zone] = local_seconds(zone, self._history.events.started_s[at])
        return self._local[clock, zone]


def _among(column: Ints, codes: frozenset[Code]) -> Flags:
    """Look every number up; the place of ``NONE`` is the last, which no word has."""
    table = np.zeros(_NUMBERS_MAX, dtype=np.bool_)
    table[[code.number for code in codes]] = True
    found: Flags = table[column]
    return found


def _meets(column: Labels, met: list[bool]) -> Flags:
    """Look every label up; the position of an unknown one is the last, which is met."""
    return np.array([*met, True])[column.codes]
