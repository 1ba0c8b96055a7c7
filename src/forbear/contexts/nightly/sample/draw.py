"""How are words, identifiers and clock offsets drawn, many at once and also none at all?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import polars as pl

from forbear.values.day import DAY_S, from_day_number, utc_offset_minutes

Days = np.ndarray
"""Day numbers, int64."""


def word_of(words: Sequence[str | None], index: np.ndarray) -> pl.Series:
    """Return the word at each position; a negative position gives null."""
    series = pl.Series(words, dtype=pl.String)
    return series.gather(pl.Series(index).set(pl.Series(index < 0), None).cast(pl.UInt32))


def some_words(
    rng: np.random.Generator, words: Sequence[str | None], *, count: int, shares: Sequence[float]
) -> pl.Series:
    """Draw ``count`` words with these shares."""
    return word_of(words, rng.choice(len(words), count, p=shares))


def constant(word: str | None, *, count: int) -> pl.Series:
    """Return a column that says the same everywhere."""
    return pl.Series([word], dtype=pl.String).new_from_index(0, count)


def blanked(words: pl.Series, *, where: np.ndarray) -> pl.Series:
    """Return the words with nulls where told."""
    return words.set(pl.Series(where, dtype=pl.Boolean), None)


def padded(numbers: np.ndarray, *, digits: int) -> pl.Series:
    """Return numbers as text of equal length."""
    return pl.Series(numbers, dtype=pl.Int64).cast(pl.String).str.zfill(digits)


def joined(*parts: str | pl.Series) -> pl.Series:
    """Join texts and columns of texts, row by row; at least one part must be a column."""
    return pl.select(pl.concat_str([pl.lit(part) for part in parts], separator="")).to_series()


def identifiers(letter: str, *, chunk: int, count: int, digits: int) -> pl.Series:
    """Number the rows of a chunk; a chunk's identifiers are its own."""
    return joined(f"{letter}{chunk:05d}", padded(np.arange(count), digits=digits))


def local_instant_s(
    zones: Sequence[str], zone: np.ndarray, *, day: Days, second_of_day: np.ndarray
) -> np.ndarray:
    """Return the epoch seconds of local times; ``zone`` is a position in ``zones``.

    The offset is the one at that day's noon. Clocks change in the small hours, so it holds for
    any hour at which people are contacted.
    """
    offset = np.zeros(len(day), np.int64)
    for position in np.unique(zone):
        here = zone == position
        days, place = np.unique(day[here], return_inverse=True)
        offset[here] = np.array([_offset_s(zones[position], int(d)) for d in days])[place]
    return day * DAY_S + second_of_day - offset


@lru_cache(maxsize=16_384)
def _offset_s(zone: str, day: int) -> int:
    return utc_offset_minutes(zone, from_day_number(day)) * 60
