"""Whose message is it, and about which of their contacts?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forbear.contexts.database.prepared import ask
from forbear.contexts.portfolio.queries.find import PointAt
from forbear.values.code import Channel, Relation

_LATEST = (
    "SELECT a.contact_point_id, a.loan_id, d.permit_id, d.provider FROM contact_attempt a "
    "LEFT JOIN contact_dispatch d ON d.attempt_id = a.id "
    "WHERE a.debtor_id = ANY(%s) AND a.contact_point_id = ANY(%s) AND a.channel = %s "
    "AND a.direction = 'OUTBOUND' AND a.outcome <> 'FAILED' AND a.started_at > %s "
    "ORDER BY a.started_at DESC, a.id DESC LIMIT 1"
)
_ANSWERS_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Whose:
    """To whom a message belongs. ``loan_id``, ``permit_id`` null: it answers no contact of ours."""

    point: PointAt
    loan_id: int | None = None
    permit_id: UUID | None = None
    provider: str = ""


def whose(points: Collection[PointAt], channel: Channel, *, now: datetime) -> Whose | None:
    """Return whose a message from some points is; None: nobody's, or it cannot be told.

    A number of several persons is that of the one who was last written to there.
    """
    persons = {each.debtor_id for each in points}
    if not persons:
        return None
    rows = ask(
        _LATEST,
        [list(persons), [each.id for each in points], channel.value, now - _ANSWERS_WITHIN],
    )
    if rows:
        point_id, loan_id, permit_id, provider = rows[0]
        point = next(each for each in points if each.id == point_id)
        return Whose(point, loan_id, permit_id, provider or "")
    own = [each for each in points if each.relation is Relation.OWN]
    if len({each.debtor_id for each in own}) == 1:
        return Whose(own[0])
    return Whose(next(iter(points))) if len(persons) == 1 else None
