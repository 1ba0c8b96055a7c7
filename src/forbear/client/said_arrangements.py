"""What may be sent about arrangements? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import (
    Currency,
    EndReason,
    Every,
    IncomeKind,
    Language,
    OutgoingKind,
    PlanKind,
    Target,
)


class AffordSent(TypedDict):
    """Whose budget, towards which loans."""

    budget: BudgetSent
    debtor_ref: str
    loan_refs: list[str]


class BudgetSent(TypedDict):
    """What a person tells: lines, or totals, or only what they can pay a month.

    ``adults`` counts the person. Nothing of it is kept but what can be paid in the end.
    """

    adults: NotRequired[int]
    can_pay_month_minor: NotRequired[int | None]
    children: NotRequired[int]
    currency: Currency
    debts: NotRequired[list[OtherDebtSent]]
    income_month_minor: NotRequired[int | None]
    incomes: NotRequired[list[IncomeSent]]
    outgoing_month_minor: NotRequired[int | None]
    outgoings: NotRequired[list[OutgoingSent]]


class EndSent(TypedDict):
    """Why a signed arrangement ends."""

    because: EndReason


class IncomeSent(TypedDict):
    """What comes in, and how often."""

    amount_minor: int
    every: NotRequired[Every]
    kind: IncomeKind


class OtherDebtSent(TypedDict):
    """What another lender asks for; ``owed_minor`` null: not known."""

    asked_minor: int
    every: NotRequired[Every]
    owed_minor: NotRequired[int | None]


class OutgoingSent(TypedDict):
    """What must go out, and how often."""

    amount_minor: int
    every: NotRequired[Every]
    kind: OutgoingKind


class PauseSent(TypedDict):
    """For how many months instalments are put off."""

    months: int


class PromiseSent(TypedDict):
    """A promise to pay an amount by a day.

    No loan: on whichever of the person's. ``reminder``: the person wants to be reminded.
    """

    amount_minor: int
    debtor_ref: str
    due_date: str
    loan_ref: NotRequired[str | None]
    ref: str
    reminder: bool


class ProposeSent(TypedDict):
    """An arrangement to keep.

    ``replaces``: a signed one that it would follow. ``approval_id``: a granted approval of
    what is given up, where that takes a second person.
    """

    approval_id: NotRequired[int | None]
    budget: BudgetSent
    debtor_ref: str
    every: NotRequired[Every]
    first_date: NotRequired[str | None]
    freeze: NotRequired[bool]
    kind: PlanKind
    loan_refs: list[str]
    months: NotRequired[int | None]
    ref: str
    replaces: NotRequired[str | None]
    target: Target
    waive_minor: NotRequired[int]


class ReminderSent(TypedDict):
    """Whether the person wants to be reminded the day before each instalment."""

    wanted: bool


class SignSent(TypedDict):
    """What a person signs with: their name, the code that reached them, the text they agree to.

    ``reminder``: they want to be reminded the day before each instalment.
    """

    code: str
    language: Language
    reminder: NotRequired[bool]
    text_sha256: str
    typed_name: str


class WantedSent(TypedDict):
    """What is to be arranged.

    ``months``: how many instalments; null: as few as can be afforded. ``every``: how far
    apart they lie. What is affordable a month is a week's and a fortnight's by the year:
    twelve months, 52 weeks, 26 fortnights. ``first_date`` null: in thirty days.
    ``waive_minor``: to be given up of the penalty, beside what the house gives up by
    itself; ``freeze``: nothing more is to be added.
    """

    budget: BudgetSent
    debtor_ref: str
    every: NotRequired[Every]
    first_date: NotRequired[str | None]
    freeze: NotRequired[bool]
    loan_refs: list[str]
    months: NotRequired[int | None]
    target: Target
    waive_minor: NotRequired[int]
