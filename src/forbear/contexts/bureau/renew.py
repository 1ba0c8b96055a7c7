"""Do the lines of some loans say what is known now, and if not, what takes their place?

The one way in which lines are written, by the month's run and by every late fact alike: what is
right now is worked out for each month of which there is a line, compared with the line that counts,
and written beside it where it differs. Nothing is ever written over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from forbear.contexts.bureau.book import Known, day_of
from forbear.contexts.database.bulk import Stage, few_rows_at_a_time, run, staged
from forbear.contexts.database.transaction import required
from forbear.policy.bureau.form import Bureau
from forbear.policy.bureau.line import (
    History,
    LineFacts,
    line_again,
    line_of,
    marked,
    ruled,
)
from forbear.values.bureau import LineCause
from forbear.values.day import from_day_number

COLUMNS = (
    *("code", "is_negative", "days_past_due", "overdue_minor", "balance_minor"),
    *("scheduled_minor", "paid_minor", "late_since_date", "paid_latest_date", "closed_date"),
    *("mark", "special"),
)
_STAGE = {
    "loan_id": "bigint",
    "debtor_id": "bigint",
    "month": "date",
    "number": "smallint",
    "replaces": "bigint",
    "cause": "text",
    **dict(
        zip(
            COLUMNS,
            (*("text", "boolean", "integer"), *("bigint",) * 4, *("date",) * 3, *("text",) * 2),
            strict=True,
        )
    ),
    "facts_sha256": "bytea",
}
# One index serves it, whatever the planner knows of a table that is growing at the time.
_NEWEST = """
SELECT loan_id, (array_agg(facts_sha256 ORDER BY id DESC))[1],
  max(month) FILTER (WHERE replaced_at IS NULL),
  coalesce(bool_or(month = %(month)s) FILTER (WHERE replaced_at IS NULL), false)
FROM bureau_line WHERE loan_id = ANY(%(loans)s) AND bureau = %(bureau)s GROUP BY loan_id
"""
_NOTHING: tuple[bytes | None, date | None, bool] = (None, None, False)
_CURRENT = (
    f"SELECT id, loan_id, month, number, {', '.join(COLUMNS)} FROM bureau_line "
    "WHERE loan_id = ANY(%(loans)s) AND bureau = %(bureau)s AND replaced_at IS NULL "
    "ORDER BY loan_id, month"
)


@dataclass
class Renewed:
    """What was written: first lines of a month, and lines that took another's place, by loan id."""

    added: int = 0
    corrected: int = 0
    months: dict[int, list[date]] = field(default_factory=dict)


def renew(
    bureau: Bureau,
    loans: Sequence[Known],
    *,
    month: date | None = None,
    cause: LineCause = LineCause.LATE_FACT,
    because: str,
    now: datetime,
) -> Renewed:
    """Bring the lines of loans up to what is known, and write a month's first ones where asked.

    ``cause`` is that of lines that are replaced. Returns the months corrected by loan id.

    Raises:
        BrokenInvariant: no transaction is open.
        NoBureau: a product's word is not one of the bureau's list.
    """
    required()
    if not loans:
        return Renewed()
    stale, lacking, prints = _to_do(bureau, loans, month)
    current = _current(bureau, [each.loan_id for each in stale])
    done = Renewed()
    rows: list[tuple[Any, ...]] = []
    for known in stale:
        history = known.history
        for line_id, when, number, was in current[known.loan_id]:
            right = _right(known, history, bureau, when)
            if right != was:
                rows.append((known, when, number + 1, line_id, cause, right, prints[known.loan_id]))
                done.months.setdefault(known.loan_id, []).append(when)
                done.corrected += 1
    for known in lacking:
        assert month is not None
        first = _first(known, bureau, month)
        if first is not None:
            print_ = prints[known.loan_id]
            rows.append((known, month, 1, None, LineCause.MONTH, first, print_))
            done.added += 1
    _write(bureau, rows, because=because, now=now)
    return done


def expected(bureau: Bureau, known: Known, months: Iterable[date]) -> dict[date, LineFacts]:
    """Return what the lines of some months must say, by everything that is known now."""
    history = known.history
    return {month: _right(known, history, bureau, month) for month in months}


def _to_do(
    bureau: Bureau, loans: Sequence[Known], month: date | None
) -> tuple[list[Known], list[Known], dict[int, bytes]]:
    """Return the loans of which more is known than their lines knew, and those without a line.

    The third value is each loan's print up to its latest month, for whatever will be written.
    """
    asked = {"loans": [each.loan_id for each in loans], "bureau": bureau.code, "month": month}
    told: dict[int, tuple[bytes | None, date | None, bool]] = {}
    with few_rows_at_a_time(), connection.cursor() as cursor:
        cursor.execute(_NEWEST, asked)
        for loan_id, facts_sha256, latest, has_line in cursor.fetchall():
            told[loan_id] = (bytes(facts_sha256), latest, has_line)
    stale, lacking, prints = [], [], {}
    for each in loans:
        before, latest, has_line = told.get(each.loan_id, _NOTHING)
        is_new = month is not None and not has_line
        until = max(day for day in (latest, month if is_new else None, date.min) if day)
        prints[each.loan_id] = now = each.facts_sha256(until)
        if latest is not None and before != (now if until == latest else each.facts_sha256(latest)):
            stale.append(each)
        if is_new:
            lacking.append(each)
    return stale, lacking, prints


def _current(
    bureau: Bureau, loan_ids: Collection[int]
) -> dict[int, list[tuple[int, date, int, LineFacts]]]:
    found: dict[int, list[tuple[int, date, int, LineFacts]]] = defaultdict(list)
    if not loan_ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT, {"loans": list(loan_ids), "bureau": bureau.code})
        for line_id, loan_id, month, number, *columns in cursor.fetchall():
            found[loan_id].append((line_id, month, number, line_from(columns)))
    return found


def line_from(columns: Sequence[Any]) -> LineFacts:
    """Return the columns of a stored line, in the order of ``COLUMNS``, as a line."""
    *head, since, paid, closed, mark, special = columns
    return LineFacts(*head, day_of(since), day_of(paid), day_of(closed), mark, special)


def _right(known: Known, history: History, bureau: Bureau, month: date) -> LineFacts:
    line = ruled(line_again(history, bureau, month), month, known.rulings, bureau)
    return marked(line, month, known.marks)


def _first(known: Known, bureau: Bureau, month: date) -> LineFacts | None:
    line = line_of(known.history, bureau, month)
    if line is None:
        return None
    return marked(ruled(line, month, known.rulings, bureau), month, known.marks)


def _write(bureau: Bureau, rows: Sequence[tuple[Any, ...]], *, because: str, now: datetime) -> None:
    if not rows:
        return
    replaced = [row[3] for row in rows if row[3] is not None]
    if replaced:
        run(
            "UPDATE bureau_line SET replaced_at = %(now)s "
            "WHERE id = ANY(%(ids)s) AND replaced_at IS NULL",
            {"now": now, "ids": replaced},
        )
    names = ", ".join(_STAGE)
    with staged("bureau_new", _STAGE) as stage:
        stage.fill([(len(rows), "".join(map(_text, rows)).encode())])
        _insert(stage, names, {"bureau": bureau.code, "because": because, "now": now})


def _insert(stage: Stage, names: str, told: dict[str, object]) -> None:
    with few_rows_at_a_time():
        run(
            f"INSERT INTO bureau_line (bureau, because, made_at, {names}) "
            f"SELECT %(bureau)s, %(because)s, %(now)s, {names} FROM {stage.name} "
            "ORDER BY loan_id, month",
            told,
        )


def _text(row: tuple[Any, ...]) -> str:
    *told, facts_sha256 = row
    return ",".join((*_cells(*told), f"\\x{facts_sha256.hex()}")) + "\n"


def _cells(
    known: Known,
    month: date,
    number: int,
    replaces: int | None,
    cause: LineCause,
    line: LineFacts,
) -> Iterator[str]:
    yield str(known.loan_id)
    yield str(known.debtor_id)
    yield month.isoformat()
    yield str(number)
    yield "" if replaces is None else str(replaces)
    yield cause.value
    yield f'"{line.code}"'
    yield "t" if line.is_negative else "f"
    for number_told in line[2:7]:
        yield str(number_told)
    for day in line[7:10]:
        yield "" if day is None else from_day_number(day).isoformat()
    yield f'"{line.mark}"'
    yield f'"{line.special}"'
