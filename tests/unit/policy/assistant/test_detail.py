"""Amounts, days, numbers of instalments and channels are read as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.policy.assistant.detail import Detail, detail_of
from forbear.policy.assistant.number import number_in
from forbear.values.code import Channel

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("两百五", 250),
        ("两百零五", 205),
        ("一千二", 1_200),
        ("一千零二", 1_002),
        ("三千五百", 3_500),
        ("一万", 10_000),
        ("一万二", 12_000),
        ("一万二千三", 12_300),
        ("1.5万", 15_000),
        ("2k", 2_000),
        ("1,250", 1_250),
        ("seven", 7),
        ("钱", None),
        ("", None),
    ],
)
def test_a_written_number_is_read(written, number):
    assert number_in(written) == number


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("我先还五百", 50_000),
        ("还1500元", 150_000),
        ("转一千二给你们", 120_000),
        ("每月300块行不行", 30_000),
        ("我只有20.5元", 2_050),
        ("pay £50 on friday", 5_000),
        ("i can manage 80 a month", 8_000),
        ("send 1,200.50 dollars", 120_050),
        # A day, a number of instalments or an age is no amount.
        ("我20号还", None),
        ("还3期", None),
        ("pay in 12 months", None),
        ("pay on the 15th", None),
        ("我16岁", None),
        # Two amounts are none: which was meant is asked.
        ("这个月还500元下个月还800元", None),
        ("还" + "9" * 30, None),
    ],
)
def test_an_amount_is_read_or_left(text, minor):
    assert detail_of(text, as_of=THURSDAY).amount_minor == minor


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今天还", date(2026, 11, 26)),
        ("明天", date(2026, 11, 27)),
        ("大后天还", date(2026, 11, 29)),
        ("周五还", date(2026, 11, 27)),
        ("周四还", date(2026, 12, 3)),
        ("下周五还", date(2026, 12, 4)),
        ("下下周一", date(2026, 12, 7)),
        ("三天之内还上", date(2026, 11, 29)),
        ("月底还", date(2026, 11, 30)),
        ("28号还", date(2026, 11, 28)),
        ("五号还", date(2026, 12, 5)),
        ("下个月五号还", date(2026, 12, 5)),
        ("1月3日还", date(2027, 1, 3)),
        ("tomorrow", date(2026, 11, 27)),
        ("the day after tomorrow", date(2026, 11, 28)),
        ("next friday", date(2026, 12, 4)),
        ("on monday", date(2026, 11, 30)),
        ("in two weeks", date(2026, 12, 10)),
        ("by the 5th", date(2026, 12, 5)),
        ("15 march", date(2027, 3, 15)),
        ("2月30号", None),
        ("31st of nothing", None),
        ("有一天会还", None),
    ],
)
def test_a_day_is_counted_from_the_day_of_writing(text, day):
    assert detail_of(text, as_of=THURSDAY).day == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("分12期", 12),
        ("分成三次还", 3),
        ("12 monthly payments", 12),
        ("over a year", 12),
        ("in 6 months", 6),
        ("分一千期", None),
        ("我想分期", None),
    ],
)
def test_a_number_of_instalments_is_read(text, number):
    assert detail_of(text, as_of=THURSDAY).instalments == number


def test_channels_are_read_in_one_order():
    found = detail_of("别打电话，发短信或微信", as_of=THURSDAY)

    assert found.channels == (Channel.SMS, Channel.WECHAT, Channel.VOICE)
    assert detail_of("", as_of=THURSDAY) == Detail()
