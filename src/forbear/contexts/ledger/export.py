"""How are postings handed to the night, in the form of an extract?"""

from __future__ import annotations

TABLES: dict[str, str] = {
    "payment": (
        "SELECT t.ref AS payment_id, l.ref AS loan_id, t.value_date, t.posting_date, "
        "t.amount_minor, t.purpose, r.ref AS reverses_payment_id FROM ledger_posting t "
        "JOIN portfolio_loan l ON l.id = t.loan_id AND l.absent_since IS NULL "
        "JOIN portfolio_debtor d ON d.id = l.debtor_id AND d.erased_at IS NULL "
        "LEFT JOIN ledger_posting r ON r.id = t.reverses_id"
    ),
}
OWN_ROWS = "SELECT 1 FROM ledger_posting WHERE source <> 'EXTRACT'"
