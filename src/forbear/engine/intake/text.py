"""How does text from a file become a typed column, and which values fail?

``plain`` reads what is written as the contract asks, and only that; it is fast. ``patient`` reads
the rest: it repairs full-width digits, thousands separators and surrounding spaces, names what is
wrong with every other value, and guesses nothing. Both agree wherever ``plain`` reads at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from forbear.engine.intake.reason import Reason
from forbear.engine.schema import Column, Kind
from forbear.values.money import Currency

DAY_LOW, DAY_HIGH = 0, 84_005  # 1970-01-01 to 2199-12-31
INSTANT_HIGH = (DAY_HIGH + 1) * 86_400
_INT_MAX = 2**31 - 1
_WIDE = list("０１２３４５６７８９．，－＋：＝＠　")
_ASCII = list("0123456789.,-+:=@ ")
# Control characters, and marks that turn the direction of the text around them.
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
# Beside those, what nobody sees in an identifier and what breaks its line.
_UNSEEN = (
    r"[\x00-\x1f\x7f-\x{9f}\x{ad}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2069}\x{feff}"
    r"\x{fff9}-\x{ffff}]"
)
_FORMULA = r"^[=@+\-＝＠＋－]"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$"
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"
_SCIENTIFIC = r"(?i)^[+-]?([0-9]+(\.[0-9]*)?e[+-]?[0-9]+|inf|infinity|nan)$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_CLOCK = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
_OFFSET = r"(Z|[+-][0-9]{2}:?[0-9]{2})$"
_PLAIN_INSTANT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](Z|[+-][0-9]{2}:[0-9]{2})$"
)
_SECOND_60 = r"^.{17}[6-9]"
_PLAIN_WORD = r"^[0-9A-Za-z][0-9A-Za-z_.:/#|-]{0,63}$"
_WORD_MAX = 64
_DIGITS_MAX = 15
_CURRENCIES = [currency.value for currency in Currency]
_FLAGS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Read:
    """A column as read: values, reasons of failure, and how many values were repaired.

    In ``reason`` null says that a value was read; where all were, there is no series.
    """

    value: pl.Series
    reason: pl.Series | None
    repaired: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A column to be read; ``major`` says that an amount stands in major units."""

    raw: pl.Series
    column: Column
    major: bool


def read_texts(asked: Mapping[str, Asked]) -> dict[str, Read]:
    """Read columns of text, all of one length."""
    read = {}
    for name, (value, right) in plain(asked).items() if asked else ():
        each = asked[name]
        gaps = each.column.null is not None and each.raw.null_count()
        good = right | each.raw.is_null() if gaps else right
        read[name] = Read(value, None, 0) if good.all() else _mended(each, value, good)
    return read


def _mended(asked: Asked, value: pl.Series, good: pl.Series) -> Read:
    odd = patient(asked.raw.filter(~good), column=asked.column, major=asked.major)
    assert odd.reason is not None  # it is told of each value
    at = (~good).arg_true()
    reason = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, len(value))
    return Read(_placed(value, at, odd.value), _placed(reason, at, odd.reason), odd.repaired)


def _placed(series: pl.Series, at: pl.Series, values: pl.Series) -> pl.Series:
    """Put values at some places of a series."""
    frame = pl.DataFrame({"value": series, "at": pl.int_range(len(series), eager=True)})
    other = pl.DataFrame({"at": at.cast(pl.Int64), "new": values})
    joined = frame.join(other.with_columns(hit=True), on="at", how="left", maintain_order="left")
    return joined.select(
        pl.when("hit").then("new").otherwise("value").alias(series.name)
    ).to_series()


# --------------------------------------------------------------------------------------------
# What is written as the contract asks
# --------------------------------------------------------------------------------------------


def plain(asked: Mapping[str, Asked]) -> dict[str, tuple[pl.Series, pl.Series]]:
    """Return values by column, and which of them are surely right: all columns in one go."""
    tried, judged = [], []
    for name, each in asked.items():
        value, good = _plain(pl.col(name), column=each.column, major=each.major)
        tried += [value.alias(f"value {name}"), good.fill_null(value=False).alias(f"good {name}")]
        judged += [pl.when(f"good {name}").then(f"value {name}").alias(f"value {name}")]
    raw = pl.LazyFrame([each.raw.alias(name) for name, each in asked.items()])
    read = raw.select(tried).with_columns(judged).collect()
    return {
        name: (read[f"value {name}"].alias(each.raw.name), read[f"good {name}"])
        for name, each in asked.items()
    }


def _plain(text: pl.Expr, *, column: Column, major: bool) -> tuple[pl.Expr, pl.Expr]:
    kind = column.kind
    if kind in {Kind.MONEY, Kind.INT, Kind.BIG}:
        shape = r"^[0-9]{1,13}\.[0-9]{2}$" if major else r"^[0-9]{1,15}$"
        digits = text.str.replace(".", "", literal=True) if major else text
        value = digits.cast(pl.Int64, strict=False)
        low, high = _bounds(column)
        good = text.str.contains(shape) & value.is_between(low, high)
        return value.cast(_number_type(column), strict=False), good
    if kind is Kind.DAY:
        value = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32)
        return value, text.str.contains(_DATE) & value.is_between(DAY_LOW, DAY_HIGH)
    if kind is Kind.INSTANT:
        value = _instant_of(text.str.replace(r"Z$", "+00:00"))
        return value, text.str.contains(_PLAIN_INSTANT) & _inside(value)
    if kind in {Kind.CODE, Kind.FLAG}:
        value = _listed_value(text, column)
        return value, value.is_not_null()
    if kind is Kind.TEXT:
        return text, ~text.str.contains(_CONTROL) & (text != "")
    good = text.str.contains(_PLAIN_WORD)
    return text, good & text.is_in(_CURRENCIES) if column.name == "currency" else good


def _bounds(column: Column) -> tuple[int, int]:
    low = column.low if column.low is not None else -_INT_MAX
    return low, column.high if column.high is not None else _INT_MAX


def _number_type(column: Column) -> pl.DataType:
    return pl.Int32() if column.kind is Kind.INT else pl.Int64()


def _instant_of(text: pl.Expr) -> pl.Expr:
    return text.str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%:z", strict=False, time_zone="UTC", time_unit="ms"
    ).dt.epoch("s")


def _inside(value: pl.Expr) -> pl.Expr:
    return value.is_between(0, INSTANT_HIGH, closed="left").fill_null(value=False)


def _listed_value(text: pl.Expr, column: Column) -> pl.Expr:
    """Return the number of a word of a closed list, or the truth of a flag; null for others."""
    if column.kind is Kind.FLAG:
        return text.replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
    assert column.codes is not None  # the schema gives every CODE column its list
    return text.replace_strict(column.codes.numbers(), default=None, return_dtype=pl.Int8)


# --------------------------------------------------------------------------------------------
# Everything else
# --------------------------------------------------------------------------------------------


def patient(raw: pl.Series, *, column: Column, major: bool) -> Read:
    """Repair what may be repaired, and name the reason where that does not help.

    It works in stages, each a column of its own, so that no stage is computed twice.
    """
    frame = pl.DataFrame({"raw": raw}).with_columns(text=_cleaned(column))
    frame = _stages(frame, column=column, major=major)
    text = pl.col("text")
    control = _CONTROL if column.kind is Kind.TEXT else _UNSEEN
    blank = text.is_null() | (text == "")
    when_blank = Reason.EMPTY if column.null is None else None
    judged = frame.select(
        value=pl.when(~blank).then("value"),
        # The trimmed text is judged: a line end after a value is a space, not a fault.
        reason=_first(
            (text.str.contains(control), Reason.CONTROL),
            (blank, when_blank),
            otherwise=pl.col("why"),
        ),
        repaired=~blank & (text != pl.col("raw")),
    )
    stands = judged["reason"].is_null() & judged["repaired"]
    return Read(judged["value"].alias(raw.name), judged["reason"], int(stands.sum() or 0))


def _first(*cases: tuple[pl.Expr, Reason | None], otherwise: pl.Expr | None = None) -> pl.Expr:
    """Return the reason of the first case that holds."""
    result = otherwise if otherwise is not None else pl.lit(None, pl.String)
    for condition, reason in reversed(cases):
        said = pl.lit(None if reason is None else reason.value, pl.String)
        result = pl.when(condition.fill_null(value=False)).then(said).otherwise(result)
    return result


def _cleaned(column: Column) -> pl.Expr:
    if column.kind is Kind.TEXT:
        return pl.col("raw")
    trimmed = pl.col("raw").str.strip_chars()
    if column.kind is Kind.ID:
        return trimmed
    narrow = trimmed.str.replace_many(_WIDE, _ASCII).str.strip_chars()
    if column.kind not in {Kind.MONEY, Kind.INT, Kind.BIG}:
        return narrow
    without = narrow.str.replace_all(",", "", literal=True)
    return pl.when(narrow.str.contains(_THOUSANDS)).then(without).otherwise(narrow)


def _stages(frame: pl.DataFrame, *, column: Column, major: bool) -> pl.DataFrame:
    """Add ``value`` and ``why``."""
    match column.kind:
        case Kind.MONEY | Kind.INT | Kind.BIG:
            return _number(frame, column=column, decimals=2 if major else 0)
        case Kind.DAY:
            return _day(frame)
        case Kind.INSTANT:
            return _instant(frame)
        case Kind.CODE | Kind.FLAG:
            return _listed(frame, column=column)
        case Kind.TEXT:
            return frame.with_columns(value="text", why=pl.lit(None, pl.String))
        case _:
            return _word(frame, column=column)


def _number(frame: pl.DataFrame, *, column: Column, decimals: int) -> pl.DataFrame:
    text = pl.col("text")
    frame = frame.with_columns(
        shaped=text.str.contains(_NUMBER),
        digits=text.str.extract(r"^[+-]?0*([0-9]+)", 1),
        fraction=text.str.extract(r"\.([0-9]+)$", 1).fill_null(""),
    )
    part = (
        pl.col("fraction").str.slice(0, decimals).str.pad_end(decimals, "0")
        if decimals
        else (pl.lit("0"))
    )
    size = pl.col("digits").cast(pl.Int64, strict=False) * 10**decimals + part.cast(
        pl.Int64, strict=False
    )
    long = pl.col("digits").str.len_chars() > _DIGITS_MAX
    frame = frame.with_columns(
        value=pl.when(~long & text.str.starts_with("-")).then(-size).when(~long).then(size),
        precise=pl.col("fraction").str.strip_chars_end("0").str.len_chars() > decimals,
        long=long,
    )
    why = _first(
        (text.str.contains(_SCIENTIFIC), Reason.SCIENTIFIC),
        (text.str.contains(r"^[=@]"), Reason.FORMULA),
        (~pl.col("shaped"), Reason.NOT_A_NUMBER),
        (pl.col("precise"), Reason.TOO_PRECISE),
        (pl.col("long"), Reason.TOO_LARGE),
        otherwise=out_of_bounds(column, pl.col("value")),
    )
    return frame.with_columns(
        value=pl.when("shaped").then(pl.col("value")).cast(_number_type(column), strict=False),
        why=why,
    )


def out_of_bounds(column: Column, value: pl.Expr) -> pl.Expr:
    """Return the reason why a number lies outside its column's bounds, or null."""
    low, high = _bounds(column)
    negative = (value < 0) & (low >= 0)
    return _first(
        (negative, Reason.NEGATIVE),
        (value < low, Reason.TOO_SMALL),
        (value > high, Reason.TOO_LARGE),
    )


def _day(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    frame = frame.with_columns(value=text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32))
    inside = pl.col("value").is_between(DAY_LOW, DAY_HIGH).fill_null(value=False)
    return frame.with_columns(
        why=_first(
            (text.str.contains(_FORMULA), Reason.FORMULA),
            (~text.str.contains(_DATE), Reason.BAD_DATE),
            (~inside, Reason.IMPOSSIBLE_DATE),
        )
    )


def _instant(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.col("text")
    aware = (
        text.str.replace(" ", "T", literal=True)
        .str.replace(r"\.[0-9]+", "")
        .str.replace(r"Z$", "+00:00")
        .str.replace(r"([+-][0-9]{2})([0-9]{2})$", "${1}:${2}")
    )
    frame = frame.with_columns(offset=text.str.contains(_CLOCK + _OFFSET), aware=aware)
    leap = text.str.contains(r"^.{17}[6-9]")
    frame = frame.with_columns(
        value=pl.when(pl.col("offset") & ~leap).then(_instant_of(pl.col("aware")))
    )
    return frame.with_columns(
        why=_first(
            (text.str.contains(_FORMULA), Reason.FORMULA),
            (text.str.contains(_CLOCK + "$"), Reason.NO_OFFSET),
            (~pl.col("offset"), Reason.BAD_INSTANT),
            (~_inside(pl.col("value")), Reason.IMPOSSIBLE_DATE),
        )
    )


def _listed(frame: pl.DataFrame, *, column: Column) -> pl.DataFrame:
    is_flag = column.kind is Kind.FLAG
    text = pl.col("text").str.to_lowercase() if is_flag else pl.col("text")
    reason = Reason.NOT_A_FLAG if is_flag else Reason.UNKNOWN_WORD
    return frame.with_columns(value=_listed_value(text, column)).with_columns(
        why=_first(
            (pl.col("text").str.contains(_FORMULA), Reason.FORMULA),
            (pl.col("value").is_null(), reason),
        )
    )


def _word(frame: pl.DataFrame, *, column: Column) -> pl.DataFrame:
    text = pl.col("text")
    unknown = ~text.is_in(_CURRENCIES) if column.name == "currency" else pl.lit(value=False)
    return frame.with_columns(
        value="text",
        why=_first(
            (text.str.contains(_FORMULA), Reason.FORMULA),
            (text.str.len_chars() > _WORD_MAX, Reason.TOO_LONG),
            (unknown, Reason.UNKNOWN_WORD),
        ),
    )
