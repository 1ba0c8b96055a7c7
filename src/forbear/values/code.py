"""Which closed lists of words does the book use?

A member's position is its number in the columnar book: append members, never reorder them.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """A closed list whose members also have a stable number, counted from 1; 0 is never used."""

    number: int
    """The member's number in the columnar book."""

    def __init__(self, *_: object) -> None:
        self.number = len(type(self).__members__) + 1

    @classmethod
    def numbers(cls) -> dict[str, int]:
        """Every member's number, by its word."""
        return {str(member): index for index, member in enumerate(cls, start=1)}

    @classmethod
    def from_number(cls, number: int) -> Code:
        """The member of a number."""
        return list(cls)[number - 1]


class Jurisdiction(Code):
    """Whose law protects the person."""

    CN = "CN"
    US = "US"
    UK = "UK"


class Actor(Code):
    """On whose behalf a collector acts; some laws bind only one of them."""

    FIRST_PARTY = "FIRST_PARTY"
    """The lender itself, in its own name."""
    THIRD_PARTY = "THIRD_PARTY"
    """An agency, or a buyer of the debt."""


class ContactPurpose(Code):
    """What a contact is for."""

    COLLECT = "COLLECT"
    """To remind, ask for payment or arrange it."""
    REPLY = "REPLY"
    """One answer, in the same medium, to a message that the person began."""
    OPT_OUT_CONFIRMATION = "OPT_OUT_CONFIRMATION"
    """The one confirmation that messages to this address have ended."""
    CLOSING_NOTICE = "CLOSING_NOTICE"
    """What may still be said after a person asked for contact to cease."""
    REQUIRED_NOTICE = "REQUIRED_NOTICE"
    """A notice that a law demands, such as before a negative bureau line."""
    LOCATE = "LOCATE"
    """To ask somebody else for the person's contact details, and nothing more."""
    RELAY = "RELAY"
    """To ask somebody else to pass on that the person be in touch, and nothing more."""
    REMINDER = "REMINDER"
    """The reminder that a person asked for, of a day and an amount to which they agreed."""
    ACCESS = "ACCESS"
    """A one-time code or a link that the person asked for just now; it says nothing of a debt."""
    EDUCATION = "EDUCATION"
    """A short lesson about money that the person chose to receive; it says nothing of a debt."""


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


class TrialArm(Code):
    """To which kind of team the lot of the local trial sends a person."""

    LOCAL = "LOCAL"
    """To a team of the person's own province."""
    AWAY = "AWAY"
    """To a team from elsewhere that may act there too."""


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
    DECEASED = "DECEASED"
    """The person has died."""
    DEBT_ADVICE = "DEBT_ADVICE"
    """A repayment plan is being worked out with an adviser."""
    CRISIS = "CRISIS"
    """Treatment for a mental-health crisis."""
    TIME_BARRED = "TIME_BARRED"
    """The time for suing has run out and the law says to stop."""
    HISTORY_INCOMPLETE = "HISTORY_INCOMPLETE"
    """Some earlier contact is not known, so counts may be too low; the import sets it itself."""
    PROMISE = "PROMISE"
    """The person has promised to pay by a day that has not passed."""


class ConsentKind(Code):
    """What a person agreed to."""

    CHANNEL = "CHANNEL"
    """To be contacted by a channel, on a contact point or on all."""
    NIGHT = "NIGHT"
    """To be contacted at night."""
    AUTODIAL = "AUTODIAL"
    """To automated or prerecorded calls and texts."""
    MORE_CALLS = "MORE_CALLS"
    """Said directly to the caller: to be called again, above the usual number, for some days."""
    APPROACH = "APPROACH"
    """Of somebody who owes nothing: to be asked at all. A withdrawal ends it for good."""
    PRIVATE_DEVICE = "PRIVATE_DEVICE"
    """To be contacted from a collector's private telephone or account."""
    WEIGHING = "WEIGHING"
    """That measured models weigh how the person is contacted. Nothing said counts as an agreement;
    a withdrawal leaves the house's tables alone to count."""
    LESSONS = "LESSONS"
    """To be sent short lessons about money."""


class Deed(Code):
    """What a lender or collector does beside contact, and a law may attach conditions to."""

    REPORT_NEGATIVE = "REPORT_NEGATIVE"
    """Send a negative line to the credit bureau."""
    FURNISH = "FURNISH"
    """Tell a consumer reporting agency about a debt for the first time."""
    SUE = "SUE"
    SELL = "SELL"
    """Sell or assign the debt."""
    COLLECT_AFTER_ASSIGNMENT = "COLLECT_AFTER_ASSIGNMENT"
    """Ask for payment as the debt's new owner."""
    ENTRUST = "ENTRUST"
    """Give personal data to an agency that works on instruction."""
    SHARE = "SHARE"
    """Give personal data to somebody who decides about it himself."""
    PUBLISH = "PUBLISH"
    USE_SENSITIVE = "USE_SENSITIVE"
    """Use sensitive personal data, such as health or a voiceprint."""
    DECIDE_BY_MACHINE = "DECIDE_BY_MACHINE"
    """Let a machine alone decide something weighty."""
    START_PROCESSING = "START_PROCESSING"
    """Begin to process personal data for a purpose."""
    VISIT = "VISIT"
    ENTER = "ENTER"
    """Enter a home or another private place."""
    CALL = "CALL"
    """Place a telephone call, as a technical act."""
    ADD_CONTACT_POINT = "ADD_CONTACT_POINT"
    COLLECT_FROM_ANOTHER = "COLLECT_FROM_ANOTHER"
    """Ask somebody other than the debtor for payment."""
    USE_PRIVATE_DEVICE = "USE_PRIVATE_DEVICE"
    CHARGE = "CHARGE"
    """Add an amount to what is owed."""
    DEPOSIT_EARLY = "DEPOSIT_EARLY"
    """Deposit a payment instrument dated later."""
    APPLY_PAYMENT = "APPLY_PAYMENT"
    """Book a payment against one of several debts."""
    USE_EMAIL = "USE_EMAIL"
    """Send to an e-mail address for the first time."""
    USE_TEXT = "USE_TEXT"
    """Send a text message to a number."""
    FIRST_CONTACT = "FIRST_CONTACT"
    """The first communication about a debt."""
    PURSUE = "PURSUE"
    """Go on asking for payment."""
    RESTRUCTURE = "RESTRUCTURE"
    SETTLE_PART = "SETTLE_PART"
    """Accept part, or stop pursuing."""
    POST = "POST"
    """Put something in the post or where others may read it."""


class Notice(Code):
    """What a person was told, and when."""

    BUREAU_PRENOTICE = "BUREAU_PRENOTICE"
    VALIDATION = "VALIDATION"
    ASSIGNMENT = "ASSIGNMENT"
    PROCESSING = "PROCESSING"
    """Who uses personal data, for what, how long, and what rights there are."""
    DEPOSIT = "DEPOSIT"
    EMAIL_OPT_OUT = "EMAIL_OPT_OUT"
    """That an e-mail address will be used, with a way to opt out first."""
    VISIT = "VISIT"
    DEBT_REMAINS = "DEBT_REMAINS"
    """What remains owed after a part is accepted, and that it may be sold."""
    MESSAGE_TO_PERSON = "MESSAGE_TO_PERSON"
    """A letter or electronic message about the debt that did not come back."""


class Matter(Code):
    """What a clock runs for."""

    COMPLAINT = "COMPLAINT"
    BUREAU_DISPUTE = "BUREAU_DISPUTE"
    BUREAU_COMPLAINT = "BUREAU_COMPLAINT"
    DIRECT_DISPUTE = "DIRECT_DISPUTE"
    FRIVOLOUS_DISPUTE = "FRIVOLOUS_DISPUTE"
    VALIDATION_SENDING = "VALIDATION_SENDING"
    VALIDATION_PERIOD = "VALIDATION_PERIOD"
    BREATHING_SPACE = "BREATHING_SPACE"
    CRISIS_BREATHING_SPACE = "CRISIS_BREATHING_SPACE"
    DEBT_ADVICE = "DEBT_ADVICE"
    OPT_OUT = "OPT_OUT"
    AGENCY_REVIEW = "AGENCY_REVIEW"
    STAFF_TRAINING = "STAFF_TRAINING"
    INSTALMENT_AGREEMENT = "INSTALMENT_AGREEMENT"
    RESTRUCTURED_WATCH = "RESTRUCTURED_WATCH"
    DEBT_DISPUTE = "DEBT_DISPUTE"
    """To answer somebody who disputes a debt."""
    COMPLAINT_ACKNOWLEDGEMENT = "COMPLAINT_ACKNOWLEDGEMENT"
    """To say that a complaint is here, and until when it is answered."""
    DATA_REQUEST = "DATA_REQUEST"
    """To answer somebody who uses a right over their own data."""
    HARDSHIP_REVIEW = "HARDSHIP_REVIEW"
    """To look again at somebody in hardship."""
    BREATHING_SPACE_AGAIN = "BREATHING_SPACE_AGAIN"
    """Until a breathing space may start anew."""


class RecordKind(Code):
    """What is kept, or must be deleted."""

    CALL_RECORDING = "CALL_RECORDING"
    COLLECTION_PROCESS = "COLLECTION_PROCESS"
    """Evidence of what was done to collect, and of keeping the rules."""
    IMPACT_ASSESSMENT = "IMPACT_ASSESSMENT"
    NEGATIVE_LINE = "NEGATIVE_LINE"
    ORAL_AGREEMENT = "ORAL_AGREEMENT"
    PERSONAL_DATA = "PERSONAL_DATA"
    CONSENT_PROOF = "CONSENT_PROOF"


class LenderKind(Code):
    """What a lender is licensed as; price caps differ."""

    BANK = "BANK"
    CONSUMER_FINANCE = "CONSUMER_FINANCE"
    SMALL_LOAN = "SMALL_LOAN"
    GUARANTEE = "GUARANTEE"
    PAWN = "PAWN"
    LEASING = "LEASING"
    FACTORING = "FACTORING"
    LOCAL_AMC = "LOCAL_AMC"
    PRIVATE = "PRIVATE"
    """No financial licence: private lending."""


class Purse(Code):
    """What a person pays beside principal."""

    INTEREST = "INTEREST"
    COMPOUND_INTEREST = "COMPOUND_INTEREST"
    PENALTY = "PENALTY"
    FEE = "FEE"
    GUARANTEE_FEE = "GUARANTEE_FEE"


class Restart(Code):
    """What lets the time for suing begin anew."""

    DEMAND = "DEMAND"
    """A demand that reached the person, or should have."""
    AGREEMENT = "AGREEMENT"
    """The person agreed, in whole or part, or asked for delay."""
    PART_PAYMENT = "PART_PAYMENT"
    SUIT = "SUIT"
    ASSIGNMENT_NOTICE = "ASSIGNMENT_NOTICE"


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
    WAIVER = "WAIVER"
    """Penalty that the lender gives up: no money, so much less is owed."""
    AGREED = "AGREED"
    """What an arrangement asked for beyond the contract, of what was paid: no money, no credit."""

    @property
    def is_money(self) -> bool:
        """Whether something was paid; the other purposes say what follows from an agreement."""
        return self in {Purpose.SCHEDULE, Purpose.PENALTY}


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
