"""Whatever a text names that its sources do not is found, in whatever writing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forbear.policy.assistant.figure import figures_in, unsaid

SAME = [
    (
        "¥1,234.50",
        "1234.5元",
        "一千二百三十四元五角",
        "１２３４．５０元",
        "RMB 1,234.50",
        "壹仟贰佰叁拾肆元伍角",
    ),
    ("1万元", "10,000 yuan", "一万元", "￥10000.00", "1\u200b0000元"),
    ("2026年12月5日", "2026-12-05", "5 December 2026", "Dec 5, 2026", "二〇二六年十二月五日"),
    ("5%", "百分之五", "5 percent", "５％", "5个百分点"),
    ("三天", "3 days", "three days", "３天"),
]
NAMED = [
    "《民法典》第六百七十六条",
    "article 12",
    "the Debt Act",
    "http://a.example",
    "www.huan.cn",
    "example 点 com",
    "pay dot example dot com",
    "a@b.example",
    "加微信 abc",
    "400-800-1234",
    "13800138000",
    "明天",
    "by next friday",
    "12/05",
    "全免",
    "half of it",
]


@pytest.mark.parametrize("writings", SAME, ids=lambda each: each[0])
def test_one_thing_in_many_writings_is_one(writings):
    assert len({figures_in(each) for each in writings}) == 1
    assert figures_in(writings[0])


@pytest.mark.parametrize("text", NAMED)
def test_what_is_named_nowhere_else_is_found(text):
    assert unsaid(text, ["请付款。", "Please pay."])
    assert not unsaid(text, [f"xx {text} yy"])


def test_a_day_may_lose_its_year_but_gains_none():
    assert not unsaid("12月5日", ["2026年12月5日"])
    assert unsaid("2026年12月5日", ["12月5日"])


def test_units_and_currencies_are_told_apart():
    for one, other in [("5天", "5周"), ("5元", "5"), ("$5", "¥5"), ("5%", "5元"), ("3期", "3个月")]:
        assert unsaid(one, [other])


_CHINESE = "零一二三四五六七八九"


def _in_chinese(minor: int) -> str:
    """Write an amount below ten thousand as people write it by hand."""
    whole, part = divmod(minor, 100)
    said, gap = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = whole // place % 10
        if digit:
            said += ("零" if gap and said else "") + _CHINESE[digit] + unit
            gap = False
        else:
            gap = True
    tail = f"{_CHINESE[part // 10]}角" if part // 10 else ""
    return f"{said}元{tail}{_CHINESE[part % 10] + '分' if part % 10 else ''}"


WRITINGS = (
    lambda minor: f"¥{minor / 100:,.2f}",
    lambda minor: f"{minor / 100:.2f} 元",
    lambda minor: (
        f"{minor / 100:.2f}".translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}) + "元"
    ),
    lambda minor: f"RMB {minor / 100:,.2f}",
    _in_chinese,
)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(100, 999_999),
    st.integers(100, 999_999),
    st.sampled_from(WRITINGS),
    st.sampled_from(WRITINGS),
)
def test_an_amount_is_itself_in_every_writing_and_no_other(one, other, write, write_other):
    text = f"今天要还{write_other(other)}。"

    assert bool(unsaid(text, [f"今天要还{write(one)}。"])) is (one != other)


@settings(max_examples=120, deadline=None)
@given(st.integers(100, 999_999_999), st.data())
def test_any_changed_digit_is_found(minor, data):
    written = data.draw(st.sampled_from(WRITINGS[:4]))(minor)
    places = [at for at, sign in enumerate(written) if sign.isdecimal()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([n for n in "0123456789" if n != str(int(written[at]))]))

    assert unsaid(written[:at] + digit + written[at + 1 :], [written])


@settings(max_examples=120, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 400), st.data())
def test_any_other_day_is_found(day, later, data):
    writings = (
        lambda it: it.isoformat(),
        lambda it: f"{it.year}年{it.month}月{it.day}日",
        lambda it: f"{it.day} {it:%B} {it.year}",
        lambda it: f"{it:%b} {it.day}, {it.year}",
    )
    write, again = data.draw(st.sampled_from(writings)), data.draw(st.sampled_from(writings))

    assert not unsaid(f"x {again(day)} y", [f"x {write(day)} y"])
    assert unsaid(f"x {again(day + timedelta(days=later))} y", [f"x {write(day)} y"])
