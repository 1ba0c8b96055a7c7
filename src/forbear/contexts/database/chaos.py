"""Where may a test kill the process, to see that nothing half-done remains?

``FORBEAR_CHAOS`` names a point; reaching it kills the process as ``kill -9`` would. ``point:3``
lets two pass and kills at the third. Without the variable a point costs one look-up.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

VARIABLE = "FORBEAR_CHAOS"
_passed: Counter[str] = Counter()


def chaos(point: str) -> None:
    """Die here when the environment says so."""
    told = os.environ.get(VARIABLE)
    if told is None:
        return
    name, _, number = told.partition(":")
    if name == point:
        _passed[point] += 1
        if _passed[point] >= int(number or 1):
            os.kill(os.getpid(), signal.SIGKILL)
