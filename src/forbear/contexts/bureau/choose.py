"""Which lines may go to a bureau now, and why do the others stay?

A line goes once. A negative one stays until the law's conditions hold, and is taken up by the next
file after that; one whose time of keeping is over goes no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from forbear.contexts.bureau.book import day_of, named_loans
from forbear.contexts.contact.history import OutboundTold, outbound_told
from forbear.contexts.database.bulk import few_rows_at_a_time
from forbear.contexts.database.transaction import required
from forbear.contexts.rulebook.library import pack_in_force
from forbear.policy.bureau.form import Bureau
from forbear.policy.bureau.leave import Contact, Leave, Leaving, gone_by, may_leave
from forbear.policy.bureau.line import late_until_day
from forbear.policy.bureau.month import last_day
from forbear.values.code import Channel, ContactPurpose
from forbear.values.day import day_number

BATCH_LINES = 5_000
WRITTEN_CHANNELS = frozenset({Channel.SMS, Channel.WECHAT, Channel.EMAIL, Channel.LETTER})
_WAITING = """
SELECT l.id, l.loan_id, l.debtor_id, o.ref, l.month, l.is_negative, l.late_since_date, l.code,
  l.overdue_minor, l.balance_minor
FROM bureau_line l JOIN portfolio_loan o ON o.id = l.loan_id
JOIN portfolio_debtor d ON d.id = l.debtor_id
WHERE l.bureau = %(bureau)s AND l.replaced_at IS NULL AND l.month <= %(month)s
  AND (%(loan)s::bigint IS NULL OR l.loan_id = %(loan)s) AND d.erased_at IS NULL
  AND NOT EXISTS (SELECT FROM bureau_sent s WHERE s.line_id = l.id)
ORDER BY o.ref COLLATE "C", l.month
"""
_SENT = """
SELECT s.loan_id, p.month, s.line_id FROM bureau_sent s JOIN bureau_line p ON p.id = s.line_id
WHERE s.loan_id = ANY(%s) ORDER BY s.id
"""


class Waiting(NamedTuple):
    """A line that counts and was not sent. ``corrects``: the one sent before for the month."""

    line_id: int
    loan_id: int
    debtor_id: int
    loan_ref: str
    month: date
    is_negative: bool
    late_since: date | None
    code: str
    overdue_minor: int
    balance_minor: int
    corrects: int | None
    was_reported: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A line and whether it may go. ``is_gone``: its time of keeping is over."""

    line: Waiting
    leave: Leave
    is_gone: bool = False

    @property
    def may_go(self) -> bool:
        """It goes with the next file."""
        return not self.leave.refusals and not self.is_gone


def choose(
    bureau: Bureau, month: date, *, loan_id: int | None = None, today: date, now: datetime
) -> Iterator[Chosen]:
    """Yield every line up to a month that was not sent, in the order of a file, and its leave.

    Raises:
        BrokenInvariant: no transaction is open.
    """
    required()
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"bureau": bureau.code, "month": month, "loan": loan_id})
        rows = cursor.fetchall()
    judge = _judge(bureau, today=today, now=now)
    for start in range(0, len(rows), BATCH_LINES):
        yield from judge(_with_sent(rows[start : start + BATCH_LINES]))


def _with_sent(rows: Sequence[Sequence[Any]]) -> list[Waiting]:
    """Return lines with what was sent of their loans before."""
    latest: dict[tuple[int, date], int] = {}
    with few_rows_at_a_time(), connection.cursor() as cursor:
        cursor.execute(_SENT, [sorted({row[1] for row in rows})])
        for loan_id, month, line_id in cursor.fetchall():
            latest[loan_id, month] = line_id
    reported = {loan_id for loan_id, _ in latest}
    return [Waiting(*row, latest.get((row[1], row[4])), row[1] in reported) for row in rows]


def _judge(
    bureau: Bureau, *, today: date, now: datetime
) -> Callable[[Sequence[Waiting]], Iterator[Chosen]]:
    pack, on = pack_in_force(bureau.jurisdiction, today), day_number(today)

    def asked(line: Leaving, contacts: Sequence[Contact]) -> Leave:
        return may_leave(pack, bureau, line, contacts, today=on, now=now)

    @cache
    def unconditional(*, is_first: bool) -> Leave:
        """What holds for a line that is not negative, of somebody who was never contacted."""
        return asked(Leaving(is_negative=False, is_first=is_first, late_since_day=None), ())

    @cache
    def soonest(month: date) -> bool:
        """Whether a negative line of a month may be over at all."""
        due = gone_by(pack, day_number(last_day(month)))
        return due is not None and due.day <= on

    def over(line: Waiting) -> bool:
        if not line.is_negative or not soonest(line.month):
            return False
        known = named_loans(bureau, [line.loan_id])
        due = gone_by(pack, _ended(known, line)) if known else None
        return due is not None and due.day <= on

    def judged(lines: Sequence[Waiting]) -> Iterator[Chosen]:
        asking = [
            each
            for each in lines
            if each.is_negative or unconditional(is_first=not each.was_reported).refusals
        ]
        told = outbound_told({each.debtor_id for each in asking}) if asking else {}
        conditional = {each.line_id for each in asking}
        for each in lines:
            if each.line_id not in conditional:
                yield Chosen(each, unconditional(is_first=not each.was_reported))
                continue
            leaving = Leaving(each.is_negative, not each.was_reported, day_of(each.late_since))
            contacts = list(_contacts(bureau, each, told.get(each.debtor_id, ())))
            yield Chosen(each, asked(leaving, contacts), is_gone=over(each))

    return judged


def _ended(known: Sequence, line: Waiting) -> int | None:
    return late_until_day(known[0].history, day_number(last_day(line.month)))


def _contacts(bureau: Bureau, line: Waiting, contacts: Iterable[OutboundTold]) -> Iterator[Contact]:
    messages = set(bureau.messages.values())
    for each in contacts:
        if each.loan_id not in {None, line.loan_id}:
            continue
        is_notice = (
            each.purpose is ContactPurpose.REQUIRED_NOTICE
            and each.message_id in messages
            and each.loan_id is not None
        )
        day = day_number(each.started_at.astimezone(UTC).date())
        yield Contact(
            each.id, day, each.outcome, is_notice, is_written=each.channel in WRITTEN_CHANNELS
        )
