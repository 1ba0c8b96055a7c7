"""How are small tables and shares turned into expressions that every engine computes alike?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.settings import OTHER, PPM
from forbear.values.money import MINOR_PER_MAJOR

if TYPE_CHECKING:
    from collections.abc import Mapping

_ABOVE_ALL_DIGITS = 10**14


def choose(key: nw.Expr, table: Mapping[int, int] | Mapping[str, int], other: int) -> nw.Expr:
    """Look a key up in a small table; keys beside it, and null, give ``other``."""
    # One flat list: a chain of nested cases would be too deep for the Spark protocol.
    found = [
        nw.when(key == name).then(nw.lit(number, dtype=nw.Int64))
        for name, number in table.items()
        if number != other
    ]
    return nw.coalesce(*found, nw.lit(other, dtype=nw.Int64))


def choose_bucket(table: Mapping[str, int]) -> nw.Expr:
    """Look the column ``bucket`` up in a table that names ``other``."""
    named = {name: number for name, number in table.items() if name != OTHER}
    return choose(nw.col("bucket"), named, table[OTHER])


def times_ppm(amount: nw.Expr, share_ppm: nw.Expr | int) -> nw.Expr:
    """Multiply a non-negative whole number by a share in millionths, rounding down.

    Exact on every engine while the product stays below 2**53, since some divide as floats.
    """
    return (amount * share_ppm // PPM).cast(nw.Int64)


def convert(amount: nw.Expr, rate_ppm: int) -> nw.Expr:
    """Multiply a non-negative amount of any size by a rate in millionths, rounding down.

    The whole millions and the rest are multiplied apart, so that nothing nears 2**53.
    """
    if rate_ppm == PPM:
        return amount
    rest = amount % PPM
    return (amount - rest) // PPM * rate_ppm + times_ppm(rest, rate_ppm)


def choose_text(
    key: nw.Expr, table: Mapping[int, str] | Mapping[int, nw.Expr], other: str = ""
) -> nw.Expr:
    """Look a number up in a small table of texts; others, and null, give ``other``."""
    found = [
        nw.when(key == number).then(nw.lit(text) if isinstance(text, str) else text)
        for number, text in table.items()
    ]
    return nw.coalesce(*found, nw.lit(other))


def whole_text(number: nw.Expr) -> nw.Expr:
    """Write a whole number."""
    return number.cast(nw.Int64).cast(nw.String)


def money_text(amount_minor: nw.Expr, currency: nw.Expr) -> nw.Expr:
    """Write an amount from 0 to below 10**14 in major units with separators and its currency.

    A leading one keeps the zeros of the digits in place, so that groups are cut at fixed places.
    """
    digits = whole_text(amount_minor + _ABOVE_ALL_DIGITS)
    groups = [digits.str.slice(start, 3) for start in (1, 4, 7, 10)]
    cents = digits.str.slice(13, 2)
    grouped = nw.concat_str(groups, separator=",").str.replace_all("^[0,]+", "")
    major = nw.when(amount_minor < MINOR_PER_MAJOR).then(nw.lit("0")).otherwise(grouped)
    return nw.concat_str([major, nw.lit("."), cents, nw.lit(" "), currency])
