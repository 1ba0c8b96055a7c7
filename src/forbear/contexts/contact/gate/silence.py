"""At which numbers was nobody surely reached for so long that they may have changed hands?

Such a number is doubtful: the gate lets nothing about a debt go there until the person has answered
there again. Which of a person's numbers reaches them best is told by how contacts there ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.portfolio.actions.point import enter_quality
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.queries.find import point_by_id
from forbear.contexts.rulebook.library import open_reach
from forbear.values.code import Outcome, PointQuality
from forbear.values.principal import Principal

_SURE = [Outcome.RIGHT_PARTY.value, Outcome.CONVERSATION.value, Outcome.REPLIED.value]
_ENDS_MAX = 50
_SILENT = (
    "SELECT p.id, p.debtor_id FROM portfolio_contactpoint p WHERE p.id > %(after)s "
    "AND p.relation = 'OWN' AND p.kind IN ('MOBILE', 'LANDLINE') AND p.quality = 'CONFIRMED' "
    "AND p.retired_at IS NULL AND p.recorded_at < %(since)s AND NOT EXISTS ("
    "SELECT 1 FROM contact_attempt a WHERE a.debtor_id = p.debtor_id "
    "AND a.contact_point_id = p.id AND a.started_at >= %(since)s AND a.outcome = ANY(%(sure)s)) "
    "ORDER BY p.id LIMIT %(limit)s"
)
_ENDS = (
    "SELECT contact_point_id, outcome, started_at FROM contact_attempt WHERE debtor_id = %s "
    "AND contact_point_id = ANY(%s) ORDER BY started_at DESC, id DESC LIMIT %s"
)


def doubt_silent(*, actor: Principal, now: datetime, limit: int = 1000) -> int:
    """Doubt numbers of which nothing sure was heard for long; return how many, ``limit`` at most.

    Each in a transaction of its own; repeating it goes on where it ended.
    """
    since, after, found = now - timedelta(days=open_reach().silent_days), 0, 0
    while found < limit:
        with reading(actor):
            asked = {"after": after, "since": since, "sure": _SURE, "limit": limit - found}
            rows = ask(_SILENT, asked)
        if not rows:
            break
        for point_id, debtor_id in rows:
            found += _doubt(point_id, debtor_id, since, actor=actor, now=now)
            after = point_id
    return found


def best_first(debtor_id: int, point_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Return some of a person's contact points, that which reaches them best first.

    Runs inside a transaction. Of equals the earlier stays before the later.
    """
    required()
    ends: dict[int, list[tuple[Outcome, float]]] = {point: [] for point in point_ids}
    for point, word, at in ask(_ENDS, [debtor_id, list(point_ids), _ENDS_MAX * len(point_ids)]):
        ends[point].append((Outcome(word), (now - at) / timedelta(days=1)))
    terms = open_reach()
    return sorted(point_ids, key=lambda point: -terms.score(ends[point]))


def _doubt(
    point_id: int, debtor_id: int, since: datetime, *, actor: Principal, now: datetime
) -> bool:
    with acting(actor):
        if not hold_person(debtor_id):
            return False
        point = point_by_id(point_id)
        values = {"after": point_id - 1, "since": since, "sure": _SURE, "limit": 1}
        # Meanwhile somebody may have been reached there.
        still = ask(_SILENT, values)
        if point is None or not still or still[0][0] != point_id:
            return False
        return enter_quality(point.ref, PointQuality.DOUBTFUL, actor=actor, now=now).new
