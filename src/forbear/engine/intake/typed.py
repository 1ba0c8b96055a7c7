"""Which rows of a block can be read in every column, and what is wrong with the others?"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from forbear.engine.intake.native import WORDS, is_wordlike, read_native
from forbear.engine.intake.relate import FAULT_SCHEMA
from forbear.engine.intake.text import Asked, Read, read_texts
from forbear.engine.schema import Column, Kind, Table


@dataclass(frozen=True, slots=True)
class Checked:
    """What a block of rows became.

    ``good`` has the contract's columns without personal ones, and ``line``. ``faults`` has one row
    a fault. ``lost`` has one row a rejected row: its line, what could be read of its own id and of
    the ids and amounts in it, and ``root``, its first fault. ``repairs`` counts mended values by
    column, ``doubtful`` counts by amount column the rejected rows whose amount is at fault.
    """

    good: pl.DataFrame
    faults: pl.DataFrame
    lost: pl.DataFrame
    repairs: dict[str, int]
    doubtful: dict[str, int]


def check_rows(frame: pl.DataFrame, *, table: Table, sources: dict[str, str]) -> Checked:
    """Type a block of rows.

    ``frame`` has the file's columns and ``line``; ``sources`` maps a column of the contract to
    its name in the file (absent where the file lacks an optional column).
    """
    reads = _reads(frame, table, sources)
    values = frame.select("line").with_columns(
        *(
            read.value.alias(name)
            for name, read in reads.items()
            if not table.column(name).personal
        ),
        *(
            pl.lit(None, stored(column)).alias(column.name)
            for column in table.columns
            if column.name not in reads and not column.personal
        ),
    )
    repairs = {name: read.repaired for name, read in reads.items() if read.repaired}
    marks = frame.select("line").with_columns(
        read.reason.alias(name)
        for name, read in reads.items()
        if read.reason is not None and read.reason.null_count() < frame.height
    )
    kept = ["line", *(c.name for c in table.columns if not c.personal)]
    if marks.width == 1:
        nothing, none_lost = pl.DataFrame(schema=FAULT_SCHEMA), _none_lost(values, table)
        doubtful = dict.fromkeys(table.sums, 0)
        return Checked(values.select(kept), nothing, none_lost, repairs, doubtful)
    bad = marks.select(pl.any_horizontal(pl.all().exclude("line").is_not_null())).to_series()
    found = _faults(marks.filter(bad), table)
    lost = _lost(values.filter(bad), found, table)
    doubtful = {name: found.filter(pl.col("column") == name).height for name in table.sums}
    return Checked(values.filter(~bad).select(kept), found, lost, repairs, doubtful)


def _reads(frame: pl.DataFrame, table: Table, sources: dict[str, str]) -> dict[str, Read]:
    """Read every column that there is, in the order of the contract."""
    texts, reads = {}, {}
    for column in table.columns:
        if (source := sources.get(column.name)) is None:
            continue
        raw, major = frame[source], source != column.name
        if raw.dtype == pl.Null or (column.kind in WORDS and is_wordlike(raw.dtype)):
            raw = raw.cast(pl.String)
        if raw.dtype == pl.String:
            texts[column.name] = Asked(raw, column, major)
        else:
            reads[column.name] = read_native(raw, column=column, major=major)
    reads |= read_texts(texts)
    return {name: reads[name] for name in table.names if name in reads}


def _faults(marks: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return one row a fault, in the order of lines and of the table's columns."""
    names = [name for name in table.names if name in marks.columns]
    return (
        (
            marks.unpivot(index="line", on=names, variable_name="column", value_name="reason")
            .drop_nulls("reason")
            .sort("line", maintain_order=True)
            .with_columns(root=pl.lit(None, pl.String))
            .select(pl.col(name).cast(dtype) for name, dtype in FAULT_SCHEMA.items())
        )
        if names
        else pl.DataFrame(schema=FAULT_SCHEMA)
    )


def _lost(values: pl.DataFrame, found: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return what can still be told of the rejected rows; what is at fault is not told."""
    first = found.unique("line", keep="first", maintain_order=True).select(
        "line", root=root_of(table.name)
    )
    for column in set(lost_columns(table)) & set(found["column"].unique()):
        lines = found.filter(pl.col("column") == column)["line"]
        values = values.with_columns(
            pl.when(~pl.col("line").is_in(lines.implode())).then(column).alias(column)
        )
    return values.select("line", *lost_columns(table)).join(first, on="line", how="left")


def root_of(table: str) -> pl.Expr:
    """Return the words by which a cascade names where it began: table.column REASON."""
    return pl.concat_str(pl.lit(f"{table}."), "column", pl.lit(" "), "reason")


def lost_columns(table: Table) -> tuple[str, ...]:
    """Return what is remembered of a rejected row: ids, amounts, a consent's state, a time."""
    wanted = {"debtor_id", "loan_id", "contact_point_id", "state", "started_at"}
    return tuple(
        column.name for column in table.columns if column.name in wanted | {*table.key, *table.sums}
    )


def lost_rows(rows: pl.DataFrame, found: pl.DataFrame, *, table: Table) -> pl.DataFrame:
    """Return ``Checked.lost`` of typed rows that were rejected later, with their roots."""
    if not found.height:
        return _none_lost(rows, table)
    first = found.unique("line", keep="first", maintain_order=True).select(
        "line", root=pl.coalesce("root", root_of(table.name))
    )
    return rows.select("line", *lost_columns(table)).join(first, on="line")


def _none_lost(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    names = ("line", *lost_columns(table))
    return pl.DataFrame(schema={**{n: rows.schema[n] for n in names}, "root": pl.String()})


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
