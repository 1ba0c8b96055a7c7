"""How do a night's plans become the day's plans and cases, very many at once?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.bulk import Merged, Stage, run

PLAN = {
    "debtor_ref": "text",
    "outcome": "text",
    "cause": "text",
    "text_en": "text",
    "text_zh": "text",
    "loan_ref": "text",
    "contact_point_ref": "text",
    "channel": "text",
    "team": "text",
    "officer_ref": "text",
    "slot": "text",
    "rank": "integer",
    "value_micro": "bigint",
    "explored": "boolean",
    "propensity_ppm": "integer",
}
POSITION = {
    "debtor_ref": "text",
    "overdue": "boolean",
    "bucket": "text",
    "days_past_due": "integer",
    "currency": "text",
    "overdue_minor": "bigint",
}
_TOLD = (
    "outcome",
    "cause",
    "text_en",
    "text_zh",
    "loan_id",
    "contact_point_id",
    "channel",
    "team_id",
    "officer_ref",
    "slot",
    "rank",
    "value_micro",
    "explored",
    "propensity_ppm",
)


def merge_plans(stage: Stage, *, day: date, night_id: str) -> Merged:
    """Let a night's plan for a day count. What was done or cancelled by day stays so.

    A plan of the day that the night no longer makes is taken away while it is still open.
    """
    told = {"day": day, "night": night_id}
    columns = ", ".join(_TOLD)
    rows = (
        f"SELECT d.id AS debtor_id, s.outcome, s.cause, s.text_en, s.text_zh, l.id AS loan_id, "
        f"p.id AS contact_point_id, s.channel, team.id AS team_id, s.officer_ref, s.slot, s.rank, "
        f"s.value_micro, s.explored, s.propensity_ppm FROM {stage.name} s "
        f"JOIN portfolio_debtor d ON d.ref = s.debtor_ref "
        f"LEFT JOIN portfolio_loan l ON l.ref = s.loan_ref "
        f"LEFT JOIN portfolio_contactpoint p ON p.ref = s.contact_point_ref "
        f"LEFT JOIN people_team team ON team.code = s.team"
    )
    gone = run(
        f"DELETE FROM cases_plan t WHERE t.day = %(day)s AND t.state = 'OPEN' AND NOT EXISTS "
        f"(SELECT 1 FROM {stage.name} s JOIN portfolio_debtor d ON d.ref = s.debtor_ref "
        f"WHERE d.id = t.debtor_id)",
        told,
    )
    old, new = (", ".join(f"{a}.{name}" for name in _TOLD) for a in ("t", "n"))
    changed = run(
        f"UPDATE cases_plan t SET ({columns}, night_id) = ({new}, %(night)s) FROM ({rows}) n "
        f"WHERE t.day = %(day)s AND t.debtor_id = n.debtor_id AND t.state = 'OPEN' "
        f"AND ({old}, t.night_id) IS DISTINCT FROM ({new}, %(night)s)",
        told,
    )
    added = run(
        f"INSERT INTO cases_plan (day, debtor_id, night_id, {columns}, state, cancelled_because) "
        f"SELECT %(day)s, n.debtor_id, %(night)s, {new}, 'OPEN', '' FROM ({rows}) n "
        f"WHERE NOT EXISTS (SELECT 1 FROM cases_plan t WHERE t.day = %(day)s "
        f"AND t.debtor_id = n.debtor_id)",
        told,
    )
    return Merged(stage.rows, added, changed + gone)


@dataclass(frozen=True)
class CasesMoved:
    """What a night did to cases."""

    opened: int
    changed: int
    closed: int

    def as_dict(self) -> dict[str, int]:
        """Return the counts as plain values."""
        return {"opened": self.opened, "changed": self.changed, "closed": self.closed}


_ENTRY = (
    "INSERT INTO audit_entry (at, event, actor_kind, actor_id, subject, debtor_id, body, "
    "body_sha256) SELECT %(now)s, '{event}', 'SYSTEM', 'night', 'case:' || id, debtor_id, "
    "convert_to(%(body)s, 'UTF8'), sha256(convert_to(%(body)s, 'UTF8')) FROM moved"
)


def merge_cases(stage: Stage, *, night_id: str, now: datetime) -> CasesMoved:
    """Open cases for persons who fell behind, bring figures up to date, close what is cured.

    Each opening and closing gets its audit entry by the same statement.
    """
    told = {"now": now, "body": f'{{"night":"{night_id}"}}'}
    rows = f"{stage.name} s JOIN portfolio_debtor d ON d.ref = s.debtor_ref"
    closed = run(
        f"WITH moved AS (UPDATE cases_case c SET state = 'CLOSED', ended_as = 'CURED', "
        f"closed_at = %(now)s, moved_at = %(now)s, overdue_minor = 0, days_past_due = 0, "
        f"bucket = s.bucket, version = version + 1 FROM {rows} "
        f"WHERE c.debtor_id = d.id AND c.closed_at IS NULL AND NOT s.overdue "
        f"RETURNING c.id, c.debtor_id) " + _ENTRY.format(event="case.closed"),
        told,
    )
    figures = ("bucket", "days_past_due", "currency", "overdue_minor")
    old, new = (", ".join(f"{a}.{name}" for name in figures) for a in ("c", "s"))
    changed = run(
        f"UPDATE cases_case c SET ({', '.join(figures)}) = ({new}) FROM {rows} "
        f"WHERE c.debtor_id = d.id AND c.closed_at IS NULL AND s.overdue "
        f"AND ({old}) IS DISTINCT FROM ({new})",
        told,
    )
    opened = run(
        f"WITH moved AS (INSERT INTO cases_case (debtor_id, state, team_id, opened_at, moved_at, "
        f"{', '.join(figures)}, version) SELECT d.id, 'NEW', d.team_id, %(now)s, %(now)s, {new}, 1 "
        f"FROM {rows} WHERE s.overdue AND NOT EXISTS (SELECT 1 FROM cases_case c "
        f"WHERE c.debtor_id = d.id AND c.closed_at IS NULL) RETURNING id, debtor_id) "
        + _ENTRY.format(event="case.opened"),
        told,
    )
    return CasesMoved(opened, changed, closed)
