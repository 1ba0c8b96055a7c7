"""How fast is a forest scored here, beside LightGBM's own predict of the same trees?

python tests/bench/forest.py [rows]
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from forbear.contexts.nightly.insight.grow import _tree
from forbear.engine.risk.forest import Forest

FEATURES, TREES, LEAVES, ROUNDS = 40, 200, 31, 3
AIM = 3.0


def rows_of(count: int) -> np.ndarray:
    """Half of the features whole numbers, one value of twenty missing."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(count, FEATURES))
    table[:, : FEATURES // 2] = np.round(np.abs(table[:, : FEATURES // 2]) * 30)
    table[rng.random(table.shape) < 0.05] = np.nan
    return table


def fastest(call: Callable[[], np.ndarray]) -> tuple[float, float, np.ndarray]:
    best, spent, said = float("inf"), float("inf"), np.zeros(0)
    for _ in range(ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        said = call()
        best = min(best, time.perf_counter() - begun)
        spent = min(spent, time.process_time() - used)
    return best, spent, said


def main() -> None:
    """Print both, and by how much their answers differ."""
    import lightgbm

    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    table = rows_of(200_000)
    pull = np.nansum(table[:, [0, 3, 21, 25]] * [0.03, 0.03, 1.0, 1.0], axis=1)
    hit = (pull + np.random.default_rng(1).normal(size=len(table)) > 1.5).astype(float)
    settings = {"objective": "binary", "num_leaves": LEAVES, "verbose": -1, "num_threads": 2}
    grown = lightgbm.train(settings, lightgbm.Dataset(table, hit), TREES)
    told = grown.dump_model()["tree_info"]
    forest = Forest(tuple(_tree(one["tree_structure"]) for one in told), FEATURES)
    asked = rows_of(count)
    columns = [np.ascontiguousarray(column) for column in asked.T]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ours = fastest(lambda: forest.score(columns, workers=2))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    theirs = fastest(lambda: grown.predict(asked, raw_score=True, num_threads=2))
    print(f"  {count:,} rows, {TREES} trees of {LEAVES} leaves, {FEATURES} features, 2 threads")
    for name, (wall, spent, _) in {"Forbear": ours, "LightGBM": theirs}.items():
        print(f"  {name:<9}{wall:>8.2f} s{spent:>9.2f} s of processor time")
    print(
        f"  {theirs[0] / ours[0]:.1f} times as fast (aim {AIM:g}), "
        f"{theirs[1] / ours[1]:.1f} times of processor time; "
        f"greatest difference {np.abs(ours[2] - theirs[2]).max():.1e}; memory + {memory:,.0f} MiB"
    )


if __name__ == "__main__":
    main()
