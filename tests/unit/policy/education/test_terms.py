"""The lot is fixed for a person and an experiment, and falls as often as the house says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forbear.contexts.rulebook.library import HOUSE, open_education, open_lessons, policy_texts
from forbear.policy.education.terms import Arm, load_education
from forbear.policy.reading import InvalidRule

TEXT = policy_texts(HOUSE)["education.yaml"]
PERSONS = [f"person-{number}" for number in range(4_000)]


def _held(terms):
    return {each for each in PERSONS if terms.arm(each) is Arm.HELD_OUT}


def test_the_lot_of_a_person_never_changes():
    terms = open_education()

    assert _held(terms) == _held(terms)


def test_as_many_are_held_out_as_the_house_says():
    share = len(_held(open_education())) / len(PERSONS)

    assert abs(share - 0.2) < 0.03
    assert _held(replace(open_education(), hold_out_percent=0)) == set()


def test_another_experiment_is_another_lot():
    one = _held(open_education())
    other = _held(replace(open_education(), experiment="other"))

    # By chance a fifth of the one is in the other as well.
    assert 0.1 < len(one & other) / len(one) < 0.3


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("hold_out_percent: 20", "hold_out_percent: 100", "hold_out_percent: is 100"),
        ("[again, rational, record]", "[again, none]", "AFTER_RECOVERY: 'none' is no lesson"),
        ("[again, rational, record]", "[early]", "'early' does not fit"),
        ("quiet_days: 30", "quiet_day: 30", "quiet_day: is not a field"),
        ("days: [60, 90]", "days: []", "days: is no list of days"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_place(was, now, says):
    with pytest.raises(InvalidRule, match=says) as refused:
        load_education("education.yaml", TEXT.replace(was, now), lessons=open_lessons())

    assert "education.yaml:" in refused.value.message
