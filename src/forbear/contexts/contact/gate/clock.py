"""What time is it for the gate?

In service it is the database's clock, so that machines whose clocks differ decide alike. A
simulation gives its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from forbear.contexts.database.prepared import ask

Clock = Callable[[], datetime]
"""Returns an instant in UTC; asked inside the transaction that decides."""


def database_clock() -> datetime:
    """Return the instant that the database shows now, not that at which the transaction began."""
    ((now,),) = ask("SELECT clock_timestamp()")
    assert isinstance(now, datetime)
    return now
