"""How much longer is a night with models than one without, of the same book?

The models are of five channels' gains, grown as a lender grows them, and of who complains; learned
from the lots of a small world. Nights take turns; medians are told. Processor time tells more than
the clock where other programs are at work.

python tests/bench/night_with_models.py [loans]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import polars as pl

from forbear.contexts.nightly.insight.settings import open_model_settings
from forbear.contexts.nightly.run import NightSettings, run_night
from forbear.contexts.nightly.workspace import Workspace
from forbear.engine.risk.model import Model
from tests.support.home import home_with_book
from tests.support.insight import let_count
from tests.support.world import make_world, models_of, rows_of

LEARNED_FROM, DAYS, TURNS = 20_000, 3, 4
AIM = 1.5


def learned(folder: Path) -> list[Model]:
    """Return five gains and who complains, grown as the demo's house asks for."""
    settings = replace(open_model_settings(), gain_rows_min=200)
    past = make_world(folder, loans=LEARNED_FROM, seed=1)
    rows = rows_of(past, days=DAYS)
    return models_of(past, rows, settings)


def night_s(workspace: Workspace) -> tuple[float, float]:
    """Return what a night takes, by the clock and of the processor."""
    shutil.rmtree(workspace.nights, ignore_errors=True)
    begun, used = time.perf_counter(), time.process_time()
    run_night(workspace=workspace, settings=NightSettings())
    return time.perf_counter() - begun, time.process_time() - used


def main() -> None:
    """Measure, and print."""
    loans = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    with tempfile.TemporaryDirectory() as folder:
        models = learned(Path(folder) / "past")
        without = home_with_book(Path(folder) / "now", loans=loans)
        there = shutil.copytree(without.root, Path(folder) / "with")
        let_count(Workspace(there), *models)
        for home in (without, Workspace(there)):
            night_s(home)  # what is loaded once is loaded
        rows = pl.DataFrame(
            [(*night_s(without), *night_s(Workspace(there))) for _ in range(TURNS)],
            schema=["plain", "plain_cpu", "models", "models_cpu"],
            orient="row",
        )
    plain, plain_cpu, models_s, models_cpu = (median(rows[name]) for name in rows.columns)
    print(f"  {loans:,} loans, {len(models)} models, medians of {TURNS}")
    print(f"  without {plain:.1f} s, with {models_s:.1f} s: {models_s / plain:.2f} by the clock")
    ratio = models_cpu / plain_cpu
    print(
        f"  without {plain_cpu:.1f} s, with {models_cpu:.1f} s: {ratio:.2f} of the processor "
        f"(aim {AIM})"
    )


if __name__ == "__main__":
    main()
