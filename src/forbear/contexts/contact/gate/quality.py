"""What does how a contact ended say about the number or address itself?

A number changes hands: what was somebody's once may be a stranger's now. Whoever says that they are
somebody else ends contact there at once. Failures in a row, or another person's word about the same
number, leave it doubtful, until the person has answered there again.
"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import required
from forbear.contexts.people.permission import doing
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.find import point_by_id, points_beside
from forbear.values.code import Channel, Outcome, PointQuality
from forbear.values.principal import Principal

FAILURES_IN_A_ROW = 3
"""So many contacts on end that did not arrive make a number doubtful."""
_SURE = {Outcome.RIGHT_PARTY, Outcome.CONVERSATION}
_TELLING = {Outcome.WRONG_PERSON, Outcome.NOT_CONNECTED, *_SURE}
"""Any other outcome says nothing about the number."""
_LATEST = (
    "SELECT outcome FROM contact_attempt WHERE contact_point_id = %s AND debtor_id = %s "
    "AND direction = 'OUTBOUND' AND outcome NOT IN ('FAILED', 'UNKNOWN', 'SENT') "
    "ORDER BY started_at DESC, id DESC LIMIT %s"
)


def judge_by(
    outcome: Outcome,
    contact_point_id: int | None,
    debtor_id: int,
    *,
    channel: Channel,
    actor: Principal,
    now: datetime,
) -> None:
    """Let an outcome that was just written down count for its contact point.

    The person's row is held. What is known to be wrong stays so until somebody says otherwise.
    """
    required()
    point = point_by_id(contact_point_id) if outcome in _TELLING else None
    if point is None:
        return
    actor = doing(actor, Permission.PERSON_CHANGE)
    if outcome is Outcome.WRONG_PERSON:
        enter_quality(point.ref, PointQuality.WRONG_PERSON, actor=actor, now=now)
        doubt_beside(point.id, actor=actor, now=now)
    elif point.quality in {PointQuality.WRONG_PERSON, PointQuality.INVALID}:
        return
    elif outcome in _SURE:
        if point.quality is not PointQuality.CONFIRMED:
            enter_quality(point.ref, PointQuality.CONFIRMED, actor=actor, now=now)
    elif outcome is Outcome.NOT_CONNECTED and channel is Channel.LETTER:
        # A letter that comes back says that nobody lives there by that name.
        enter_quality(point.ref, PointQuality.INVALID, actor=actor, now=now)
    elif outcome is Outcome.NOT_CONNECTED and _fails(point.id, debtor_id):
        enter_quality(point.ref, PointQuality.DOUBTFUL, actor=actor, now=now)


def doubt_beside(contact_point_id: int, *, actor: Principal, now: datetime) -> None:
    """Doubt the same number where it is recorded for other persons too.

    Their rows are held in the order of their ids, as everywhere.
    """
    actor, beside = doing(actor, Permission.PERSON_CHANGE), points_beside(contact_point_id)
    for debtor_id in sorted({each.debtor_id for each in beside}):
        hold_person(debtor_id)
    for each in beside:
        if each.quality in {PointQuality.UNTRIED, PointQuality.CONFIRMED}:
            enter_quality(each.ref, PointQuality.DOUBTFUL, actor=actor, now=now)


def _fails(contact_point_id: int, debtor_id: int) -> bool:
    rows = ask(_LATEST, [contact_point_id, debtor_id, FAILURES_IN_A_ROW])
    outcomes = [word for (word,) in rows]
    return outcomes == [Outcome.NOT_CONNECTED.value] * FAILURES_IN_A_ROW
