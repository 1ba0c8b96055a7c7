"""By what is a set of persons chosen, and of which loan and by which point is each written to?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.cases.campaign.cascade import best_point
from forbear.contexts.cases.models import Case
from forbear.contexts.contact.gate.ask import Wish
from forbear.contexts.database.prepared import ask
from forbear.policy.wording.form import Wording

_LATE = """
SELECT DISTINCT ON (s.debtor_id) s.debtor_id, s.loan_id FROM ledger_standing s
WHERE s.debtor_id = ANY(%s) AND s.overdue_minor > 0
ORDER BY s.debtor_id, s.days_past_due DESC, s.overdue_minor DESC, s.loan_id
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What narrows the set: open cases of a team, in a state or bucket, late for some days.

    Null: that does not narrow it. Days are those past due, both bounds included.
    """

    team_id: int | None = None
    state: str | None = None
    bucket: str | None = None
    late_days_min: int | None = None
    late_days_max: int | None = None


def late_loans(cases: Sequence[Case]) -> dict[int, int]:
    """Return by person the loan that is latest, inside a transaction; left out: none is late."""
    return dict(ask(_LATE, [[case.debtor_id for case in cases]]))


def wish_of(case: Case, wording: Wording, loans: dict[int, int], *, now: datetime) -> Wish | None:
    """Return the contact that is wanted; None: there is no point for it, or nothing is late."""
    loan = loans.get(case.debtor_id)
    point = best_point(case.debtor_id, wording.channel, now=now)
    if loan is None or point is None:
        return None
    return Wish(case.debtor_id, point, wording.channel, loan, wording.contact)


def team_of(case: Case) -> str | None:
    """Return the code of the team that has the case; None: no team."""
    return None if case.team is None else case.team.code
