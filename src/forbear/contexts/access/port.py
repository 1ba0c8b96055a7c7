"""By which way does a one-time code reach the person who wants to enter?

The code is handed over here and is kept nowhere else: not in an answer, a log or the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CodeToEnter:
    """A code on its way. It never shows in a representation."""

    debtor_id: int
    contact_point_id: int
    code: str = field(repr=False)
    minutes: int
    expires_at: datetime


EntrySender = Callable[[CodeToEnter, datetime], bool]
"""Says whether the code was taken to be sent."""
_SENDERS: list[EntrySender] = []


def register_entry_sender(send: EntrySender | None) -> None:
    """Let codes go by this way from now on; None: by none."""
    _SENDERS[:] = [] if send is None else [send]


def send_entry_code(code: CodeToEnter, *, now: datetime) -> bool:
    """Hand a code over; False: there is no way, or the way did not take it."""
    return bool(_SENDERS) and _SENDERS[0](code, now)
