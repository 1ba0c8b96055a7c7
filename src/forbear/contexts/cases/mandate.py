"""In whose care was a person, and since when?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.queries import Done, done_about
from forbear.contexts.cases.models import Case
from forbear.contexts.database.transaction import required

_ENTRIES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class InCare:
    """One stretch of care. Team null: nobody's; ``until`` null: it lasts."""

    case_id: int
    team_id: int | None
    since: datetime
    until: datetime | None


def care_of(debtor_id: int) -> tuple[InCare, ...]:
    """Return in whose care a person's cases were, the oldest first, inside a transaction."""
    required()
    given: dict[str, list[Done]] = defaultdict(list)
    entries = done_about(debtor_id, [AuditEvent.CASE_ASSIGNED], behind=None, limit=_ENTRIES_MAX)
    for entry in reversed(entries):
        given[entry.subject].append(entry)
    cases = Case.objects.filter(debtor_id=debtor_id).order_by("opened_at", "id")
    return tuple(each for case in cases for each in _stretches(case, given[f"case:{case.pk}"]))


def _stretches(case: Case, given: list[Done]) -> list[InCare]:
    first = given[0].body["from"]["team"] if given else case.team_id
    starts = [(case.opened_at, first)]
    starts += [(each.at, each.body["to"]["team"]) for each in given]
    ends = [*(at for at, _ in starts[1:]), case.closed_at]
    stretches: list[InCare] = []
    for (at, team), until in zip(starts, ends, strict=True):
        # Where another collector of the same team took over, the team stayed in charge.
        same = stretches and stretches[-1].team_id == team
        since = stretches.pop().since if same else at
        stretches.append(InCare(case.pk, team, since, until))
    return stretches
