"""Credit reporting: lines by loan and month, files in totals, what would follow, and disputes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query, Router
from pydantic import BaseModel, Field, StringConstraints

from forbear.contexts.bureau.actions.correct import (
    correct_lines,
    end_dispute,
    mark_disputed,
    record_told,
)
from forbear.contexts.bureau.dispute import Disputed
from forbear.contexts.bureau.queries import (
    FileShown,
    LineShown,
    LoanReported,
    Withheld,
    difference_of,
    list_files,
    list_lines,
    reported_of,
    what_if,
    withheld_lines,
)
from forbear.contexts.exchange.scope import Scope
from forbear.contexts.rulebook.bureaus import open_bureaus
from forbear.interfaces.api.call import Request, call
from forbear.interfaces.api.field import AmountAboveZero, Day, Evidence, Ref, Sent, Word
from forbear.interfaces.api.page import Page, Paged, after, page
from forbear.policy.bureau.form import bureau_named
from forbear.policy.bureau.month import parse_month, written
from forbear.policy.bureau.what_if import Consequences, MonthToCome
from forbear.policy.debt.projection import PlannedPayment
from forbear.values.bureau import Mark, Told
from forbear.values.code import Purpose
from forbear.values.day import day_number

router = Router(tags=["credit reporting"])
Month = Annotated[str, StringConstraints(pattern=r"^(?:19[7-9]\d|20\d\d)-(?:0[1-9]|1[0-2])$")]
StatusWord = Annotated[str, StringConstraints(min_length=1, max_length=4, pattern=r"^[!-~]+$")]
MONTHS = 6


class LinesAsked(Paged):
    """Which lines of a month are asked for."""

    negative: bool | None = None


class WithheldListed(BaseModel):
    """How many lines may not go yet, and the first of them with the reasons."""

    count: int
    lines: list[Withheld]


class Move(BaseModel):
    """How many loans went from one status to another."""

    before: str
    now: str
    loans: int


class DifferenceShown(BaseModel):
    """A month beside the one before: counts of loans, sums in minor units, and sentences."""

    month: str
    added: int
    ended: int
    same: int
    became_negative: int
    no_longer_negative: int
    worse: int
    better: int
    corrected: int
    overdue_minor: int
    overdue_before_minor: int
    moves: list[Move]
    text_en: list[str]
    text_zh: list[str]


class PaymentPlanned(Sent):
    """A payment that somebody means to make."""

    day: Day
    amount_minor: AmountAboveZero
    purpose: Purpose = Purpose.SCHEDULE


class WhatIfAsked(Sent):
    """What would be paid; nothing at all where the list is empty."""

    payments: Annotated[list[PaymentPlanned], Field(default_factory=list, max_length=120)]
    months: Annotated[int, Field(strict=True, ge=1, le=60)] = MONTHS


class MonthSaid(BaseModel):
    """What will be reported for one month. ``code`` null: nothing is."""

    month: str
    goes_date: date
    code: str | None
    is_negative: bool
    days_past_due: int
    overdue_minor: int
    gone_date: date | None
    text_en: str
    text_zh: str


class SourceSaid(BaseModel):
    """A rule that the answer rests on."""

    rule: str
    text_en: str
    text_zh: str
    source: str
    basis: str


class ConsequencesSaid(BaseModel):
    """The months to come, what to know beside them, and the rules they rest on."""

    months: list[MonthSaid]
    notes_en: list[str]
    notes_zh: list[str]
    sources: list[SourceSaid]


class DisputeSent(Sent):
    """A dispute about a loan's lines; ``ref`` is its number where it is handled."""

    ref: Ref
    received_date: Day
    from_month: Month | None = None
    to_month: Month | None = None


class DisputeEndSent(Sent):
    """Which dispute is closed, and what lines say of it then; nothing where that is null."""

    ref: Ref
    closing_mark: Mark | None = None


class CorrectionSent(Sent):
    """What is right for some months, and by which decision."""

    codes: Annotated[dict[Month, StatusWord], Field(min_length=1, max_length=60)]
    because: Evidence


class ToldSent(Sent):
    """Who was told of a month's line as it is now, and by what."""

    month: Month
    whom: Told
    how: Evidence


class DisputeDone(BaseModel):
    """The dispute as it stands. ``lines``: how many were written anew by this call."""

    ref: str
    bureau: str
    from_month: str
    to_month: str | None
    due_date: date | None
    is_open: bool
    lines: int


class Corrected(BaseModel):
    """How many lines were written anew."""

    lines: int


class ToldDone(BaseModel):
    """The number of the line that somebody was told of."""

    line: int


@call(router, "GET", "/bureau/files", scope=Scope.BUREAU_READ, answer=Page[FileShown])
def list_bureau_files(request: Request, asked: Query[Paged]) -> object:
    """List the files that were made for credit bureaus, in totals alone."""
    found = list_files(after=after(asked), rows=asked.limit + 1, actor=request.actor)
    return page(found, asked.limit, lambda row: row.id)


@call(
    router,
    "GET",
    "/bureau/{bureau}/{month}/lines",
    scope=Scope.BUREAU_READ,
    answer=Page[LineShown],
)
def list_bureau_lines(
    request: Request, bureau: Word, month: Month, asked: Query[LinesAsked]
) -> object:
    """List a month's lines that count, in the order in which they were written."""
    found = list_lines(
        bureau,
        parse_month(month),
        negative=asked.negative,
        after=after(asked),
        rows=asked.limit + 1,
        actor=request.actor,
        today=request.today,
    )
    return page(found, asked.limit, lambda row: row.id)


@call(
    router,
    "GET",
    "/bureau/{bureau}/{month}/withheld",
    scope=Scope.BUREAU_READ,
    answer=WithheldListed,
)
def list_withheld_lines(request: Request, bureau: Word, month: Month) -> object:
    """Show which lines up to a month may not go yet, why, and when time alone lets them."""
    count, lines = withheld_lines(
        bureau, parse_month(month), actor=request.actor, today=request.today, now=request.now
    )
    return WithheldListed(count=count, lines=lines)


@call(
    router,
    "GET",
    "/bureau/{bureau}/{month}/difference",
    scope=Scope.BUREAU_READ,
    answer=DifferenceShown,
)
def show_difference(request: Request, bureau: Word, month: Month) -> object:
    """Show in counts and words what has changed since the month before."""
    found = difference_of(bureau, parse_month(month), actor=request.actor)
    words = found.words(bureau_named(open_bureaus(), bureau).currency)
    names = set(DifferenceShown.model_fields) - {"month", "moves", "text_en", "text_zh"}
    return DifferenceShown(
        month=month,
        moves=[Move(before=was, now=now, loans=loans) for was, now, loans in found.moves],
        text_en=[en for en, _ in words],
        text_zh=[zh for _, zh in words],
        **{name: getattr(found, name) for name in names},
    )


@call(router, "GET", "/loans/{ref}/bureau-lines", scope=Scope.BUREAU_READ, answer=LoanReported)
def show_reported(request: Request, ref: Ref) -> object:
    """Show all that was reported of a loan: what counts, what was believed, who was told."""
    return reported_of(ref, actor=request.actor, today=request.today, now=request.now)


@call(
    router,
    "POST",
    "/loans/{ref}/bureau-what-if",
    scope=Scope.BUREAU_READ,
    answer=ConsequencesSaid,
)
def ask_what_if(request: Request, ref: Ref, said: WhatIfAsked) -> object:
    """Say what will be reported in the months to come if it is paid so; nothing is written."""
    planned = [
        PlannedPayment(day_number(one.day), one.amount_minor, one.purpose) for one in said.payments
    ]
    found = what_if(ref, planned, months=said.months, actor=request.actor, today=request.today)
    return _said(found)


@call(
    router,
    "POST",
    "/loans/{ref}/bureau-disputes",
    scope=Scope.BUREAU_CORRECT,
    answer=DisputeDone,
)
def add_bureau_dispute(request: Request, ref: Ref, said: DisputeSent) -> object:
    """Mark a loan's lines as disputed; the same dispute again changes nothing."""
    return _dispute(
        mark_disputed(
            ref,
            said.ref,
            received=said.received_date,
            from_month=_month(said.from_month),
            to_month=_month(said.to_month),
            actor=request.actor,
            now=request.now,
        )
    )


@call(
    router,
    "POST",
    "/loans/{ref}/bureau-dispute-ends",
    scope=Scope.BUREAU_CORRECT,
    answer=DisputeDone,
)
def end_bureau_dispute(request: Request, ref: Ref, said: DisputeEndSent) -> object:
    """Close a dispute about lines and say what they say of it from now on."""
    return _dispute(
        end_dispute(
            ref, said.ref, closing_mark=said.closing_mark, actor=request.actor, now=request.now
        )
    )


@call(
    router,
    "POST",
    "/loans/{ref}/bureau-corrections",
    scope=Scope.BUREAU_CORRECT,
    answer=Corrected,
)
def correct_reported(request: Request, ref: Ref, said: CorrectionSent) -> object:
    """Correct lines as a dispute was decided: new lines take the place of wrong ones."""
    codes = {parse_month(month): code for month, code in said.codes.items()}
    lines = correct_lines(ref, codes, because=said.because, actor=request.actor, now=request.now)
    return Corrected(lines=lines)


@call(router, "POST", "/loans/{ref}/bureau-told", scope=Scope.BUREAU_CORRECT, answer=ToldDone)
def add_told(request: Request, ref: Ref, said: ToldSent) -> object:
    """Record that the person, the creditor or somebody else was told of a line."""
    line = record_told(
        ref,
        parse_month(said.month),
        said.whom,
        how=said.how,
        actor=request.actor,
        now=request.now,
    )
    return ToldDone(line=line)


def _month(text: str | None) -> date | None:
    return None if text is None else parse_month(text)


def _dispute(found: Disputed) -> DisputeDone:
    return DisputeDone(
        ref=found.ref,
        bureau=found.bureau,
        from_month=written(found.from_month),
        to_month=None if found.to_month is None else written(found.to_month),
        due_date=found.due_date,
        is_open=found.is_open,
        lines=found.lines,
    )


def _said(found: Consequences) -> ConsequencesSaid:
    return ConsequencesSaid(
        months=[_month_said(each) for each in found.months],
        notes_en=[note.en for note in found.notes],
        notes_zh=[note.zh for note in found.notes],
        sources=[
            SourceSaid(
                rule=about.rule_id,
                text_en=about.text_en,
                text_zh=about.text_zh,
                source=about.source,
                basis=about.basis,
            )
            for about in found.sources
        ],
    )


def _month_said(each: MonthToCome) -> MonthSaid:
    line = each.line
    return MonthSaid(
        month=written(each.month),
        goes_date=each.goes_date,
        code=None if line is None else line.code,
        is_negative=line is not None and line.is_negative,
        days_past_due=0 if line is None else line.days_past_due,
        overdue_minor=0 if line is None else line.overdue_minor,
        gone_date=each.gone_date,
        text_en=each.words.en,
        text_zh=each.words.zh,
    )
