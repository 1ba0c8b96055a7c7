"""How are amounts, counts, shares, days and times written for a reader of each language?

Amounts come in minor units of one currency. Short forms keep three significant digits; Chinese
counts in 万 and 亿, English in thousands, millions and billions.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from forbear.contexts.nightly.report.markup import Pair
from forbear.values.day import from_day_number
from forbear.values.money import MINOR_PER_MAJOR

_ZH_CURRENCY = {"CNY": "元", "USD": "美元", "GBP": "英镑"}
_EN_UNITS = ((10**9, " bn"), (10**6, " m"))
_EN_TILE = ((10**9, "bn"), (10**6, "m"), (10**3, "k"))
_TILE_MAX = 10_000
_ZH_UNITS = ((10**8, "亿"), (10**4, "万"))
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MINUTE_S = 60
_WHOLE_PERCENT_FROM = 10


def amount(amount_minor: int, currency: str) -> Pair:
    """Write an amount short, as for a headline.

    >>> amount(1_234_567_890_00, "CNY")
    Pair(en='CNY 1.23 bn', zh='12.3亿元')
    """
    major = Decimal(amount_minor) / MINOR_PER_MAJOR
    return Pair(
        f"{currency} {_short(major, _EN_UNITS)}",
        f"{_short(major, _ZH_UNITS)}{_ZH_CURRENCY.get(currency, ' ' + currency)}",
    )


def amount_exact(amount_minor: int, currency: str) -> Pair:
    """Write an amount to the last minor unit.

    >>> amount_exact(-1_234_50, "CNY")
    Pair(en='CNY -1,234.50', zh='-1,234.50元')
    """
    text = f"{Decimal(amount_minor) / MINOR_PER_MAJOR:,.2f}"
    return Pair(f"{currency} {text}", f"{text}{_ZH_CURRENCY.get(currency, ' ' + currency)}")


def thousands(amount_minor: int) -> str:
    """Write an amount in whole major units, for a table whose head names the currency.

    >>> thousands(123_456_789)
    '1,234,568'
    """
    return f"{_whole(Decimal(amount_minor) / MINOR_PER_MAJOR):,}"


def count(number: int) -> str:
    """Write a count with separators, the same in both languages.

    >>> count(1234567)
    '1,234,567'
    """
    return f"{number:,}"


def count_short(number: int) -> Pair:
    """Write a count for a headline: exact below a hundred thousand, else three digits.

    >>> count_short(10_000_000)
    Pair(en='10.0 m', zh='1,000万')
    """
    if abs(number) < 10**5:
        return Pair(count(number), count(number))
    value = Decimal(number)
    english = count(number) if number < 10**6 else _short(value, _EN_UNITS)
    return Pair(english, _short(value, _ZH_UNITS))


def brief(number: int) -> Pair:
    """Write a number in at most five characters or so, for a small tile.

    >>> brief(9_999), brief(909_101)
    (Pair(en='9,999', zh='9,999'), Pair(en='909k', zh='90.9万'))
    """
    value = Decimal(number)
    return Pair(
        _short(value, _EN_TILE) if abs(number) >= _TILE_MAX else f"{number:,}",
        _short(value, _ZH_UNITS),
    )


def share_tenths(part: int, whole: int) -> str:
    """Write a part of a whole with one decimal, where figures lie close together.

    >>> share_tenths(1, 8), share_tenths(0, 0)
    ('12.5%', '–')
    """
    if whole == 0:
        return "–"
    return f"{(Decimal(100 * part) / whole).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def tight_share(parts_per_billion: int) -> str:
    """Write a tiny share to its first digit, rounded up, so that it is never shown too small.

    >>> tight_share(3_241), tight_share(0), tight_share(12_000_000)
    ('0.0004%', '0%', '1.2%')
    """
    if parts_per_billion >= 1_000_000:
        return share(parts_per_billion, 10**9)
    percent = Decimal(parts_per_billion) / 10**7
    digit = Decimal(1).scaleb(percent.adjusted())
    return f"{percent.quantize(digit, ROUND_CEILING):f}%" if parts_per_billion else "0%"


def share(part: int, whole: int) -> str:
    """Write a part of a whole as a percentage; a dash when there is no whole.

    >>> share(1, 3), share(1, 30), share(1, 10_000_000), share(0, 0)
    ('33%', '3.3%', '<0.1%', '–')
    """
    if whole == 0:
        return "–"
    percent = Decimal(100 * part) / whole
    if 0 < percent < Decimal("0.05"):
        return "<0.1%"
    if percent == 0:
        return "0%"
    tenths = percent.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if tenths < _WHOLE_PERCENT_FROM and percent != percent.to_integral_value():
        return f"{tenths}%"
    return f"{_whole(percent)}%"


def day(value: str | int | None) -> Pair:
    """Write an ISO date or a day number in words; a dash when there is none.

    >>> day("2026-11-01")
    Pair(en='1 November 2026', zh='2026年11月1日')
    """
    if value is None or value == "":
        return Pair("–", "–")
    when = from_day_number(value) if isinstance(value, int) else date.fromisoformat(value[:10])
    return Pair(
        f"{when.day} {_MONTHS[when.month - 1]} {when.year}",
        f"{when.year}年{when.month}月{when.day}日",
    )


def duration(seconds: float) -> Pair:
    """Write how long something took.

    >>> duration(3.25), duration(200)
    (Pair(en='3.2 s', zh='3.2 秒'), Pair(en='3 min 20 s', zh='3 分 20 秒'))
    """
    if seconds < 1:
        return Pair(f"{seconds:.2f} s", f"{seconds:.2f} 秒")
    if seconds < 2 * _MINUTE_S:
        return Pair(f"{seconds:.1f} s", f"{seconds:.1f} 秒")
    minutes, rest = divmod(round(seconds), _MINUTE_S)
    return Pair(f"{minutes} min {rest} s", f"{minutes} 分 {rest} 秒")


def _short(value: Decimal, units: tuple[tuple[int, str], ...]) -> str:
    smaller = (*(scale for scale, _ in units[1:]), 1)
    for (scale, word), below in zip(units, smaller, strict=True):
        # What rounds up to a whole larger unit is written in that unit.
        if abs(_whole(value / below)) * below >= scale:
            return _three(value / scale) + word
    return f"{_whole(value):,}"


def _three(value: Decimal) -> str:
    for places, below in ((Decimal("0.01"), 10), (Decimal("0.1"), 100)):
        rounded = value.quantize(places, ROUND_HALF_UP)
        if abs(rounded) < below:
            return str(rounded)
    return f"{_whole(value):,}"


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
