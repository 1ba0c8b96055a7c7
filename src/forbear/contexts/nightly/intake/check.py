"""Is every row of a table readable by itself, and which keys come twice?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import numpy as np
import polars as pl

from forbear.contexts.nightly.intake.source import Source, blocks
from forbear.contexts.nightly.library import policy_texts
from forbear.contexts.nightly.workspace import write_frame
from forbear.engine.intake.reason import Reason
from forbear.engine.intake.relate import FAULT_SCHEMA, faults, unique_rows
from forbear.engine.intake.typed import check_rows
from forbear.engine.schema import Table
from forbear.policy.product import load_products


def check_table(
    table: Table, files: Iterable[Source], *, folder: Path, progress: Callable[[int], None]
) -> dict[str, Any]:
    """Type a table's rows into ``folder/rows``, its faults into ``folder/faults``.

    Returns counts: rows read, kept and rejected sums, unreadable amounts, repairs by column.
    """
    kept, lost, unreadable, repairs = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    rows = pieces = 0
    for source in files:
        for block in blocks(source):
            checked = check_rows(block.rows, table=table, sources=source.sources)
            good, unknown = _known_words(checked.good)
            miscounted = faults(pl.Series(block.miscounted, dtype=pl.Int64), column="",
                                reason=Reason.FIELD_COUNT)
            found = pl.concat([checked.faults.cast(FAULT_SCHEMA), unknown, miscounted])
            write_frame(good, folder / "rows" / f"{pieces:05d}.parquet")
            if found.height:
                write_frame(found, folder / "faults" / f"{pieces:05d}.parquet")
            rows += block.rows.height + len(block.miscounted)
            pieces += 1
            kept.update({name: int(good[name].sum() or 0) for name in table.sums})
            lost.update(checked.rejected_sums)
            unreadable.update(checked.unreadable)
            unreadable.update(dict.fromkeys(table.sums, len(block.miscounted)))
            repairs.update(checked.repairs)
            progress(rows)
    return {"rows": rows, "kept": dict(kept), "lost": dict(lost),
            "unreadable": dict(unreadable), "repairs": dict(repairs)}


def _known_words(good: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Reject time zones and products that nobody knows."""
    found = [faults(pl.Series([], dtype=pl.Int64), column="", reason=Reason.UNKNOWN_WORD)]
    for column in ("time_zones", "number_zones", "product"):
        if column not in good.columns:
            continue
        bad = [word for word in good[column].drop_nulls().unique().to_list()
               if not _is_known(column, word)]
        if bad:
            reason = Reason.UNKNOWN_WORD if column == "product" else Reason.UNKNOWN_ZONE
            gone = pl.col(column).is_in(bad).fill_null(value=False)
            found.append(faults(good.filter(gone)["line"], column=column, reason=reason))
            good = good.filter(~gone)
    return good, pl.concat(found)


def _is_known(column: str, word: str) -> bool:
    if column == "product":
        return word in load_products(policy_texts("house/demo/products"))
    return all(zone.strip() in available_timezones() for zone in word.split("|") if zone.strip())


def repeated_keys(table: Table, folder: Path) -> pl.DataFrame:
    """Find rows whose key comes twice in the whole table; write their faults.

    Returns the lines to leave out. Keys are compared by 64-bit hash first, so that memory holds
    eight bytes a row.
    """
    if not list((folder / "rows").glob("*.parquet")):
        return pl.DataFrame(schema={"line": pl.Int64})
    rows = pl.scan_parquet(folder / "rows" / "*.parquet")
    key = pl.struct(table.key).hash(seed=1) if len(table.key) > 1 else pl.col(table.key[0]).hash(1)
    hashes = np.sort(rows.select(key.alias("key")).collect(engine="streaming")["key"].to_numpy())
    twice = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    if not len(twice):
        return pl.DataFrame(schema={"line": pl.Int64})
    suspects = rows.filter(key.is_in(pl.Series(twice).implode())).collect()
    _, found = unique_rows(suspects, key=table.key)
    if found.height:
        write_frame(found, folder / "faults" / "repeated.parquet")
    return found.select("line").unique().sort("line")
