"""How does the lender learn which rows stayed out, why, and what each fault took along?"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl

from forbear.contexts.nightly.intake.source import FILE_STRIDE, Extract
from forbear.contexts.nightly.workspace import part_name, write_frame
from forbear.engine.intake.reason import CASCADES, WORDS, Reason
from forbear.engine.intake.relate import FAULT_SCHEMA
from forbear.engine.intake.typed import lost_columns, stored
from forbear.engine.tables import EXTRACT, REJECT
from forbear.values.code import ConsentState

CSV_ROWS_MAX = 100_000
CASCADES_MAX = 50
# A second copy protects as the first does; who is not in the book is not contacted; and a consent
# that was given counts only by what it allows.
_HARMLESS = {
    "hold": [Reason.DUPLICATE.value, Reason.ORPHAN.value, Reason.DEBTOR_REJECTED.value],
    "consent": [
        Reason.DUPLICATE.value,
        Reason.ORPHAN.value,
        Reason.DEBTOR_REJECTED.value,
        Reason.WRONG_OWNER.value,
    ],
}
_FORMULA = ("=", "+", "-", "@", "\t")


def gather_rejects(extract: Extract, work: Path, book: Path) -> dict[str, Any]:
    """Write REJECT and rejects.csv.

    Returns rejected rows by table, faults by reason with the first example of each, and what each
    root fault took along.
    """
    found = [_of_table(extract, name, work) for name in EXTRACT]
    shape = {c.name: stored(c) for c in REJECT.columns}
    whole = _in_words(pl.concat(found))
    whole = whole.select(pl.col(n).cast(t) for n, t in shape.items())
    described = write_frame(whole, book / "reject" / part_name(0))
    _write_csv(whole, book / "rejects.csv")
    reasons = (
        whole.group_by("table", "column", "reason")
        .agg(pl.len().alias("count"), pl.first("file", "line", "text_en", "text_zh"))
        .with_columns(cascade=pl.col("reason").is_in([each.value for each in CASCADES]))
        .sort("count", "table", "column", "reason", descending=[True, False, False, False])
    )
    counts = {name: each["at"].n_unique() for name, each in zip(EXTRACT, found, strict=True)}
    by_table = dict(zip(EXTRACT, found, strict=True))
    return {
        "file": described,
        "rows": counts,
        "reasons": reasons.to_dicts(),
        "cascades": _cascades(found),
        "protections": _protections(by_table, work),
        "affected": _affected(by_table, work),
    }


def _of_table(extract: Extract, name: str, work: Path) -> pl.DataFrame:
    files = sorted((work / "checked" / name / "faults").glob("*.parquet"))
    parts = [pl.DataFrame(schema=FAULT_SCHEMA), *(pl.read_parquet(file) for file in files)]
    found = pl.concat(parts).unique().sort("line", "column", "reason", "root")
    names = {source.position: source.path.name for source in extract.files[name]}
    return found.select(
        table=pl.lit(name),
        at="line",
        file=(pl.col("line") // FILE_STRIDE).replace_strict(names, return_dtype=pl.String),
        line=pl.col("line") % FILE_STRIDE,
        column=pl.when(pl.col("column") != "").then(pl.col("column")),
        reason="reason",
        root="root",
    )


def _in_words(found: pl.DataFrame) -> pl.DataFrame:
    def said(values: dict[str, str]) -> pl.Expr:
        return pl.col("reason").replace_strict(values, return_dtype=pl.String)

    return found.with_columns(
        value_class=said({r.value: w.value_class for r, w in WORDS.items()}),
        text_en=said({r.value: w.en for r, w in WORDS.items()}),
        text_zh=said({r.value: w.zh for r, w in WORDS.items()}),
    )


def _cascades(found: list[pl.DataFrame]) -> list[dict[str, Any]]:
    """Return the faults that took other rows along, with how many of which table."""
    taken = (
        pl.concat(found)
        .drop_nulls("root")
        .group_by("root", "table")
        .agg(rows=pl.col("at").n_unique())
        .sort("root", "table")
    )
    roots: dict[str, dict[str, int]] = {}
    for root, table, rows in taken.iter_rows():
        roots.setdefault(root, {})[table] = rows
    ordered = sorted(roots.items(), key=lambda each: (-sum(each[1].values()), each[0]))
    return [{"root": root, "took": took} for root, took in ordered[:CASCADES_MAX]]


def _protections(found: dict[str, pl.DataFrame], work: Path) -> list[dict[str, Any]]:
    """Return the rejected holds and withdrawals of consent of persons who are in the book."""
    keys = _keys(work, "debtor_id")
    rows = []
    for name in ("hold", "consent"):
        own = found[name].filter(~pl.col("reason").is_in(_HARMLESS[name]))
        lost = _lost(work, name)
        if not own.height:
            continue
        told = own.join(lost, left_on="at", right_on="line", how="left", maintain_order="left")
        stranger = pl.col("debtor_id").is_not_null() & ~pl.col("debtor_id").is_in(keys.implode())
        told = told.filter(~stranger)
        if name == "consent":
            given = pl.col("state") == ConsentState.GIVEN.number
            told = told.filter(~given.fill_null(value=False))
        rows += (
            _in_words(told.select(own.columns))
            .unique("at", keep="first", maintain_order=True)
            .drop("at", "root")
            .to_dicts()
        )
    return rows


def _lost(work: Path, name: str) -> pl.DataFrame:
    files = sorted((work / "checked" / name / "lost").glob("*.parquet"))
    table = EXTRACT[name]
    shape = {column: stored(table.column(column)) for column in lost_columns(table)}
    empty = pl.DataFrame(schema={"line": pl.Int64, **shape, "root": pl.String})
    parts = pl.concat([empty, *(pl.read_parquet(file) for file in files)]).drop("root")
    return parts.unique("line", keep="first", maintain_order=True)


def _keys(work: Path, by: str) -> pl.Series:
    return pl.read_parquet(work / "keys" / f"{by}.parquet", columns=[by])[by]


def _affected(found: dict[str, pl.DataFrame], work: Path) -> dict[str, int]:
    """Count whose figures suffer.

    A rejected payment makes a loan look later than it is. A rejected attempt makes somebody seem
    less contacted; whoever it may have concerned is held, and it is told where nobody was found.
    """
    loans = _lost(work, "payment")["loan_id"].drop_nulls().unique()
    in_book = _keys(work, "loan_id").implode()
    files = sorted((work / "checked" / "attempt" / "placed").glob("*.parquet"))
    shape = {"line": pl.Int64, "debtor_no": pl.Int64}
    placed = pl.concat([pl.DataFrame(schema=shape), *(pl.read_parquet(file) for file in files)])
    # A second copy is counted once all the same; who is not in the book is not contacted.
    harmless = [Reason.DUPLICATE.value, Reason.DEBTOR_REJECTED.value]
    rejected = found["attempt"].filter(~pl.col("reason").is_in(harmless))
    strangers = rejected.join(placed, left_on="at", right_on="line", how="anti")
    return {
        "loans_with_rejected_payments": loans.is_in(in_book).sum() if len(loans) else 0,
        "people_with_rejected_attempts": placed["debtor_no"].n_unique(),
        "attempts_of_nobody": strangers["at"].n_unique(),
    }


def _write_csv(whole: pl.DataFrame, path: Path) -> None:
    """Write what a spreadsheet opens as text; the mark at the start tells it the encoding."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(whole.columns)
        for row in whole.head(CSV_ROWS_MAX).iter_rows():
            writer.writerow([_harmless(value) for value in row])
        if whole.height > CSV_ROWS_MAX:
            rest = whole.height - CSV_ROWS_MAX
            writer.writerow(["…", f"{rest} more stand in reject/{part_name(0)}"])


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from taking a file's name for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
