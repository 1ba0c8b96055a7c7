"""Disguises come off, and every letter knows where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.contexts.rulebook.library import open_content

SPELLING = open_content().spelling


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("坐 牢", "坐牢"),
        ("zuo牢", "坐牢"),
        ("坐lao", "坐牢"),
        ("法～院～执～行～局", "法院执行局"),
        ("律師函", "律师函"),
        ("起\u200b诉", "起诉"),
        ("ＪＡＩＬ", "jail"),
        ("D3adb3at", "deadbeat"),
        ("l-a-w-s-u-i-t", "lawsuit"),
        ("j a i l", "jail"),
        ("j@il", "jail"),
        ("亻呆全", "保全"),
        ("It’s", "it's"),
    ],
)
def test_a_disguise_comes_off(written, plain):
    assert SPELLING.plain(written).text == plain


@pytest.mark.parametrize(
    "kept", ["pay £18 by 5 p.m.", "case no. 00-cv-0000", "form 7-b", "a u.s. bank", "400-000-0000"]
)
def test_ordinary_writing_stays(kept):
    assert SPELLING.plain(kept).text == kept


def test_a_place_points_into_the_original():
    written = "你要坐 \u200b牢的"

    plain = SPELLING.plain(written)

    start = plain.text.index("坐牢")
    first, last = plain.span(start, start + 2)
    assert written[first:last] == "坐 \u200b牢"


@given(st.text(max_size=80))
def test_every_letter_has_its_place(written):
    plain = SPELLING.plain(written)

    assert len(plain.at) == len(plain.text)
    assert list(plain.at) == sorted(plain.at)
    assert all(0 <= place < len(written) for place in plain.at)
