"""How is a variable's value checked and written in a language?

A value never carries a control character, a change of writing direction, a brace, a bracket that
could pass for a sender's sign, a whole card or identity number, or a link outside a link variable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forbear.policy.wording.form import Both, Variable, VariableKind
from forbear.values.code import Jurisdiction, Language
from forbear.values.money import AMOUNT_MINOR_MAX, Currency, format_minor

_CHARACTERS_MAX: Mapping[VariableKind, int] = {
    VariableKind.NAME: 60,
    VariableKind.TEXT: 600,
    VariableKind.ARTICLE: 120,
    VariableKind.CASE_NO: 60,
    VariableKind.REFERENCE: 40,
    VariableKind.ADDRESS: 200,
    VariableKind.PHONE: 24,
    VariableKind.URL: 200,
}
_FORMS: Mapping[VariableKind, re.Pattern[str]] = {
    VariableKind.PHONE: re.compile(r"\+?[0-9][0-9 ()-]+[0-9]"),
    # A lender who tries things out on one machine has no certificate; no other can open the link.
    VariableKind.URL: re.compile(
        r"(https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http://(localhost|127\.0\.0\.1)(:[0-9]+)?)"
        r"(/[A-Za-z0-9._~/?=&%#-]*)?"
    ),
    VariableKind.ARTICLE: re.compile(r".*(第.+[条款项]|[0-9]).*"),
    VariableKind.CASE_NO: re.compile(r"[\w ()（）/〔〕.-]*[0-9][\w ()（）/〔〕.-]*"),
}
# Unassigned and private-use characters stay: rare characters of names are among them.
_BARRED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BARRED = frozenset("{}【】")
_LINK = re.compile(r"://|www\.", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(r"(?<![0-9])(?:[0-9][ -]?){15,19}(?![0-9])")
_DAYS_MAX = 20_000
_COUNT_MAX = 1_000
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_CURRENCY_ZH: Mapping[Currency, str] = {
    Currency.CNY: "元",
    Currency.USD: "美元",
    Currency.GBP: "英镑",
}
_CURRENCY_EN: Mapping[Currency, str] = {
    Currency.CNY: "CNY ",
    Currency.USD: "$",
    Currency.GBP: "£",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money to be written: whole minor units and their currency."""

    minor: int
    currency: Currency


Value = Amount | date | int | str


class UnfitValue(Exception):
    """A value may not be written; the reason is said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.reason = Both(zh, en)


def write(
    variable: Variable, value: Value, *, language: Language, jurisdiction: Jurisdiction
) -> str:
    """Return a value as it stands in the text.

    Raises:
        UnfitValue: it is not of the variable's kind, or carries what no value may.
    """
    if variable.kind in _CHARACTERS_MAX:
        return _text(variable.kind, value)
    return _WRITERS[variable.kind](value, language, jurisdiction)


def money(amount: Amount, *, language: Language) -> str:
    """Write an amount.

    >>> money(Amount(123456, Currency.CNY), language=Language.ZH)
    '1,234.56元'
    >>> money(Amount(123456, Currency.CNY), language=Language.EN)
    'CNY 1,234.56'
    >>> money(Amount(5, Currency.GBP), language=Language.EN)
    '£0.05'
    """
    number = format_minor(amount.minor)
    if language is Language.ZH:
        return f"{number}{_CURRENCY_ZH[amount.currency]}"
    return f"{_CURRENCY_EN[amount.currency]}{number}"


def day(when: date, *, language: Language, jurisdiction: Jurisdiction) -> str:
    """Write a date in full, so that day and month cannot be mistaken for each other.

    >>> day(date(2026, 3, 5), language=Language.ZH, jurisdiction=Jurisdiction.CN)
    '2026年3月5日'
    >>> day(date(2026, 3, 5), language=Language.EN, jurisdiction=Jurisdiction.US)
    'March 5, 2026'
    >>> day(date(2026, 3, 5), language=Language.EN, jurisdiction=Jurisdiction.UK)
    '5 March 2026'
    """
    if language is Language.ZH:
        return f"{when.year}年{when.month}月{when.day}日"
    month = _MONTHS[when.month - 1]
    if jurisdiction is Jurisdiction.US:
        return f"{month} {when.day}, {when.year}"
    return f"{when.day} {month} {when.year}"


def _money(value: Value, language: Language, _: Jurisdiction) -> str:
    if not isinstance(value, Amount) or not _whole(value.minor, AMOUNT_MINOR_MAX):
        raise UnfitValue(
            "应为不小于零、以最小货币单位计的整数金额及币种",
            "is not an amount of whole minor units, from zero, with its currency",
        )
    return money(value, language=language)


def _date(value: Value, language: Language, jurisdiction: Jurisdiction) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise UnfitValue("应为日期", "is not a date")
    return day(value, language=language, jurisdiction=jurisdiction)


def _days(value: Value, language: Language, _: Jurisdiction) -> str:
    if not _whole(value, _DAYS_MAX):
        raise UnfitValue("应为不小于零的整数天数", "is not a whole number of days, from zero")
    if language is Language.ZH:
        return f"{value}天"
    return "1 day" if value == 1 else f"{value} days"


def _count(value: Value, _: Language, __: Jurisdiction) -> str:
    if not _whole(value, _COUNT_MAX):
        raise UnfitValue("应为不小于零的整数", "is not a whole number from zero")
    return str(value)


_WRITERS: Mapping[VariableKind, Callable[[Value, Language, Jurisdiction], str]] = {
    VariableKind.MONEY: _money,
    VariableKind.DATE: _date,
    VariableKind.DAYS: _days,
    VariableKind.COUNT: _count,
}


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _text(kind: VariableKind, value: Value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UnfitValue("应为非空文字", "is not text, or is empty")
    if len(value) > _CHARACTERS_MAX[kind]:
        raise UnfitValue(
            f"超过{_CHARACTERS_MAX[kind]}个字符", f"has over {_CHARACTERS_MAX[kind]} characters"
        )
    if any(unicodedata.category(each) in _BARRED_CATEGORIES for each in value):
        raise UnfitValue(
            "含有控制字符或改变书写方向的字符",
            "holds a control character or one that changes the writing direction",
        )
    if _BARRED & set(value):
        raise UnfitValue("含有花括号或签名括号", "holds a brace or the brackets of a sender's sign")
    if kind is not VariableKind.URL and _LINK.search(value):
        raise UnfitValue("含有链接", "holds a link")
    if kind is not VariableKind.CASE_NO and _WHOLE_NUMBER.search(value):
        raise UnfitValue(
            "含有完整的卡号或证件号码", "holds what may be a whole card or identity number"
        )
    form = _FORMS.get(kind)
    if form and not form.fullmatch(value):
        raise UnfitValue(f"不符合{kind}的格式", f"does not have the form of {kind}")
    return value
