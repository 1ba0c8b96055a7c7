"""How fast is the engine's delinquency beside the same in vectorised pandas?

    python tests/bench/delinquency_in_pandas.py <book folder>

Both read the same Parquet files of an imported book and write Parquet, each in processes of its
own, starting the interpreter and importing included; medians of some runs. Pandas takes the whole
book at once and computes only what is compared; the engine goes partition by partition, two at a
time, as the night does, and computes its whole row, which is to its disadvantage. Compared
exactly: rows, the sum of every amount in SUMS, and the loans of each bucket. Ends with 1 if they
differ.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

RUNS = 3
SUMS = (
    "days_past_due",
    "overdue_principal_minor",
    "overdue_interest_minor",
    "overdue_fee_minor",
    "penalty_minor",
    "overdue_minor",
    "outstanding_principal_minor",
)


def by_engine(book: Path, out: Path) -> None:
    """Compute the delinquency with the engine's expressions in Polars."""
    import narwhals as nw
    import polars as pl

    from forbear.engine.delinquency import delinquency

    as_of, terms = day_and_terms(book)

    def one(name: str) -> None:
        frames = {
            table: nw.from_native(pl.scan_parquet(book / table / name))
            for table in ("loan", "instalment", "payment", "hold")
        }
        native = delinquency(frames, as_of=as_of, terms=terms).to_native()
        native.collect(engine="streaming").write_parquet(out / name, compression="zstd")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, sorted(file.name for file in (book / "loan").glob("*.parquet"))))


def by_pandas(book: Path, out: Path) -> None:
    """Compute the delinquency in pandas."""
    from tests.bench.pandas_way import delinquency

    as_of, terms = day_and_terms(book)
    rows = delinquency(book, as_of=as_of, terms=terms)
    rows.to_parquet(out / "all.parquet", compression="zstd", index=False)


def day_and_terms(book: Path) -> tuple[int, Mapping[str, Any]]:
    """Return the book's day and the products' terms."""
    from forbear.contexts.rulebook.library import policy_texts
    from forbear.policy.product import load_products
    from forbear.values.day import day_number

    manifest = json.loads((book / "manifest.json").read_text(encoding="utf-8"))
    as_of = day_number(date.fromisoformat(manifest["book_date"]))
    return as_of, load_products(policy_texts("house/demo/products"))


WAYS = {"engine": by_engine, "pandas": by_pandas}


def measured(way: str, book: Path, out: Path) -> tuple[float, float, float]:
    """Run a way in a process of its own; return wall and processor seconds and peak MiB."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, str(book), way, str(out)])
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{way} ended with {process.returncode}")
    return wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def figures_of(out: Path) -> dict[str, int]:
    """Return the rows, sums and loans a bucket of what a way wrote."""
    import polars as pl

    rows = pl.read_parquet(out / "*.parquet", columns=[*SUMS, "bucket"])
    found = {"rows": rows.height, **{name: int(rows[name].cast(pl.Int64).sum()) for name in SUMS}}
    return found | {f"bucket {name}": n for name, n in sorted(rows["bucket"].value_counts().rows())}


def main(book: Path) -> int:
    """Measure both ways in turns, compare what they wrote, print one line."""
    runs: dict[str, list[tuple[float, float, float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        outs = {way: Path(folder) / way for way in WAYS}
        for _ in range(RUNS):
            for way, out in outs.items():
                out.mkdir(exist_ok=True)
                runs[way].append(measured(way, book, out))
        # Only now, for a child's peak memory begins with its parent's size.
        figures = {way: figures_of(out) for way, out in outs.items()}
    middle = {way: [statistics.median(of) for of in zip(*runs[way], strict=True)] for way in WAYS}
    parts = [
        f"{way} {wall:.2f} s, processor {cpu:.2f} s, {peak:,.0f} MiB"
        for way, (wall, cpu, peak) in middle.items()
    ]
    ratio = middle["pandas"][0] / middle["engine"][0]
    same = figures["engine"] == figures["pandas"]
    print(
        f"  {' | '.join(parts)} | pandas/engine {ratio:.1f}x (processor "
        f"{middle['pandas'][1] / middle['engine'][1]:.1f}x) | same sums: {'yes' if same else 'NO'}"
    )
    names = sorted(figures["engine"].keys() | figures["pandas"].keys())
    for name in names if not same else ():
        ours, theirs = (figures[way].get(name) for way in WAYS)
        if ours != theirs:
            print(f"    {name}: engine {ours}, pandas {theirs}")
    return 0 if same else 1


if __name__ == "__main__":
    if len(sys.argv) == 4:
        WAYS[sys.argv[2]](Path(sys.argv[1]), Path(sys.argv[3]))
    else:
        sys.exit(main(Path(sys.argv[1]).resolve()))
