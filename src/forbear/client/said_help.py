"""What may be sent about help? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import (
    DataRight,
    Finding,
    HardshipCategory,
    Intake,
    PauseKind,
    ReferralState,
    RepresentativeKind,
    Solution,
)


class CheckSent(TypedDict):
    """On what evidence the authority was checked, such as a document's number."""

    evidence: str


class CrisisSent(TypedDict):
    """When treatment ended."""

    ended_date: str


class DataAnswerSent(TypedDict):
    """What is answered, and why. ``decided_by``: who decided, where that must be a human."""

    decided_by: NotRequired[int | None]
    finding: Finding
    reasons: str
    version: int


class DataRequestSent(TypedDict):
    """Which right over their own data a person uses; to object or restrict binds at once."""

    contact_point_ref: NotRequired[str | None]
    debtor_ref: str
    intake: Intake
    loan_ref: NotRequired[str | None]
    received_date: str
    ref: str
    right: DataRight
    text: NotRequired[str | None]


class DistressSent(TypedDict):
    """Somebody's words let fear for them. What was said is not sent."""

    debtor_ref: str
    intake: Intake
    received_date: str
    ref: str


class HardshipSent(TypedDict):
    """What makes it hard to pay; severity from 1 to 5 (acute).

    Evidence may follow later. ``consented``: the person agreed, apart from everything else,
    that words about health are kept.
    """

    category: HardshipCategory
    consented: NotRequired[bool]
    contact_point_ref: NotRequired[str | None]
    debtor_ref: str
    intake: Intake
    loan_ref: NotRequired[str | None]
    received_date: str
    ref: str
    self_declared: NotRequired[bool]
    severity: int
    text: NotRequired[str | None]


class LawfulPauseSent(TypedDict):
    """A pause whose length the law of the person's country sets."""

    debtor_ref: str
    kind: PauseKind
    ref: str
    started_date: str


class LongerSent(TypedDict):
    """Which longer time of a rule is taken, by its name, and on what evidence."""

    evidence: str
    step: str


class ReferralMoveSent(TypedDict):
    """Where the referral goes. To be handed over, the person must have agreed."""

    consented: NotRequired[bool]
    to: ReferralState


class ReferralSent(TypedDict):
    """To whom a person is shown the way, by a code of GET /help."""

    debtor_ref: str
    helper: str
    ref: str


class RepresentativeSent(TypedDict):
    """Somebody who says to act for a person, from a day to before a day (null: open)."""

    address: NotRequired[str | None]
    debtor_ref: str
    from_date: str
    kind: RepresentativeKind
    name: str
    ref: str
    until_date: NotRequired[str | None]


class SolutionSent(TypedDict):
    """What is done, and why.

    A pause, freeze or plan names the first day after it. A plan names the arrangement that
    was proposed; a write-off the amount that it covers and the approval by a second person.
    """

    amount_minor: NotRequired[int | None]
    approval_id: NotRequired[int | None]
    arrangement_ref: NotRequired[str | None]
    reasons: str
    solution: Solution
    until_date: NotRequired[str | None]
    version: int
