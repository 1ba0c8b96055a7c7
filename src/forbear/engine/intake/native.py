"""How does a column that a Parquet file types already become a column of the book?"""

from __future__ import annotations

import polars as pl

from forbear.engine.intake.reason import Reason
from forbear.engine.intake.text import DAY_HIGH, DAY_LOW, INSTANT_HIGH, Read, out_of_bounds
from forbear.engine.schema import Column, Kind
from forbear.values.money import AMOUNT_MINOR_MAX

WORDS = {Kind.ID, Kind.LABEL, Kind.CODE, Kind.TEXT}


def accepts(column: Column, dtype: pl.DataType, *, major: bool) -> bool:
    """Say whether a Parquet column's type can hold a column of the contract exactly."""
    if dtype in (pl.String, pl.Null) or (column.kind in WORDS and is_wordlike(dtype)):
        return True
    match column.kind:
        case Kind.MONEY | Kind.INT | Kind.BIG:
            return dtype.is_integer() or (major and dtype.is_decimal())
        case Kind.DAY:
            return dtype == pl.Date
        case Kind.INSTANT:
            return isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
        case Kind.FLAG:
            return dtype == pl.Boolean
        case _:
            return False


def is_wordlike(dtype: pl.DataType) -> bool:
    """Say whether a type is another way to keep words: a dictionary, or whole-number ids."""
    return dtype.is_integer() or isinstance(dtype, pl.Categorical | pl.Enum)


def read_native(raw: pl.Series, *, column: Column, major: bool) -> Read:
    """Read a typed column; ``major`` says that an amount stands in major units."""
    frame = pl.DataFrame({"raw": raw})
    value = pl.col("raw")
    why = pl.lit(None, pl.String)
    match column.kind:
        case Kind.MONEY | Kind.INT | Kind.BIG:
            frame, why = _number(frame, column=column, major=major)
            value = pl.col("value").cast(
                pl.Int32 if column.kind is Kind.INT else pl.Int64, strict=False
            )
        case Kind.DAY:
            value = value.cast(pl.Date).cast(pl.Int32)
            why = _unless(value.is_between(DAY_LOW, DAY_HIGH))
        case Kind.INSTANT:
            value = value.dt.convert_time_zone("UTC").dt.epoch("s")
            why = _unless(value.is_between(0, INSTANT_HIGH, closed="left"))
        case _:
            pass
    empty = pl.lit(Reason.EMPTY.value if column.null is None else None, pl.String)
    made = frame.select(
        value=value, reason=pl.when(pl.col("raw").is_null()).then(empty).otherwise(why)
    )
    return Read(made["value"].alias(raw.name), made["reason"], 0)


def _unless(inside: pl.Expr) -> pl.Expr:
    return pl.when(~inside).then(pl.lit(Reason.IMPOSSIBLE_DATE.value))


def _number(frame: pl.DataFrame, *, column: Column, major: bool) -> tuple[pl.DataFrame, pl.Expr]:
    """Add ``value`` in minor units; a number too wide for 64 bits never wraps around."""
    whole = frame.schema["raw"].is_integer()
    wide = pl.col("raw").cast(pl.Int64, strict=False) if whole else pl.col("raw")
    far = wide.is_null() | ~wide.is_between(-1_000 * AMOUNT_MINOR_MAX, 1_000 * AMOUNT_MINOR_MAX)
    frame = frame.with_columns(wide=wide, far=far)
    scaled = pl.when(~pl.col("far")).then(pl.col("wide")) * (100 if major else 1)
    frame = frame.with_columns(scaled=scaled)
    frame = frame.with_columns(value=pl.col("scaled").cast(pl.Int64, strict=False))
    why = (
        pl.when("far")
        .then(pl.lit(Reason.TOO_LARGE.value))
        .when(pl.col("scaled") != pl.col("value"))
        .then(pl.lit(Reason.TOO_PRECISE.value))
        .otherwise(out_of_bounds(column, pl.col("value")))
    )
    return frame, why
