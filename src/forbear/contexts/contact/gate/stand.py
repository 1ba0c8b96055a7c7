"""Where does one contact stand, for whoever waits beside it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forbear.contexts.contact.gate.word import Cause, DispatchState
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import required
from forbear.values.code import Outcome


@dataclass(frozen=True, slots=True)
class Stand:
    """One authorised contact. Null ``cause``: it was not taken back; ``intent_at``: not left."""

    state: DispatchState
    outcome: Outcome
    cause: Cause | None
    provider: str
    authorised_at: datetime
    intent_at: datetime | None
    expires_at: datetime


def stand_of(permit_id: UUID) -> Stand | None:
    """Return where a contact stands, inside a transaction; None: there is none for this reader."""
    required()
    row = Dispatch.objects.select_related("attempt").filter(permit_id=permit_id).first()
    if row is None:
        return None
    return Stand(
        DispatchState(row.state),
        Outcome(row.attempt.outcome),
        Cause(row.cause) if row.cause else None,
        row.provider,
        row.authorised_at,
        row.intent_at,
        row.expires_at,
    )
