"""By which way does a one-time code reach the person who wants to enter?

By the gate, unless another way is set up. The code is handed over here and is kept nowhere else:
not in an answer, a log or the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forbear.contexts.contact.code import CodeToGo, send_code
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class CodeToEnter:
    """A code on its way. It never shows in a representation."""

    debtor_id: int
    contact_point_id: int
    code: str = field(repr=False)
    valid: timedelta
    made_at: datetime


EntrySender = Callable[[CodeToEnter, Principal], bool]
"""Takes a code inside the transaction that keeps its hash; says whether it is on its way."""


def by_gate(code: CodeToEnter, actor: Principal) -> bool:
    """Ask the gate to let the code out."""
    going = CodeToGo(code.debtor_id, code.code, code.valid, code.contact_point_id)
    return send_code(going, actor=actor).permit_id is not None


_SENDERS: list[EntrySender] = [by_gate]


def register_entry_sender(send: EntrySender) -> None:
    """Let codes go by this way from now on."""
    _SENDERS[:] = [send]


def send_entry_code(code: CodeToEnter, *, actor: Principal) -> bool:
    """Hand a code over; False: it was not taken."""
    return _SENDERS[0](code, actor)
