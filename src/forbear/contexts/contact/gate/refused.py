"""Which contacts did the gate refuse, by which rule, when, and of which team's persons?

Row security keeps to the persons whom the reader may see; so do the counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from forbear.contexts.database.prepared import ask
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.roll import roll
from forbear.values.code import Channel
from forbear.values.principal import Principal

PAGE_ROWS_MAX = 50
ID_MAX = 2**63 - 1
# Every reason of a refusal: each rule by its id, and a cause that is no rule.
_REASONS = (
    "unnest(string_to_array(g.rules, ' ') || CASE WHEN g.cause IS NULL OR g.cause = 'RULE' "
    "THEN '{}'::text[] ELSE ARRAY[g.cause::text] END)"
)
_WHERE = (
    "FROM contact_gatedecision g JOIN portfolio_debtor p ON p.id = g.debtor_id "
    "WHERE NOT g.allowed AND g.at >= %(since)s::timestamptz AND g.at < %(until)s::timestamptz "
    "AND (%(channel)s::text IS NULL OR g.channel = %(channel)s::text) "
    "AND (%(team)s::bigint IS NULL OR p.team_id = %(team)s::bigint) "
    "AND (%(reason)s::text IS NULL OR g.cause = %(reason)s::text "
    "OR %(reason)s::text = ANY(string_to_array(g.rules, ' ')))"
)
_BY_REASON = f"SELECT reason, count(*) FROM (SELECT {_REASONS} AS reason {_WHERE}) r GROUP BY 1"
_BY_DAY = f"SELECT (g.at AT TIME ZONE %(zone)s::text)::date, count(*) {_WHERE} GROUP BY 1"
_ROWS = (
    "SELECT g.id, g.permit_id, g.at, g.debtor_id, g.channel, g.stage, g.cause, g.rules, "
    f"g.turns_at, p.team_id {_WHERE} AND g.id < %(before)s::bigint ORDER BY g.id DESC "
    "LIMIT %(limit)s::int"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which refusals: of the instants [since, until). Null: whatever it is.

    ``reason``: a rule's id, or a cause that is no rule.
    """

    since: datetime
    until: datetime
    channel: Channel | None = None
    team_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedContact:
    """One refusal. ``reasons``: ids of rules, and a cause that is no rule. Null: never by time."""

    id: int
    permit_id: UUID
    at: datetime
    debtor_id: int
    debtor_ref: str
    name_masked: str
    channel: Channel
    taken_back: bool
    reasons: tuple[str, ...]
    turns_at: datetime | None
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Refusals:
    """A page of them, newest first; how many by reason and by day; behind which more come."""

    rows: tuple[RefusedContact, ...]
    by_reason: Counter[str]
    by_day: Counter[date]
    next: int | None

    @property
    def contacts(self) -> int:
        """How many contacts; one may have several reasons."""
        return sum(self.by_day.values())


def refusals(
    wanted: Wanted,
    *,
    zone: str,
    before: int | None = None,
    rows_max: int = PAGE_ROWS_MAX,
    actor: Principal,
    now: datetime,
) -> Refusals:
    """Return refusals of the gate, with counts by reason and by day on a clock.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    told = {
        "since": wanted.since,
        "until": wanted.until,
        "channel": None if wanted.channel is None else wanted.channel.value,
        "team": wanted.team_id,
        "reason": wanted.reason,
        "zone": zone,
        "before": ID_MAX if before is None else before,
        "limit": rows_max + 1,
    }
    with reading(actor):
        by_reason, by_day = Counter(dict(ask(_BY_REASON, told))), Counter(dict(ask(_BY_DAY, told)))
        found = ask(_ROWS, told)
        called = roll([row[3] for row in found[:rows_max]], now=now)
    rows = tuple(
        RefusedContact(
            ident,
            permit,
            at,
            debtor,
            called[debtor].ref,
            called[debtor].name_masked,
            Channel(channel),
            stage == "INTENT",
            (*rules.split(), *(() if cause in {None, "RULE"} else (cause,))),
            turns_at,
            team,
        )
        for ident, permit, at, debtor, channel, stage, cause, rules, turns_at, team in found[
            :rows_max
        ]
    )
    return Refusals(rows, by_reason, by_day, rows[-1].id if len(found) > rows_max else None)
