"""What is read elsewhere holds no name that is known, no place, account, number or address."""

from __future__ import annotations

import pytest

from forbear.policy.assistant.mask import masked_words


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "我叫王小明，卡号 6222 0212 3456，还欠五百块",
            "我叫‹name›，卡号 ‹number›，还欠‹number›块",
        ),
        ("欧阳虚构想还款", "‹name›想还款"),
        ("身份证31010119900101123X", "身份证‹number›"),
        ("我微信号是 abc_12345", "我‹account›"),
        ("下周五还两千三", "下周五还‹number›"),
        ("我住在浦东新区世纪大道100号2栋", "‹place›"),
        ("my name is john smith, card 1234-5678-9012", "my name is ‹name›, card ‹number›"),
        ("I'm Anna Lee, a.b@c.example or www.c.example", "I'm ‹name›, ‹mail› or ‹link›"),
        ("i live at 12 High Street", "i live at ‹place›"),
        ("一直没到账", "一直没到账"),
        ("i cannot pay this month", "i cannot pay this month"),
    ],
)
def test_who_where_and_how_much_are_left_out_and_the_sense_stays(text, masked):
    assert masked_words(text, names=["欧阳虚构"]) == masked
