"""What comes of negotiating from what people can pay, beside two fixed ways?

Two thousand invented people talk with the assistant's arrangement negotiation, are asked for
everything at once, or are all offered the longest plan; three years are lived through after that.
Printed with bootstrap intervals of 95 %: the share of the debt recovered, turns of talk, the share
who agreed, whose arrangement broke, of months in which necessities were cut, and the least share of
necessities that was kept. Pure, and the same by seed.

    python tests/bench/negotiation.py [PEOPLE] [SEED]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.counterpart import (  # noqa: E402
    Fate,
    assistant,
    full_demanded,
    longest_always,
    people,
)

DRAWS = 1_000
WAYS: dict[str, Callable[..., Fate]] = {
    "from what can be paid": assistant,
    "everything demanded": full_demanded,
    "longest plan always": longest_always,
}
MEASURES: dict[str, Callable[[Fate], float]] = {
    "recovered": lambda fate: fate.recovered,
    "agreed": lambda fate: float(fate.agreed),
    "turns": lambda fate: float(fate.turns),
    "broken": lambda fate: float(fate.broken),
    "months cut": lambda fate: fate.cut,
    "needs kept": lambda fate: fate.kept_for_needs,
}


def interval(values: Sequence[float], *, seed: int) -> tuple[float, float, float]:
    """Return the mean and the bootstrap interval of 95 % around it."""
    found = np.asarray(values)
    draws = np.random.default_rng(seed).integers(0, len(found), (DRAWS, len(found)))
    low, high = np.percentile(found[draws].mean(axis=1), (2.5, 97.5))
    return float(found.mean()), float(low), float(high)


def main(number: str = "2000", seed: str = "1") -> None:
    """Negotiate, live on, and print."""
    who = people(int(number), seed=int(seed))
    for name, way in WAYS.items():
        fates = [way(each) for each in who]
        print(f"{name} ({len(fates)} people)")
        for measure, value in MEASURES.items():
            mean, low, high = interval([value(each) for each in fates], seed=int(seed))
            print(f"    {measure:<11} {mean:7.3f}  [{low:.3f}, {high:.3f}]")
        beyond = sum(not each.bounded for each in fates)
        print(f"    beyond means or authority: {beyond}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
