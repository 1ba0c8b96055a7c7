"""How do chosen lines become the text of a file, a few thousand at a time?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from forbear.contexts.bureau.renew import COLUMNS, line_from
from forbear.contexts.database.bulk import few_rows_at_a_time
from forbear.contexts.portfolio.queries.identity import identities
from forbear.policy.bureau import lines_form
from forbear.policy.bureau.account import Account, FileHead, Person, Reported
from forbear.policy.bureau.form import Bureau
from forbear.policy.bureau.metro2 import record as metro2
from forbear.policy.bureau.month import before, months_from
from forbear.values.bureau import Form
from forbear.values.day import add_months

Progress = Callable[[str, int, int], None]
BATCH_LINES = 2_000
NONE = "."
_LINES = (
    f"SELECT l.id, l.loan_id, l.debtor_id, l.month, {', '.join(f'l.{c}' for c in COLUMNS)}, "
    "o.ref, o.product, o.disbursed_date, o.principal_minor, (SELECT count(*) FROM "
    "portfolio_instalment i WHERE i.loan_id = o.id AND i.superseded_at IS NULL) "
    "FROM bureau_line l JOIN portfolio_loan o ON o.id = l.loan_id WHERE l.id = ANY(%(lines)s)"
)
# Of each month before, the newest line that the bureau was told of, or is with this file.
_BEFORE = """
SELECT l.loan_id, l.month, l.code FROM bureau_line l
WHERE l.loan_id = ANY(%(loans)s) AND l.bureau = %(bureau)s AND l.month >= %(since)s
  AND (EXISTS (SELECT FROM bureau_sent s WHERE s.line_id = l.id) OR l.id = ANY(%(lines)s))
ORDER BY l.id
"""
_FORMS = {Form.METRO2: metro2.file_text, Form.LINES: lines_form.file_text}
_GAPS = {Form.METRO2: metro2.gaps, Form.LINES: lines_form.gaps}


class Going(NamedTuple):
    """A line that goes. ``before``: as told in a file made already; None: to be looked up."""

    line_id: int
    corrects: int | None
    before: str | None = None


@dataclass
class Rendered:
    """What was written beside the text: each line's months before, and how many have gaps."""

    before: dict[int, str]
    gaps: int = 0


def render(
    going: Sequence[Going],
    bureau: Bureau,
    head: FileHead,
    write: Callable[[str], None],
    *,
    now: datetime,
    progress: Progress,
) -> Rendered:
    """Write the file of some lines, in their order; personal values are opened and forgotten.

    Raises:
        DoesNotFit: a value is too long for its field.
    """
    told = Rendered({})
    for text in _FORMS[bureau.form](_reported(going, bureau, told, now, progress), bureau, head):
        write(text)
    progress("file", len(going), len(going))
    return told


def _reported(
    going: Sequence[Going], bureau: Bureau, told: Rendered, now: datetime, progress: Progress
) -> Iterator[tuple[Reported, Person]]:
    gaps = _GAPS[bureau.form]
    every = [each.line_id for each in going]
    for start in range(0, len(going), BATCH_LINES):
        progress("file", start, len(going))
        batch = going[start : start + BATCH_LINES]
        found = _rows(_LINES, {"lines": [each.line_id for each in batch]})
        by_id = {row[0]: row for row in found}
        rows = [by_id[each.line_id] for each in batch]
        persons = identities({row[2] for row in rows}, now=now)
        # Lines of one loan stand together, but a batch may end between them.
        around = every[max(0, start - BATCH_LINES) : start + 2 * BATCH_LINES]
        history = _before(bureau, batch, rows, around)
        for each, row in zip(batch, rows, strict=True):
            who = persons.get(row[2])
            person = Person(None, None, None) if who is None else Person(*_values(who))
            told.gaps += bool(gaps(person))
            told.before[each.line_id] = history[each.line_id]
            yield _one(each, row, history[each.line_id]), person


def _values(who: Any) -> tuple[str | None, str | None, str | None]:
    return who.name, who.national_id, who.address


def _one(going: Going, row: Sequence[Any], history: str) -> Reported:
    line_id, _, _, month = row[:4]
    ref, product, opened, principal, terms = row[4 + len(COLUMNS) :]
    return Reported(
        line_id=line_id,
        month=month,
        line=line_from(row[4 : 4 + len(COLUMNS)]),
        account=Account(ref, product, opened, principal, terms),
        corrects=going.corrects,
        before=tuple(None if code == NONE else code for code in history.split(",") if code),
    )


def _before(
    bureau: Bureau, batch: Iterable[Going], rows: Sequence[Sequence[Any]], around: Sequence[int]
) -> dict[int, str]:
    """Return the words of the months before, by line; empty where the form does not tell them."""
    known = {each.line_id: each.before for each in batch if each.before is not None}
    if bureau.form is not Form.METRO2:
        return {row[0]: "" for row in rows}
    asking = [row for row in rows if row[0] not in known]
    if not asking:
        return known
    since = add_months(min(row[3] for row in asking), -metro2.PROFILE_MONTHS)
    codes: dict[int, dict[date, str]] = {}
    asked = {
        "loans": sorted({row[1] for row in asking}),
        "bureau": bureau.code,
        "since": since,
        "lines": list(around),
    }
    for loan_id, month, code in _rows(_BEFORE, asked):
        codes.setdefault(loan_id, {})[month] = code
    for row in asking:
        known[row[0]] = _months(codes.get(row[1], {}), row[3])
    return known


def _months(codes: dict[date, str], month: date) -> str:
    first = add_months(month, -metro2.PROFILE_MONTHS)
    newest_first = reversed(list(months_from(first, metro2.PROFILE_MONTHS)))
    found = [codes.get(each, NONE) for each in newest_first]
    assert not found or add_months(first, metro2.PROFILE_MONTHS - 1) == before(month)
    while found and found[-1] == NONE:
        found.pop()
    return ",".join(found)


def _rows(statement: str, parameters: object) -> list[Any]:
    with few_rows_at_a_time(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
