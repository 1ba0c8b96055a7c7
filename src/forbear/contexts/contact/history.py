"""Which contacts were tried?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection

from forbear.contexts.contact.models import Attempt
from forbear.contexts.database.page import Behind, newest
from forbear.contexts.database.transaction import required
from forbear.values.code import Channel, ContactPurpose, Direction, Outcome

WAS_MADE = "NOT (a.source = 'GATE' AND a.outcome = 'FAILED')"
"""Of an attempt ``a``: what the gate let nobody make never was a contact, whatever rules count."""
# A local day lies at most so far from the UTC day of the same date.
_SHIFT = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Contacted:
    """One outbound contact. ``time_zone``: the first of the person's zones, "" if not known."""

    attempt_id: int
    channel: str
    started_at: datetime
    outcome: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class AttemptTold:
    """One attempt. Loan null: about no named loan; team null: none, or not recorded.

    ``permit_id`` null: it did not pass the gate.
    """

    id: int
    at: datetime
    channel: Channel
    direction: Direction
    outcome: Outcome
    loan_id: int | None
    team: str | None
    permit_id: UUID | None = None


def attempts_told(debtor_id: int, *, behind: Behind | None, limit: int) -> list[AttemptTold]:
    """Return attempts at a person, the latest begun first, inside a transaction."""
    required()
    rows = Attempt.objects.filter(debtor_id=debtor_id).select_related("dispatch")
    return [
        AttemptTold(
            row.pk,
            row.started_at,
            Channel(row.channel),
            Direction(row.direction),
            Outcome(row.outcome),
            row.loan_id,
            row.team,
            row.dispatch.permit_id if hasattr(row, "dispatch") else None,
        )
        for row in newest(rows, behind, at="started_at", limit=limit)
    ]


def contacted_since(
    debtor_id: int, *, loan_id: int, since: date, until: date
) -> Iterator[Contacted]:
    """Yield outbound contacts about a loan, or about no named loan, of some days, in order."""
    required()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, a.channel, a.started_at, a.outcome, coalesce(d.time_zones[1], '') "
            "FROM contact_attempt a JOIN portfolio_debtor d ON d.id = a.debtor_id "
            "WHERE a.debtor_id = %s AND (a.loan_id = %s OR a.loan_id IS NULL) "
            f"AND a.direction = %s AND a.started_at BETWEEN %s AND %s AND {WAS_MADE} "
            "ORDER BY a.started_at, a.id",
            [
                debtor_id,
                loan_id,
                Direction.OUTBOUND.value,
                datetime.combine(since, time.min, UTC) - _SHIFT,
                datetime.combine(until, time.max, UTC) + _SHIFT,
            ],
        )
        for row in cursor.fetchall():
            yield Contacted(*row)


def contacted_among(since: Mapping[int, date]) -> set[int]:
    """Return who of some persons was contacted on a day of their own or later, about anything."""
    required()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT a.debtor_id FROM contact_attempt a "
            "JOIN unnest(%s::bigint[], %s::timestamptz[]) AS asked (debtor_id, since) "
            "ON a.debtor_id = asked.debtor_id AND a.started_at >= asked.since "
            f"WHERE a.direction = %s AND {WAS_MADE}",
            [
                list(since),
                [datetime.combine(day, time.min, UTC) - _SHIFT for day in since.values()],
                Direction.OUTBOUND.value,
            ],
        )
        return {debtor_id for (debtor_id,) in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class OutboundTold:
    """One outbound contact that was made, as it counts for duties to tell somebody beforehand.

    ``message_id`` empty and ``purpose`` None: it did not go through the gate.
    """

    id: int
    loan_id: int | None
    channel: Channel
    outcome: Outcome
    started_at: datetime
    purpose: ContactPurpose | None
    message_id: str


def outbound_told(debtor_ids: Collection[int]) -> dict[int, list[OutboundTold]]:
    """Return the outbound contacts that were made with persons, by id, in the order of time."""
    required()
    found: dict[int, list[OutboundTold]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.debtor_id, a.id, a.loan_id, a.channel, a.outcome, a.started_at, d.purpose, "
            "coalesce(d.message_id, '') FROM contact_attempt a "
            "LEFT JOIN contact_dispatch d ON d.attempt_id = a.id "
            "WHERE a.debtor_id = ANY(%s) AND a.direction = %s "
            f"AND coalesce(d.state, '') NOT IN ('AUTHORISED', 'CLAIMED') AND {WAS_MADE} "
            "ORDER BY a.debtor_id, a.started_at, a.id",
            [list(debtor_ids), Direction.OUTBOUND.value],
        )
        for debtor_id, number, loan_id, channel, outcome, at, purpose, message in cursor.fetchall():
            found.setdefault(debtor_id, []).append(
                OutboundTold(
                    number,
                    loan_id,
                    Channel(channel),
                    Outcome(outcome),
                    at,
                    None if purpose is None else ContactPurpose(purpose),
                    message,
                )
            )
    return found
