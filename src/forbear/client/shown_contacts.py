"""What is answered about contacts? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import TypedDict

from forbear.client.words import DispatchState, FindingKind, Outcome


class AttemptsRecorded(TypedDict):
    """How many of a batch were new, told another outcome, or were known already."""

    added: int
    changed: int
    known: int


class BudgetShown(TypedDict):
    """How often the person may still be contacted so, as the gate itself counts.

    ``left``: what every cap together leaves now; ``left_today`` and ``left_week``: what
    those of one day and of seven do. Null: no such cap counts. ``reasons``: why not now,
    caps among them.
    """

    at: str
    caps: list[CapShown]
    left: int | None
    left_today: int | None
    left_week: int | None
    reasons: list[ReasonShown]
    turns_at: str | None


class CapShown(TypedDict):
    """What one rule that counts leaves.

    ``days`` null: over everything; ``until``: more is left.
    """

    address: str
    at_most: int
    counted: int
    days: int | None
    left: int
    rule_id: str
    source: str
    text_en: str
    text_zh: str
    until: str | None


class DayListed(TypedDict):
    """One day of an agency.

    ``agency`` is its code, empty where it is none any more. Counts are of the last closing;
    ``closed_at`` null: open (again).
    """

    agency: str
    begun: int
    closed_at: str | None
    day: str
    findings: int
    id: int
    reported: int
    reported_at: str | None


class DecisionShown(TypedDict):
    """Whether the contact would be allowed at ``at``; ``turns_at`` null: not by time alone.

    ``day`` and ``time_zone`` are the person's own; ``pack`` is a hash of the rules in force
    and ``sha256`` one of the whole answer.
    """

    allowed: bool
    at: str
    day: str
    findings: list[FindingShown]
    pack: str
    sha256: str
    time_zone: str
    turns_at: str | None


class EndpointDone(TypedDict):
    """The endpoint that stands now. ``new`` false: it stood there before, the same."""

    id: int
    new: bool


class EndpointShown(TypedDict):
    """An endpoint without its secret. ``waiting``: deliveries that have not arrived yet."""

    events: list[str]
    id: int
    made_at: str
    paused_at: str | None
    retired_at: str | None
    url: str
    waiting: int


class FaultTold(TypedDict):
    """What does not fit about one reported contact."""

    en: str
    kind: FindingKind
    ref: str
    zh: str


class FindingListed(TypedDict):
    """One disagreement.

    ``breach``: a contact that no permit covers, so it counts by itself. ``subject``: the
    agency's number of the contact, or the permit's id. ``resolved_at`` null: it stands.
    """

    agency: str
    breach: bool
    day: str
    en: str
    found_at: str
    id: int
    kind: FindingKind
    permit_id: str | None
    resolved_at: str | None
    subject: str
    zh: str


class FindingShown(TypedDict):
    """What one rule answers, in both languages, with its source and what it saw."""

    address: str
    allows: bool
    basis: str
    effect: str
    effective: str
    facts: list[list[str]]
    kind: str
    origin: str
    rule_id: str
    source: str
    text_en: str
    text_zh: str
    until: str | None


class OutcomeTaken(TypedDict):
    """Whether the event was new."""

    new: bool


class PageDayListed(TypedDict):
    """One part of a list."""

    items: list[DayListed]
    next: str | None


class PageFindingListed(TypedDict):
    """One part of a list."""

    items: list[FindingListed]
    next: str | None


class PermitReason(TypedDict):
    """Why not, in both languages; source and address are empty where it is no rule's.

    ``source`` names the article, ``address`` is where to read it. ``opens_at``: when time
    alone lifts this reason; null: it takes a new fact, or is not known.
    """

    address: str
    cause: str
    detail: str
    en: str
    opens_at: str | None
    source: str
    zh: str


class PermitShown(TypedDict):
    """A permit, or every reason why there is none.

    No number is ever in it. ``masked`` is all that is shown of the number. The lender's own
    telephone system connects the call, once the permit is begun and until
    ``connect_until``. ``state`` null: refused at once. ``check_code`` is read out, so that
    the person can check the call; null: there is no call. ``opens_at``: when time alone
    turns a refusal.
    """

    allowed: bool
    begun_at: str | None
    channel: str
    check_code: str | None
    connect_until: str | None
    contact_point_ref: str | None
    debtor_ref: str | None
    expires_at: str | None
    id: str
    masked: str
    opens_at: str | None
    outcome: Outcome | None
    reasons: list[PermitReason]
    state: DispatchState | None


class ReasonShown(TypedDict):
    """What stands against the contact now. ``detail`` names the rule or the condition."""

    cause: str
    detail: str
    en: str
    zh: str


class ReportTaken(TypedDict):
    """How many contacts were new or known already, and what does not fit about the new ones."""

    added: int
    faults: list[FaultTold]
    known: int


class Retired(TypedDict):
    """Whether the endpoint was told until now."""

    ended: bool


class SourceShown(TypedDict):
    """A secret of a provider, without the secret."""

    id: int
    made_at: str
    provider: str
    retired_at: str | None


class TranscriptTaken(TypedDict):
    """Whether it was new, and how many moments somebody should look at.

    ``held``: what was said let fear for a life, and all contact was stopped.
    """

    held: bool
    moments: int
    new: bool
    sentences: int
