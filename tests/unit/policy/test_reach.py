"""A number's score rises with whom it reached, falls with whom it did not, and forgets."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import open_reach
from forbear.policy.reach import load_reach
from forbear.policy.reading import InvalidRule
from forbear.values.code import Outcome

O = Outcome
GOOD = """
half_life_days: 100
silent_days: 365
tells: {RANG: {good: 0, bad: 1}, CONVERSATION: {good: 4, bad: 0}}
"""


def test_what_is_known_moves_it_and_time_lets_it_go_back():
    terms = load_reach("x", GOOD)

    assert terms.score([]) == 50
    assert terms.score([(O.CONVERSATION, 0)]) > terms.score([(O.CONVERSATION, 200)]) > 50
    assert terms.score([(O.RANG, 0)]) < terms.score([(O.RANG, 200)]) < 50
    assert terms.score([(O.SENT, 0), (O.UNKNOWN, 3)]) == 50, "what says nothing changes nothing"
    assert terms.score([(O.CONVERSATION, 10_000)]) == 50


def test_the_order_in_which_outcomes_are_told_does_not_count():
    ends = [(O.CONVERSATION, 5.0), (O.RANG, 1.0), (O.NOT_CONNECTED, 90.0)]
    assert open_reach().score(ends) == open_reach().score(ends[::-1])


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("half_life_days: 100", "half_life_days: 0", "half_life_days"),
        ("silent_days: 365", "silent_days: 5", "silent_days"),
        ("RANG:", "PIGEON:", "PIGEON"),
        ("good: 4", "good: 40", "good"),
        ("good: 4", "good: -1", "good"),
    ],
)
def test_a_wrong_file_names_the_field(old, new, field):
    with pytest.raises(InvalidRule, match=field):
        load_reach("x", GOOD.replace(old, new))
