"""What complaints are about is read whole, in both languages, and points only to what is there."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import open_complaints, policy_texts
from forbear.policy.complaint import ReasonSet, load_complaints
from forbear.policy.reading import InvalidRule
from forbear.values.code import Matter

TEXT = policy_texts("rights")["complaints.yaml"]


def load(text: str):
    return load_complaints("complaints.yaml", text)


def test_each_list_is_whole():
    by_set = {
        each: [r for r in open_complaints().values() if r.reasons is each] for each in ReasonSet
    }

    assert {name.value: len(rows) for name, rows in by_set.items()} == {
        "OWN": 17,
        "CN_OFFICIAL": 12,
        "CFPB": 40,
    }


def test_our_own_reasons_are_told_apart_and_found_in_another_list():
    own = [each for each in open_complaints().values() if each.reasons is ReasonSet.OWN]

    assert len({each.en for each in own}) == len({each.zh for each in own}) == len(own)
    assert all(each.like and each.stops for each in own)
    assert [each.code for each in own if each.clocks] == ["BUREAU"]
    assert open_complaints()["BUREAU"].clocks == (Matter.BUREAU_COMPLAINT,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("like: [CN_COLLECTION, CFPB_TACTICS_CALLS]", "like: [NOWHERE]"),
        ("within: CFPB_OWED,", "within: NOWHERE,"),
        ("code: OUT_OF_HOURS", "code: FREQUENT"),
        ("stops: true", "stops: perhaps"),
        ("set: OWN, en", "set: MINE, en"),
        ("clocks: [BUREAU_COMPLAINT]", "clocks: [TEA]"),
    ],
)
def test_a_slip_is_named_with_file_and_line(before, after):
    assert before in TEXT

    with pytest.raises(InvalidRule, match=r"complaints\.yaml:\d+"):
        load(TEXT.replace(before, after, 1))
