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
from forbear.contexts.rights.listing import ClockShown, get_filing
from forbear.contexts.rights.word import FilingKind
from forbear.contexts.rulebook.library import open_complaints, open_library
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


_ABOUT = (
    "One complaint and all that was done about it.",
    "一件投诉及其全部办理经过。",
    "The person stands under the lender's own ref. Names and words are in the evidence pack.",
    "个人以机构内部编号表示，不含姓名与原话；原话见证据包。",
    "clocks: by when something is owed, under which rule; met_at null: not yet.",
    "clocks：各项期限及其依据；met_at 为 null 表示尚未完成。",
    "Amounts are in the smallest unit of the currency; instants are UTC, days are the lender's.",
    "金额以货币最小单位计；时刻为 UTC，日期为机构当地日期。",
    "record: every step, by the number of whoever took it.",
    "That it is whole the lender proves by the first command; anybody checks that by the second.",
    "record：逐项操作及操作人编号。机构可用前一命令出具证明，任何人可用后一命令核验。",
    "forbear audit prove --subject {subject} > proof.json",
    "python3 verify_log.py proof.json",
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
    subject = f"filing:{filing.pk}"
    whole = {"about": [line.format(subject=subject) for line in _ABOUT], **row, "record": entries}
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
        "clocks": [_clock(clock) for clock in found.clocks],
        "statements": [
            {"at": said.at, "side": said.side, "kind": said.kind} for said in found.statements
        ],
        "attachments": [asdict(file) for file in found.attachments],
        "corrections": [asdict(each) for each in found.corrections],
    }


def _clock(clock: ClockShown) -> dict[str, object]:
    """Return a clock with the sentence of its rule, and where that stands."""
    versions = [each for each in open_library().rules if each.id == clock.rule_id]
    begun = [each for each in versions if each.effective <= clock.starts_on] or versions
    if not begun:
        return asdict(clock)
    rule = max(begun, key=lambda each: each.effective)
    told = {"rule_en": rule.text_en, "rule_zh": rule.text_zh, "rule_source": str(rule.source)}
    return {**asdict(clock), **told}


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
