"""A cascade leads on from what reached nobody, and is refused where it would from anything else."""

from __future__ import annotations

import pytest

from forbear.contexts.rulebook.library import open_cascades
from forbear.policy.cascade import REACHED_NOBODY, cascade_for, load_cascades
from forbear.policy.reading import InvalidRule
from forbear.values.code import Channel, Jurisdiction, Outcome

GOOD = """
cascades:
  - name: quiet
    laws: [CN]
    first: [VOICE]
    contacts_at_most: 2
    steps:
      - {when: [RANG], wait_minutes: 30, channel: SMS}
"""


def test_it_is_found_by_law_and_channel():
    (one,) = load_cascades("x", GOOD)

    assert cascade_for([one], Jurisdiction.CN, Channel.VOICE) is one
    assert cascade_for([one], Jurisdiction.US, Channel.VOICE) is None
    assert cascade_for([one], Jurisdiction.CN, Channel.SMS) is None


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("[RANG]", "[ANSWERED]", "when"),
        ("[RANG]", "[DELIVERED]", "when"),
        ("[RANG]", "[UNKNOWN]", "when"),
        ("wait_minutes: 30", "wait_minutes: 1", "wait_minutes"),
        ("wait_minutes: 30", "wait_minutes: 1440", "wait_minutes"),
        ("at_most: 2", "at_most: 1", "contacts_at_most"),
        ("[CN]", "[XX]", "laws"),
        ("steps:", "other:", "other"),
    ],
)
def test_a_wrong_file_names_the_field(old, new, field):
    with pytest.raises(InvalidRule, match=field):
        load_cascades("x", GOOD.replace(old, new))


def test_two_that_follow_the_same_plans_are_refused():
    second = GOOD.replace("cascades:\n", "").replace("quiet", "other")
    with pytest.raises(InvalidRule, match="same plans"):
        load_cascades("x", GOOD + second)


def test_the_shipped_ones_lead_on_only_from_what_reached_nobody():
    assert open_cascades()
    for one in open_cascades():
        for step in one.steps:
            assert step.when <= REACHED_NOBODY
    assert Outcome.UNKNOWN not in REACHED_NOBODY
