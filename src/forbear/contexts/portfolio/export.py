"""How are the portfolio's rows handed to the night, in the form of an extract?

Statements that give the tables of the contract of the book, without a personal value. What the
lender no longer tells of, what was retired and what was superseded stays out.
"""

from __future__ import annotations

from forbear.contexts.portfolio.number import TELLING_NOTHING, TELLING_RELATION

_INSTANT = '\'YYYY-MM-DD"T"HH24:MI:SS"Z"\''


def instant(column: str) -> str:
    """Return the expression of an instant as the contract of the book writes it."""
    return f"to_char({column} AT TIME ZONE 'UTC', {_INSTANT})"


# Where a person's own numbers in use let believe that they live, of whom nobody says where: the
# Python twin is ``number.believed_by``.
_BY_NUMBER = (
    "(SELECT debtor_id, min(number_region) AS region, min(number_confidence_percent) AS percent "
    "FROM (SELECT p.debtor_id, p.number_region, p.number_confidence_percent, rank() OVER "
    "(PARTITION BY p.debtor_id ORDER BY p.number_confidence_percent DESC) AS place "
    "FROM portfolio_contactpoint p JOIN portfolio_debtor w ON w.id = p.debtor_id "
    "AND w.region IS NULL WHERE p.number_region IS NOT NULL AND NOT p.workplace "
    f"AND p.relation = '{TELLING_RELATION}' AND p.quality NOT IN ("
    + ", ".join(f"'{quality}'" for quality in sorted(TELLING_NOTHING))
    + ") AND p.retired_at IS NULL AND p.absent_since IS NULL) told WHERE place = 1 "
    "GROUP BY debtor_id HAVING min(number_region) = max(number_region))"
)
_PRESENT = (
    "portfolio_loan l JOIN portfolio_debtor d ON d.id = l.debtor_id "
    "AND d.erased_at IS NULL WHERE l.absent_since IS NULL"
)
TABLES: dict[str, str] = {
    "debtor": (
        "SELECT d.ref AS debtor_id, d.jurisdiction, d.region, d.region_source, "
        "(SELECT b.confidence_percent FROM portfolio_regionbelief b WHERE b.debtor_id = d.id "
        "AND b.source = d.region_source AND b.region = d.region) AS region_confidence_percent, "
        "n.region AS number_region, n.percent AS number_region_confidence_percent, "
        "nullif(array_to_string(d.time_zones, '|'), '') AS time_zones, d.language, d.dialect, "
        "d.officer_ref AS officer_id, d.officer_team AS team, "
        "CASE WHEN d.vulnerable OR EXISTS (SELECT 1 FROM portfolio_vulnerability v "
        "WHERE v.debtor_id = d.id AND v.ended_at IS NULL) THEN 'true' ELSE 'false' END "
        "AS vulnerable FROM portfolio_debtor d "
        f"LEFT JOIN {_BY_NUMBER} n ON n.debtor_id = d.id "
        f"WHERE d.id IN (SELECT l.debtor_id FROM {_PRESENT})"
    ),
    "contact_point": (
        "SELECT p.ref AS contact_point_id, d.ref AS debtor_id, p.kind, p.relation, p.origin, "
        "p.quality, nullif(array_to_string(p.number_zones, '|'), '') AS number_zones, "
        f"{instant('p.recorded_at')} AS recorded_at "
        "FROM portfolio_contactpoint p JOIN portfolio_debtor d ON d.id = p.debtor_id "
        "WHERE p.retired_at IS NULL AND p.absent_since IS NULL "
        f"AND d.id IN (SELECT l.debtor_id FROM {_PRESENT})"
    ),
    "loan": (
        "SELECT l.ref AS loan_id, d.ref AS debtor_id, l.product, l.currency, l.contract_date, "
        f"l.disbursed_date, l.principal_minor, l.annual_rate_bp, l.state FROM {_PRESENT}"
    ),
    "instalment": (
        "SELECT l.ref AS loan_id, i.number AS instalment_no, i.due_date, i.principal_minor, "
        f"i.interest_minor, i.fee_minor FROM portfolio_instalment i CROSS JOIN {_PRESENT} "
        "AND i.loan_id = l.id AND i.superseded_at IS NULL"
    ),
    "hold": (
        "SELECT h.ref AS hold_id, d.ref AS debtor_id, l.ref AS loan_id, h.channel, h.kind, "
        f"h.start_date, h.end_date, {instant('h.recorded_at')} AS recorded_at "
        "FROM portfolio_hold h JOIN portfolio_debtor d ON d.id = h.debtor_id "
        "LEFT JOIN portfolio_loan l ON l.id = h.loan_id AND l.absent_since IS NULL "
        "WHERE h.absent_since IS NULL AND (h.loan_id IS NULL OR l.id IS NOT NULL) "
        f"AND d.id IN (SELECT l.debtor_id FROM {_PRESENT})"
    ),
    "consent": (
        "SELECT c.ref AS consent_id, d.ref AS debtor_id, p.ref AS contact_point_id, c.channel, "
        f"c.kind, c.state, {instant('c.recorded_at')} AS recorded_at FROM portfolio_consent c "
        "JOIN portfolio_debtor d ON d.id = c.debtor_id "
        "LEFT JOIN portfolio_contactpoint p ON p.id = c.contact_point_id "
        "WHERE (p.id IS NULL OR (p.retired_at IS NULL AND p.absent_since IS NULL)) "
        f"AND d.id IN (SELECT l.debtor_id FROM {_PRESENT})"
    ),
}

_CHANGED = "OR said_by_day <> '{}'"
OWN_ROWS = " UNION ALL ".join(
    f"SELECT 1 FROM {table} WHERE source <> 'EXTRACT' {changed}"
    for table, changed in (
        ("portfolio_debtor", _CHANGED),
        ("portfolio_contactpoint", _CHANGED),
        ("portfolio_loan", _CHANGED),
        ("portfolio_instalment", ""),
        ("portfolio_hold", ""),
        ("portfolio_consent", ""),
    )
)
"""Finds a row when anything was recorded by day, so that the lender's files are not the whole."""
