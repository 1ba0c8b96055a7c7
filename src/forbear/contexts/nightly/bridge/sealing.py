"""How do columns of personal values become columns of sealed ones?"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from forbear.contexts.portfolio.sealing import (
    SealedPerson,
    SealedPoint,
    seal_persons,
    seal_points,
)

_CHUNK_ROWS = 1_000


class RowSealer:
    """Seals frames a chunk at a time, so that no more keys than a chunk's are held."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def debtors(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the sealed columns of persons.

        ``rows``: ref, name, national_id, jurisdiction.
        """

        def seal(chunk: Sequence[Any]) -> list[SealedPerson]:
            return seal_persons(chunk, now=self._clock())

        return _sealed(rows, SealedPerson, seal)

    def contact_points(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the sealed columns of contact points. ``rows``: ref, debtor_ref, kind, address."""

        def seal(chunk: Sequence[Any]) -> list[SealedPoint]:
            return seal_points(chunk, now=self._clock())

        return _sealed(rows, SealedPoint, seal)


def _sealed(
    rows: pl.DataFrame,
    shape: type[NamedTuple],
    seal: Callable[[Sequence[Any]], Iterable[tuple[object, ...]]],
) -> pl.DataFrame:
    found: list[tuple[object, ...]] = []
    with _without_collection():
        for start in range(0, rows.height, _CHUNK_ROWS):
            found += seal(rows.slice(start, _CHUNK_ROWS).rows())
    columns = zip(*found, strict=True) if found else [()] * len(shape._fields)
    written = {
        name: pl.Series(name, [_written(value) for value in column])
        for name, column in zip(shape._fields, columns, strict=True)
    }
    return pl.DataFrame(
        {
            "ref": rows["ref"],
            **{
                name: series if series.dtype == pl.Boolean else series.cast(pl.String)
                for name, series in written.items()
            },
        }
    )


@contextmanager
def _without_collection() -> Iterator[None]:
    """Look for no cycles meanwhile: very many small values are made, and none of them has one."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _written(value: object) -> object:
    """Return a value as PostgreSQL reads it from CSV."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return value if value is None or isinstance(value, bool) else str(value)
