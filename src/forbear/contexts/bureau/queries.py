"""What was and will be reported of loans, in values that other contexts and edges may show?

A negative line whose time of keeping is over is shown to nobody. Row security binds as everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from forbear.contexts.bureau.book import Known, named_loans
from forbear.contexts.bureau.choose import Chosen, choose
from forbear.contexts.bureau.models import Dispute, Export, Line, Sent, ToldOf
from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import loan_by_ref
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.contexts.rulebook.library import open_products, pack_in_force
from forbear.policy.bureau.difference import Difference, difference
from forbear.policy.bureau.form import Bureau, bureau_named
from forbear.policy.bureau.leave import gone_by
from forbear.policy.bureau.line import late_until_day
from forbear.policy.bureau.month import before, last_day, written
from forbear.policy.bureau.what_if import Consequences, consequences
from forbear.policy.debt.projection import PlannedPayment
from forbear.values.bureau import LineCause, Mark, Special, Told
from forbear.values.code import Jurisdiction
from forbear.values.day import day_number, from_day_number
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

LINES_MAX = 200


class NotReported(NotFound):
    """There is no such loan, it may not be seen, or it is reported to no bureau."""

    code = "NOT_REPORTED"


@dataclass(frozen=True, slots=True)
class ToldShown:
    """Who was told of a line, by what, and when. ``whom`` a bureau's recipient, or a word."""

    whom: str
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line as it was written. Amounts in minor units; empty words say nothing.

    ``counts`` False: another line took its place, at ``replaced_at``. ``told``: who got it.
    """

    id: int
    bureau: str
    loan_ref: str
    month: str
    number: int
    counts: bool
    replaces: int | None
    replaced_at: datetime | None
    cause: LineCause
    because: str
    code: str
    text_en: str
    text_zh: str
    is_negative: bool
    days_past_due: int
    overdue_minor: int
    balance_minor: int
    late_since_date: date | None
    closed_date: date | None
    mark: Mark | None
    special: Special | None
    made_at: datetime
    gone_date: date | None
    told: tuple[ToldShown, ...]


@dataclass(frozen=True, slots=True)
class DisputeShown:
    """A dispute about a loan's lines. ``due_date`` null: no rule names a day."""

    ref: str
    from_month: str
    to_month: str | None
    received_date: date
    due_date: date | None
    opened_at: datetime
    closed_at: datetime | None
    closing_mark: Mark | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line does not go: the rule, in words, and what it saw."""

    rule: str
    en: str
    zh: str
    source: str
    seen: dict[str, str]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A line that may not go yet. ``until`` null: only a new fact turns it, such as a notice."""

    line_id: int
    loan_ref: str
    month: str
    code: str
    reasons: tuple[Reason, ...]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LoanReported:
    """All that was reported of a loan, the newest month first and in a month the newest line."""

    bureau: str
    lines: tuple[LineShown, ...]
    withheld: tuple[Withheld, ...]
    disputes: tuple[DisputeShown, ...]


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file that was made, in totals."""

    id: int
    bureau: str
    month: str
    part: int
    recipients: tuple[str, ...]
    lines: int
    negative: int
    corrections: int
    withheld: int
    gaps: int
    overdue_minor: int
    balance_minor: int
    sha256: str
    size_bytes: int
    made_at: datetime
    made_by: str


def reported_of(loan_ref: str, *, actor: Principal, today: date, now: datetime) -> LoanReported:
    """Return all that was reported of a loan: what counts, what was believed, who was told.

    Raises:
        NotPermitted: BUREAU_SEE is missing.
        NotReported: there is no such loan to see, or it is reported to no bureau.
    """
    may(actor, Permission.BUREAU_SEE)
    with reading(actor):
        return _reported(*_known(loan_ref), today=today, now=now)


def reported_and_ahead(
    loan_ref: str, *, months: int, actor: Principal, today: date, now: datetime
) -> tuple[LoanReported, Consequences]:
    """Return all that was reported of a loan, and what will be if nothing is paid.

    Raises:
        NotPermitted: BUREAU_SEE is missing.
        NotReported: there is no such loan to see, or it is reported to no bureau.
        CannotAsk, InvalidFacts: the question cannot be answered.
    """
    may(actor, Permission.BUREAU_SEE)
    with reading(actor):
        bureau, known = _known(loan_ref)
        told = _reported(bureau, known, today=today, now=now)
        return told, _ahead(bureau, known, (), months=months, today=today)


def list_lines(
    bureau_code: str,
    month: date,
    *,
    negative: bool | None = None,
    after: int = 0,
    rows: int,
    actor: Principal,
    today: date,
) -> list[LineShown]:
    """Return a month's lines that count, in the order in which they were written.

    Raises:
        NotPermitted: BUREAU_SEE is missing.
        NoBureau: the lender reports to no such bureau.
    """
    may(actor, Permission.BUREAU_SEE)
    bureau = bureau_named(open_bureaus(), bureau_code)
    with reading(actor):
        found = Line.objects.filter(
            bureau=bureau.code, month=month, replaced_at__isnull=True, id__gt=after
        )
        if negative is not None:
            found = found.filter(is_negative=negative)
        page = list(found.order_by("id")[:rows])
        known = {each.loan_id: each for each in named_loans(bureau, {r.loan_id for r in page})}
        return list(_shown(page, known, today))


def withheld_lines(
    bureau_code: str,
    month: date,
    *,
    limit: int = LINES_MAX,
    actor: Principal,
    today: date,
    now: datetime,
) -> tuple[int, list[Withheld]]:
    """Return how many lines up to a month may not go yet, and the first of them with the reasons.

    Raises:
        NotPermitted: BUREAU_SEE is missing.
        NoBureau: the lender reports to no such bureau.
    """
    may(actor, Permission.BUREAU_SEE)
    bureau = bureau_named(open_bureaus(), bureau_code)
    with reading(actor):
        count, first = 0, []
        for each in choose(bureau, month, today=today, now=now):
            if each.leave.refusals and not each.is_gone:
                count += 1
                if len(first) < limit:
                    first.append(_withheld(each))
    return count, first


def list_files(*, after: int = 0, rows: int, actor: Principal) -> list[FileShown]:
    """Return the files that were made, the first one first.

    Raises:
        NotPermitted: BUREAU_SEE is missing.
    """
    may(actor, Permission.BUREAU_SEE)
    with reading(actor):
        found = Export.objects.filter(id__gt=after).order_by("id")[:rows]
        return [
            FileShown(
                **{
                    name: getattr(row, name)
                    for name in FileShown.__dataclass_fields__
                    if name not in {"month", "recipients"}
                },
                month=written(row.month),
                recipients=tuple(row.recipients),
            )
            for row in found
        ]


_CHANGES = """
SELECT was.code, is_now.code, count(*)
FROM (SELECT loan_id, code FROM bureau_line
  WHERE bureau = %(bureau)s AND month = %(before)s AND replaced_at IS NULL) was
FULL JOIN (SELECT loan_id, code FROM bureau_line
  WHERE bureau = %(bureau)s AND month = %(month)s AND replaced_at IS NULL) is_now
ON is_now.loan_id = was.loan_id GROUP BY 1, 2
"""
_SUMS = """
SELECT coalesce(sum(overdue_minor) FILTER (WHERE month = %(month)s), 0)::bigint,
  coalesce(sum(overdue_minor) FILTER (WHERE month = %(before)s), 0)::bigint
FROM bureau_line WHERE bureau = %(bureau)s AND month IN (%(month)s, %(before)s)
  AND replaced_at IS NULL
"""
_CORRECTED = """
SELECT count(*) FROM bureau_sent s JOIN bureau_export e ON e.id = s.export_id
JOIN bureau_line l ON l.id = s.line_id
WHERE e.bureau = %(bureau)s AND e.month = %(month)s AND s.corrects IS NOT NULL
"""


def difference_of(bureau_code: str, month: date, *, actor: Principal) -> Difference:
    """Return what has changed since the month before, in counts and sums.

    Raises:
        NotPermitted: BUREAU_SEE is missing.
        NoBureau: the lender reports to no such bureau.
    """
    may(actor, Permission.BUREAU_SEE)
    bureau = bureau_named(open_bureaus(), bureau_code)
    asked = {"bureau": bureau.code, "month": month, "before": before(month)}
    with reading(actor), connection.cursor() as cursor:
        cursor.execute(_CHANGES, asked)
        changes = Counter({(was, now): count for was, now, count in cursor.fetchall()})
        cursor.execute(_SUMS, asked)
        now_minor, was_minor = cursor.fetchone()
        cursor.execute(_CORRECTED, asked)
        (corrected,) = cursor.fetchone()
    negative = [each.code for each in bureau.statuses.by_code.values() if each.is_negative]
    return difference(
        month,
        changes,
        {code: place for place, code in enumerate(negative)},
        frozenset(negative),
        corrected=corrected,
        overdue_minor=now_minor,
        overdue_before_minor=was_minor,
    )


def what_if(
    loan_ref: str,
    payments: Sequence[PlannedPayment],
    *,
    months: int,
    actor: Principal,
    today: date,
) -> Consequences:
    """Return what will be reported of a loan if it is paid so; nothing is written.

    Raises:
        NotPermitted: BUREAU_SEE is missing.
        NotReported: there is no such loan to see, or it is reported to no bureau.
        CannotAsk, InvalidFacts: the question cannot be answered.
    """
    may(actor, Permission.BUREAU_SEE)
    with reading(actor):
        return _ahead(*_known(loan_ref), payments, months=months, today=today)


def _reported(bureau: Bureau, known: Known, *, today: date, now: datetime) -> LoanReported:
    rows = list(
        Line.objects.filter(loan_id=known.loan_id, bureau=bureau.code).order_by("-month", "-number")
    )
    lines = _shown(rows, {known.loan_id: known}, today)
    chosen = (
        choose(bureau, rows[0].month, loan_id=known.loan_id, today=today, now=now) if rows else ()
    )
    disputes = Dispute.objects.filter(loan_id=known.loan_id).order_by("-id")
    return LoanReported(
        bureau.code,
        tuple(lines),
        tuple(_withheld(each) for each in chosen if each.leave.refusals),
        tuple(_dispute(each) for each in disputes),
    )


def _ahead(
    bureau: Bureau, known: Known, payments: Sequence[PlannedPayment], *, months: int, today: date
) -> Consequences:
    return consequences(
        known.facts,
        open_products()[known.facts.product],
        bureau,
        pack_in_force(bureau.jurisdiction, today),
        payments,
        said_day=known.said_day,
        today=today,
        months=months,
    )


def _known(loan_ref: str) -> tuple[Bureau, Known]:
    """Return a loan and the bureau that it is reported to, inside a transaction."""
    required()
    found = loan_by_ref(loan_ref)
    for bureau in open_bureaus().values() if found else ():
        known = named_loans(bureau, [found[0]]) if found else []
        if known:
            return bureau, known[0]
    raise NotReported(
        f"There is no loan {loan_ref} that is reported to a credit bureau.",
        remedy="Check the loan's id; a loan without a schedule, or under a law without a bureau "
        "here, is not reported.",
        message_zh=f"没有向征信机构报送的借款 {loan_ref}。",
        remedy_zh="请核对借款编号；没有还款计划的借款，或所属地区未设征信机构的借款，不报送。",
        field="ref",
    )


def _shown(rows: Sequence[Line], known: dict[int, Known], today: date) -> Iterable[LineShown]:
    """Yield lines with who was told; what may be shown no more is left out."""
    told = _told([row.pk for row in rows])
    bureaus = open_bureaus()
    for row in rows:
        loan = known.get(row.loan_id)
        if loan is None:
            continue
        gone = _gone(row, loan, bureaus[row.bureau].jurisdiction, today)
        if gone is not None and gone <= today:
            continue
        status = bureaus[row.bureau].status(row.code)
        yield LineShown(
            id=row.pk,
            bureau=row.bureau,
            loan_ref=loan.facts.loan_id,
            month=written(row.month),
            number=row.number,
            counts=row.replaced_at is None,
            replaces=row.replaces,
            replaced_at=row.replaced_at,
            cause=LineCause(row.cause),
            because=row.because,
            code=row.code,
            text_en=status.en,
            text_zh=status.zh,
            is_negative=row.is_negative,
            days_past_due=row.days_past_due,
            overdue_minor=row.overdue_minor,
            balance_minor=row.balance_minor,
            late_since_date=row.late_since_date,
            closed_date=row.closed_date,
            mark=Mark(row.mark) if row.mark else None,
            special=Special(row.special) if row.special else None,
            made_at=row.made_at,
            gone_date=gone,
            told=tuple(told.get(row.pk, ())),
        )


def _gone(row: Line, loan: Known, law: Jurisdiction, today: date) -> date | None:
    """Return from when on a line may be shown no more; None: it is not negative, or not known."""
    if not row.is_negative:
        return None
    ended = late_until_day(loan.history, day_number(last_day(row.month)))
    due = gone_by(pack_in_force(law, today), ended)
    return None if due is None else from_day_number(due.day)


def _told(line_ids: Collection[int]) -> dict[int, list[ToldShown]]:
    found: dict[int, list[ToldShown]] = {}
    for sent in Sent.objects.filter(line_id__in=line_ids).select_related("export"):
        how = f"file:{sent.export.bureau}:{written(sent.export.month)}:{sent.export.part}"
        found.setdefault(sent.line_id, []).extend(
            ToldShown(whom, how, sent.export.made_at) for whom in sent.export.recipients
        )
    for row in ToldOf.objects.filter(line_id__in=line_ids).order_by("id"):
        told = ToldShown(Told(row.whom).value, row.how, row.at)
        found.setdefault(row.line_id, []).append(told)
    return found


def _withheld(chosen: Chosen) -> Withheld:
    return Withheld(
        chosen.line.line_id,
        chosen.line.loan_ref,
        written(chosen.line.month),
        chosen.line.code,
        tuple(
            Reason(
                found.rule_id,
                found.about.text_en,
                found.about.text_zh,
                found.about.source,
                dict(found.facts),
            )
            for found in chosen.leave.refusals
        ),
        chosen.leave.until,
    )


def _dispute(row: Dispute) -> DisputeShown:
    return DisputeShown(
        row.ref,
        written(row.from_month),
        None if row.to_month is None else written(row.to_month),
        row.received_date,
        row.due_date,
        row.opened_at,
        row.closed_at,
        None if row.closing_mark is None else Mark(row.closing_mark),
    )
