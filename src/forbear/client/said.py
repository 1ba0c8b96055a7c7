"""What may be sent? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import (
    Channel,
    ConsentKind,
    ConsentState,
    Currency,
    Dialect,
    HoldKind,
    Jurisdiction,
    Language,
    LoanState,
    Origin,
    PointKind,
    PointQuality,
    Purpose,
    RegionSource,
    Relation,
)


class BeliefSent(TypedDict):
    """Where one source says that a person lives."""

    confidence_percent: int
    region: str
    source: RegionSource


class ConsentSent(TypedDict):
    """An agreement or its withdrawal; no point and no channel: for all of the person's own."""

    channel: NotRequired[Channel | None]
    contact_point_ref: NotRequired[str | None]
    debtor_ref: str
    kind: ConsentKind
    ref: str
    state: ConsentState


class CreditorSent(TypedDict):
    """Who lent the money, or owns the debt now; ``code`` is the ref."""

    code: str
    name_en: str
    name_zh: str


class DebtorChange(TypedDict):
    """What changes about a person; what is left out stays, null empties."""

    dialect: NotRequired[Dialect | None]
    language: NotRequired[Language | None]
    name: NotRequired[str | None]
    national_id: NotRequired[str | None]
    officer_ref: NotRequired[str | None]
    region: NotRequired[str | None]
    region_source: NotRequired[RegionSource | None]
    team: NotRequired[str | None]
    time_zones: NotRequired[list[str]]
    vulnerable: NotRequired[bool]


class DebtorSent(TypedDict):
    """A person who owes. ``name`` and ``national_id`` are sealed; ``team`` is a team's code."""

    beliefs: NotRequired[list[BeliefSent]]
    dialect: NotRequired[Dialect | None]
    jurisdiction: Jurisdiction
    language: NotRequired[Language | None]
    name: NotRequired[str | None]
    national_id: NotRequired[str | None]
    officer_ref: NotRequired[str | None]
    ref: str
    region: NotRequired[str | None]
    region_source: NotRequired[RegionSource | None]
    team: NotRequired[str | None]
    time_zones: NotRequired[list[str]]
    vulnerable: NotRequired[bool]


class HoldSent(TypedDict):
    """A reason to stand still, from a day to before a day (null: open).

    No loan or channel: all.
    """

    channel: NotRequired[Channel | None]
    debtor_ref: str
    end_date: NotRequired[str | None]
    kind: HoldKind
    loan_ref: NotRequired[str | None]
    ref: str
    start_date: str


class InstalmentSent(TypedDict):
    """An amount that falls due, in minor units."""

    due_date: str
    fee_minor: NotRequired[int]
    interest_minor: NotRequired[int]
    number: int
    principal_minor: int


class IntentSent(TypedDict):
    """A payment to begin.

    ``id``: random; sent again it is the same payment. ``back_to``: where the page sends the
    person in the end.
    """

    amount_minor: int
    back_to: NotRequired[str | None]
    id: str
    loan_ref: str


class Judgement(TypedDict):
    """What is now known about reaching the person by a point."""

    quality: PointQuality


class LinkSent(TypedDict):
    """Whose link. ``id``: random; sent again it is the same link, which is not told again."""

    id: str


class LoanSent(TypedDict):
    """One credit contract, with its whole schedule or without one."""

    annual_rate_bp: int
    contract_date: str
    creditor: str
    currency: Currency
    debtor_ref: str
    disbursed_date: str
    principal_minor: int
    product: str
    ref: str
    schedule: NotRequired[list[InstalmentSent] | None]
    state: NotRequired[LoanState]
    state_date: NotRequired[str | None]


class PaymentSent(TypedDict):
    """A payment, or with ``reverses`` the reversal of one: a ref of its own, the same amount.

    ``posting_date``: when it became known; today where left out.
    """

    amount_minor: int
    loan_ref: str
    posting_date: NotRequired[str | None]
    purpose: NotRequired[Purpose]
    ref: str
    reverses: NotRequired[str | None]
    value_date: str


class PointChange(TypedDict):
    """What changes about a contact point; what is left out stays. Whose it is cannot change."""

    address: NotRequired[str | None]
    number_zones: NotRequired[list[str]]
    origin: NotRequired[Origin]
    workplace: NotRequired[bool]


class PointSent(TypedDict):
    """A number or address; ``address`` is sealed."""

    address: NotRequired[str | None]
    debtor_ref: str
    kind: PointKind
    number_zones: NotRequired[list[str]]
    origin: Origin
    quality: NotRequired[PointQuality]
    ref: str
    relation: Relation
    workplace: NotRequired[bool]


class ReleaseSent(TypedDict):
    """On what evidence a hold is released, such as a document's number."""

    evidence: str


class ScheduleSent(TypedDict):
    """The whole schedule: numbers from 1, rising due days, principal as lent."""

    instalments: list[InstalmentSent]


class SettledSent(TypedDict):
    """What came of looking into a message; ``loan_ref`` goes with MATCHED alone."""

    loan_ref: NotRequired[str | None]
    settled: str
    version: int


class StateSent(TypedDict):
    """Where a loan stands with its lender, and since which day."""

    since: str
    state: LoanState
