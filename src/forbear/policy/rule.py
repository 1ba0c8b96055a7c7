"""What is a rule, and which few kinds of rule are there?

A kind has one meaning, written once in ``KINDS`` and executed twice: for one contact (``decide``)
and for a whole book (``mask``). Every number of a rule is a parameter from its file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forbear.values.code import (
    Channel,
    ConsentKind,
    Direction,
    HoldKind,
    Jurisdiction,
    Origin,
    Outcome,
    PointQuality,
    Relation,
)
from forbear.values.decision import Effect


class Kind(StrEnum):
    """The closed set of kinds."""

    CONTACT_WINDOW = "contact_window"
    FREQUENCY_CAP = "frequency_cap"
    COOL_OFF = "cool_off"
    CHANNEL_PERMISSION = "channel_permission"
    ADDRESSEE = "addressee"
    HOLD_SCOPE = "hold_scope"
    IDENTITY_BEFORE_DETAIL = "identity_before_detail"
    REQUIRED_DISCLOSURE = "required_disclosure"
    REQUIRED_NOTICE = "required_notice"
    MESSAGE_CONTENT = "message_content"
    RECORD_KEEPING = "record_keeping"
    DEADLINE = "deadline"


KINDS: dict[Kind, str] = {
    Kind.CONTACT_WINDOW: "Refuses outside [opens, closes) on any clock where the person may be; "
    "an unknown zone refuses. A given consent of the named kind lifts it.",
    Kind.FREQUENCY_CAP: "Refuses when as many counted events as at_most lie in the window of days "
    "that ends today. Events not linked to a loan count for every loan.",
    Kind.COOL_OFF: "Refuses while a counted event lies within the last days, its own day included.",
    Kind.CHANNEL_PERMISSION: "Refuses when the latest statement about the channel is a withdrawal, "
    "or, where needs is given, when there is no statement at all.",
    Kind.ADDRESSEE: "Refuses contact points of a relation, quality or origin not listed.",
    Kind.HOLD_SCOPE: "Refuses while a hold of a listed kind binds the person, the loan spoken "
    "of or the channel.",
    Kind.IDENTITY_BEFORE_DETAIL: "Asked in the conversation, not before it.",
    Kind.REQUIRED_DISCLOSURE: "Asked of wording, not before contact.",
    Kind.REQUIRED_NOTICE: "Asked before the act it must precede.",
    Kind.MESSAGE_CONTENT: "Asked of wording, not before contact.",
    Kind.RECORD_KEEPING: "Asked of storage, not before contact.",
    Kind.DEADLINE: "Asked of open matters, not before contact.",
}
EXECUTED = (
    Kind.ADDRESSEE,
    Kind.HOLD_SCOPE,
    Kind.CHANNEL_PERMISSION,
    Kind.FREQUENCY_CAP,
    Kind.COOL_OFF,
    Kind.CONTACT_WINDOW,
)
"""The kinds asked at contact time, in the order in which rules are asked."""


class Key(StrEnum):
    """For what events are counted together."""

    PERSON = "person"
    DEBT = "debt"
    ENDPOINT = "endpoint"


class Needs(StrEnum):
    """What a channel needs of the person's statements."""

    GIVEN = "given"
    NOT_WITHDRAWN = "not_withdrawn"


class Basis(StrEnum):
    """How sure we are of a value: primary text, secondary text, or unverified."""

    PRIMARY = "P"
    SECONDARY = "S"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Counted:
    """Which attempts an event rule counts."""

    channels: frozenset[Channel]
    directions: frozenset[Direction]
    outcomes: frozenset[Outcome]


@dataclass(frozen=True, slots=True)
class ContactWindow:
    """Minutes of the local day, half-open."""

    opens_minute: int
    closes_minute: int
    unless_consent: ConsentKind | None


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most so many events in a window of days that ends today."""

    at_most: int
    key: Key
    days: int
    counts: Counted


@dataclass(frozen=True, slots=True)
class CoolOff:
    """No contact within so many days of an event, the day of the event being the first."""

    days: int
    key: Key
    counts: Counted


@dataclass(frozen=True, slots=True)
class ChannelPermission:
    """What the person must have said about the channel."""

    consent: ConsentKind
    needs: Needs


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who may be approached, by which contact points."""

    relations: frozenset[Relation]
    qualities: frozenset[PointQuality]
    origins: frozenset[Origin]


@dataclass(frozen=True, slots=True)
class HoldScope:
    """Which holds stop contact."""

    kinds: frozenset[HoldKind]


Parameters = ContactWindow | FrequencyCap | CoolOff | ChannelPermission | Addressee | HoldScope


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value is written."""

    title: str
    article: str
    address: str

    def __str__(self) -> str:
        return f"{self.title}, {self.article}" if self.article else self.title


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it stands on a day.

    ``parameters`` is None for kinds that are not asked at contact time. ``house`` rules are the
    lender's own and can only refuse more than the law does.
    """

    id: str
    kind: Kind
    jurisdiction: Jurisdiction
    text_en: str
    text_zh: str
    channels: frozenset[Channel]
    parameters: Parameters | None
    effect: Effect
    source: Source
    basis: Basis
    effective: date
    published: date | None
    verified: date
    house: bool
    tightens: str | None
