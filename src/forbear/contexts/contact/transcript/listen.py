"""Who must know, above this context, what a person may have said in a call?

Whoever stands higher registers here and is asked in the transaction that keeps the transcript, or
in that in which somebody confirms a moment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.values.code import HoldKind
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sign of distress in a call. ``kinds``: the holds that it may place, the fittest first.

    ``by_machine``: nobody has listened yet.
    """

    permit_id: UUID
    debtor_id: int
    kinds: tuple[HoldKind, ...]
    by_machine: bool


Listener = Callable[[Spoken, Principal, datetime], bool]
"""Does what must be done, inside the open transaction; says whether contact is held now."""
_LISTENERS: dict[str, Listener] = {}


def register_listener(name: str, listener: Listener) -> None:
    """Tell this one too, from now on; a name is told once."""
    _LISTENERS[name] = listener


def tell_listeners(spoken: Spoken, *, actor: Principal, now: datetime) -> bool:
    """Tell everybody; say whether somebody held contact."""
    held = [each(spoken, actor, now) for _, each in sorted(_LISTENERS.items())]
    return any(held)
