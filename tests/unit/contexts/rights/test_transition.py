"""Each table of states is total, its ways are disjoint, and no state is a trap or out of reach."""

from __future__ import annotations

import pytest

from forbear.contexts.cases.word import FILING_STEPS, FILINGS
from forbear.contexts.rights.filing import hold_kind
from forbear.contexts.rights.models import Filing
from forbear.contexts.rights.transition import (
    EVENTS,
    MUTE,
    NEXT,
    REFERRAL_EVENTS,
    REFERRAL_NEXT,
    REFERRAL_STATES,
    SETTLED,
    STATES,
    FilingState,
    ReferralState,
)
from forbear.contexts.rights.word import (
    DATA_RIGHTS,
    DISPUTE_REASONS,
    FINDINGS,
    HARDSHIPS,
    KINDS,
    REASON_CODES,
    SOLUTIONS,
    DataRight,
    DisputeReason,
    FilingKind,
    Finding,
    HardshipCategory,
    Solution,
)

TABLES = {**NEXT, "referral": REFERRAL_NEXT}


@pytest.mark.parametrize("name", TABLES, ids=str)
class TestEachTable:
    def test_leads_to_states_that_it_knows_and_never_to_the_same(self, name):
        table = TABLES[name]

        assert all(following <= set(table) for following in table.values())
        assert all(state not in following for state, following in table.items())

    def test_reaches_every_state_from_the_first(self, name):
        table = TABLES[name]
        first = next(iter(table))
        reached, ahead = {first}, [first]
        while ahead:
            fresh = table[ahead.pop()] - reached
            reached |= fresh
            ahead += fresh

        assert reached == set(table)
        assert [state for state in table if first in table[state]] == []


@pytest.mark.parametrize("kind", list(FilingKind))
class TestEachKindOfFiling:
    def test_can_be_settled_from_wherever_it_is_and_reopened_from_there(self, kind):
        table = NEXT[kind]
        for state in table:
            ways, ahead = {state}, [state]
            while ahead:
                fresh = table[ahead.pop()] - ways
                ways |= fresh
                ahead += fresh
            assert ways & SETTLED, state
        for state in SETTLED & set(table):
            assert FilingState.WORKING in table[state]

    def test_can_be_taken_back_until_it_is_answered(self, kind):
        for state in set(NEXT[kind]) - MUTE - {FilingState.ESCALATED}:
            assert FilingState.WITHDRAWN in NEXT[kind][state]


def test_every_state_is_used_by_some_kind():
    assert set().union(*NEXT.values()) == set(FilingState)
    assert set(NEXT) == set(FilingKind)


def test_every_way_into_a_state_has_an_event_of_its_own():
    assert set(EVENTS) == set(FilingState)
    assert set(REFERRAL_EVENTS) == set(ReferralState)
    together = [*EVENTS.values(), *REFERRAL_EVENTS.values()]
    assert len(set(together)) == len(together)
    assert set(EVENTS.values()) <= set(FILING_STEPS)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (STATES, FilingState),
        (REFERRAL_STATES, ReferralState),
        (KINDS, FilingKind),
        (DISPUTE_REASONS, DisputeReason),
        (FINDINGS, Finding),
        (HARDSHIPS, HardshipCategory),
        (SOLUTIONS, Solution),
        (DATA_RIGHTS, DataRight),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_every_word_is_said_apart_in_both_languages(words, codes):
    assert set(words) == set(codes)
    assert len({said.en for said in words.values()}) == len(words)
    assert len({said.zh for said in words.values()}) == len(words)


def test_every_kind_is_told_in_a_persons_story():
    assert set(FILINGS) == {kind.value for kind in FilingKind}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [(kind, reason) for kind, codes in REASON_CODES.items() for reason in codes or ()],
    ids=str,
)
def test_what_each_reason_stops_is_answered(kind, reason):
    stops = hold_kind(Filing(kind=kind.value, reason=reason.value))

    assert (stops is not None) is (
        kind is not FilingKind.DATA_REQUEST or reason in {DataRight.OBJECT, DataRight.RESTRICT}
    )
