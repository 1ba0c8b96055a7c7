"""How does text become a typed column, and which rows fail?

Each kind of column is one function from a text expression to three: the value, the reason of
failure (null where there is none), and whether the text was repaired on the way. Full-width
digits, thousands separators and surrounding spaces are repaired and counted; nothing else is
guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from forbear.engine.intake.reason import Reason
from forbear.engine.schema import Column, Kind, Table
from forbear.values.money import Currency

_WIDE = "０１２３４５６７８９．，－＋：　"
_ASCII = "0123456789.,-+: "
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
_FORMULA = r"^[=+\-@]"
_THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$"
_SCIENTIFIC = r"(?i)^[+-]?(\d+(\.\d*)?e[+-]?\d+|inf|infinity|nan)$"
_DAY_LOW, _DAY_HIGH = 0, 84_005  # 1970-01-01 to 2199-12-31
_TEXT_MAX = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """A column's value, reason of failure (null: none) and whether it was repaired."""

    value: pl.Expr
    reason: pl.Expr
    repaired: pl.Expr


def read_column(column: Column, *, dtype: pl.DataType, source: str) -> Reading:
    """Return how a column of the extract is read from a source column of a type.

    ``source`` is the name in the file: the column's own, or without ``_minor`` when the amount
    stands in major units.
    """
    raw = pl.col(source)
    if dtype != pl.String:
        return _typed(column, raw, dtype=dtype, major=source != column.name)
    text, repaired = _cleaned(raw, column)
    reading = _text_reader(column, text, major=source != column.name)
    blank = text.is_null() | (text == "")
    when_blank = pl.lit(Reason.EMPTY.value) if column.null is None else pl.lit(None, pl.String)
    bad = raw.str.contains(_CONTROL)
    reason = (
        pl.when(bad).then(pl.lit(Reason.CONTROL.value))
        .when(blank).then(when_blank)
        .otherwise(reading.reason)
    )
    value = pl.when(~blank).then(reading.value)
    return Reading(value, reason, repaired & reason.is_null() & ~blank)


def _cleaned(raw: pl.Expr, column: Column) -> tuple[pl.Expr, pl.Expr]:
    trimmed = raw.str.strip_chars()
    if column.kind in {Kind.TEXT, Kind.ID}:
        return trimmed, trimmed != raw
    narrow = trimmed.str.replace_many(list(_WIDE), list(_ASCII)).str.strip_chars()
    if column.kind in {Kind.MONEY, Kind.INT, Kind.BIG}:
        plain = pl.when(narrow.str.contains(_THOUSANDS)).then(
            narrow.str.replace_all(",", "", literal=True)
        ).otherwise(narrow)
        return plain, plain != raw
    return narrow, narrow != raw


def _text_reader(column: Column, text: pl.Expr, *, major: bool) -> Reading:
    match column.kind:
        case Kind.MONEY:
            return _money(column, text, decimals=2 if major else 0)
        case Kind.INT | Kind.BIG:
            return _money(column, text, decimals=0)
        case Kind.DAY:
            return _day(text)
        case Kind.INSTANT:
            return _instant(text)
        case Kind.CODE:
            return _code(column, text)
        case Kind.FLAG:
            return _flag(text)
        case Kind.TEXT:
            return Reading(text, _none(), pl.lit(value=False))
        case _:
            return _word(column, text)


def _none() -> pl.Expr:
    return pl.lit(None, pl.String)


def _money(column: Column, text: pl.Expr, *, decimals: int) -> Reading:
    shaped = text.str.contains(r"^[+-]?\d+(\.\d+)?$")
    digits = text.str.extract(r"^[+-]?(\d+)", 1)
    fraction = text.str.extract(r"\.(\d+)$", 1).fill_null("")
    precise = fraction.str.strip_chars_end("0").str.len_chars() > decimals
    long = digits.str.strip_chars_start("0").str.len_chars() > 15
    scale = 10**decimals
    part = (
        fraction.str.slice(0, decimals).str.pad_end(decimals, "0").cast(pl.Int64, strict=False)
        if decimals else pl.lit(0, pl.Int64)
    )
    size = digits.cast(pl.Int64, strict=False) * scale + part.fill_null(0)
    value = pl.when(text.str.starts_with("-")).then(-size).otherwise(size)
    reason = (
        pl.when(text.str.contains(_SCIENTIFIC)).then(pl.lit(Reason.SCIENTIFIC.value))
        .when(text.str.contains(r"^[=@]")).then(pl.lit(Reason.FORMULA.value))
        .when(~shaped).then(pl.lit(Reason.NOT_A_NUMBER.value))
        .when(precise).then(pl.lit(Reason.TOO_PRECISE.value))
        .when(long).then(pl.lit(Reason.TOO_LARGE.value))
        .otherwise(_out_of_bounds(column, value))
    )
    target = pl.Int32 if column.kind is Kind.INT else pl.Int64
    return Reading(value.cast(target, strict=False), reason, pl.lit(value=False))


def _out_of_bounds(column: Column, value: pl.Expr) -> pl.Expr:
    low, high = column.low, column.high
    reason = _none()
    if high is not None:
        reason = pl.when(value > high).then(pl.lit(Reason.TOO_LARGE.value)).otherwise(reason)
    if low is not None:
        reason = pl.when(value < low).then(pl.lit(Reason.TOO_SMALL.value)).otherwise(reason)
        if low >= 0:
            reason = pl.when(value < 0).then(pl.lit(Reason.NEGATIVE.value)).otherwise(reason)
    return reason


def _day(text: pl.Expr) -> Reading:
    shaped = text.str.contains(r"^\d{4}-\d{2}-\d{2}$")
    value = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32)
    inside = value.is_between(_DAY_LOW, _DAY_HIGH).fill_null(value=False)
    reason = (
        pl.when(text.str.contains(r"^[=@+]")).then(pl.lit(Reason.FORMULA.value))
        .when(~shaped).then(pl.lit(Reason.BAD_DATE.value))
        .when(~inside).then(pl.lit(Reason.IMPOSSIBLE_DATE.value))
        .otherwise(_none())
    )
    return Reading(value, reason, pl.lit(value=False))


def _instant(text: pl.Expr) -> Reading:
    shape = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?"
    offset = text.str.contains(shape + r"(Z|[+-]\d{2}:?\d{2})$")
    plain = text.str.replace(" ", "T", literal=True).str.replace(r"\.\d+", "")
    aware = plain.str.replace(r"Z$", "+00:00").str.replace(r"([+-]\d{2})(\d{2})$", "${1}:${2}")
    parsed = pl.when(offset).then(aware).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%:z", strict=False, time_zone="UTC", time_unit="ms"
    )
    value = parsed.dt.epoch("s")
    reason = (
        pl.when(text.str.contains(shape + "$")).then(pl.lit(Reason.NO_OFFSET.value))
        .when(~offset).then(pl.lit(Reason.BAD_INSTANT.value))
        .when(value.is_null() | (value < 0)).then(pl.lit(Reason.IMPOSSIBLE_DATE.value))
        .otherwise(_none())
    )
    return Reading(value, reason, pl.lit(value=False))


def _code(column: Column, text: pl.Expr) -> Reading:
    assert column.codes is not None  # the schema gives every CODE column its list
    words = column.codes.numbers()
    value = text.replace_strict(words, default=None, return_dtype=pl.Int8)
    reason = pl.when(value.is_null()).then(pl.lit(Reason.UNKNOWN_WORD.value)).otherwise(_none())
    return Reading(value, reason, pl.lit(value=False))


def _flag(text: pl.Expr) -> Reading:
    value = text.str.to_lowercase().replace_strict(
        {"true": True, "false": False, "1": True, "0": False}, default=None,
        return_dtype=pl.Boolean,
    )
    reason = pl.when(value.is_null()).then(pl.lit(Reason.NOT_A_FLAG.value)).otherwise(_none())
    return Reading(value, reason, pl.lit(value=False))


def _word(column: Column, text: pl.Expr) -> Reading:
    reason = (
        pl.when(text.str.contains(_FORMULA)).then(pl.lit(Reason.FORMULA.value))
        .when(text.str.len_chars() > _TEXT_MAX).then(pl.lit(Reason.TOO_LONG.value))
        .otherwise(_none())
    )
    if column.name == "currency":
        known = text.is_in([currency.value for currency in Currency])
        reason = pl.when(~known).then(pl.lit(Reason.UNKNOWN_WORD.value)).otherwise(reason)
    return Reading(text, reason, pl.lit(value=False))


def _typed(column: Column, raw: pl.Expr, *, dtype: pl.DataType, major: bool) -> Reading:
    """Read a column that a Parquet file types already."""
    match column.kind:
        case Kind.MONEY | Kind.INT | Kind.BIG:
            scaled = raw * 100 if major else raw
            value = scaled.cast(pl.Int32 if column.kind is Kind.INT else pl.Int64, strict=False)
            broken = pl.when(scaled != value).then(pl.lit(Reason.TOO_PRECISE.value)).otherwise(
                _out_of_bounds(column, value)
            )
            lost = pl.when(value.is_null() & raw.is_not_null()).then(
                pl.lit(Reason.TOO_LARGE.value)).otherwise(broken)
            reading = Reading(value, lost, pl.lit(value=False))
        case Kind.DAY:
            value = raw.cast(pl.Date).cast(pl.Int32)
            inside = value.is_between(_DAY_LOW, _DAY_HIGH)
            reading = Reading(value, pl.when(~inside).then(
                pl.lit(Reason.IMPOSSIBLE_DATE.value)).otherwise(_none()), pl.lit(value=False))
        case Kind.INSTANT:
            value = raw.dt.convert_time_zone("UTC").dt.epoch("s")
            reading = Reading(value, _none(), pl.lit(value=False))
        case _:
            reading = Reading(raw, _none(), pl.lit(value=False))
    empty = pl.lit(Reason.EMPTY.value) if column.null is None else _none()
    reason = pl.when(raw.is_null()).then(empty).otherwise(reading.reason)
    return Reading(reading.value, reason, reading.repaired)


def accepts(column: Column, dtype: pl.DataType, *, major: bool) -> bool:
    """Say whether a Parquet column's type can hold a column of the contract exactly."""
    if dtype in (pl.String, pl.Null):
        return True
    match column.kind:
        case Kind.MONEY:
            return dtype.is_integer() if not major else dtype.is_decimal() or dtype.is_integer()
        case Kind.INT | Kind.BIG:
            return dtype.is_integer()
        case Kind.DAY:
            return dtype == pl.Date
        case Kind.INSTANT:
            return isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
        case Kind.FLAG:
            return dtype == pl.Boolean
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Checked:
    """What a block of rows became.

    ``good`` has the contract's columns without personal ones, and ``line``; ``faults`` one row a
    fault (line, column, reason). ``repairs`` counts mended values by column, ``rejected_sums`` adds
    up the readable amounts of rejected rows, ``unreadable`` counts those that are not.
    """

    good: pl.DataFrame
    faults: pl.DataFrame
    repairs: dict[str, int]
    rejected_sums: dict[str, int]
    unreadable: dict[str, int]


def check_rows(frame: pl.DataFrame, *, table: Table, sources: dict[str, str]) -> Checked:
    """Type a block of rows.

    ``frame`` has the file's columns and ``line``; ``sources`` maps a column of the contract to
    its name in the file (absent where the file lacks an optional column).
    """
    readings = {
        column: read_column(column, dtype=frame.schema[sources[column.name]],
                            source=sources[column.name])
        for column in table.columns if column.name in sources
    }
    computed = frame.select(
        "line",
        *[r.value.alias(c.name) for c, r in readings.items()],
        *[r.reason.alias(f"!{c.name}") for c, r in readings.items()],
        *[r.repaired.sum().alias(f"~{c.name}") for c, r in readings.items()],
    )
    marks = [f"!{column.name}" for column in readings]
    bad = pl.any_horizontal(pl.col(marks).is_not_null())
    faults = (
        computed.filter(bad).select("line", *marks)
        .unpivot(index="line", on=marks, variable_name="column", value_name="reason")
        .drop_nulls("reason")
        .with_columns(pl.col("column").str.strip_prefix("!"))
    )
    kept = [c for c in table.columns if not c.personal]
    good = computed.filter(~bad).select(
        "line",
        *[pl.col(c.name) if c in readings else pl.lit(None, stored(c)).alias(c.name)
          for c in kept],
    )
    repairs = {
        column.name: int(computed[f"~{column.name}"][0] or 0) if computed.height else 0
        for column in readings
    }
    lost = computed.filter(bad)
    return Checked(
        good, faults, {name: count for name, count in repairs.items() if count},
        {name: int(lost[name].sum() or 0) for name in table.sums},
        {name: lost[name].null_count() for name in table.sums},
    )


def stored(column: Column) -> pl.DataType:
    """Return the type in which the book and the outputs store a kind of column."""
    match column.kind:
        case Kind.MONEY | Kind.INSTANT | Kind.NO | Kind.BIG:
            return pl.Int64()
        case Kind.DAY | Kind.INT:
            return pl.Int32()
        case Kind.CODE:
            return pl.Int8()
        case Kind.FLAG:
            return pl.Boolean()
        case Kind.REAL:
            return pl.Float64()
        case _:
            return pl.String()
