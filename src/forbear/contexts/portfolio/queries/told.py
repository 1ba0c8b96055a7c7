"""Which holds and statements of consent were recorded about a person, and when?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.page import Behind, newest
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.models import Consent, Hold
from forbear.values.code import Channel, ConsentKind, ConsentState, HoldKind


@dataclass(frozen=True, slots=True)
class HoldTold:
    """A hold, placed or released at an instant. Null: every loan, every channel, open end."""

    id: int
    at: datetime
    kind: HoldKind
    loan_ref: str | None
    channel: Channel | None
    start_date: date
    end_date: date | None
    evidence: str


@dataclass(frozen=True, slots=True)
class ConsentTold:
    """A statement of agreement or its withdrawal; channel null: every one."""

    id: int
    at: datetime
    kind: ConsentKind
    state: ConsentState
    channel: Channel | None


def holds_placed(debtor_id: int, *, behind: Behind | None, limit: int) -> list[HoldTold]:
    """Return a person's holds, the latest recorded first, inside a transaction."""
    return _holds("recorded_at", debtor_id, behind, limit)


def holds_released(debtor_id: int, *, behind: Behind | None, limit: int) -> list[HoldTold]:
    """Return a person's released holds, the latest release first, inside a transaction."""
    return _holds("released_at", debtor_id, behind, limit)


def consents_told(debtor_id: int, *, behind: Behind | None, limit: int) -> list[ConsentTold]:
    """Return a person's statements, the newest first, inside a transaction."""
    required()
    rows = Consent.objects.filter(debtor_id=debtor_id)
    return [
        ConsentTold(
            row.pk,
            row.recorded_at,
            ConsentKind(row.kind),
            ConsentState(row.state),
            _channel(row.channel),
        )
        for row in newest(rows, behind, at="recorded_at", limit=limit)
    ]


def _holds(at: str, debtor_id: int, behind: Behind | None, limit: int) -> list[HoldTold]:
    required()
    rows = Hold.objects.filter(debtor_id=debtor_id, **{f"{at}__isnull": False})
    return [
        HoldTold(
            row.pk,
            getattr(row, at),
            HoldKind(row.kind),
            row.loan.ref if row.loan else None,
            _channel(row.channel),
            row.start_date,
            row.end_date,
            row.release_evidence,
        )
        for row in newest(rows.select_related("loan"), behind, at=at, limit=limit)
    ]


def _channel(word: str | None) -> Channel | None:
    return Channel(word) if word else None
