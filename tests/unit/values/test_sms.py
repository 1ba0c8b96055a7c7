"""A message's parts are counted as a handset would, and put together they are the message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.values.sms import Alphabet, alphabet_of, cost_minor, measure, read_gsm7, split


@pytest.mark.parametrize(
    ("text", "alphabet", "parts", "left"),
    [
        ("", Alphabet.GSM7, 1, 160),
        ("a" * 160, Alphabet.GSM7, 1, 0),
        ("a" * 161, Alphabet.GSM7, 2, 145),
        ("a" * 159 + "€", Alphabet.GSM7, 2, 145),
        ("a" * 158 + "€", Alphabet.GSM7, 1, 0),
        ("中" * 70, Alphabet.UCS2, 1, 0),
        ("中" * 71, Alphabet.UCS2, 2, 63),
        ("中" * 134, Alphabet.UCS2, 2, 0),
        ("中" * 135, Alphabet.UCS2, 3, 66),
        ("中" * 69 + "𠮷", Alphabet.UCS2, 2, 63),
        ("`", Alphabet.UCS2, 1, 69),
    ],
)
def test_parts_and_room_are_those_of_the_specification(text, alphabet, parts, left):
    found = measure(text)

    assert (found.alphabet, found.parts) == (alphabet, parts)
    assert found.left == left


@given(st.text(st.sampled_from("ab€[中😀\n𠮷退"), max_size=400), st.sampled_from([6, 7]))
def test_put_together_the_parts_are_the_message_and_no_sign_is_cut(text, header):
    alphabet, parts = split(text, header=header)

    if alphabet is Alphabet.GSM7:
        assert "".join(read_gsm7(part) for part in parts) == text
        most = 160 if len(parts) == 1 else (140 - header) * 8 // 7
    else:
        assert "".join(part.decode("utf-16-be") for part in parts) == text
        most = 140 if len(parts) == 1 else 140 - header
    assert all(len(part) <= most for part in parts)
    assert alphabet_of(text) is alphabet


def test_each_part_is_paid_for():
    assert cost_minor("中" * 71, 5) == 10
    assert cost_minor("hello", 5) == 5


def test_what_is_no_septet_is_shown_as_such():
    assert read_gsm7(bytes([0x41, 0xFF, 0x1B, 0x00])) == "A\ufffd\ufffd"
