"""Who must know what a person wrote, above this context?

Whoever stands higher registers here, and is asked in a transaction of its own once the message is
known to be a person's: a fault there is tried again and never undoes an opt-out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from forbear.values.code import Channel
from forbear.values.principal import Principal


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person wrote. ``point_id``: from which contact point; ``provider``: who brought it."""

    message_id: int
    ref: UUID
    debtor_id: int
    channel: Channel
    text: str = field(repr=False)
    at: datetime
    point_id: int
    provider: str


Listener = Callable[[Heard, Principal, datetime], tuple[str, ...]]
"""Does what must be done, inside the open transaction; returns words for what it found."""
_LISTENERS: dict[str, Listener] = {}


def register_listener(name: str, listener: Listener) -> None:
    """Tell this one too, from now on; a name is told once."""
    _LISTENERS[name] = listener


def tell_listeners(heard: Heard, *, actor: Principal, now: datetime) -> tuple[str, ...]:
    """Tell everybody; return what they found."""
    found = [listener(heard, actor, now) for _, listener in sorted(_LISTENERS.items())]
    return tuple(word for words in found for word in words)
