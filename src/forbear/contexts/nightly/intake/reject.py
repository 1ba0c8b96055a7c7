"""How does the lender learn which rows stayed out, and why?"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl

from forbear.contexts.nightly.intake.source import FILE_STRIDE, Extract
from forbear.contexts.nightly.workspace import part_name, write_frame
from forbear.engine.intake.reason import WORDS
from forbear.engine.intake.typed import stored
from forbear.engine.tables import EXTRACT, REJECT

CSV_ROWS_MAX = 100_000


def gather_rejects(extract: Extract, work: Path, book: Path) -> dict[str, Any]:
    """Write REJECT and rejects.csv; return counts by table, by reason, and an example of each."""
    frames = [_of_table(extract, name, work) for name in EXTRACT]
    shape = {c.name: stored(c) for c in REJECT.columns}
    whole = pl.concat([f for f in frames if f.height] or [pl.DataFrame(schema=shape)])
    whole = whole.select(pl.col(n).cast(t) for n, t in shape.items())
    described = write_frame(whole, book / "reject" / part_name(0))
    _write_csv(whole, book / "rejects.csv")
    rows = whole.group_by("table").agg(pl.struct("file", "line").n_unique().alias("rows"))
    counts = dict(zip(rows["table"].to_list(), rows["rows"].to_list(), strict=True))
    reasons = (
        whole.group_by("table", "column", "reason")
        .agg(pl.len().alias("count"), pl.first("file", "line", "text_en", "text_zh"))
        .sort("count", "table", "column", "reason", descending=[True, False, False, False])
    )
    return {"file": described, "rows": {n: counts.get(n, 0) for n in EXTRACT},
            "reasons": reasons.to_dicts()}


def _of_table(extract: Extract, name: str, work: Path) -> pl.DataFrame:
    files = sorted((work / "checked" / name / "faults").glob("*.parquet"))
    if not files:
        return pl.DataFrame()
    found = pl.concat([pl.read_parquet(file) for file in files]).unique().sort(
        "line", "column", "reason"
    )
    names = {source.position: source.path.name for source in extract.files[name]}
    return found.select(
        table=pl.lit(name),
        file=(pl.col("line") // FILE_STRIDE).replace_strict(names, return_dtype=pl.String),
        line=pl.col("line") % FILE_STRIDE,
        column=pl.when(pl.col("column") != "").then(pl.col("column")),
        reason=pl.col("reason"),
        value_class=pl.col("reason").replace_strict(
            {r.value: w.value_class for r, w in WORDS.items()}, return_dtype=pl.String),
        text_en=pl.col("reason").replace_strict(
            {r.value: w.en for r, w in WORDS.items()}, return_dtype=pl.String),
        text_zh=pl.col("reason").replace_strict(
            {r.value: w.zh for r, w in WORDS.items()}, return_dtype=pl.String),
    )


def _write_csv(whole: pl.DataFrame, path: Path) -> None:
    """Write what a spreadsheet opens as text; the mark at the start tells it the encoding."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(whole.columns)
        writer.writerows(whole.head(CSV_ROWS_MAX).iter_rows())
        if whole.height > CSV_ROWS_MAX:
            rest = whole.height - CSV_ROWS_MAX
            writer.writerow(["…", f"{rest} more stand in reject/{part_name(0)}"])
