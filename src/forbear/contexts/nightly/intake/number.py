"""Which partition and number does each person get, and where does each row go?"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import polars as pl

from forbear.contexts.nightly.intake.total import Totals, added, amounts
from forbear.contexts.nightly.workspace import write_scratch
from forbear.engine.intake.relate import FAULT_SCHEMA, orphans
from forbear.engine.intake.typed import lost_rows
from forbear.engine.schema import Table

HASH_MASK = (1 << 63) - 1


def person_hash(debtor_id: str) -> int:
    """Return the 63 bits by which lots are drawn for a person.

    >>> person_hash("D1") == person_hash("D1")
    True
    """
    digest = blake2b(debtor_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") & HASH_MASK


def number_debtors(
    debtor: pl.DataFrame, loan_owners: pl.Series, *, partition_loans: int
) -> tuple[pl.DataFrame, list[dict[str, int]]]:
    """Number debtors in the order of their ids and cut them into partitions.

    Returns (debtor_id, debtor_no, part) sorted by debtor_id, and the partitions' bounds.
    """
    loans = loan_owners.value_counts().rename({loan_owners.name: "debtor_id", "count": "loans"})
    numbered = (
        debtor.select("debtor_id")
        .sort("debtor_id")
        .with_row_index("debtor_no")
        .with_columns(pl.col("debtor_no").cast(pl.Int64))
        .join(loans, on="debtor_id", how="left", maintain_order="left")
        .with_columns(pl.col("loans").fill_null(0).cast(pl.Int64))
        .with_columns(
            part=((pl.col("loans").cum_sum() - pl.col("loans")) // partition_loans).cast(pl.Int32)
        )
    )
    # A person with very many loans may leap over a partition; ranks close the gap.
    numbered = numbered.with_columns(part=(pl.col("part").rank("dense") - 1).cast(pl.Int32))
    bounds = (
        numbered.group_by("part")
        .agg(
            debtor_from=pl.col("debtor_no").min(),
            debtor_to=pl.col("debtor_no").max() + 1,
            loans=pl.col("loans").sum(),
        )
        .sort("part")
        .with_columns(loan_from=pl.col("loans").cum_sum() - pl.col("loans"))
    )
    return numbered.select("debtor_id", "debtor_no", "part"), bounds.to_dicts()


def spill(
    table: Table, folder: Path, *, by: str, keys: pl.DataFrame, lost: pl.DataFrame, target: Path
) -> Totals:
    """Send every row to its partition's folder; return totals of those that belong nowhere.

    ``keys`` maps the column ``by`` to ``part``, sorted by it; ``lost`` has (``by``, root) of the
    rejected rows that a row may have meant.
    """
    dropped = pl.read_parquet(folder / "dropped.parquet")
    found, gone = [pl.DataFrame(schema=FAULT_SCHEMA)], []
    totals = [{"rows": 0, "sums": amounts(None, table)}]
    for piece in sorted((folder / "rows").glob("*.parquet")):
        frame = pl.read_parquet(piece)
        if dropped.height:
            frame = frame.join(dropped, on="line", how="anti", maintain_order="left")
        placed = frame.join(_near(keys, frame[by], by), on=by, how="left", maintain_order="left")
        astray = placed.filter(pl.col("part").is_null())
        if astray.height:
            found.append(orphans(astray, by=by, lost=lost))
            gone.append(lost_rows(astray, found[-1], table=table))
            totals.append({"rows": astray.height, "sums": amounts(astray, table)})
        parts = placed.drop_nulls("part").partition_by(
            "part", as_dict=True, include_key=False, maintain_order=True
        )
        for (part,), mine in parts.items():
            write_scratch(mine, target / f"{part:05d}" / piece.name)
    if gone:
        write_scratch(pl.concat(found), folder / "faults" / "orphans.parquet")
        write_scratch(pl.concat(gone), folder / "lost" / "orphans.parquet")
    return added(*totals)


def _near(keys: pl.DataFrame, wanted: pl.Series, by: str) -> pl.DataFrame:
    """Cut the sorted key table to the range a block needs; extracts are mostly in order."""
    low, high = wanted.min(), wanted.max()
    if low is None:
        return keys.clear()
    start = keys[by].search_sorted(low, side="left")
    end = keys[by].search_sorted(high, side="right")
    return keys.slice(int(start), int(end) - int(start))
