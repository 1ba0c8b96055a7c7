"""How fast is a night, beside what any machine must do at least?

Every figure is printed beside a reference measured in the same run: the bare read of the same
bytes, the same delinquency in pandas, a general LP solver. Ratios carry over to other machines;
seconds do not. Each measured thing runs in a process of its own, so that its peak memory is its
own; what is repeated is reported as the median.

    python tools/bench.py                       1 and 10 million loans
    python tools/bench.py --loans 100000        one small size, for trying the benchmark itself
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FORBEAR = [sys.executable, "-m", "forbear.interfaces.commands.main"]
INSTALMENTS = 12
ATTEMPTS_PER_LOAN = 6
SEED = 7
DELINQUENCY_INPUTS = ("loan", "instalment", "payment", "hold")
NIGHT_INPUTS = (*DELINQUENCY_INPUTS, "debtor", "contact_point", "consent", "attempt")
GAP_AIM_PERCENT = 0.05


@dataclass
class Run:
    """One finished process: wall seconds, processor seconds, peak memory, what it printed."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    out: str = field(repr=False)


def run(command: list[str], **environment: str) -> Run:
    """Run a command to its end and measure it; its failure ends the benchmark."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}, cwd=ROOT
    )
    assert process.stdout is not None
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\nended with {process.returncode}\n{out[-2000:]}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out)


def prepare(home: Path, *, loans: int) -> Path:
    """Write and import the sample of a size once; later runs find it."""
    folder = home / str(loans)
    done = folder / "imported.json"
    if done.exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    extract = folder / "extract"
    size = f"--loans {loans} --seed {SEED} --instalments {INSTALMENTS}".split()
    size += ["--attempts-per-loan", str(ATTEMPTS_PER_LOAN), "--format", "parquet"]
    made = run([*FORBEAR, "sample", str(extract), *size, "--json"])
    print(f"  sample of {loans:,} loans: {made.wall_s:.1f} s, {made.peak_mib:,.0f} MiB")
    taken = run([*FORBEAR, "import", str(extract), "--home", str(folder / "home"), "--json"])
    print(f"  its import: {taken.wall_s:.1f} s, {taken.peak_mib:,.0f} MiB", flush=True)
    done.write_text(json.dumps({"sample_s": made.wall_s, "import_s": taken.wall_s}))
    shutil.rmtree(extract)
    return folder


BARE = """
import sys, time, json
import polars as pl
seconds, processor = {}, {}
for table in sys.argv[2].split(","):
    begun, spent = time.perf_counter(), time.process_time()
    frame = pl.scan_parquet(f"{sys.argv[1]}/{table}/*.parquet")
    schema = frame.collect_schema()
    sums = [
        pl.col(n).sum() if t.is_numeric() or t == pl.Boolean else pl.col(n).str.len_bytes().sum()
        for n, t in schema.items()
    ]
    frame.select(sums).collect(engine="streaming")
    seconds[table] = time.perf_counter() - begun
    processor[table] = time.process_time() - spent
print(json.dumps({"steps": seconds, "processor": processor}))
"""
Timings = dict[str, dict[str, float]]


def bare_read(book: Path, tables: tuple[str, ...]) -> Timings:
    """Return the seconds to read and sum every column of each table, by the clock and spent."""
    found: Timings = json.loads(run([sys.executable, "-c", BARE, str(book), ",".join(tables)]).out)
    return found


def middle(runs: list[Timings], kind: str) -> dict[str, float]:
    """Return the median of every entry."""
    return {name: statistics.median(each[kind][name] for each in runs) for name in runs[0][kind]}


def book_of(folder: Path) -> Path:
    """Return the folder of the imported book."""
    books = folder / "home" / "books"
    return books / (books / "CURRENT").read_text().strip()


def night(folder: Path) -> tuple[Timings, Run, dict[str, Any]]:
    """Run the night afresh; return its timings, the run and the manifest."""
    nights = folder / "home" / "nights"
    shutil.rmtree(nights, ignore_errors=True)
    whole = run([*FORBEAR, "night", "--home", str(folder / "home"), "--json"])
    latest = nights / (nights / "LATEST").read_text().strip()
    timings = json.loads((latest / "timings.json").read_text())
    return timings, whole, json.loads((latest / "manifest.json").read_text())


@dataclass
class Result:
    """What one size gave."""

    loans: int
    wall_s: float
    peak_mib: float
    delinquency_s: float


def print_agenda(figures: Any) -> None:
    """Print how many people were planned, and how far the plan may lie below the best."""
    if not figures:
        print("  agenda: the night tells nothing")
        return
    print(
        f"  agenda: {figures['people']:,} people, {figures['options']:,} ways, "
        f"{figures['planned']:,} planned; gap to the bound {figures['gap_ppb'] / 1e7:.4f} %"
        f"  (aim {GAP_AIM_PERCENT} %)"
    )


def measure(home: Path, *, loans: int, repeats: int) -> Result:
    """Measure and print one size."""
    print(f"\n{loans:,} loans x {INSTALMENTS} instalments, {ATTEMPTS_PER_LOAN * loans:,} attempts")
    folder = prepare(home, loans=loans)
    # One after the other in turn, so that a machine's busy minutes meet both.
    bares, nights = [bare_read(book_of(folder), NIGHT_INPUTS)], []
    for _ in range(repeats):
        nights.append(night(folder))
        bares.append(bare_read(book_of(folder), NIGHT_INPUTS))
    _, whole, manifest = sorted(nights, key=lambda each: each[1].wall_s)[len(nights) // 2]
    steps, spent = (middle([each[0] for each in nights], kind) for kind in ("steps", "processor"))
    bare, bare_spent = (middle(bares, kind) for kind in ("steps", "processor"))
    bare_s = sum(bare.values())
    print(f"  {'step':<14}{'seconds':>9}{'processor':>11}{'of bare read':>14}")
    for step, seconds in steps.items():
        print(f"  {step:<14}{seconds:>9.2f}{spent[step]:>11.2f}{seconds / bare_s:>13.2f}x")
    print(
        f"  {'whole night':<14}{whole.wall_s:>9.2f}{whole.cpu_s:>11.2f}"
        f"{whole.wall_s / bare_s:>13.2f}x   peak {whole.peak_mib:,.0f} MiB, runs {repeats}"
    )
    print(
        f"  {'bare read':<14}{bare_s:>9.2f}{sum(bare_spent.values()):>11.2f}"
        f"   of every column of its {len(NIGHT_INPUTS)} tables"
    )
    own, own_spent = (
        sum(each[table] for table in DELINQUENCY_INPUTS) for each in (bare, bare_spent)
    )
    print(
        f"  delinquency beside the bare read of its own inputs ({own:.2f} s): "
        f"{steps['delinquency'] / own:.2f}x by the clock, "
        f"{spent['delinquency'] / own_spent:.2f}x of processor time  (aim 5)"
    )
    print_agenda(manifest.get("agenda"))
    return Result(loans, whole.wall_s, whole.peak_mib, steps["delinquency"])


def beside(title: str, script: str, argument: str, *, needs: tuple[str, ...]) -> None:
    """Print a comparison made by a script of tests/bench, or why it is left out."""
    print(f"\n{title}", flush=True)
    missing = [name for name in needs if importlib.util.find_spec(name) is None]
    if missing:
        print(f"  left out: {', '.join(missing)} not installed")
        return
    print(run([sys.executable, str(ROOT / "tests" / "bench" / script), argument]).out, end="")


def content() -> None:
    """Print how well and how fast forbidden words are found."""
    beside(
        "The check of content on labelled utterances",
        "content.py",
        os.environ.get("FORBEAR_DATA", ""),
        needs=("numpy",),
    )


def references(home: Path, *, loans: int) -> None:
    """Print the night's two costly steps beside what others would use for them."""
    beside(
        f"The same delinquency in pandas, {loans:,} loans",
        "delinquency_in_pandas.py",
        str(book_of(home / str(loans))),
        needs=("pandas", "pyarrow"),
    )
    beside(
        "The agenda beside a general LP solver, 100,000 people",
        "agenda_against_lp.py",
        "100000",
        needs=("ortools",),
    )
    beside(
        "Single decisions with all their reasons, beside general rule engines",
        "decisions.py",
        "20000",
        needs=(),
    )
    beside(
        "The night's day into the database, beside a bare COPY, 500,000 persons",
        "load_day.py",
        "500000",
        needs=("django", "psycopg"),
    )
    beside(
        "What the assistant understands, beside public sets where they are at hand",
        "assistant.py",
        os.environ.get("FORBEAR_BENCH_DATA", ""),
        needs=(),
    )
    beside(
        "Arrangements come to by talking, beside two fixed strategies",
        "negotiation.py",
        "2000",
        needs=("numpy",),
    )
    beside(
        "The portal's pages on an old telephone and a poor line",
        "portal.py",
        "",
        needs=("django", "psycopg", "playwright"),
    )
    beside(
        "The console with a million persons, ten million attempts and fifty collectors",
        "console.py",
        "1000000",
        needs=("django", "psycopg"),
    )
    beside(
        "100 calls at once, bridged and recorded, beside bare legs of the SIP stack",
        "calls.py",
        "100",
        needs=("django", "psycopg", "baresip"),
    )
    beside(
        "Contacts decided and sent, beside a bare insert, and with 10 million past attempts",
        "gate.py",
        "10000000",
        needs=("django", "psycopg"),
    )


def models() -> None:
    """Print how good measured models are on real sets, and how fast forests are scored."""
    beside(
        "A forest scored, beside LightGBM's own predict",
        "forest.py",
        "10000000",
        needs=("lightgbm",),
    )
    beside(
        "A night with models, beside one without",
        "night_with_models.py",
        "300000",
        needs=("lightgbm",),
    )
    print("\nMeasured models on real sets, beside plain LightGBM", flush=True)
    if importlib.util.find_spec("lightgbm") is None:
        print("  left out: lightgbm not installed")
        return
    print(run([sys.executable, str(ROOT / "tests" / "bench" / "models.py")]).out, end="")


def main() -> None:
    """Measure every size, then the references, then the growth."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--loans", type=int, action="append", help="a size; may be repeated")
    parser.add_argument("--home", type=Path, default=ROOT / "bench-home")
    parser.add_argument("--repeats", type=int, default=3, help="runs of the night at each size")
    parser.add_argument("--skip-references", action="store_true")
    chosen = parser.parse_args()
    home = chosen.home.resolve()
    sizes = sorted(chosen.loans or (1_000_000, 10_000_000))
    results = [measure(home, loans=size, repeats=chosen.repeats) for size in sizes]
    if not chosen.skip_references:
        references(home, loans=sizes[0])
        content()
        models()
    first, last = results[0], results[-1]
    if first is not last:
        print(
            f"\nGrowth with {last.loans / first.loans:g} times the loans: "
            f"night {last.wall_s / first.wall_s:.2f}x, "
            f"delinquency {last.delinquency_s / first.delinquency_s:.2f}x  (aim 10.5 with 10)"
        )
    print(
        f"Aims at 10 million loans on 2 cores: 90 s and 4,096 MiB; "
        f"here {last.loans:,} loans took {last.wall_s:.1f} s and {last.peak_mib:,.0f} MiB"
    )


if __name__ == "__main__":
    main()
