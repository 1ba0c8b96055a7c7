"""Every answer of a trunk is one end, and every end has one meaning."""

from __future__ import annotations

import pytest

from forbear.contexts.contact.call.word import ENDS, CallEnd
from forbear.contexts.contact.channels.voice.ending import end_of_answered, end_of_unanswered
from forbear.values.code import Outcome


@pytest.mark.parametrize(
    ("reason", "end"),
    [
        ("404 Not Found", CallEnd.NO_SUCH_NUMBER),
        ("410 Gone", CallEnd.NO_SUCH_NUMBER),
        ("480 Temporarily Unavailable", CallEnd.UNAVAILABLE),
        ("486 Busy Here", CallEnd.BUSY),
        ("487 Request Terminated", CallEnd.NO_ANSWER),
        ("503 Service Unavailable", CallEnd.TRUNK_FAILED),
        ("603 Decline", CallEnd.DECLINED),
        ("403 Forbidden", CallEnd.REFUSED_BY_TRUNK),
        ("499 Something new", CallEnd.REFUSED_BY_TRUNK),
        ("Connection refused", CallEnd.TRUNK_FAILED),
        ("", CallEnd.TRUNK_FAILED),
    ],
)
def test_an_answer_is_one_end(reason, end):
    assert end_of_unanswered(reason) is end


def test_a_call_that_was_answered_ends_by_its_far_side_or_for_want_of_sound():
    assert end_of_answered("Connection reset by peer [104]") is CallEnd.PERSON_HUNG_UP
    assert end_of_answered("rtp stream error") is CallEnd.MEDIA_LOST


def test_every_end_has_a_meaning_in_both_languages():
    assert set(ENDS) == set(CallEnd)
    assert all(each.en and each.zh for each in ENDS.values())


def test_what_may_have_reached_the_person_counts_and_what_never_left_does_not():
    for end, meaning in ENDS.items():
        if meaning.left and end is not CallEnd.SWITCHBOARD_LOST:
            assert meaning.outcome not in {None, Outcome.FAILED}, end
