"""Where may a test kill the process, to see that nothing half-done remains?

``FORBEAR_CHAOS`` names a point; reaching it kills the process as ``kill -9`` would. Without the
variable a point costs one look-up.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "FORBEAR_CHAOS"


def chaos(point: str) -> None:
    """Die here when the environment says so."""
    if os.environ.get(VARIABLE) == point:
        os.kill(os.getpid(), signal.SIGKILL)
