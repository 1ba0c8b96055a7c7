"""Which small expressions do several steps share?"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from forbear.values.code import Code

Frame = nw.LazyFrame[Any]
"""A lazy table of whatever engine computes the night."""


def word(column: str, codes: type[Code], *, other: str = "") -> nw.Expr:
    """Return a code column's words; null and unknown numbers give ``other``."""
    found = [
        nw.when(nw.col(column) == number).then(nw.lit(name))
        for name, number in codes.numbers().items()
    ]
    return nw.coalesce(*found, nw.lit(other))


def named(column: str, names: tuple[str, ...], *, other: str = "") -> nw.Expr:
    """Return names by position from 0; null and other positions give ``other``."""
    found = [
        nw.when(nw.col(column) == number).then(nw.lit(name)) for number, name in enumerate(names)
    ]
    return nw.coalesce(*found, nw.lit(other)) if found else nw.lit(other)


def kept(frame: Frame) -> Frame:
    """Work a shared frame out once, where the engine would work it out for every use.

    Polars repeats a sub-plan whose uses need different columns, and DuckDB one that is used
    twice; for the rows that were late, or for one row a loan, that costs more than holding them.
    Spark's engines stay lazy.
    """
    if frame.implementation.is_polars():
        return frame.collect("polars", engine="streaming").lazy()
    if frame.implementation.is_duckdb():
        held: Frame = nw.from_native(frame.to_native().materialize())
        return held
    return frame
