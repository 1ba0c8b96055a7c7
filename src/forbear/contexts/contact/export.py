"""How is the history of contacts handed to the night, in the form of an extract?"""

from __future__ import annotations

from forbear.contexts.contact.history import WAS_MADE

TABLES: dict[str, str] = {
    "attempt": (
        "SELECT a.ref AS attempt_id, d.ref AS debtor_id, p.ref AS contact_point_id, "
        "l.ref AS loan_id, a.channel, a.direction, "
        "to_char(a.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS started_at, "
        "a.outcome, a.team FROM contact_attempt a "
        "JOIN portfolio_debtor d ON d.id = a.debtor_id AND d.erased_at IS NULL "
        "AND EXISTS (SELECT 1 FROM portfolio_loan o WHERE o.debtor_id = d.id "
        "AND o.absent_since IS NULL) "
        "LEFT JOIN portfolio_contactpoint p ON p.id = a.contact_point_id "
        "AND p.retired_at IS NULL AND p.absent_since IS NULL "
        "LEFT JOIN portfolio_loan l ON l.id = a.loan_id AND l.absent_since IS NULL "
        f"WHERE {WAS_MADE}"
    ),
}
OWN_ROWS = "SELECT 1 FROM contact_attempt WHERE source <> 'EXTRACT'"
