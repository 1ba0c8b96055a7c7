"""How does a lender's history of contacts enter the table, very many at once?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.database.bulk import Merge, Merged, Stage

ATTEMPT = {
    "ref": "text",
    "debtor_ref": "text",
    "contact_point_ref": "text",
    "loan_ref": "text",
    "channel": "text",
    "direction": "text",
    "started_at": "timestamptz",
    "outcome": "text",
    "team": "text",
}


def merge_attempts(stage: Stage, *, now: datetime) -> Merged:
    """Merge attempts; the latest word on an outcome counts.

    A point or loan that nobody knows becomes null: such an attempt counts against the person.
    """
    names = ("channel", "direction", "started_at", "team")
    return Merge(
        "contact_attempt",
        columns={"outcome": "s.outcome"},
        fixed={
            "debtor_id": "d.id",
            "contact_point_id": "p.id",
            "loan_id": "l.id",
            "recorded_at": "%(now)s",
            **{name: f"s.{name}" for name in names},
        },
        joins=(
            "JOIN portfolio_debtor d ON d.ref = s.debtor_ref "
            "LEFT JOIN portfolio_contactpoint p ON p.ref = s.contact_point_ref "
            "LEFT JOIN portfolio_loan l ON l.ref = s.loan_ref"
        ),
    ).merge(stage, {"now": now})
