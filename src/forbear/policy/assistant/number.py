"""Which number do Chinese characters or English words write?"""

from __future__ import annotations

import re
from typing import Final

_DIGIT: Final = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {
    "两": 2,
    "〇": 0,
    "俩": 2,
}
_UNIT: Final = {"十": 10, "百": 100, "千": 1_000}
_SMALL: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_WORDS: Final = {word: number for number, word in enumerate(_SMALL.split())} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "hundred": 100,
    "a": 1,
    "an": 1,
}
CHINESE: Final = "零一二三四五六七八九两〇俩十百千万"
ENGLISH: Final = "|".join(sorted(_WORDS, key=len, reverse=True))
_FIGURES: Final = re.compile(r"(\d+(?:\.\d+)?)([万千百kw]?)")
_TEN_THOUSAND: Final = 10_000
_FACTOR: Final = {
    "万": _TEN_THOUSAND,
    "w": _TEN_THOUSAND,
    "千": 1_000,
    "k": 1_000,
    "百": 100,
    "": 1,
}


def number_in(written: str) -> float | None:
    """Return the number that is written; null: it is none.

    >>> number_in("两千三"), number_in("1.5万"), number_in("2k"), number_in("two")
    (2300.0, 15000.0, 2000.0, 2.0)
    """
    if (figures := _FIGURES.fullmatch(written.replace(",", ""))) is not None:
        return float(figures[1]) * _FACTOR[figures[2]]
    if written in _WORDS:
        return float(_WORDS[written])
    if written and all(each in CHINESE for each in written):
        return _chinese(written)
    return None


def _chinese(written: str) -> float:
    high, ten_thousand, rest = written.rpartition("万")
    whole = (_below(high) or 1) * _TEN_THOUSAND if ten_thousand else 0
    low = _below(rest)
    # 两千三 is 2,300 and 一万二 is 12,000: the last digit counts in the unit below.
    if ten_thousand and len(rest) == 1 and rest in _DIGIT:
        low *= _UNIT["千"]
    return float(whole + low)


def _below(written: str) -> int:
    total, digit, unit = 0, 0, 0
    for each in written:
        if each in _UNIT:
            unit = _UNIT[each]
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = digit * 10 + _DIGIT[each] if unit == 0 else _DIGIT[each]
    if unit > 10 and digit and not written.rstrip("".join(_DIGIT)).endswith("零"):
        zero = "零" in written
        return total + digit * (1 if zero else unit // 10)
    return total + digit
