"""What is answered? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import TypedDict

from forbear.client.words import (
    Channel,
    ConsentKind,
    ConsentState,
    Currency,
    HoldKind,
    IntentState,
    NoticeKind,
    NoticeState,
    NumberType,
    RegionSource,
    Settled,
    Why,
)


class Changed(TypedDict):
    """The names of the fields that really changed."""

    changed: list[str]


class ConsentShown(TypedDict):
    """The latest statement of a kind about a channel and point; null: about all."""

    channel: Channel | None
    contact_point_ref: str | None
    kind: ConsentKind
    recorded_at: str
    ref: str
    state: ConsentState


class Done(TypedDict):
    """The row that stands now. ``new`` false: it stood there before, the same in every field."""

    id: int
    new: bool
    ref: str


class ExtractTaken(TypedDict):
    """The extract that lies in the inbox; it is read when the day begins."""

    book_date: str
    files: int
    id: str
    new: bool


class HoldShown(TypedDict):
    """A hold, from a day to before a day. Null loan and channel: all; null end: open."""

    channel: Channel | None
    end_date: str | None
    id: int
    kind: HoldKind
    loan_ref: str | None
    owner: int | None
    recorded_at: str
    ref: str
    release_evidence: str
    released_at: str | None
    start_date: str


class InstalmentListed(TypedDict):
    """One instalment that counts, in minor units."""

    due_date: str
    fee_minor: int
    interest_minor: int
    number: int
    principal_minor: int


class IntentDone(TypedDict):
    """A payment that was begun. ``address`` null: there is no page of the lender's own."""

    address: str | None
    id: str
    new: bool


class IntentShown(TypedDict):
    """A payment that was begun.

    ``paid_minor``: what came and did not go back. ``postings``: under which refs it stands
    in the ledger; each has a receipt.
    """

    amount_minor: int
    back_to: str
    currency: Currency
    expires_at: str
    id: str
    loan_ref: str
    made_at: str
    paid_minor: int
    postings: list[str]
    provider: str
    reference: str
    state: IntentState


class LimitShown(TypedDict):
    """Minutes [opens, closes) of weekdays (Monday is 0) that the person calls inconvenient."""

    channel: Channel | None
    closes_minute: int
    contact_point_ref: str | None
    opens_minute: int
    recorded_at: str
    ref: str
    weekdays: list[int]


class LinkEnded(TypedDict):
    """Whether the link could be used until now."""

    ended: bool


class LinkGiven(TypedDict):
    """A link that stands.

    ``new`` false: it was made before. ``address`` null: it was told before, and is kept
    nowhere. It begins with ``/`` where the lender has not said where the pages are.
    ``revoked_at`` null: it was not taken back.
    """

    address: str | None
    expires_at: str
    id: str
    new: bool
    revoked_at: str | None


class LinkListed(TypedDict):
    """A link that can be used.

    ``made_by``: such as ``token:3``; a message's is ``system:gate``.
    ``for_representative``: it is for somebody who acts for the person.
    """

    expires_at: str
    for_representative: bool
    id: str
    made_at: str
    made_by: str


class LoanListed(TypedDict):
    """One contract. ``state_date`` null: since when is not known."""

    annual_rate_bp: int
    contract_date: str
    creditor: str
    currency: str
    debtor_ref: str
    disbursed_date: str
    id: int
    principal_minor: int
    product: str
    ref: str
    state: str
    state_date: str | None


class LoanShown(TypedDict):
    """A contract. ``state_date`` null: since when is not known."""

    absent_since: str | None
    annual_rate_bp: int
    contract_date: str
    creditor: str
    creditor_en: str
    creditor_zh: str
    currency: str
    disbursed_date: str
    id: int
    principal_minor: int
    product: str
    ref: str
    state: str
    state_date: str | None


class LoanWhole(TypedDict):
    """A contract, the schedule that counts, and what it stands at; null: not worked out yet."""

    loan: LoanListed
    schedule: list[InstalmentListed]
    standing: StandingShown | None


class NoticeDone(TypedDict):
    """That it was written down."""

    done: bool


class NoticeShown(TypedDict):
    """What a page told and somebody should look into. Null: not known, not settled."""

    amount_minor: int
    currency: str
    excess_minor: int
    id: int
    intent: str | None
    kind: NoticeKind
    loan_ref: str | None
    open: bool
    payment_ref: str
    provider: str
    reference: str
    return_ref: str
    settled_as: Settled | None
    settled_at: str | None
    state: NoticeState
    taken_at: str
    value_date: str
    version: int
    why: Why


class PageLinkListed(TypedDict):
    """One part of a list."""

    items: list[LinkListed]
    next: str | None


class PageLoanListed(TypedDict):
    """One part of a list."""

    items: list[LoanListed]
    next: str | None


class PageNoticeShown(TypedDict):
    """One part of a list."""

    items: list[NoticeShown]
    next: str | None


class PagePersonListed(TypedDict):
    """One part of a list."""

    items: list[PersonListed]
    next: str | None


class PagePostingListed(TypedDict):
    """One part of a list."""

    items: list[PostingListed]
    next: str | None


class PaymentDone(TypedDict):
    """The posting that stands.

    ``contacts_on_wrong_basis``: contacts made while the loan was believed to stand worse.
    """

    contacts_on_wrong_basis: int
    id: int
    new: bool
    ref: str


class PersonListed(TypedDict):
    """One person, masked. Null: not known; ``erased_at`` null: not erased."""

    erased_at: str | None
    id: int
    jurisdiction: str
    language: str | None
    name_masked: str
    recorded_at: str
    ref: str
    region: str | None
    team_id: int | None
    vulnerable: bool


class PersonShown(TypedDict):
    """A person, masked.

    Lists hold what stands now; ended, withdrawn and retired things are out.
    ``believed_region``: where their own numbers let believe that they live, which counts
    for local teams alone, while ``region`` is null; null: their numbers tell nothing.
    """

    beliefs: list[RegionSaid]
    believed_confidence_percent: int | None
    believed_region: str | None
    consents: list[ConsentShown]
    dialect: str | None
    erased_at: str | None
    holds: list[HoldShown]
    id: int
    jurisdiction: str
    language: str | None
    limits: list[LimitShown]
    loans: list[LoanShown]
    name_masked: str
    national_id_masked: str
    officer_ref: str | None
    points: list[PointShown]
    recorded_at: str
    ref: str
    region: str | None
    region_source: str | None
    representatives: list[RepresentativeShown]
    source: str
    team: int | None
    time_zones: list[str]
    vulnerabilities: list[VulnerabilityShown]
    vulnerable: bool


class PointShown(TypedDict):
    """A contact point; ``masked`` is empty where no address is kept here.

    Null: in use, present, not told by the first digits of its number. ``number_read_at``:
    when they were read; null: never, or they are kept nowhere and were read for this
    answer.
    """

    absent_since: str | None
    id: int
    kind: str
    masked: str
    number_confidence_percent: int | None
    number_read_at: str | None
    number_region: str | None
    number_type: NumberType | None
    number_zones: list[str]
    origin: str
    quality: str
    ref: str
    relation: str
    retired_at: str | None
    workplace: bool


class PostingListed(TypedDict):
    """A payment, or the reversal of the payment that ``reverses`` names."""

    amount_minor: int
    id: int
    loan_ref: str
    posting_date: str
    purpose: str
    recorded_at: str
    ref: str
    reverses: str | None
    source: str
    value_date: str


class ReferenceShown(TypedDict):
    """What a person writes beside a transfer for a loan."""

    reference: str


class RegionSaid(TypedDict):
    """Where one source says that a person lives, and how sure that is, in percent."""

    confidence_percent: int
    region: str
    source: RegionSource


class RepresentativeShown(TypedDict):
    """Who acts for the person; null ``authority_checked_at``: not yet checked."""

    address_masked: str
    authority_checked_at: str | None
    from_date: str
    kind: str
    name_masked: str
    ref: str
    until_date: str | None


class StandingShown(TypedDict):
    """What a contract stands at, as of a day. In minor units; null: nothing is unpaid or due."""

    as_of_date: str
    bucket: str
    computed_at: str
    days_past_due: int
    instalments_overdue: int
    next_due_date: str | None
    next_due_minor: int
    oldest_unpaid_date: str | None
    outstanding_principal_minor: int
    overdue_minor: int
    payoff_minor: int
    penalty_minor: int
    risk_class: str


class VulnerabilityShown(TypedDict):
    """What makes the person need more care; ``noted``: there is a sealed note."""

    consented: bool
    kind: str
    noted: bool
    recorded_at: str
    ref: str
    review_date: str
    severity: int
