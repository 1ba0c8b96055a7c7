"""A reference survives how people write it, and a slip of the pen names no other loan."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forbear.contexts.payments.reference import (
    LENGTH,
    SIGNS,
    new_reference,
    read_reference,
    shown_reference,
)

PLACES = st.integers(0, LENGTH - 1)


def test_is_read_as_it_is_shown():
    for _ in range(200):
        drawn = new_reference()
        assert read_reference(shown_reference(drawn).lower()) == drawn
        assert read_reference(drawn.replace("0", "o").replace("1", "l")) == drawn


@given(PLACES, st.sampled_from(SIGNS))
def test_with_one_sign_wrong_is_none(place, sign):
    drawn = new_reference()
    wrong = drawn[:place] + sign + drawn[place + 1 :]
    assert (read_reference(wrong) is None) == (wrong != drawn)


@given(st.text(max_size=20))
def test_of_any_text_is_none_or_whole(text):
    read = read_reference(text)
    assert read is None or len(read) == LENGTH
