"""What had been said and which holds bound when each contact was made?

Only what was recorded before the contact began counts: nothing later could have been known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forbear.policy.past.history import NONE, Contacts, Flags, History, Ints, Statements
from forbear.values.code import Channel, ConsentKind, ConsentState

_CHANNELS = len(Channel) + 1
_ORDER_BITS = 35
_DAY_BITS = 17
_DAY_MAX = (1 << _DAY_BITS) - 1


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest statement of one kind about each contact; second ``NONE``: nothing was said."""

    given: Flags
    withdrawn: Flags
    second: Ints


def latest_statements(kind: ConsentKind, history: History) -> Latest:
    """Return what was said last before each contact; of two statements at once the withdrawal."""
    said, events, contacts = history.statements, history.events, history.contacts
    own = said.kind == kind.number
    at = contacts.position
    order = np.full(at.size, NONE, dtype=np.int64)
    # A statement names a contact point, a channel, both or neither; each is looked up by itself.
    for whose, whose_now in (
        (said.debtor_no, events.debtor_no[at]),
        (said.contact_point_no, events.contact_point_no[at]),
    ):
        of_point = whose is said.contact_point_no
        named = own & ((said.contact_point_no != NONE) == of_point)
        for any_channel in (True, False):
            rows = named & ((said.channel == NONE) == any_channel)
            channel = 0 if any_channel else said.channel[rows]
            channel_now = 0 if any_channel else events.channel[at]
            found = _latest_before(
                whose[rows] * _CHANNELS + channel,
                _order(said, rows),
                whose_now * _CHANNELS + channel_now,
                events.started_s[at] * 2,
            )
            order = np.maximum(order, found)
    spoken, gone = order != NONE, order % 2 == 1
    return Latest(spoken & ~gone, spoken & gone, np.where(spoken, order // 2, NONE))


def _order(said: Statements, rows: Flags) -> Ints:
    """Return one rising number for time and state; of two at once the withdrawal is later."""
    withdrawn = said.state[rows] == ConsentState.WITHDRAWN.number
    found: Ints = np.maximum(said.recorded_s[rows], 0) * 2 + withdrawn
    return found


def _latest_before(keys: Ints, order: Ints, key_now: Ints, before: Ints) -> Ints:
    """Return the greatest order of each key below a bound, or ``NONE``."""
    if not keys.size:
        return np.full(key_now.size, NONE, dtype=np.int64)
    names, rank = np.unique(keys, return_inverse=True)
    lined = np.sort((rank << _ORDER_BITS) | order)
    rank_now = np.minimum(np.searchsorted(names, key_now), names.size - 1)
    place = np.searchsorted(lined, (rank_now << _ORDER_BITS) | before) - 1
    found = lined[np.maximum(place, 0)]
    known = (names[rank_now] == key_now) & (place >= 0) & (found >> _ORDER_BITS == rank_now)
    return np.where(known, found & ((1 << _ORDER_BITS) - 1), NONE)


@dataclass(frozen=True, slots=True)
class Binding:
    """Grain: one entry per contact and hold that bound it; ``kind`` of the hold."""

    contact: Ints
    kind: Ints


def binding_holds(history: History) -> Binding:
    """Return which holds bound which contacts."""
    holds, events, at = history.holds, history.events, history.contacts.position
    moment = _moment(events.debtor_no[at], events.local_day[at])
    ends = np.where(holds.end_day == NONE, _DAY_MAX, holds.end_day)
    first = np.searchsorted(moment, _moment(holds.debtor_no, holds.start_day))
    end = np.searchsorted(moment, _moment(holds.debtor_no, ends))
    many = np.maximum(end - first, 0)
    hold = np.repeat(np.arange(many.size), many)
    contact = np.arange(hold.size) - np.repeat(np.cumsum(many) - many, many) + first[hold]
    loan, loan_now = holds.loan_no[hold], events.loan_no[at][contact]
    binds = (
        (holds.recorded_s[hold] < events.started_s[at][contact])
        & ((loan == NONE) | (loan_now == NONE) | (loan == loan_now))
        & ((holds.channel[hold] == NONE) | (holds.channel[hold] == events.channel[at][contact]))
    )
    return Binding(contact[binds], holds.kind[hold][binds])


def _moment(person: Ints, day: Ints) -> Ints:
    """Return person and day in one number that rises with both."""
    found: Ints = (person << _DAY_BITS) | np.clip(day, 0, _DAY_MAX)
    return found


def clock_rows(contacts: Contacts) -> list[tuple[str, Ints]]:
    """Return the contacts of every known clock."""
    order = np.argsort(contacts.clock.codes, kind="stable")
    bounds = np.searchsorted(
        contacts.clock.codes[order], np.arange(len(contacts.clock.names) + 1)
    ).tolist()
    return [
        (name, order[bounds[number] : bounds[number + 1]])
        for number, name in enumerate(contacts.clock.names)
    ]
