"""What may somebody say about a person, a contact point or a contract?

Plain values in, as an edge has them; the actions check and keep them. Personal values never show
in a representation. Null means not known, or for every one where a single one could be named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from forbear.contexts.portfolio.word import RepresentativeKind, VulnerabilityKind
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Dialect,
    HoldKind,
    Jurisdiction,
    Language,
    LoanState,
    Origin,
    PointKind,
    PointQuality,
    RegionSource,
    Relation,
)


@dataclass(frozen=True, slots=True)
class RegionSaid:
    """Where one source says that a person lives, and how sure that is, in percent."""

    source: RegionSource
    region: str
    confidence_percent: int


@dataclass(frozen=True, slots=True)
class DebtorSaid:
    """A person who owes. ``team`` is a team's code; ``region`` the lender's own word.

    ``time_zones`` are all zones where the person may be; empty: not known.
    """

    ref: str
    jurisdiction: Jurisdiction
    name: str | None = field(default=None, repr=False)
    national_id: str | None = field(default=None, repr=False)
    region: str | None = None
    region_source: RegionSource | None = None
    beliefs: tuple[RegionSaid, ...] = ()
    time_zones: tuple[str, ...] = ()
    language: Language | None = None
    dialect: Dialect | None = None
    officer_ref: str | None = None
    team: str | None = None
    vulnerable: bool = False


@dataclass(frozen=True, slots=True)
class PointSaid:
    """A number or address. ``number_zones`` are those that its prefix speaks for."""

    ref: str
    debtor_ref: str
    kind: PointKind
    relation: Relation
    origin: Origin
    address: str | None = field(default=None, repr=False)
    quality: PointQuality = PointQuality.UNTRIED
    number_zones: tuple[str, ...] = ()
    workplace: bool = False


@dataclass(frozen=True, slots=True)
class ConsentSaid:
    """An agreement or its withdrawal; no point and no channel: for all of the person's own."""

    ref: str
    debtor_ref: str
    kind: ConsentKind
    state: ConsentState
    contact_point_ref: str | None = None
    channel: Channel | None = None


def weighing_said(ref: str, debtor_ref: str, *, wanted: bool) -> ConsentSaid:
    """Return the statement whether measured models may weigh a person."""
    state = ConsentState.GIVEN if wanted else ConsentState.WITHDRAWN
    return ConsentSaid(ref=ref, debtor_ref=debtor_ref, kind=ConsentKind.WEIGHING, state=state)


@dataclass(frozen=True, slots=True)
class LimitSaid:
    """Minutes [opens, closes) of some weekdays (Monday is 0) that a person calls inconvenient."""

    ref: str
    debtor_ref: str
    weekdays: tuple[int, ...]
    opens_minute: int
    closes_minute: int
    contact_point_ref: str | None = None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class HoldSaid:
    """A reason why contact or the clock stands still, from a day to before a day (null: open).

    ``owner`` is the id of the member of staff who looks after it.
    """

    ref: str
    debtor_ref: str
    kind: HoldKind
    start_date: date
    end_date: date | None = None
    loan_ref: str | None = None
    channel: Channel | None = None
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class VulnerabilitySaid:
    """Something that makes a person need more care; severity from 1 (slight) to 5 (acute).

    ``consented``: the person agreed, apart from everything else, that this is written down.
    """

    ref: str
    debtor_ref: str
    kind: VulnerabilityKind
    severity: int
    consented: bool
    review_date: date
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RepresentativeSaid:
    """Somebody who says to act for a person, from a day to before a day (null: open)."""

    ref: str
    debtor_ref: str
    kind: RepresentativeKind
    from_date: date
    name: str = field(repr=False)
    address: str | None = field(default=None, repr=False)
    until_date: date | None = None


@dataclass(frozen=True, slots=True)
class InstalmentSaid:
    """An amount that falls due, in minor units."""

    number: int
    due_date: date
    principal_minor: int
    interest_minor: int = 0
    fee_minor: int = 0


@dataclass(frozen=True, slots=True)
class LoanSaid:
    """One credit contract. ``state_date``: since when it stands in its state."""

    ref: str
    debtor_ref: str
    creditor: str
    product: str
    currency: str
    contract_date: date
    disbursed_date: date
    principal_minor: int
    annual_rate_bp: int
    state: LoanState = LoanState.OPEN
    state_date: date | None = None


@dataclass(frozen=True, slots=True)
class CreditorSaid:
    """Who lent the money, or owns the debt now."""

    code: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an action wrote. ``new`` False: it was there already, the same in every field."""

    id: int
    ref: str
    new: bool
