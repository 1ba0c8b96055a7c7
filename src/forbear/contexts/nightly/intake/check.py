"""Is every row of a table readable by itself, and which keys come twice?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import numpy as np
import polars as pl

from forbear.contexts.database.chaos import chaos
from forbear.contexts.nightly.intake.block import Block, blocks
from forbear.contexts.nightly.intake.source import Source
from forbear.contexts.nightly.intake.total import amounts, totals_of
from forbear.contexts.nightly.workspace import write_scratch
from forbear.contexts.rulebook.library import policy_texts
from forbear.engine.intake.reason import Reason
from forbear.engine.intake.relate import FAULT_SCHEMA, unique_rows, without
from forbear.engine.intake.typed import check_rows, lost_rows
from forbear.engine.schema import Table
from forbear.policy.product import load_products

_OPEN_LISTS = ("time_zones", "number_zones", "product")


@cache
def known_products() -> tuple[str, ...]:
    """Return the names of the products whose terms the house policy has."""
    return tuple(sorted(load_products(policy_texts("house/demo/products"))))


def check_table(
    table: Table, files: Iterable[Source], *, folder: Path, progress: Callable[[int], None]
) -> dict[str, Any]:
    """Type a table's rows into ``folder``: rows, faults, and what is left of lost rows.

    Returns rows read and kept, sums kept and lost, doubtful amounts, repairs, blank lines.
    """
    counts = {name: Counter[str]() for name in ("kept", "lost", "doubtful", "repairs")}
    for name in ("kept", "lost"):  # also where the table has no row at all
        counts[name].update(amounts(None, table))
    read = good_rows = blank = 0
    for piece, (source, block) in enumerate(_all_blocks(files)):
        good, made = _check_block(table, source, block, folder=folder, name=f"{piece:05d}.parquet")
        for name, each in made.items():
            counts[name].update(each)
        read += block.rows.height + block.faults.height
        good_rows += good
        blank += block.blank
        chaos("import.block")
        progress(read)
    return {
        "rows": read,
        "good": good_rows,
        "blank": blank,
        **{name: dict(each) for name, each in counts.items()},
    }


def _all_blocks(files: Iterable[Source]) -> Iterable[tuple[Source, Block]]:
    for source in files:
        for block in blocks(source):
            yield source, block


def _check_block(
    table: Table, source: Source, block: Block, *, folder: Path, name: str
) -> tuple[int, dict[str, dict[str, int]]]:
    checked = check_rows(block.rows, table=table, sources=source.sources)
    good, unknown = _known_words(checked.good)
    write_scratch(good, folder / "rows" / name)
    lost = None
    if checked.faults.height or unknown.height or block.faults.height:
        found = pl.concat([checked.faults, unknown, block.faults.cast(FAULT_SCHEMA)])
        lost = pl.concat([checked.lost, lost_rows(checked.good, unknown, table=table)])
        write_scratch(found, folder / "faults" / name)
        write_scratch(lost, folder / "lost" / name)
    # A line that is no row may have held any amount.
    doubtful = {n: count + block.faults.height for n, count in checked.doubtful.items()}
    return good.height, {
        "kept": amounts(good, table),
        "lost": amounts(lost, table),
        "doubtful": doubtful,
        "repairs": checked.repairs,
    }


def _known_words(good: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part off the rows whose time zone or product nobody knows."""
    found = [pl.DataFrame(schema=FAULT_SCHEMA)]
    for column in _OPEN_LISTS:
        if column not in good.columns:
            continue
        words = good[column].drop_nulls().unique().to_list()
        unknown = [word for word in words if not _is_known(column, word)]
        if unknown:
            reason = Reason.UNKNOWN_WORD if column == "product" else Reason.UNKNOWN_ZONE
            good, gone = without(good, pl.col(column).is_in(unknown), column=column, reason=reason)
            found.append(gone)
    return good, pl.concat(found)


@cache
def _is_known(column: str, word: str) -> bool:
    if column == "product":
        return word in known_products()
    zones = [zone.strip() for zone in word.split("|")]
    return any(zones) and all(zone in _zones() for zone in zones if zone)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def repeated_keys(table: Table, folder: Path) -> dict[str, Any]:
    """Find rows whose key comes twice in the whole table; leave their faults and lines behind.

    Keys are compared by 64-bit hash first, so that memory holds eight bytes a row. Returns how
    many rows stay out, and their amounts.
    """
    found = pl.DataFrame(schema=FAULT_SCHEMA)
    suspects = _suspects(table, folder)
    if suspects is not None:
        _, found = unique_rows(suspects, key=table.key)
        found = found.sort("line")
    write_scratch(found.select("line"), folder / "dropped.parquet")
    if suspects is None or not found.height:
        return {"rows": 0, "sums": amounts(None, table)}
    write_scratch(found, folder / "faults" / "repeated.parquet")
    conflicting = found.filter(pl.col("reason") == Reason.CONFLICTING.value)
    if conflicting.height:
        lost = lost_rows(suspects, conflicting, table=table).sort("line")
        write_scratch(lost, folder / "lost" / "repeated.parquet")
    return totals_of(suspects, found, table)


def _suspects(table: Table, folder: Path) -> pl.DataFrame | None:
    if not any((folder / "rows").glob("*.parquet")):
        return None
    rows = pl.scan_parquet(folder / "rows" / "*.parquet")
    key = pl.struct(table.key).hash(seed=1) if len(table.key) > 1 else pl.col(table.key[0]).hash(1)
    hashes = rows.select(key.alias("key")).collect(engine="streaming")["key"].to_numpy().copy()
    hashes.sort()
    twice = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    if not len(twice):
        return None
    return rows.filter(key.is_in(pl.Series(twice).implode())).collect()
