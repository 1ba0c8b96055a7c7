"""In which form are persons, contact points, choices and contracts shown to others?

Frozen values; personal ones masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forbear.contexts.portfolio.number import NumberType
from forbear.contexts.portfolio.said import RegionSaid
from forbear.values.code import Channel, ConsentKind, ConsentState, HoldKind


@dataclass(frozen=True, slots=True)
class PointShown:
    """A contact point; ``masked`` is empty where no address is kept here.

    Null: in use, present, not told by the first digits of its number. ``number_read_at``: when
    they were read; null: never, or they are kept nowhere and were read for this answer.
    """

    id: int
    ref: str
    kind: str
    relation: str
    origin: str
    quality: str
    masked: str
    number_zones: tuple[str, ...]
    workplace: bool
    retired_at: datetime | None
    absent_since: datetime | None
    number_type: NumberType | None
    number_region: str | None
    number_confidence_percent: int | None
    number_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class LoanShown:
    """A contract. ``state_date`` null: since when is not known."""

    id: int
    ref: str
    creditor: str
    creditor_en: str
    creditor_zh: str
    product: str
    currency: str
    contract_date: date
    disbursed_date: date
    principal_minor: int
    annual_rate_bp: int
    state: str
    state_date: date | None
    absent_since: datetime | None


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold, from a day to before a day. Null loan and channel: all; null end: open."""

    id: int
    ref: str
    kind: HoldKind
    loan_ref: str | None
    channel: Channel | None
    start_date: date
    end_date: date | None
    owner: int | None
    recorded_at: datetime
    released_at: datetime | None
    release_evidence: str


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """The latest statement of a kind about a channel and point; null: about all."""

    ref: str
    kind: ConsentKind
    state: ConsentState
    channel: Channel | None
    contact_point_ref: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LimitShown:
    """Minutes [opens, closes) of weekdays (Monday is 0) that the person calls inconvenient."""

    ref: str
    weekdays: tuple[int, ...]
    opens_minute: int
    closes_minute: int
    channel: Channel | None
    contact_point_ref: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class VulnerabilityShown:
    """What makes the person need more care; ``noted``: there is a sealed note."""

    ref: str
    kind: str
    severity: int
    consented: bool
    noted: bool
    review_date: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RepresentativeShown:
    """Who acts for the person; null ``authority_checked_at``: not yet checked."""

    ref: str
    kind: str
    name_masked: str
    address_masked: str
    authority_checked_at: datetime | None
    from_date: date
    until_date: date | None


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A person, masked. Lists hold what stands now; ended, withdrawn and retired things are out.

    ``believed_region``: where their own numbers let believe that they live, which counts for local
    teams alone, while ``region`` is null; null: their numbers tell nothing.
    """

    id: int
    ref: str
    name_masked: str
    national_id_masked: str
    jurisdiction: str
    region: str | None
    region_source: str | None
    believed_region: str | None
    believed_confidence_percent: int | None
    beliefs: tuple[RegionSaid, ...]
    time_zones: tuple[str, ...]
    language: str | None
    dialect: str | None
    officer_ref: str | None
    team: int | None
    vulnerable: bool
    source: str
    recorded_at: datetime
    erased_at: datetime | None
    points: tuple[PointShown, ...]
    loans: tuple[LoanShown, ...]
    holds: tuple[HoldShown, ...]
    consents: tuple[ConsentShown, ...]
    limits: tuple[LimitShown, ...]
    vulnerabilities: tuple[VulnerabilityShown, ...]
    representatives: tuple[RepresentativeShown, ...]


def stands_apart(consents: Sequence[ConsentShown]) -> bool:
    """Say whether a person asked that no measured model weigh them, as the night reads it."""
    said = [each for each in consents if each.kind is ConsentKind.WEIGHING]
    latest = max(said, key=_order, default=None)
    return latest is not None and latest.state is ConsentState.WITHDRAWN


def _order(said: ConsentShown) -> tuple[int, bool]:
    return int(said.recorded_at.timestamp()), said.state is ConsentState.WITHDRAWN
