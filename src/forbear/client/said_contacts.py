"""What may be sent about contacts? Written by tools/client.py from openapi.json."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from forbear.client.words import Channel, ContactPurpose, Direction, Language, Outcome, Side


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


class ContactSent(TypedDict):
    """One contact that the agency made; ``ref`` is its own number for it."""

    channel: Channel
    debtor_ref: str
    outcome: Outcome
    permit_id: NotRequired[str | None]
    ref: str
    started_at: str


class DecisionAsked(TypedDict):
    """A contact that is considered; no loan: none is chosen yet."""

    channel: Channel
    contact_point_ref: str
    debtor_ref: str
    loan_ref: NotRequired[str | None]
    purpose: NotRequired[ContactPurpose]


class EndpointSent(TypedDict):
    """An address, what it is told, and the secret that the receiver chose for its signatures."""

    events: list[str]
    secret: str
    url: str


class OutcomeSent(TypedDict):
    """What became of a contact that was begun; ``event_id`` is the agency's, one for each event."""

    at: str
    event_id: str
    outcome: Outcome


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


class ReportSent(TypedDict):
    """Contacts of one day of the agency's clock; a day may come in several batches."""

    contacts: list[ContactSent]
    day: str


class SentenceSent(TypedDict):
    """One sentence.

    ``side``: US or PERSON; times in milliseconds since the call began. ``text`` empty:
    somebody spoke, and no words could be made of it.
    """

    from_ms: int
    side: Side
    text: str
    to_ms: int


class SourceSent(TypedDict):
    """A provider and the secret by which it signs."""

    provider: str
    secret: str


class TranscriptSent(TypedDict):
    """A whole call. ``made_by``: the recogniser's name and version; ``whole`` False: cut off."""

    language: Language
    made_by: str
    sentences: list[SentenceSent]
    whole: NotRequired[bool]
