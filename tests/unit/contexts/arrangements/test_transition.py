"""Every state says what may follow, in both languages, and leads somewhere or ends."""

from __future__ import annotations

import pytest

from forbear.contexts.arrangements.row import EVENTS
from forbear.contexts.arrangements.transition import (
    LIVE,
    NEXT,
    PROMISE_NEXT,
    PROMISE_STATES,
    RECKONED,
    STATES,
    UNSIGNED,
    ArrangementState,
    PromiseState,
)
from forbear.contexts.arrangements.vow import EVENTS as PROMISE_EVENTS
from forbear.contexts.cases.arranged import STEPS

MACHINES = [
    (ArrangementState, NEXT, STATES, EVENTS),
    (PromiseState, PROMISE_NEXT, PROMISE_STATES, PROMISE_EVENTS),
]


@pytest.mark.parametrize(("states", "following", "said", "events"), MACHINES)
class TestEveryTable:
    def test_is_total_and_speaks_both_languages(self, states, following, said, events):
        for table in (following, said, events):
            assert set(table) == set(states)
        assert all(words.en and words.zh for words in said.values())

    def test_leads_to_every_state_and_from_none_to_itself(self, states, following, said, events):
        del said, events
        first = next(iter(states))
        reached, waiting = {first}, [first]
        while waiting:
            for to in following[waiting.pop()] - reached:
                reached.add(to)
                waiting.append(to)
        assert reached == set(states)
        assert all(state not in following[state] for state in states)

    def test_tells_every_step_in_the_story(self, states, following, said, events):
        del states, following, said
        assert set(events.values()) <= set(STEPS)


def test_what_is_live_was_signed_and_what_is_reckoned_may_be_found_otherwise():
    assert not UNSIGNED & RECKONED
    assert LIVE < RECKONED
    for state in RECKONED - LIVE:
        assert NEXT[state] >= LIVE
    for state in set(ArrangementState) - RECKONED - UNSIGNED:
        assert not NEXT[state]
