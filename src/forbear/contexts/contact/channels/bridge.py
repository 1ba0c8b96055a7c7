"""How is an agency's permitted call connected, without the agency learning the number?

The agency's dialler calls the lender's own telephone system and names the permit; that system asks
Forbear whether the permit stands and connects to the number which it holds under the contact
point's ref. So handing over means no more than letting the permit stand: nothing is told to the
agency here, and the number in the envelope goes nowhere.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from forbear.contexts.contact.channels.port import Accepted, Envelope, NotKnown, Traits
from forbear.contexts.contact.gate.permit import Permit
from forbear.values.code import Channel

BRIDGED = frozenset({Channel.VOICE})
"""What can be connected so; a message would need words that were approved, a visit the address."""


class Bridge:
    """One agency's contacts."""

    def __init__(self, provider: str) -> None:
        """``provider`` is the agency's name here."""
        self._provider = provider

    @property
    def traits(self) -> Traits:
        """What it promises: outcomes are told by the agency, and nobody can be asked before."""
        return Traits(
            name=self._provider,
            channels=BRIDGED,
            timeout=timedelta(0),
            asks=False,
            absent_final_after=None,
            idempotent_for=None,
            receipts=True,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Accepted:
        """Let the permit stand."""
        del envelope
        return Accepted(f"permit:{permit.id}")

    def look_up(self, permit_id: UUID) -> NotKnown:
        """Say that the agency alone knows what became of a contact."""
        del permit_id
        return NotKnown("AGENCY_REPORTS")
