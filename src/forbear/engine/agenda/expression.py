"""How are small tables and shares turned into expressions that every engine computes alike?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw

from forbear.engine.agenda.settings import OTHER, PPM

if TYPE_CHECKING:
    from collections.abc import Mapping


def choose(key: nw.Expr, table: Mapping[int, int] | Mapping[str, int], other: int) -> nw.Expr:
    """Look a key up in a small table; keys beside it, and null, give ``other``."""
    chosen = nw.lit(other, dtype=nw.Int64)
    for name, number in table.items():
        if number != other:
            chosen = nw.when(key == name).then(nw.lit(number, dtype=nw.Int64)).otherwise(chosen)
    return chosen


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
