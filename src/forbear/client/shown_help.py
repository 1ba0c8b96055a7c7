"""What is answered about help? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import TypedDict

from forbear.client.shown_rights import FilingDone, FilingTaken
from forbear.client.words import HelpKind, HelpSure


class AnsweredShown(TypedDict):
    """What an answer changed. ``keep_until``: the last day on which something must stay."""

    erased: bool
    filing: FilingDone
    keep_until: str | None
    stays: list[StaysShown]


class ContactExplainedShown(TypedDict):
    """What the gate decided about one contact: every rule asked, and what it saw."""

    allowed: bool
    answer: dict[str, object]
    at: str
    permit_id: str
    stage: str


class DataShown(TypedDict):
    """What is held of a person, why and until when; values are masked here, as everywhere."""

    believed_confidence_percent: int | None
    believed_region: str | None
    debtor_ref: str
    held: list[HeldShown]
    jurisdiction: str
    keep_until: str | None
    loans: list[str]
    name_masked: str
    national_id_masked: str
    points: list[str]
    region: str | None
    stays: list[StaysShown]


class DistressDone(TypedDict):
    """What it set going, and who helps right now: show it to the person."""

    filed: FilingTaken
    helpers: list[HelperShown]


class ExplainedShown(TypedDict):
    """The latest decisions of machines about a person; ``human``: how to have one decide."""

    contacts: list[ContactExplainedShown]
    human: str
    plans: list[PlanExplainedShown]


class HeldShown(TypedDict):
    """How many rows about a person stand in one place."""

    en: str
    place: str
    rows: int
    zh: str


class HelperShown(TypedDict):
    """Who helps. ``sure`` G: general knowledge, to be checked before it is shown to people."""

    checked: str
    code: str
    kind: HelpKind
    name_en: str
    name_zh: str
    phone: str
    says_en: str
    says_zh: str
    source: str
    sure: HelpSure
    web: str


class PageReferralListed(TypedDict):
    """One part of a list."""

    items: list[ReferralListed]
    next: str | None


class PauseDone(TypedDict):
    """A pause that binds.

    ``until_date``: the first day after it; null: while treatment lasts.
    """

    new: bool
    ref: str
    rule_id: str
    until_date: str | None


class PlanExplainedShown(TypedDict):
    """What the agenda of a day decided, with its reason in both languages."""

    cause: str | None
    channel: str | None
    day: str
    outcome: str
    reason_en: str
    reason_zh: str
    state: str


class ReferralDone(TypedDict):
    """Where the referral stands now."""

    consented_at: str | None
    ref: str
    state: str


class ReferralListed(TypedDict):
    """A way to somebody who helps, shown to a person or taken."""

    at: str
    helper: str
    id: int
    moved_at: str
    ref: str
    state: str


class StaysShown(TypedDict):
    """Why something of the data stays; ``rule`` empty: no rule of a pack."""

    en: str
    rule: str
    zh: str
