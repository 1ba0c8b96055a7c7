"""What must a channel be shown before it sends anything?

A permit is for one contact, once. It exists only while the intent it stands for is committed:
nothing but ``gate.intent`` makes one, and a test of the architecture looks for any other maker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forbear.values.code import Channel, ContactPurpose

PERMIT_LASTS = timedelta(seconds=30)
"""So long after its intent a permit may be used: a worker that slept longer sends nothing."""
LOST_AFTER = timedelta(seconds=60)
"""So long after its intent a contact without an answer is not known.

Above what a permit lasts and a provider may take to answer, so that nothing can still leave then.
"""
_GATE = object()
"""Held by this module alone; a permit made without it is refused."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one contact now. ``id`` is also the attempt's ref, and what a provider is told.

    ``message``: id and version of the approved words, and their hash; null for a call by a person.
    ``expires_at``: from then on nothing may be handed over.
    """

    id: UUID
    attempt_id: int
    debtor_id: int
    contact_point_id: int
    loan_id: int | None
    channel: Channel
    purpose: ContactPurpose
    provider: str
    message: tuple[str, int, str] | None
    pack_sha256: str
    decision_sha256: str
    intended_at: datetime
    expires_at: datetime
    fence: int
    seal: object

    def __post_init__(self) -> None:
        assert self.seal is _GATE, "only the gate makes permits"


def issue(**given: object) -> Permit:
    """Make a permit for an intent that is committed. Called by ``gate.intent`` alone."""
    return Permit(**given, seal=_GATE)  # type: ignore[arg-type]
