"""What is answered about arrangements? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import TypedDict

from forbear.client.words import LeftOut, PlanKind


class AffordedShown(TypedDict):
    """What can be paid a month. ``leads_to_hardship``: nothing; offer help instead."""

    cautions: list[CautionShown]
    checked: bool
    currency: str
    leads_to_hardship: bool
    monthly_minor: int
    steps: list[StepShown]


class AgreementShown(TypedDict):
    """The whole text, in both languages. Whoever signs names its ``sha256``."""

    sha256: str
    template: str
    text_en: str
    text_zh: str
    version: int


class ArrangementShown(TypedDict):
    """An arrangement.

    Amounts in minor units. Null days: not signed, nothing next, not ended.
    ``settle_minor``: what would end it today. ``text_sha256``: of the text shown last;
    null: none.
    """

    affordable_checked: bool
    affordable_minor: int
    charge_minor: int
    currency: str
    debtor_ref: str
    ended_because: str
    ended_date: str | None
    every: str
    frozen: bool
    id: int
    instalments: list[InstalmentShown]
    kind: str
    late_minor: int
    loans: list[CoveredLoanShown]
    next_date: str | None
    next_minor: int
    offer_until: str
    owed_minor: int
    paid_minor: int
    paused_until: str | None
    pauses: int
    ref: str
    regular_minor: int
    reminder: bool
    replaces: str | None
    saves_minor: int
    settle_minor: int
    signed_at: str | None
    state: str
    target: str
    text_sha256: str | None
    total_minor: int
    version: int
    waived_minor: int
    waiver: str


class CautionShown(TypedDict):
    """What is to be borne in mind."""

    code: str
    en: str
    zh: str


class CodeShown(TypedDict):
    """A code was sent to the person; it stands nowhere here."""

    attempts: int
    expires_at: str


class CoveredLoanShown(TypedDict):
    """A loan that an arrangement covers.

    ``share_minor``: what of the total goes to it. ``waived_minor``: what is given up of its
    penalty; ``waiver_stands``: it is booked so.
    """

    fee_minor: int
    interest_minor: int
    loan_ref: str
    owed_minor: int
    penalty_minor: int
    principal_minor: int
    share_minor: int
    waived_minor: int
    waiver_stands: bool


class InstalmentOffered(TypedDict):
    """One instalment; ``regular_minor`` and ``charge_minor`` stand within its amount."""

    amount_minor: int
    charge_minor: int
    due_date: str
    number: int
    regular_minor: int


class InstalmentShown(TypedDict):
    """One instalment; ``first_due_date`` differs where a pause has moved it."""

    amount_minor: int
    charge_minor: int
    covered_minor: int
    due_date: str
    first_due_date: str
    number: int
    regular_minor: int


class LeftOutShown(TypedDict):
    """A kind that cannot be offered, and why."""

    kind: PlanKind
    why: LeftOut


class OffersShown(TypedDict):
    """What can be paid, and what can be offered on it.

    ``needed_minor``: the least a month that would do, where nothing can be offered; null:
    none.
    """

    afforded: AffordedShown
    left_out: list[LeftOutShown]
    needed_minor: int | None
    proposals: list[ProposalShown]


class PageArrangementShown(TypedDict):
    """One part of a list."""

    items: list[ArrangementShown]
    next: str | None


class PagePromiseShown(TypedDict):
    """One part of a list."""

    items: list[PromiseShown]
    next: str | None


class PromiseShown(TypedDict):
    """A promise to pay. ``loan_ref`` null: on whichever loan."""

    amount_minor: int
    currency: str
    debtor_ref: str
    due_date: str
    id: int
    loan_ref: str | None
    made_at: str
    moved_at: str
    paid_minor: int
    ref: str
    reminder: bool
    state: str


class ProposalShown(TypedDict):
    """One arrangement that can be offered.

    total = owed - waived + regular + charge = all instalments.
    """

    charge_minor: int
    frozen: bool
    instalments: list[InstalmentOffered]
    kind: PlanKind
    last_date: str
    owed_minor: int
    regular_minor: int
    saves_minor: int
    total_minor: int
    waived_minor: int


class StepShown(TypedDict):
    """One step; the changes sum up to what can be paid."""

    change_minor: int
    code: str
    en: str
    left_minor: int
    zh: str
