"""What does an authority get that asks about a complaint? JSON and CSV, without names.

Persons stand under the lender's pseudonymous refs. Words of either side are left out: they may
name people; the evidence pack has them.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.queries import done_to
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import doing, may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.particular import particulars
from forbear.contexts.rights.filing import find_filing, note
from forbear.contexts.rights.listing import get_filing
from forbear.contexts.rights.word import FilingKind
from forbear.contexts.rulebook.library import open_complaints
from forbear.values.principal import Principal

COLUMNS = (
    "ref",
    "debtor_ref",
    "lender",
    "received_date",
    "intake",
    "alleged",
    "alleged_en",
    "alleged_zh",
    "substantiated",
    "finding",
    "redress",
    "redress_minor",
    "currency",
    "state",
    "authority",
    "authority_ref",
    "due_on",
    "late",
    "contacts",
)


@dataclass(frozen=True, slots=True)
class ComplaintExported:
    """The same twice: ``document`` as JSON, ``table`` as CSV with one row below its heads."""

    document: str
    table: str


def export_complaint(
    ref: str, *, actor: Principal, today: date, now: datetime
) -> ComplaintExported:
    """Write a complaint out for an authority; that it was done is recorded.

    Raises:
        NotPermitted: FILINGS_WORK is missing.
        UnknownFiling: there is none, or not for this doer.
    """
    may(actor, Permission.FILINGS_WORK)
    with acting(actor):
        filing = find_filing(ref, FilingKind.COMPLAINT)
        note(filing, AuditEvent.FILING_EXPORTED, actor=actor, now=now)
        entries = [
            {"at": done.at.isoformat(), "event": done.event.value, "by": done.by}
            for done in done_to(f"filing:{filing.pk}", debtor_id=filing.debtor_id)
        ]
        shown = _shown(ref, actor=actor, today=today, now=now)
    reason, lender = open_complaints().get(shown["alleged"]), particulars(now).lender
    row = {
        **shown,
        "lender": lender.name_en,
        "alleged_en": "" if reason is None else reason.en,
        "alleged_zh": "" if reason is None else reason.zh,
        "like": [] if reason is None else list(reason.like),
    }
    whole = {**row, "record": entries}
    return ComplaintExported(
        json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True, default=str), _table(row)
    )


def _shown(ref: str, *, actor: Principal, today: date, now: datetime) -> dict[str, object]:
    by = doing(actor, Permission.PERSON_SEE)
    found = get_filing(ref, kind=FilingKind.COMPLAINT, today=today, actor=by, now=now)
    assert found.complaint is not None
    listed = asdict(found.filing)
    told = asdict(found.complaint)
    # Who works here is nobody's business outside, beyond the number that the record shows.
    staff = told.pop("about_staff")
    return {
        **listed,
        **told,
        "about_staff_known": staff is not None,
        "contacts": len(found.complaint.attempt_ids),
        "clocks": [asdict(clock) for clock in found.clocks],
        "statements": [
            {"at": said.at, "side": said.side, "kind": said.kind} for said in found.statements
        ],
        "attachments": [asdict(file) for file in found.attachments],
        "corrections": [asdict(each) for each in found.corrections],
    }


def _table(row: dict[str, object]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # A sheet must not take a word for a formula.
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
