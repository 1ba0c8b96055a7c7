"""How is an amount of money kept, rounded, read and shown?

An amount is a whole number of minor units (fen, cent, penny) beside its currency. No float ever
holds money, and every division names its rounding.
"""

from __future__ import annotations

from enum import StrEnum

MINOR_PER_MAJOR = 100
# No single amount of a consumer debt may exceed this (10 million yuan). The bound keeps every
# product of amount, days and rate inside 64 bits, so that penalty arithmetic is exact everywhere.
AMOUNT_MINOR_MAX = 1_000_000_000


class Currency(StrEnum):
    """The currencies a loan may be kept in; all have two decimals."""

    CNY = "CNY"
    USD = "USD"
    GBP = "GBP"


class Rounding(StrEnum):
    """What a division does with the part below one minor unit."""

    HALF_UP = "HALF_UP"
    HALF_EVEN = "HALF_EVEN"
    DOWN = "DOWN"
    UP = "UP"


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """Divide a non-negative whole number, rounding as named.

    >>> divide(5, 2, Rounding.HALF_UP), divide(5, 2, Rounding.HALF_EVEN)
    (3, 2)
    >>> divide(5, 2, Rounding.DOWN), divide(5, 2, Rounding.UP)
    (2, 3)
    """
    if numerator < 0 or denominator <= 0:
        msg = "divide takes a non-negative numerator and a positive denominator"
        raise ValueError(msg)
    quotient, remainder = divmod(numerator, denominator)
    match rounding:
        case Rounding.DOWN:
            return quotient
        case Rounding.UP:
            return quotient + (remainder > 0)
        case Rounding.HALF_UP:
            return quotient + (2 * remainder >= denominator)
        case Rounding.HALF_EVEN:
            odd = quotient % 2 == 1
            return quotient + (
                2 * remainder > denominator or (2 * remainder == denominator and odd)
            )


def format_minor(amount_minor: int, currency: str = "") -> str:
    """Write an amount in major units with separators.

    >>> format_minor(-1234567, "CNY")
    '-12,345.67 CNY'
    """
    sign = "-" if amount_minor < 0 else ""
    major, minor = divmod(abs(amount_minor), MINOR_PER_MAJOR)
    return f"{sign}{major:,}.{minor:02d}{' ' + currency if currency else ''}"
