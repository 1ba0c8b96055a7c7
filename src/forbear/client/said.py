"""What may be sent? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import (
    CaseEnd,
    CaseState,
    Channel,
    ConsentKind,
    ConsentState,
    ContactPurpose,
    Currency,
    Dialect,
    Direction,
    Form,
    HoldKind,
    Jurisdiction,
    Language,
    LoanState,
    Mark,
    Origin,
    Outcome,
    PointKind,
    PointQuality,
    Purpose,
    RegionSource,
    Relation,
    Told,
)


class AssignSent(TypedDict):
    """In whose care a case goes; no officer: the team's."""

    officer_id: NotRequired[int | None]
    team_id: int
    version: int


class AttemptSent(TypedDict):
    """One contact that was tried; the same ref with another outcome is the latest word on it."""

    channel: Channel
    contact_point_ref: NotRequired[str | None]
    debtor_ref: str
    direction: Direction
    loan_ref: NotRequired[str | None]
    outcome: Outcome
    ref: str
    started_at: str
    team: NotRequired[str | None]


class AttemptsSent(TypedDict):
    """A batch of attempts, recorded all or none."""

    attempts: list[AttemptSent]


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


class ContactSent(TypedDict):
    """A number, and about when it was contacted; ``at`` null: lately."""

    at: NotRequired[str | None]
    number: str


class CorrectionSent(TypedDict):
    """What is right for some months, and by which decision."""

    because: str
    codes: dict[str, object]


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


class DecisionAsked(TypedDict):
    """A contact that is considered; no loan: none is chosen yet."""

    channel: Channel
    contact_point_ref: str
    debtor_ref: str
    loan_ref: NotRequired[str | None]
    purpose: NotRequired[ContactPurpose]


class DisputeEndSent(TypedDict):
    """Which dispute is closed, and what lines say of it then; nothing where that is null."""

    closing_mark: NotRequired[Mark | None]
    ref: str


class DisputeSent(TypedDict):
    """A dispute about a loan's lines; ``ref`` is its number where it is handled."""

    from_month: NotRequired[str | None]
    received_date: str
    ref: str
    to_month: NotRequired[str | None]


class EndpointSent(TypedDict):
    """An address, what it is told, and the secret that the receiver chose for its signatures."""

    events: list[str]
    secret: str
    url: str


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


class Judgement(TypedDict):
    """What is now known about reaching the person by a point."""

    quality: PointQuality


class LineSent(TypedDict):
    """A number that an agency calls from; ``agency`` is its team's code."""

    agency: str
    name_en: str
    name_zh: str
    number: str


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


class MoveSent(TypedDict):
    """Where a case goes and why; ``version`` is the one that was looked at."""

    because: str
    ended_as: NotRequired[CaseEnd | None]
    to: CaseState
    version: int


class OutcomeSent(TypedDict):
    """What became of a contact that was begun; ``event_id`` is the agency's, one for each event."""

    at: str
    event_id: str
    outcome: Outcome


class PackSent(TypedDict):
    """About whose loans; ``loan_refs`` null: all of them."""

    debtor_ref: str
    form: NotRequired[Form]
    language: NotRequired[Language]
    loan_refs: NotRequired[list[str] | None]


class PaymentPlanned(TypedDict):
    """A payment that somebody means to make."""

    amount_minor: int
    day: str


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


class PermitSent(TypedDict):
    """A contact that an agency wants to make.

    ``id`` is a new random UUID of the agency's; the same again is the same permit.
    ``minutes``: how long it may wait to be begun.
    """

    channel: NotRequired[Channel]
    contact_point_ref: str
    debtor_ref: str
    id: str
    loan_ref: str
    minutes: NotRequired[int]


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


class ReceiptWanted(TypedDict):
    """Which payment of which loan."""

    form: NotRequired[Form]
    language: NotRequired[Language]
    loan_ref: str
    payment_ref: str


class ReleaseSent(TypedDict):
    """On what evidence a hold is released, such as a document's number."""

    evidence: str


class ReportSent(TypedDict):
    """Contacts of one day of the agency's clock; a day may come in several batches."""

    contacts: list[ContactSent]
    day: str


class ScheduleSent(TypedDict):
    """The whole schedule: numbers from 1, rising due days, principal as lent."""

    instalments: list[InstalmentSent]


class SettlementSent(TypedDict):
    """Which loan is to be certified as settled."""

    form: NotRequired[Form]
    language: NotRequired[Language]
    loan_ref: str


class SourceSent(TypedDict):
    """A provider and the secret by which it signs."""

    provider: str
    secret: str


class StateSent(TypedDict):
    """Where a loan stands with its lender, and since which day."""

    since: str
    state: LoanState


class ToldSent(TypedDict):
    """Who was told of a month's line as it is now, and by what."""

    how: str
    month: str
    whom: Told


class WhatIfAsked(TypedDict):
    """What would be paid; nothing at all where the list is empty."""

    months: NotRequired[int]
    payments: NotRequired[list[PaymentPlanned]]
