"""A message is cut wherever a new matter could begin; what is denied or corrected is left out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.policy.assistant.clause import (
    PIECES_MAX,
    Piece,
    joined,
    latest_of,
    pieces_of,
    without,
)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("罚息多少，失业了还不上", ["罚息多少", "失业了还不上"]),
        ("开收据另外改地址", ["开收据", "改地址"]),
        ("欠多少怎么还", ["欠多少", "怎么还"]),
        ("欠多少 几号还", ["欠多少", "几号还"]),
        ("my balance, and the date", ["my balance", "the date"]),
        ("i lost it how much is due", ["i lost it", "how much", "is due"]),
        ("pay when i get my wages", ["pay when i get", "my wages"]),
        ("", []),
        ("，。、", []),
    ],
)
def test_a_message_is_cut_at_signs_joining_words_and_where_something_begins(text, pieces):
    assert [each.text for each in pieces_of(text)] == pieces


def test_a_border_tells_whether_a_sign_marks_it():
    assert pieces_of("欠多少怎么还，改地址") == (
        Piece("欠多少", marked=True),
        Piece("怎么还", marked=False),
        Piece("改地址", marked=True),
    )


@given(st.text(alphabet="我还怎么钱，。 和ai how but.", max_size=400))
def test_there_are_never_too_many_pieces_and_none_is_empty(text):
    pieces = pieces_of(text)

    assert len(pieces) <= PIECES_MAX
    assert all(each.text.strip() for each in pieces)
    if pieces:
        signs = re.compile(r"[\W_]|and|but|also")
        assert set(signs.sub("", joined(pieces))) <= set(signs.sub("", text))


def test_chinese_is_joined_without_a_blank_and_words_with_one():
    pieces = (Piece("欠多少", True), Piece("怎么还", True), Piece("ok", True), Piece("pay", True))

    assert joined(pieces) == "欠多少怎么还 ok pay"


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("周五还，不对，周一还", "周一还"),
        ("pay on friday, no wait, on monday", "on monday"),
        # Nothing stands before it, or after it: nothing was corrected.
        ("不对，金额错了", "不对，金额错了"),
        ("分期吧，算了", "分期吧，算了"),
        ("没还死了算了，金额不对", "没还死了算了，金额不对"),
        ("how much", "how much"),
    ],
)
def test_what_is_corrected_gives_way_to_what_follows(text, latest):
    assert latest_of(text) == latest


def test_an_aside_is_taken_out():
    assert without("没说不还，就是没钱", [re.compile("没说不还")]) == "就是没钱"
