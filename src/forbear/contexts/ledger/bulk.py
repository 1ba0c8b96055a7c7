"""How do a lender's postings, and the night's standings, enter the tables, very many at once?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.database.bulk import Merged, Stage, newest_id, run
from forbear.contexts.ledger.models import Posting, PostingSource
from forbear.contexts.ledger.same import note_same, reverse_same

POSTING = {
    "ref": "text",
    "loan_ref": "text",
    "value_date": "date",
    "posting_date": "date",
    "amount_minor": "bigint",
    "purpose": "text",
    "reverses_ref": "text",
}
STANDING = {
    "loan_ref": "text",
    "days_past_due": "integer",
    "bucket": "text",
    "instalments_overdue": "integer",
    "oldest_unpaid_date": "date",
    "due_minor": "bigint",
    "paid_minor": "bigint",
    "credit_minor": "bigint",
    "overdue_principal_minor": "bigint",
    "overdue_interest_minor": "bigint",
    "overdue_fee_minor": "bigint",
    "penalty_accrued_minor": "bigint",
    "penalty_minor": "bigint",
    "overdue_minor": "bigint",
    "outstanding_principal_minor": "bigint",
    "accrued_interest_minor": "bigint",
    "payoff_minor": "bigint",
    "next_due_date": "date",
    "next_due_minor": "bigint",
    "risk_class": "text",
    "bureau_code": "text",
    "limitation_date": "date",
}


def merge_postings(stage: Stage, *, now: datetime) -> Merged:
    """Add postings that are not known yet: payments first, then what reverses them.

    A payment that a notice told before is not added again.
    """
    note_same(stage, now=now)
    columns = "value_date, posting_date, amount_minor, purpose"
    values = ", ".join(f"s.{name.strip()}" for name in columns.split(","))
    unknown = (
        "NOT EXISTS (SELECT 1 FROM ledger_posting t WHERE t.ref = s.ref) "
        "AND NOT EXISTS (SELECT 1 FROM ledger_samepayment m WHERE m.told_ref = s.ref)"
    )
    added = run(
        f"INSERT INTO ledger_posting (ref, loan_id, {columns}, source, recorded_at) "
        f"SELECT s.ref, l.id, {values}, 'EXTRACT', %(now)s FROM {stage.name} s "
        f"JOIN portfolio_loan l ON l.ref = s.loan_ref WHERE s.reverses_ref IS NULL AND {unknown}",
        {"now": now},
    )
    added += run(
        f"INSERT INTO ledger_posting (ref, loan_id, {columns}, reverses_id, source, recorded_at) "
        f"SELECT s.ref, l.id, {values}, p.id, 'EXTRACT', %(now)s FROM {stage.name} s "
        f"JOIN portfolio_loan l ON l.ref = s.loan_ref "
        f"JOIN ledger_posting p ON p.ref = s.reverses_ref WHERE {unknown}",
        {"now": now},
    )
    added += reverse_same(stage, now=now)
    return Merged(stage.rows, added, 0)


@dataclass(frozen=True, slots=True)
class NewPosting:
    """A posting that an extract told; it counts from ``value_date`` on."""

    debtor_id: int
    loan_id: int
    ref: str
    value_date: date


def latest_posting() -> int:
    """Return the number of the newest posting; 0: there is none."""
    return newest_id("ledger_posting")


def extract_postings_after(posting_id: int) -> list[NewPosting]:
    """Return what extracts told since a posting, in the order of loans."""
    found = Posting.objects.filter(id__gt=posting_id, source=PostingSource.EXTRACT.value)
    told = found.order_by("loan_id", "id")
    return [
        NewPosting(*row)
        for row in told.values_list("loan__debtor_id", "loan_id", "ref", "value_date")
    ]


def merge_standings(
    stage: Stage, *, as_of: date, known: date, facts_at: datetime, now: datetime
) -> Merged:
    """Let the night's standings count, but never over one worked out from later facts.

    ``facts_at``: when the facts that the night knew were taken.
    """
    columns = [name for name in STANDING if name != "loan_ref"]
    old, new = (", ".join(f"{a}.{name}" for name in columns) for a in ("t", "s"))
    told = {"as_of": as_of, "known": known, "facts_at": facts_at, "now": now}
    rows = f"{stage.name} s JOIN portfolio_loan l ON l.ref = s.loan_ref"
    changed = run(
        f"UPDATE ledger_standing t SET ({', '.join(columns)}, as_of_date, known_date, "
        f"computed_by, computed_at) = ({new}, %(as_of)s, %(known)s, 'NIGHT', %(now)s) FROM {rows} "
        f"WHERE t.loan_id = l.id AND (t.as_of_date, t.known_date) <= (%(as_of)s, %(known)s) "
        f"AND (t.computed_by = 'NIGHT' OR t.computed_at < %(facts_at)s) "
        f"AND ({old}, t.as_of_date, t.known_date) "
        f"IS DISTINCT FROM ({new}, %(as_of)s::date, %(known)s::date)",
        told,
    )
    added = run(
        f"INSERT INTO ledger_standing (loan_id, debtor_id, {', '.join(columns)}, as_of_date, "
        f"known_date, computed_by, computed_at) SELECT l.id, l.debtor_id, {new}, %(as_of)s, "
        f"%(known)s, 'NIGHT', %(now)s FROM {rows} WHERE NOT EXISTS "
        f"(SELECT 1 FROM ledger_standing t WHERE t.loan_id = l.id)",
        told,
    )
    return Merged(stage.rows, added, changed)
