"""How does the gate speak to a simulated provider in its own process?"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Envelope,
    NotAccepted,
    NotKnown,
    Traits,
)
from forbear.contexts.contact.channels.simulated.provider import Provider
from forbear.contexts.contact.gate.permit import Permit
from forbear.values.code import Channel

TRAITS = Traits(
    name="simulated",
    channels=frozenset(Channel),
    timeout=timedelta(seconds=2),
    asks=True,
    absent_final_after=timedelta(minutes=5),
    idempotent_for=None,
    receipts=True,
)


class LostAnswer(TimeoutError):
    """The provider's answer never arrived."""


class SimulatedAdapter:
    """Hands contacts to a provider that runs in this process."""

    def __init__(self, provider: Provider, *, traits: Traits = TRAITS) -> None:
        """Speak to one provider."""
        self._provider = provider
        self._traits = traits

    @property
    def traits(self) -> Traits:
        """What it promises."""
        return self._traits

    def hand_over(self, permit: Permit, envelope: Envelope) -> Accepted | NotAccepted:
        """Make the contact, once.

        Raises:
            LostAnswer: nobody knows whether it was taken.
        """
        sha256 = "" if permit.message is None else permit.message[2]
        response = self._provider.submit(permit.id, permit.channel, envelope.address, sha256)
        if response.lost:
            raise LostAnswer
        return NotAccepted("REFUSED") if response.ref is None else Accepted(response.ref)

    def look_up(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Ask what became of a contact."""
        ref = self._provider.look_up(permit_id)
        return Absent() if ref is None else Accepted(ref)
