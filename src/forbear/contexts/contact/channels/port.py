"""What must a provider's adapter be able to do, and what must it say of itself?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable
from uuid import UUID

from forbear.contexts.contact.gate.permit import Permit
from forbear.values.code import Channel, Outcome


@dataclass(frozen=True, slots=True)
class Envelope:
    """What leaves beside the permit: the number or address, and the words, word for word.

    ``name``: whose address it is, for letters alone; null: not held, or no letter. ``by``: who
    asked for the contact, as the record names them.
    """

    address: str = field(repr=False)
    text: str = field(default="", repr=False)
    subject: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    by: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it; ``provider_ref`` is its own number for it."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """The provider definitely did not take it, and never will."""

    code: str


@dataclass(frozen=True, slots=True)
class NotKnown:
    """It may have been taken or not; ``code`` says what went wrong."""

    code: str


Handed = Accepted | NotAccepted | NotKnown


@dataclass(frozen=True, slots=True)
class Absent:
    """The provider has no such contact."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says happened later.

    ``event_id`` is the provider's, unique there. ``outcome`` null: it says only that it was taken.
    """

    event_id: str
    permit_id: UUID
    outcome: Outcome | None
    at: datetime
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traits:
    """What a provider promises.

    ``absent_final_after``: so long after the intent its answer "no such contact" is final; null:
    it never is. ``idempotent_for``: so long it takes the same id once only; nothing here relies on
    it, since nothing is sent twice. ``asks``: it can be asked by our id. ``receipts``: it tells
    outcomes by itself. ``by_staff``: it carries only what a member of staff asked for by hand.
    """

    name: str
    channels: frozenset[Channel]
    timeout: timedelta
    asks: bool
    absent_final_after: timedelta | None
    idempotent_for: timedelta | None
    receipts: bool
    by_staff: bool = False


class Adapter(Protocol):
    """A provider, as the gate sees it."""

    @property
    def traits(self) -> Traits:
        """What it promises."""

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Make the contact, once. Whatever it raises counts as not known."""

    def look_up(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Ask what became of a contact."""


@runtime_checkable
class Tells(Protocol):
    """A provider whose receipts are fetched, instead of being brought."""

    def receipts(self) -> list[Receipt]:
        """Return the receipts that have come since the last time."""


@runtime_checkable
class Closes(Protocol):
    """A provider that keeps something open, such as a connection."""

    def close(self) -> None:
        """Let it go; what was handed over stays as it is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a check of a channel did, what it saw, and whether that is as it should be."""

    step: str
    saw: str
    good: bool


@runtime_checkable
class Checks(Protocol):
    """A provider that can be tried without contacting anybody."""

    def check(self) -> list[Seen]:
        """Try each step up to the one that would send; nothing is sent."""
