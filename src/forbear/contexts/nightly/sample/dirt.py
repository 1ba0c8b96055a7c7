"""Which faults are planted in a CSV sample, so that there is something to reject?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

_FULL_WIDTH = dict(zip("0123456789", "０１２３４５６７８９", strict=True))


@dataclass(frozen=True)
class Plant:
    """One kind of fault: its name, the column it spoils, and how."""

    name: str
    column: str
    spoil: Callable[[pl.Expr], pl.Expr]


_PLANTS: dict[str, tuple[Plant, ...]] = {
    "payment": (
        Plant("no such day", "value_date", lambda _: pl.lit("2026-02-30")),
        Plant("negative amount", "amount", lambda value: pl.concat_str(pl.lit("-"), value)),
        Plant("beyond any number", "amount", lambda _: pl.lit("1e309")),
        Plant("no such loan", "loan_id", lambda value: pl.concat_str(value, pl.lit("X"))),
        Plant("full-width digits", "amount",
              lambda value: value.str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values()))),
    ),
    "attempt": (
        Plant("unknown word", "outcome", lambda _: pl.lit("MAYBE")),
        Plant("formula", "debtor_id", lambda value: pl.concat_str(pl.lit("="), value)),
    ),
    "debtor": (Plant("unknown word", "language", lambda _: pl.lit("zh-CN")),),
    "instalment": (Plant("missing day", "due_date", lambda _: pl.lit("")),),
}  # fmt: skip
# One bad person or instalment takes loans and payments along, so that few of them are planted.
_RARE = {"debtor": 20, "instalment": 20}


def with_dirt(
    rng: np.random.Generator, frame: pl.DataFrame, *, table: str, share: float
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Spoil a share of a text table's rows, each in one way; return how many in which."""
    planted: dict[str, int] = {}
    if share <= 0 or table not in _PLANTS or not frame.height:
        return frame, planted
    plants = _PLANTS[table]
    chosen = rng.random(frame.height) < share / _RARE.get(table, 1)
    which = np.where(chosen, rng.integers(0, len(plants), frame.height), -1)
    lots = pl.Series(which)
    for number, plant in enumerate(plants):
        hit = lots == number
        planted[f"{table}.{plant.column}: {plant.name}"] = int(hit.sum())
        value = pl.col(plant.column)
        frame = frame.with_columns(
            pl.when(hit).then(plant.spoil(value)).otherwise(value).alias(plant.column)
        )
    return frame, planted
