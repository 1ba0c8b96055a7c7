"""Which amount, day, number of instalments and channel does a sentence name?

Days are counted from the day on which it was written. What is not clear is not taken: the person is
asked on the form, where every value can be changed before it counts.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from forbear.policy.assistant.number import CHINESE, ENGLISH, number_in
from forbear.values.code import Channel
from forbear.values.money import AMOUNT_MINOR_MAX, MINOR_PER_MAJOR

_N: Final = rf"(?:\d[\d,]*(?:\.\d+)?|[{CHINESE}]+|\b(?:{ENGLISH})\b)"
_WEEKDAYS_ZH: Final = "一二三四五六日"
_WEEKDAYS_EN: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS_EN: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
NOT_MONEY: Final = (
    r"(?!\s*[\d.,]*\s*(?:号|日|天|期|岁|月|年|个|点|次|周|礼拜|%|％|人|遍|通|分钟|小时|"
    r"th\b|st\b|nd\b|rd\b|days?|months?\b|weeks?\b|years?|times?|instal|payments?|percent|pm|am|hours?))"
)
_MONEY: Final = (
    re.compile(r"[¥￥$£€]\s*(?P<n>\d[\d,]*(?:\.\d+)?[kw]?)"),
    re.compile(
        rf"(?P<n>\d[\d,]*(?:\.\d+)?[万千百kw]?|[{CHINESE}]*[{CHINESE}])\s*"
        r"(?:元|块|圆|米(?!饭)|rmb|cny|usd|gbp|dollars?|pounds?|yuan|quid|bucks)"
    ),
    re.compile(
        rf"(?:还|付|转|打|交|给|能出|最多|pay(?:ing)?|send|manage|afford|transfer)"
        rf"[^\d{CHINESE}]{{0,8}}?(?P<n>\d[\d,]*(?:\.\d+)?[万千百kw]?|[{CHINESE}]*[百千万][{CHINESE}]*)"
        + NOT_MONEY
    ),
)
_AMOUNT_MAX_DIGITS: Final = 10
_INSTALMENTS: Final = (
    re.compile(rf"分(?:成)?(?P<n>{_N})\s*(?:期|次|个月|回)"),
    re.compile(rf"(?P<n>{_N})\s*(?:期|个月)(?:还|分期|来还)"),
    re.compile(rf"(?P<n>{_N})\s*(?:monthly |equal |weekly )?(?:instal\w*|payments)\b"),
    re.compile(rf"(?:over|in|across) (?P<n>{_N}) months"),
)
_INSTALMENTS_MAX: Final = 120
_YEAR: Final = re.compile(r"over (?:a|one) year|分一年|一年(?:分|慢慢)")
_CHANNELS: Final = (
    (Channel.SMS, re.compile(r"短信|\bsms\b|\btext")),
    (Channel.WECHAT, re.compile(r"微信|wechat")),
    (Channel.EMAIL, re.compile(r"邮件|邮箱|e-?mail")),
    (Channel.LETTER, re.compile(r"寄信|信函|纸质|\bletters?\b|\bpost\b")),
    (Channel.VOICE, re.compile(r"电话|\bcalls?\b|\bphone\b|\bring\b")),
)


@dataclass(frozen=True, slots=True)
class Detail:
    """What a sentence names; null where it names none, or more than one."""

    amount_minor: int | None = None
    day: date | None = None
    instalments: int | None = None
    channels: tuple[Channel, ...] = ()


def detail_of(plain: str, *, as_of: date) -> Detail:
    """Return what a plain text names.

    >>> found = detail_of("我下周五还五百", as_of=date(2026, 11, 26))
    >>> found.amount_minor, str(found.day)
    (50000, '2026-12-04')
    """
    return Detail(
        amount_in(plain),
        _day(plain, as_of),
        _instalments(plain),
        tuple(channel for channel, words in _CHANNELS if words.search(plain)),
    )


def amount_in(plain: str) -> int | None:
    """Return the one amount that a plain text names; null: none, or several."""
    for pattern in _MONEY:
        found = {
            minor
            for each in pattern.finditer(plain)
            if (minor := _minor(each["n"])) is not None and 0 < minor <= AMOUNT_MINOR_MAX
        }
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _minor(written: str) -> int | None:
    number = number_in(written) if len(written) <= _AMOUNT_MAX_DIGITS else None
    return None if number is None else round(number * MINOR_PER_MAJOR)


def _instalments(plain: str) -> int | None:
    if _YEAR.search(plain):
        return 12
    for pattern in _INSTALMENTS:
        if (found := pattern.search(plain)) is not None:
            number = number_in(found["n"])
            if number is not None and number == int(number) and 2 <= number <= _INSTALMENTS_MAX:
                return int(number)
    return None


def _day(plain: str, as_of: date) -> date | None:
    for words, days in (
        (r"大后天", 3),
        (r"后天|day after tomorrow", 2),
        (r"明天|明儿|明晚|明早|明日|听日|\btomorrow\b", 1),
        (r"今天|今晚|今日|今儿|\btoday\b|\btonight\b", 0),
    ):
        if re.search(words, plain):
            return as_of + timedelta(days=days)
    return _in_days(plain, as_of) or _weekday(plain, as_of) or _of_month(plain, as_of)


def _in_days(plain: str, as_of: date) -> date | None:
    found = re.search(
        rf"(?:再(?:等|过)|过|等|\bin |within )?\s*(?P<n>{_N})\s*"
        r"(?P<unit>天|日内|周|个?星期|个?礼拜|days?|weeks?)(?P<after>之?[内后]|以[内后])?",
        plain,
    )
    if found is None or not (found["after"] or re.match(r"再|过|\s*in |within|等", found[0])):
        return None
    number = number_in(found["n"])
    if number is None or number > 366:
        return None
    weeks = found["unit"][0] in "周w" or "星期" in found["unit"] or "礼拜" in found["unit"]
    return as_of + timedelta(days=int(number) * (7 if weeks else 1))


def _weekday(plain: str, as_of: date) -> date | None:
    monday = as_of - timedelta(days=as_of.weekday())
    if found := re.search(r"(下下|下|这|本)?个?(?:周|星期|礼拜)([一二三四五六日天])", plain):
        number = _WEEKDAYS_ZH.index(found[2].replace("天", "日"))
        if found[1] in {"下", "下下"}:
            return monday + timedelta(days=7 * len(found[1]) + number)
        return _coming(as_of, number)
    if found := re.search(rf"\b(next )?({'|'.join(_WEEKDAYS_EN)})\b", plain):
        number = _WEEKDAYS_EN.index(found[2])
        return monday + timedelta(days=7 + number) if found[1] else _coming(as_of, number)
    return None


def _coming(as_of: date, number: int) -> date:
    return as_of + timedelta(days=(number - as_of.weekday()) % 7 or 7)


def _of_month(plain: str, as_of: date) -> date | None:
    if re.search(r"(?<!下)(?<!下个)月底|(?<!next )\bend of (?:the|this) month", plain):
        return _on(as_of.year, as_of.month, 31)
    if found := re.search(rf"({_N})月({_N})[号日]?", plain):
        return _coming_day(number_in(found[1]), number_in(found[2]), as_of)
    months = "|".join(_MONTHS_EN)
    if found := re.search(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({months})[a-z]*\b", plain):
        return _coming_day(_MONTHS_EN.index(found[2]) + 1, float(found[1]), as_of)
    if found := re.search(rf"\b({months})[a-z]* (\d{{1,2}})\b", plain):
        return _coming_day(_MONTHS_EN.index(found[1]) + 1, float(found[2]), as_of)
    if found := re.search(rf"(下个?月)?({_N})[号日](?![码内])", plain):
        return _next_day(number_in(found[2]), as_of, later=bool(found[1]))
    if found := re.search(r"\b(?:on|by|till|until|before) the (\d{1,2})(?:st|nd|rd|th)?\b", plain):
        return _next_day(float(found[1]), as_of, later=False)
    if re.search(r"\bon the first\b|by the first\b", plain):
        return _next_day(1, as_of, later=False)
    return None


def _coming_day(month: float | None, number: float | None, as_of: date) -> date | None:
    if month is None or number is None or not (1 <= month <= 12 and 1 <= number <= 31):
        return None
    this = _exact(as_of.year, int(month), int(number))
    return this if this and this >= as_of else _exact(as_of.year + 1, int(month), int(number))


def _next_day(number: float | None, as_of: date, *, later: bool) -> date | None:
    if number is None or number != int(number) or not 1 <= number <= 31:
        return None
    year, month = as_of.year, as_of.month
    if later or number < as_of.day:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return _exact(year, month, int(number))


def _exact(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None


def _on(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
