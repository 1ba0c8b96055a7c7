"""What is answered about reporting? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import TypedDict

from forbear.client.words import LineCause, Mark, Special


class ConsequencesSaid(TypedDict):
    """The months to come, what to know beside them, and the rules they rest on."""

    months: list[MonthSaid]
    notes_en: list[str]
    notes_zh: list[str]
    sources: list[SourceSaid]


class Corrected(TypedDict):
    """How many lines were written anew."""

    lines: int


class DifferenceShown(TypedDict):
    """A month beside the one before: counts of loans, sums in minor units, and sentences."""

    added: int
    became_negative: int
    better: int
    corrected: int
    ended: int
    month: str
    moves: list[Move]
    no_longer_negative: int
    overdue_before_minor: int
    overdue_minor: int
    same: int
    text_en: list[str]
    text_zh: list[str]
    worse: int


class DisputeDone(TypedDict):
    """The dispute as it stands. ``lines``: how many were written anew by this call."""

    bureau: str
    due_date: str | None
    from_month: str
    is_open: bool
    lines: int
    ref: str
    to_month: str | None


class DisputeShown(TypedDict):
    """A dispute about a loan's lines. ``due_date`` null: no rule names a day."""

    closed_at: str | None
    closing_mark: Mark | None
    due_date: str | None
    from_month: str
    opened_at: str
    received_date: str
    ref: str
    to_month: str | None


class FileShown(TypedDict):
    """A file that was made, in totals."""

    balance_minor: int
    bureau: str
    corrections: int
    gaps: int
    id: int
    lines: int
    made_at: str
    made_by: str
    month: str
    negative: int
    overdue_minor: int
    part: int
    recipients: list[str]
    sha256: str
    size_bytes: int
    withheld: int


class LineShown(TypedDict):
    """One line as it was written.

    Amounts in minor units; empty words say nothing. ``counts`` False: another line took its
    place, at ``replaced_at``. ``told``: who got it.
    """

    balance_minor: int
    because: str
    bureau: str
    cause: LineCause
    closed_date: str | None
    code: str
    counts: bool
    days_past_due: int
    gone_date: str | None
    id: int
    is_negative: bool
    late_since_date: str | None
    loan_ref: str
    made_at: str
    mark: Mark | None
    month: str
    number: int
    overdue_minor: int
    replaced_at: str | None
    replaces: int | None
    special: Special | None
    text_en: str
    text_zh: str
    told: list[ToldShown]


class LoanReported(TypedDict):
    """All that was reported of a loan, the newest month first and in a month the newest line."""

    bureau: str
    disputes: list[DisputeShown]
    lines: list[LineShown]
    withheld: list[Withheld]


class MonthSaid(TypedDict):
    """What will be reported for one month. ``code`` null: nothing is."""

    code: str | None
    days_past_due: int
    goes_date: str
    gone_date: str | None
    is_negative: bool
    month: str
    overdue_minor: int
    text_en: str
    text_zh: str


class Move(TypedDict):
    """How many loans went from one status to another."""

    before: str
    loans: int
    now: str


class PageFileShown(TypedDict):
    """One part of a list."""

    items: list[FileShown]
    next: str | None


class PageLineShown(TypedDict):
    """One part of a list."""

    items: list[LineShown]
    next: str | None


class Reason(TypedDict):
    """Why a line does not go: the rule, in words, and what it saw."""

    en: str
    rule: str
    seen: dict[str, str]
    source: str
    zh: str


class SourceSaid(TypedDict):
    """A rule that the answer rests on."""

    basis: str
    rule: str
    source: str
    text_en: str
    text_zh: str


class ToldDone(TypedDict):
    """The number of the line that somebody was told of."""

    line: int


class ToldShown(TypedDict):
    """Who was told of a line, by what, and when. ``whom`` a bureau's recipient, or a word."""

    at: str
    how: str
    whom: str


class Withheld(TypedDict):
    """A line that may not go yet. ``until`` null: only a new fact turns it, such as a notice."""

    code: str
    line_id: int
    loan_ref: str
    month: str
    reasons: list[Reason]
    until: str | None


class WithheldListed(TypedDict):
    """How many lines may not go yet, and the first of them with the reasons."""

    count: int
    lines: list[Withheld]
