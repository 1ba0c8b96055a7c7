"""How does the gate speak to a simulated provider, in this process or in another?"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import httpx

from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Envelope,
    NotAccepted,
    NotKnown,
    Receipt,
    Traits,
)
from forbear.contexts.contact.channels.simulated.provider import Provider
from forbear.contexts.contact.gate.permit import Permit
from forbear.values.code import Channel, Outcome

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

    def receipts(self) -> list[Receipt]:
        """Fetch the receipts that have come; each is given out once."""
        return [
            Receipt(told.event_id, told.contact_id, told.outcome, told.at)
            for told in self._provider.due()
        ]


class SimulatedService:
    """Hands contacts to a provider that answers at an address."""

    def __init__(self, address: str, *, traits: Traits = TRAITS) -> None:
        """Speak to one provider; connections are kept."""
        self._traits = traits
        self._client = httpx.Client(
            base_url=address, timeout=traits.timeout.total_seconds(), trust_env=False
        )

    @property
    def traits(self) -> Traits:
        """What it promises."""
        return self._traits

    def hand_over(self, permit: Permit, envelope: Envelope) -> Accepted | NotAccepted:
        """Make the contact, once; what cannot be connected was definitely not taken.

        Raises:
            httpx.HTTPError: nobody knows whether it was taken.
        """
        asked = {
            "id": str(permit.id),
            "channel": permit.channel.value,
            "address": envelope.address,
            "text_sha256": "" if permit.message is None else permit.message[2],
        }
        try:
            answer = self._client.post("/contacts", json=asked)
        except httpx.ConnectError:
            return NotAccepted("NO_CONNECTION")
        ref = answer.raise_for_status().json()["ref"]
        return NotAccepted("REFUSED") if ref is None else Accepted(ref)

    def look_up(self, permit_id: UUID) -> Accepted | NotAccepted | Absent | NotKnown:
        """Ask what became of a contact."""
        answer = self._client.get(f"/contacts/{permit_id}").raise_for_status()
        ref = answer.json()["ref"]
        return Absent() if ref is None else Accepted(ref)

    def receipts(self) -> list[Receipt]:
        """Fetch the receipts that have come; each is given out once."""
        told = self._client.get("/receipts").raise_for_status().json()["receipts"]
        return [
            Receipt(
                one["event_id"],
                UUID(one["id"]),
                Outcome(one["outcome"]),
                datetime.fromisoformat(one["at"]),
            )
            for one in told
        ]
