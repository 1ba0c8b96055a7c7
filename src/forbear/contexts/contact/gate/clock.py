"""What time is it for the gate?

In service it is the database's clock, so that machines whose clocks differ decide alike. A
simulation gives its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from forbear.contexts.database.prepared import Question, ask

Clock = Callable[[], datetime]
"""Returns an instant in UTC; asked inside the transaction that decides."""
_NOW: Question = ("SELECT clock_timestamp()", ())


def database_clock() -> datetime:
    """Return the instant that the database shows now, not that at which the transaction began."""
    ((now,),) = ask(*_NOW)
    assert isinstance(now, datetime)
    return now


def about_time(clock: Clock) -> list[Question]:
    """Return what a clock asks the database: nothing, unless it is the database's own."""
    return [_NOW] if clock is database_clock else []
