"""How busy are collectors by reserved pacing, beside the best, no looking ahead, and a bet?

    python tests/bench/pacing.py [hours]

Each row is one floor of invented collectors with as many lines, over the same dice. The best is
what reservation allows at all where lines are no limit. A bet calls two persons a collector.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from forbear.policy.pacing_lab import Calls, Pace, best_ppm, simulate  # noqa: E402  # path set above

CALLS = Calls(
    answered_ppm=350_000,
    ring_least_s=5.0,
    ring_mean_s=12.0,
    ring_out_s=28.0,
    talk_mean_s=150.0,
    wrap_s=20.0,
)
SEATS = (5, 10, 20, 50, 100, 200)


def main(hours: float) -> None:
    """Print a row a floor."""
    print("| seats | best | reserved | reserved, not ahead | a bet | abandoned by the bet |")
    print("|---|---|---|---|---|---|")
    for seats in SEATS:
        found = [
            simulate(
                seats,
                seats * pace.a_seat,
                CALLS,
                pace,
                lasts_s=hours * 3600,
                draw=random.Random(f"{seats}").random,
            )
            for pace in (Pace(), Pace(ahead=False), Pace(a_seat=2))
        ]
        assert found[0].abandoned == found[1].abandoned == 0
        shares = [f"{each.talking_ppm / 10_000:.1f} %" for each in found]
        lost = f"{100 * found[2].abandoned / found[2].answered:.1f} %"
        print(f"| {seats} | {best_ppm(CALLS) / 10_000:.1f} % | {' | '.join(shares)} | {lost} |")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0)
