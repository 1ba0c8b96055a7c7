"""Where may a test kill the process, to see that nothing half-done remains?

``FORBEAR_CHAOS`` names a point; reaching it kills the process as ``kill -9`` would. ``point:3``
lets two pass and kills at the third. Without the variable a point costs one look-up. A simulation
of many lives in one process listens instead, and ends the life by raising.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

VARIABLE = "FORBEAR_CHAOS"
_passed: Counter[str] = Counter()
_listeners: list[Callable[[str], None]] = []


def chaos(point: str) -> None:
    """Die here when the environment, or whoever listens, says so."""
    for listener in _listeners:
        listener(point)
    told = os.environ.get(VARIABLE)
    if told is None:
        return
    name, _, number = told.partition(":")
    if name == point:
        _passed[point] += 1
        if _passed[point] >= int(number or 1):
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def listening(listener: Callable[[str], None]) -> Iterator[None]:
    """Tell every point that is reached to somebody while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
