"""How good and how fast is the agenda beside a general LP solver on the same people?

    python tests/bench/agenda_against_lp.py [people]

Prints both times, the agenda's own gap to its bound, and its gap to the solver's optimum of the
relaxation, which no agenda can exceed. Needs OR-tools, which only the tests use.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from forbear.engine.agenda import solve  # noqa: E402
from forbear.engine.agenda.resource import resources, usable, used_by  # noqa: E402
from tests.support.agenda_house import DEMO, without_lots  # noqa: E402
from tests.support.agenda_lp import lp_optimum  # noqa: E402
from tests.support.agenda_ways import made_up_ways  # noqa: E402

SOLVERS = ("PDLP", "GLOP")
MICRO = 1_000_000


def main(people: int = 100_000) -> None:
    """Plan the same made-up people both ways and print the comparison."""
    settings = without_lots(DEMO)
    options, hashes = made_up_ways(people, seed=3, settings=settings)
    started = time.perf_counter()
    figures = solve(options, hashes, as_of=20_000, settings=settings).figures
    taken_s = time.perf_counter() - started
    value, bound = figures["value_micro"] / MICRO, figures["bound_micro"] / MICRO
    print(f"{people:,} people, {len(options['debtor_no']):,} ways")
    print(
        f"agenda by prices   {taken_s:8.2f} s  worth {value:,.0f}"
        f"  bound {bound:,.0f}  gap {figures['gap_ppb'] / 1e7:.4f} %"
    )
    offered = resources(settings, candidates=figures["people"])
    resource, units = used_by(options, settings)
    for solver in SOLVERS:
        started = time.perf_counter()
        optimum = lp_optimum(
            person=options["debtor_no"],
            resource=np.where(resource == offered.free, -1, resource),
            units=units,
            value=options["value_micro"] / MICRO,
            capacity=usable(offered.capacity, resource, units),
            solver=solver,
        )
        taken_s = time.perf_counter() - started
        print(
            f"LP optimum by {solver} {taken_s:8.2f} s  worth {optimum:,.0f}"
            f"  bound above it {100 * (bound / optimum - 1):.5f} %"
            f"  agenda below it {100 * (1 - value / optimum):.4f} %"
        )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
