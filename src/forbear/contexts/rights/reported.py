"""What becomes of a debt's lines at a credit bureau while it is disputed, and when that ends?"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.bureau.dispute import NothingReported, close_dispute, open_dispute
from forbear.contexts.database.transaction import required
from forbear.contexts.portfolio.contract import loans_of
from forbear.contexts.rights.models import Filing
from forbear.contexts.rights.word import Finding
from forbear.values.bureau import Mark
from forbear.values.principal import Principal


def mark(filing: Filing, *, actor: Principal, now: datetime) -> int:
    """Mark the lines of what is disputed, inside an action; return how many loans have some."""
    required()
    marked = 0
    for loan_id in _loans(filing):
        try:
            open_dispute(loan_id, _ref(filing), received=filing.received_date, actor=actor, now=now)
        except NothingReported:
            continue
        marked += 1
    return marked


def unmark(filing: Filing, finding: Finding | None, *, actor: Principal, now: datetime) -> None:
    """Close what ``mark`` opened: settled, not agreed by the person, or (null) taken back."""
    required()
    closing = None
    if finding is not None:
        closing = Mark.DISAGREES if finding is Finding.REJECTED else Mark.RESOLVED
    for loan_id in _loans(filing):
        try:
            close_dispute(loan_id, _ref(filing), closing_mark=closing, actor=actor, now=now)
        except NothingReported:
            continue


def _ref(filing: Filing) -> str:
    return f"filing-{filing.pk}-{filing.cycle}"


def _loans(filing: Filing) -> tuple[int, ...]:
    return loans_of(filing.debtor_id) if filing.loan_id is None else (filing.loan_id,)
