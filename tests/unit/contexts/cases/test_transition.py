"""The table of states is total, its ways are disjoint, and no state is a trap or out of reach."""

from __future__ import annotations

import pytest

from forbear.contexts.cases.transition import ENDS, NEXT, STATES, CaseEnd, CaseState

OPEN = [state for state in CaseState if state is not CaseState.CLOSED]


def test_every_state_says_what_follows():
    assert set(NEXT) == set(CaseState)
    assert all(following <= set(CaseState) for following in NEXT.values())


@pytest.mark.parametrize("state", list(CaseState))
def test_no_state_follows_itself(state):
    assert state not in NEXT[state]


def test_a_closed_case_stays_closed():
    assert NEXT[CaseState.CLOSED] == frozenset()


@pytest.mark.parametrize("state", OPEN)
def test_every_open_case_can_be_closed(state):
    assert CaseState.CLOSED in NEXT[state]


def test_no_case_becomes_new_again():
    assert [state for state in CaseState if CaseState.NEW in NEXT[state]] == []


def test_every_state_is_reached_from_new():
    reached, ahead = {CaseState.NEW}, [CaseState.NEW]
    while ahead:
        fresh = NEXT[ahead.pop()] - reached
        reached |= fresh
        ahead += sorted(fresh)

    assert reached == set(CaseState)


def test_every_state_and_end_has_words_of_its_own_in_both_languages():
    for words, codes in ((STATES, CaseState), (ENDS, CaseEnd)):
        assert set(words) == set(codes)
        assert len({said.en for said in words.values()}) == len(words)
        assert len({said.zh for said in words.values()}) == len(words)
