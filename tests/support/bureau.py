"""Loans that are reported to a bureau, for tests; everything is invented."""

from __future__ import annotations

from datetime import UTC, date, datetime

from forbear.contexts.bureau.actions.make_lines import Made, make_lines
from forbear.contexts.bureau.book import named_loans
from forbear.contexts.bureau.models import Line
from forbear.contexts.bureau.renew import COLUMNS, expected, line_from
from forbear.contexts.database.transaction import reading
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.policy.bureau.line import LineFacts
from tests.support.portfolio import SETUP

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
OCTOBER, SEPTEMBER, AUGUST = date(2026, 10, 1), date(2026, 9, 1), date(2026, 8, 1)


def lines_made(month: date, *, bureau: str = "CN_CREDIT", now: datetime = NOW) -> Made:
    """Make a month's lines."""
    return make_lines(bureau, month, actor=SETUP, today=TODAY, now=now)


def counting(loan_id: int) -> dict[date, LineFacts]:
    """Return a loan's lines that count, by month."""
    with reading(SETUP):
        rows = Line.objects.filter(loan_id=loan_id, replaced_at__isnull=True)
        return {row[0]: line_from(row[1:]) for row in rows.values_list("month", *COLUMNS)}


def right(loan_id: int, *, bureau: str = "CN_CREDIT") -> dict[date, LineFacts]:
    """Return what the same lines must say by everything that is known now."""
    months = list(counting(loan_id))
    with reading(SETUP):
        (known,) = named_loans(open_bureaus()[bureau], [loan_id])
        return expected(open_bureaus()[bureau], known, months)


def codes(loan_id: int) -> list[str]:
    """Return the words of a loan's lines that count, in the order of months."""
    return [line.code for _, line in sorted(counting(loan_id).items())]
