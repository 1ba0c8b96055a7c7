"""Does a contact that an agency reports fit the permit that it names? Values in, a value out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forbear.contexts.contact.agency.word import FindingKind
from forbear.contexts.contact.gate.permit import PERMIT_LASTS
from forbear.values.code import Channel, Outcome

CLOCKS_DIFFER = timedelta(minutes=5)
"""An agency's clock may be from ours so far."""
TOLD_WITHIN = timedelta(days=40)
"""A contact that was longer ago is not taken: its day was settled by other means."""


@dataclass(frozen=True, slots=True)
class ContactReported:
    """One contact that an agency made; ``ref`` is its own number, ``permit_id`` null: it has none.

    ``started_at`` in UTC.
    """

    ref: str
    debtor_ref: str
    channel: Channel
    started_at: datetime
    outcome: Outcome
    permit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PermitSeen:
    """A permit as it stands. ``begun_at`` null: it was not begun; ``used``: a report has it."""

    debtor_id: int
    channel: Channel
    begun_at: datetime | None
    outcome: Outcome
    used: bool


def fault_of(
    told: ContactReported, debtor_id: int | None, permit: PermitSeen | None
) -> FindingKind | None:
    """Return what does not fit; None: all of it does.

    ``debtor_id`` null: nobody goes by the ref; ``permit`` null: the agency has none of that id.
    """
    if debtor_id is None:
        return FindingKind.UNKNOWN_PERSON
    if told.permit_id is None:
        return FindingKind.NO_PERMIT
    if permit is None:
        return FindingKind.UNKNOWN_PERMIT
    if permit.begun_at is None:
        return FindingKind.NOT_BEGUN
    if permit.debtor_id != debtor_id:
        return FindingKind.OTHER_PERSON
    if permit.channel is not told.channel:
        return FindingKind.OTHER_CHANNEL
    opens, closes = permit.begun_at - CLOCKS_DIFFER, permit.begun_at + PERMIT_LASTS + CLOCKS_DIFFER
    if not opens <= told.started_at <= closes:
        return FindingKind.OUTSIDE_WINDOW
    if permit.used:
        return FindingKind.USED_TWICE
    if permit.outcome not in {Outcome.UNKNOWN, told.outcome}:
        return FindingKind.OTHER_OUTCOME
    return None
