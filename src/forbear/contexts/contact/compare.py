"""How often did teams and channels reach the person they meant to? Counts, without persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.contact.history import WAS_MADE
from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Channel
from forbear.values.principal import Principal, system

_REACHED = "('RIGHT_PARTY', 'CONVERSATION', 'REPLIED')"
_COUNTS = (
    "SELECT p.team_id, a.channel, count(*), "
    f"count(*) FILTER (WHERE a.outcome IN {_REACHED}), count(DISTINCT a.debtor_id) "
    "FROM contact_attempt a JOIN portfolio_debtor p ON p.id = a.debtor_id "
    "WHERE a.direction = 'OUTBOUND' AND a.started_at >= %(since)s::timestamptz "
    f"AND a.started_at < %(until)s::timestamptz AND {WAS_MADE} GROUP BY 1, 2"
)


@dataclass(frozen=True, slots=True)
class Reached:
    """Outbound contacts of a team by a channel, and those by which the person was reached.

    ``team_id`` null: the person is in no team's care.
    """

    team_id: int | None
    channel: Channel
    made: int
    reached: int
    persons: int


def reached(since: datetime, until: datetime, *, actor: Principal) -> tuple[Reached, ...]:
    """Return the contacts of the instants [since, until), by team and channel.

    Raises:
        NotPermitted: REPORT_SEE is missing.
    """
    may(actor, Permission.REPORT_SEE)
    with reading(system("figures")):
        rows = ask(_COUNTS, {"since": since, "until": until})
    return tuple(Reached(team, Channel(channel), *counts) for team, channel, *counts in rows)
