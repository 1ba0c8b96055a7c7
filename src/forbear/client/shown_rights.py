"""What is answered about rights? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import TypedDict

from forbear.client.words import ReasonSet


class AttachedDone(TypedDict):
    """The file as it is kept. ``new`` false: this content is there already."""

    bytes: int
    kind: str
    new: bool
    ref: str
    sha256: str


class AttachmentShown(TypedDict):
    """A file that was handed in; its name and content are sealed."""

    at: str
    bytes: int
    kind: str
    ref: str
    sha256: str
    side: str


class ClockShown(TypedDict):
    """Until when a rule wants something. ``protects``: a time that is left to the person."""

    cycle: int
    due_on: str
    late: bool
    matter: str
    met_at: str | None
    protects: bool
    rule_id: str
    starts_on: str
    step: str


class ComplaintCount(TypedDict):
    """So many complaints of one kind.

    ``substantiated`` null: not decided, or not borne out. ``finding`` null: not decided.
    ``team_id`` null: the person was in no team's care.
    """

    alleged: str
    complaints: int
    finding: str | None
    kept: str
    substantiated: str | None
    team_id: int | None


class ComplaintExported(TypedDict):
    """The same twice: ``document`` as JSON, ``table`` as CSV with one row below its heads."""

    document: str
    table: str


class ComplaintReasonShown(TypedDict):
    """One thing that a complaint can be about; ``stops``: collection stands still meanwhile."""

    code: str
    en: str
    like: list[str]
    reasons: ReasonSet
    stops: bool
    within: str
    zh: str


class ComplaintShown(TypedDict):
    """What a complaint alone has; alleged and borne out stand apart. Null: not (yet)."""

    about_staff: int | None
    about_team: int | None
    alleged: str
    attempt_ids: list[int]
    authority: str
    authority_ref: str
    currency: str | None
    escalated_at: str | None
    redress: str | None
    redress_minor: int | None
    substantiated: str | None


class CorrectionMade(TypedDict):
    """The correction, now done."""

    done_as: str
    id: int


class CorrectionShown(TypedDict):
    """Something put right, or still owed where ``done_at`` is null."""

    amount_minor: int | None
    done_as: str
    done_at: str | None
    id: int
    kind: str
    loan_id: int
    since_date: str | None


class FilingDone(TypedDict):
    """Where the filing stands now; the next change names this version."""

    finding: str | None
    owner_id: int | None
    ref: str
    state: str
    version: int


class FilingListed(TypedDict):
    """One filing.

    ``due_on``: the nearest open clock; null: none runs. Null owner: nobody yet.
    """

    cycle: int
    debtor_ref: str
    due_on: str | None
    filed_at: str
    finding: str | None
    id: int
    intake: str
    kind: str
    late: bool
    loan_ref: str | None
    moved_at: str
    owner_id: int | None
    reason: str
    received_date: str
    ref: str
    state: str
    version: int


class FilingShown(TypedDict):
    """One filing, whole. Null ``complaint`` or ``hardship``: it is of another kind."""

    attachments: list[AttachmentShown]
    clocks: list[ClockShown]
    complaint: ComplaintShown | None
    corrections: list[CorrectionShown]
    filing: FilingListed
    hardship: HardshipShown | None
    statements: list[StatementTold]


class FilingTaken(TypedDict):
    """What taking in set going. ``due_on``: by when an answer is owed; null: no rule says."""

    due_on: str | None
    hold_ref: str | None
    id: int
    new: bool
    plan_cancelled: bool
    ref: str
    state: str


class HardshipShown(TypedDict):
    """What a hardship alone has."""

    proposal_ref: str
    review_date: str | None
    self_declared: bool
    severity: int
    solution: str | None
    until_date: str | None


class LateListed(TypedDict):
    """An open clock whose day has gone by."""

    due_on: str
    filing_ref: str
    id: int
    kind: str
    matter: str
    owner_id: int | None
    rule_id: str


class PageFilingListed(TypedDict):
    """One part of a list."""

    items: list[FilingListed]
    next: str | None


class PageLateListed(TypedDict):
    """One part of a list."""

    items: list[LateListed]
    next: str | None


class PageReviewListed(TypedDict):
    """One part of a list."""

    items: list[ReviewListed]
    next: str | None


class ReviewListed(TypedDict):
    """A hardship that somebody must look at again by today."""

    debtor_ref: str
    filing_ref: str
    id: int
    review_date: str
    solution: str | None
    state: str


class StatementDone(TypedDict):
    """The statement that was written down."""

    id: int


class StatementTold(TypedDict):
    """That something was said; what, is in ``text`` where the reader may see it.

    ``text`` null: not for this reader, or the person was erased.
    """

    at: str
    author: str
    id: int
    kind: str
    side: str
    text: str | None
