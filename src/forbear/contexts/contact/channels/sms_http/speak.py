"""What must a dialect of an HTTP gateway be able to say and understand?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from forbear.contexts.contact.channels.port import Absent, Accepted, NotAccepted, NotKnown
from forbear.values.code import Outcome

Answer = Accepted | NotAccepted | NotKnown


@dataclass(frozen=True, slots=True)
class Call:
    """One request: what is posted, or asked where ``body`` is null."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fate:
    """What a gateway says of a message that it took. ``outcome`` null: nothing new yet."""

    ref: str
    outcome: Outcome | None


class Dialect(Protocol):
    """One gateway's way. ``tells_fates``: asked after a message it says what became of it."""

    tells_fates: bool

    def submit(self, permit_id: UUID, number: str, text: str) -> Call:
        """Return the request that hands a message over."""

    def understood(self, status: int, said: Any) -> Answer:
        """Return what the answer to it means; ``said`` is its JSON, null where there is none."""

    def ask(self, permit_id: UUID, number: str, on: datetime) -> Call | None:
        """Return the request that asks after a message by our id; None: it cannot be asked."""

    def told(self, permit_id: UUID, status: int, said: Any) -> Fate | Absent | NotKnown:
        """Return what the answer to that means."""
