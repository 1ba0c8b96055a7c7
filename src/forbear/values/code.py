"""Which closed lists of words does the book use?

A member's position is its number in the columnar book: append members, never reorder them.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """A closed list whose members also have a stable number, counted from 1; 0 is never used."""

    @property
    def number(self) -> int:
        """The member's number in the columnar book."""
        return type(self).numbers()[self.value]

    @classmethod
    def numbers(cls) -> dict[str, int]:
        """Every member's number, by its word."""
        return {member.value: index for index, member in enumerate(cls, start=1)}

    @classmethod
    def from_number(cls, number: int) -> Code:
        """The member of a number."""
        return list(cls)[number - 1]


class Jurisdiction(Code):
    """Whose law protects the person."""

    CN = "CN"
    US = "US"
    UK = "UK"


class Language(Code):
    """The language a person wants to be spoken to in."""

    ZH = "ZH"
    EN = "EN"


class Dialect(Code):
    """The speech a person is at home in; Mandarin or plain English where unknown."""

    MANDARIN = "MANDARIN"
    CANTONESE = "CANTONESE"
    WU = "WU"
    MIN = "MIN"
    HAKKA = "HAKKA"
    XIANG = "XIANG"
    GAN = "GAN"
    SICHUANESE = "SICHUANESE"
    TIBETAN = "TIBETAN"
    UYGHUR = "UYGHUR"
    MONGOLIAN = "MONGOLIAN"
    ENGLISH = "ENGLISH"


class RegionSource(Code):
    """Where the belief about a person's region comes from, surest first."""

    ADDRESS = "ADDRESS"
    ID_PREFIX = "ID_PREFIX"
    NUMBER_PREFIX = "NUMBER_PREFIX"


class PointKind(Code):
    """What a contact point is."""

    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"
    WECHAT = "WECHAT"
    EMAIL = "EMAIL"
    POSTAL = "POSTAL"


class Relation(Code):
    """Whose contact point it is."""

    OWN = "OWN"
    """The debtor's own."""
    GUARANTOR = "GUARANTOR"
    """A person who is liable beside the debtor."""
    CONTACT_PERSON = "CONTACT_PERSON"
    """A person who owes nothing and never receives a debt message."""


class Origin(Code):
    """The six lawful origins of a contact point (CN-15)."""

    CONTRACT = "CONTRACT"
    LEFT_BY_DEBTOR = "LEFT_BY_DEBTOR"
    AUTHORISED_BY_DEBTOR = "AUTHORISED_BY_DEBTOR"
    PUBLIC_SOURCE = "PUBLIC_SOURCE"
    TOLD_BY_CONTACT = "TOLD_BY_CONTACT"
    CREDIT_BUREAU = "CREDIT_BUREAU"


class PointQuality(Code):
    """What is known about whether a contact point reaches the person."""

    UNTRIED = "UNTRIED"
    CONFIRMED = "CONFIRMED"
    DOUBTFUL = "DOUBTFUL"
    INVALID = "INVALID"
    WRONG_PERSON = "WRONG_PERSON"


class Channel(Code):
    """The way a contact travels."""

    VOICE = "VOICE"
    BOT = "BOT"
    SMS = "SMS"
    WECHAT = "WECHAT"
    EMAIL = "EMAIL"
    LETTER = "LETTER"
    VISIT = "VISIT"


class Direction(Code):
    """Who began a contact."""

    OUTBOUND = "OUTBOUND"
    INBOUND = "INBOUND"


class Outcome(Code):
    """How an attempt ended."""

    NOT_CONNECTED = "NOT_CONNECTED"
    """Busy tone, no such number, out of service."""
    RANG = "RANG"
    """Rang and was not answered."""
    VOICEMAIL = "VOICEMAIL"
    ANSWERED = "ANSWERED"
    """Somebody answered; who it was is not established."""
    WRONG_PERSON = "WRONG_PERSON"
    """Somebody else answered and said so."""
    RIGHT_PARTY = "RIGHT_PARTY"
    """The person answered; the debt was not talked about."""
    CONVERSATION = "CONVERSATION"
    """The person answered and the debt was talked about."""
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    REPLIED = "REPLIED"
    FAILED = "FAILED"
    """The provider said that it was not accepted."""
    UNKNOWN = "UNKNOWN"
    """The fate is not known; counted as having happened."""


class HoldKind(Code):
    """Why contact or the clock stands still."""

    DISPUTE = "DISPUTE"
    COMPLAINT = "COMPLAINT"
    HARDSHIP = "HARDSHIP"
    BEREAVEMENT = "BEREAVEMENT"
    INCAPACITY = "INCAPACITY"
    REPRESENTATION = "REPRESENTATION"
    BREATHING_SPACE = "BREATHING_SPACE"
    DISASTER = "DISASTER"
    PAYMENT_IN_TRANSIT = "PAYMENT_IN_TRANSIT"
    SELF_HARM = "SELF_HARM"
    WRONG_PERSON = "WRONG_PERSON"
    OPT_OUT = "OPT_OUT"
    """The person asked not to be contacted by this way (or at all when no channel is named)."""
    CEASE = "CEASE"
    ARRANGEMENT = "ARRANGEMENT"
    """A signed arrangement is being kept."""
    PAUSE = "PAUSE"
    """Days do not count and penalty does not run; a moratorium or a payment holiday."""


class ConsentKind(Code):
    """What a person agreed to."""

    CHANNEL = "CHANNEL"
    """To be contacted by a channel, on a contact point or on all."""
    NIGHT = "NIGHT"
    """To be contacted at night."""
    AUTODIAL = "AUTODIAL"
    """To automated or prerecorded calls and texts."""


class ConsentState(Code):
    """Whether an agreement stands."""

    GIVEN = "GIVEN"
    WITHDRAWN = "WITHDRAWN"


class LoanState(Code):
    """Where a loan stands with its lender."""

    OPEN = "OPEN"
    SETTLED = "SETTLED"
    WRITTEN_OFF = "WRITTEN_OFF"


class Purpose(Code):
    """What the lender's ledger booked a payment against."""

    SCHEDULE = "SCHEDULE"
    """Instalments, in the product's allocation order."""
    PENALTY = "PENALTY"
    """Penalty for lateness."""


class RiskClass(Code):
    """The five classes of asset quality."""

    NORMAL = "NORMAL"
    SPECIAL_MENTION = "SPECIAL_MENTION"
    SUBSTANDARD = "SUBSTANDARD"
    DOUBTFUL = "DOUBTFUL"
    LOSS = "LOSS"


class PersonState(Code):
    """Why a person is, or is not, a candidate for contact today."""

    OVERDUE = "OVERDUE"
    DUE_SOON = "DUE_SOON"
    NOTHING_DUE = "NOTHING_DUE"


class AgendaOutcome(Code):
    """What today's agenda says about a person."""

    PLANNED = "PLANNED"
    """To be contacted, as the plan says."""
    EXPLORED = "EXPLORED"
    """To be contacted in a way drawn at random, to learn from."""
    HELD_OUT = "HELD_OUT"
    """Left alone today by lot, so that the effect of contact can be measured."""
    NOTHING_DUE = "NOTHING_DUE"
    REFUSED = "REFUSED"
    """Every way of contact is refused by a rule; the first is named."""
    NO_POINT = "NO_POINT"
    """There is no contact point of the person's own."""
    NO_TEAM = "NO_TEAM"
    """A rule-abiding way exists, but no team serves it."""
    PRICED_OUT = "PRICED_OUT"
    """Others gain more from the scarce seats or budget that this contact would use."""
    NOT_WORTH_IT = "NOT_WORTH_IT"
    """The expected good is smaller than cost and harm."""
