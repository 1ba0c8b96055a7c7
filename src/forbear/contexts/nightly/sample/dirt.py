"""Which faults are planted in a CSV sample, so that there is something to reject?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

_PLANTS: dict[str, tuple[tuple[str, Callable[[pl.Expr], pl.Expr]], ...]] = {
    "payment": (
        ("value_date", lambda _: pl.lit("2026-02-30")),
        ("amount", lambda value: pl.concat_str(pl.lit("-"), value)),
        ("amount", lambda _: pl.lit("1e309")),
        ("loan_id", lambda value: pl.concat_str(value, pl.lit("X"))),
        (
            "amount",
            lambda value: value.str.replace_many(list("0123456789"), list("０１２３４５６７８９")),
        ),
    ),
    "attempt": (
        ("outcome", lambda _: pl.lit("MAYBE")),
        ("debtor_id", lambda value: pl.concat_str(pl.lit("="), value)),
    ),
    "debtor": (("language", lambda _: pl.lit("zh-CN")),),
    "instalment": (("due_date", lambda _: pl.lit("")),),
}


def with_dirt(
    rng: np.random.Generator, frame: pl.DataFrame, *, table: str, share: float
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Spoil a share of a text table's rows; return it and how many rows of each kind."""
    planted: dict[str, int] = {}
    if share <= 0 or table not in _PLANTS or not frame.height:
        return frame, planted
    rate = share / 20 if table in {"debtor", "instalment"} else share
    for column, spoil in _PLANTS[table]:
        hit = pl.Series(rng.random(frame.height) < rate / len(_PLANTS[table]))
        name = f"{table}.{column}"
        planted[name] = planted.get(name, 0) + int(hit.sum())
        frame = frame.with_columns(
            pl.when(hit).then(spoil(pl.col(column))).otherwise(pl.col(column)).alias(column)
        )
    return frame, planted
