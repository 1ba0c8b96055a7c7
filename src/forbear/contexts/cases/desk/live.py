"""How do the teams stand now: who is at work, what is left of the day, what waits?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal

_PLANS = (
    "SELECT team_id, slot, state, count(*) FROM cases_plan WHERE day = %(day)s::date "
    "AND team_id IS NOT NULL AND slot IS NOT NULL GROUP BY 1, 2, 3"
)
_CASES = (
    "SELECT team_id, count(*), count(*) FILTER (WHERE officer_id IS NULL) FROM cases_case "
    "WHERE closed_at IS NULL AND team_id IS NOT NULL GROUP BY 1"
)
_AT_WORK = (
    "SELECT c.team_id, count(DISTINCT k.staff_id), count(*) FROM cases_claim k "
    "JOIN cases_case c ON c.id = k.case_id WHERE k.until_at > %(now)s::timestamptz "
    "AND c.team_id IS NOT NULL GROUP BY 1"
)
_REFUSED = (
    "SELECT p.team_id, count(*) FROM contact_gatedecision g JOIN portfolio_debtor p "
    "ON p.id = g.debtor_id WHERE NOT g.allowed AND g.at >= %(since)s::timestamptz "
    "AND p.team_id IS NOT NULL GROUP BY 1"
)
_CALLBACKS = (
    "SELECT c.team_id, count(*) FILTER (WHERE b.due_at <= %(now)s::timestamptz), count(*) "
    "FROM cases_callback b JOIN cases_case c ON c.id = b.case_id WHERE b.done_at IS NULL "
    "AND c.team_id IS NOT NULL GROUP BY 1"
)


@dataclass(frozen=True, slots=True)
class TeamLive:
    """One team. Counts of persons planned by slot and state, and of what waits.

    ``seats_taken``: colleagues who have a case now; ``callbacks_due``: promised and not made yet.
    """

    team_id: int
    plans: dict[tuple[str, str], int]
    cases: int
    unowned: int
    seats_taken: int
    refused: int
    callbacks_due: int
    callbacks: int


def teams_live(
    day: date | None, *, since: datetime, actor: Principal, now: datetime
) -> dict[int, TeamLive]:
    """Return how the teams stand whose persons the reader may see; five questions in all.

    Raises:
        NotPermitted: CASE_ASSIGN is missing.
    """
    may(actor, Permission.CASE_ASSIGN)
    told = {"day": day, "since": since, "now": now}
    with reading(actor):
        plans, cases, at_work, refused, callbacks = (
            ask(each, told) for each in (_PLANS, _CASES, _AT_WORK, _REFUSED, _CALLBACKS)
        )
    by_team: dict[int, dict[tuple[str, str], int]] = {}
    for team, slot, state, number in plans:
        by_team.setdefault(team, {})[slot, state] = number
    owned = {team: (whole, without) for team, whole, without in cases}
    taken = Counter({team: people for team, people, _cases in at_work})
    stopped = Counter(dict(refused))
    promised = {team: (due, whole) for team, due, whole in callbacks}
    return {
        team: TeamLive(
            team,
            by_team.get(team, {}),
            *owned.get(team, (0, 0)),
            taken[team],
            stopped[team],
            *promised.get(team, (0, 0)),
        )
        for team in {*by_team, *owned, *taken, *stopped, *promised}
    }
