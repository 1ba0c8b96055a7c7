"""How fast is a forest scored here, beside LightGBM's own predict of the same trees?

Both get the same rows, so many at a time, one after the other, on one thread and on two. A night
scores on one. Processor time tells more than the clock where other programs are at work.

python tests/bench/forest.py [rows]
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from forbear.contexts.nightly.insight.grow import _tree
from forbear.engine.risk.forest import Forest

FEATURES, TREES, LEAVES = 40, 200, 31
AT_A_TIME = 500_000
AIM, MAY_DIFFER = 3.0, 1e-6


@dataclass
class Spent:
    """Seconds by the clock and of the processor, added up over the rows."""

    wall: float = 0.0
    processor: float = 0.0

    def on(self, call: Callable[[], np.ndarray]) -> np.ndarray:
        """Call, and add what it took."""
        begun, used = time.perf_counter(), time.process_time()
        said = call()
        self.wall += time.perf_counter() - begun
        self.processor += time.process_time() - used
        return said


def rows_of(count: int, seed: int = 0) -> np.ndarray:
    """Half of the features whole numbers, one value of twenty missing."""
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(count, FEATURES))
    table[:, : FEATURES // 2] = np.round(np.abs(table[:, : FEATURES // 2]) * 30)
    table[rng.random(table.shape) < 0.05] = np.nan
    return table


def grown() -> Any:
    """Let LightGBM grow the trees."""
    import lightgbm

    table = rows_of(200_000)
    pull = np.nansum(table[:, [0, 3, 21, 25]] * [0.03, 0.03, 1.0, 1.0], axis=1)
    hit = (pull + np.random.default_rng(1).normal(size=len(table)) > 1.5).astype(float)
    settings = {"objective": "binary", "num_leaves": LEAVES, "verbose": -1, "num_threads": 2}
    return lightgbm.train(settings, lightgbm.Dataset(table, hit), TREES)


def main() -> None:
    """Print both, and by how much their answers differ."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    theirs = grown()
    told = theirs.dump_model()["tree_info"]
    forest = Forest(tuple(_tree(one["tree_structure"]) for one in told), FEATURES)
    spent = {(who, threads): Spent() for threads in (1, 2) for who in ("Forbear", "LightGBM")}
    differ = 0.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for place in range(0, count, AT_A_TIME):
        asked = rows_of(min(AT_A_TIME, count - place), seed=place + 1)
        columns = [np.ascontiguousarray(column) for column in asked.T]
        for threads in (1, 2):
            ours = spent["Forbear", threads].on(partial(forest.score, columns, workers=threads))
            ask = partial(theirs.predict, asked, raw_score=True, num_threads=threads)
            said = spent["LightGBM", threads].on(ask)
            differ = max(differ, float(np.abs(ours - said).max()))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"  {count:,} rows, {TREES} trees of {LEAVES} leaves, {FEATURES} features")
    for (who, threads), one in spent.items():
        print(f"  {who:<9}{threads} threads{one.wall:>9.2f} s{one.processor:>9.2f} s of processor")
    for threads in (1, 2):
        ours, other = spent["Forbear", threads], spent["LightGBM", threads]
        print(
            f"  {threads} threads: {other.wall / ours.wall:.1f} times as fast, "
            f"{other.processor / ours.processor:.1f} times by processor (aim {AIM:g})"
        )
    print(
        f"  greatest difference {differ:.1e} (aim {MAY_DIFFER:g}); all in all + {memory:,.0f} MiB; "
        f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"
    )


if __name__ == "__main__":
    main()
