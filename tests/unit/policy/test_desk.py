"""How collectors work is read from a lender's file, and a slip of the pen is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forbear.contexts.rulebook.library import HOUSE, open_desks, open_wordings, policy_texts
from forbear.policy.desk import load_desks
from forbear.policy.reading import InvalidRule
from forbear.policy.wording.form import Audience
from forbear.values.code import ContactPurpose, Jurisdiction

TEXT = policy_texts(HOUSE)["desk.yaml"]


def test_the_shipped_file_speaks_of_every_law():
    desks = open_desks()

    assert set(desks.by_law) == set(Jurisdiction)
    assert desks.claim_lasts == timedelta(minutes=10)
    assert (desks.turn_read_s, desks.turn_again_after) == (10, timedelta(hours=12))


def test_what_may_be_sent_by_hand_is_approved_for_the_debtor():
    approved = {wording.id: wording for wording in open_wordings()}
    for law, desk in open_desks().by_law.items():
        for name in desk.messages:
            assert approved[name].jurisdiction is law
            assert approved[name].audience is Audience.DEBTOR
            assert approved[name].contact is ContactPurpose.COLLECT


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("silence_minutes: 10", "silence_minutes: 0", "claim.silence_minutes"),
        ("silence_minutes", "silent_minutes", "claim.silent_minutes"),
        ("days_max: 14", "days_max: many", "callback.days_max"),
        ("again_hours: 12", "again_hours: 0", "turn.again_hours"),
        ("recorded: true", "recorded: perhaps", "desks.CN.recorded"),
        ("  CN:", "  FR:", "desks.FR"),
    ],
)
def test_a_slip_names_its_place(before, after, place):
    with pytest.raises(InvalidRule) as refused:
        load_desks("desk.yaml", TEXT.replace(before, after, 1))

    assert place in refused.value.message
    assert refused.value.remedy
