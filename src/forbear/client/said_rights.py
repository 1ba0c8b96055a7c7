"""What may be sent about rights? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import CorrectionKind, Currency, DisputeReason, Finding, Intake, Redress


class ComplaintAnswerSent(TypedDict):
    """What was borne out, why, what let it happen, and what is done."""

    currency: NotRequired[Currency | None]
    finding: Finding
    reasons: str
    redress: NotRequired[Redress]
    redress_minor: NotRequired[int | None]
    root_cause: NotRequired[str | None]
    substantiated: NotRequired[str | None]
    version: int


class ComplaintSent(TypedDict):
    """What is alleged, by a code of GET /complaint-reasons.

    ``contacts``: permit ids or refs of the calls and messages concerned; ``about_staff``:
    the id of whom it is about, where that is known.
    """

    about_staff: NotRequired[int | None]
    contact_point_ref: NotRequired[str | None]
    contacts: NotRequired[list[str]]
    debtor_ref: str
    intake: Intake
    loan_ref: NotRequired[str | None]
    reason: str
    received_date: str
    ref: str
    text: NotRequired[str | None]


class CorrectedSent(TypedDict):
    """What is put right on a loan: a credit, that it is settled, or lines at a bureau.

    ``codes``: what is right at the bureau, by month, such as {"2026-09": "N"}.
    """

    amount_minor: NotRequired[int | None]
    codes: NotRequired[dict[str, object] | None]
    kind: CorrectionKind
    loan_ref: str
    since_date: NotRequired[str | None]


class CorrectionMadeSent(TypedDict):
    """On what evidence something that was owed is put right."""

    evidence: str


class DebtDisputeSent(TypedDict):
    """A dispute of one debt, or of all.

    Whoever is not the person names where they were reached. ``validation_sent_date``: when
    the notice of the right to dispute was sent.
    """

    contact_point_ref: NotRequired[str | None]
    debtor_ref: str
    intake: Intake
    loan_ref: NotRequired[str | None]
    reason: DisputeReason
    received_date: str
    ref: str
    text: NotRequired[str | None]
    validation_sent_date: NotRequired[str | None]


class DisputeDecisionSent(TypedDict):
    """What is decided, why, and what is put right."""

    corrections: NotRequired[list[CorrectedSent]]
    finding: Finding
    reasons: str
    version: int


class EscalationSent(TypedDict):
    """To which authority, by a code of GET /help, and under which number there."""

    authority: str
    authority_ref: NotRequired[str | None]
    version: int


class ExtensionSent(TypedDict):
    """Which longer time of a rule is taken, by its name; ``text`` tells the person why."""

    approval_id: NotRequired[int | None]
    step: str
    text: str
    version: int


class OwnerSent(TypedDict):
    """Who looks into it: the id of a member of staff."""

    owner_id: int
    version: int


class StatementSent(TypedDict):
    """What is said. ``evidence``: it tells what a piece of evidence shows."""

    evidence: NotRequired[bool]
    text: str


class TextSent(TypedDict):
    """What is said, and which version was looked at."""

    text: str
    version: int


class VersionSent(TypedDict):
    """Which version was looked at."""

    version: int
