"""Which few kinds of rule are there, and what does each need to know?

A kind has one meaning, written once in ``KINDS``. Kinds of the question CONTACT are executed
twice: for one contact (``policy.contact``) and for a whole book (``policy.mask``). The others
answer about words, details, deeds, prices and clocks. Every number is a parameter from a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forbear.policy.calendar import Calendar, Series
from forbear.values.code import (
    Channel,
    ConsentKind,
    ContactPurpose,
    Deed,
    Direction,
    HoldKind,
    LenderKind,
    Matter,
    Notice,
    Origin,
    Outcome,
    PointQuality,
    Purse,
    RecordKind,
    Relation,
    Restart,
)
from forbear.values.wording import Act, Fact, MessagePart


class Question(StrEnum):
    """What a rule is asked."""

    CONTACT = "contact"
    """May this contact happen now?"""
    DETAIL = "detail"
    """May the debt be spoken of now, to whoever answers?"""
    WORDING = "wording"
    """May these words be used?"""
    DEED = "deed"
    """May the lender do this now?"""
    PRICE = "price"
    """Is this price within what the law lets stand?"""
    CLOCK = "clock"
    """When is this due, over, expired, or to be deleted?"""


class Kind(StrEnum):
    """The closed set of kinds."""

    ADDRESSEE = "addressee"
    UNREACHABLE_TEST = "unreachable_test"
    HOLD_SCOPE = "hold_scope"
    STATED_LIMIT = "stated_limit"
    CHANNEL_PERMISSION = "channel_permission"
    FREQUENCY_CAP = "frequency_cap"
    COOL_OFF = "cool_off"
    CONTACT_WINDOW = "contact_window"
    IDENTITY_BEFORE_DETAIL = "identity_before_detail"
    REQUIRED_DISCLOSURE = "required_disclosure"
    MESSAGE_CONTENT = "message_content"
    REQUIRED_NOTICE = "required_notice"
    DEED_CONDITION = "deed_condition"
    PRICE_CAP = "price_cap"
    DEADLINE = "deadline"
    LIMITATION = "limitation"
    RECORD_KEEPING = "record_keeping"


KINDS: dict[Kind, tuple[Question, str, str]] = {
    Kind.ADDRESSEE: (
        Question.CONTACT,
        (
            "Refuses contact points of a relation, quality or origin that is not listed, and of "
            "a workplace where workplaces is false."
        ),
        "联系方式的归属、质量或来源不在所列范围内的，拒绝；不允许联系工作场所的，拒绝。",
    ),
    Kind.UNREACHABLE_TEST: (
        Question.CONTACT,
        (
            "Refuses to approach somebody else until, on each of failed_days days in a row that "
            "end yesterday, the person was tried and not reached, and was not reached since; or "
            "a hold of a listed kind says that the person cannot be reached at all."
        ),
        (
            "截至昨日连续若干日每日尝试均未联系上债务人、且此后也未联系上之前，不得联系他人；所列状态（如死亡）除外。"
        ),
    ),
    Kind.HOLD_SCOPE: (
        Question.CONTACT,
        (
            "Refuses while a hold of a listed kind binds the person, the loan spoken of or the "
            "channel. A contact that names no loan is bound by the holds of every loan."
        ),
        "所列类型的暂停对本人、所谈借款或该渠道有效期间，拒绝。",
    ),
    Kind.STATED_LIMIT: (
        Question.CONTACT,
        (
            "Refuses at a time or place that the person has called inconvenient, on any clock "
            "where the person may be."
        ),
        "在本人表示不便的时间或地点，拒绝。",
    ),
    Kind.CHANNEL_PERMISSION: (
        Question.CONTACT,
        (
            "Refuses when the latest statement of the named kind about the channel and contact "
            "point is a withdrawal, or, where needs is given, when there is none; where "
            "fresh_days is given, also when it is older. Of two statements at one time the "
            "withdrawal counts."
        ),
        "就该渠道与联系方式最近一次表示为撤回的，拒绝；须有同意而没有或同意已过期的，拒绝。",
    ),
    Kind.FREQUENCY_CAP: (
        Question.CONTACT,
        (
            "Refuses when as many counted events as at_most lie in the window of days that ends "
            "today, today included; with days left out, as lie in all the past. Events that "
            "name no loan count for every loan. A direct consent of the named kind lifts it for "
            "some days."
        ),
        "计入的事件在含今日在内的窗口中达到上限的，拒绝；未注明借款的事件对每笔借款都计数。",
    ),
    Kind.COOL_OFF: (
        Question.CONTACT,
        (
            "Refuses while a counted event lies within the last days, the day of the event "
            "being the first; or within the last minutes."
        ),
        "计入的事件发生后若干日（当日为第一日）或若干分钟内，拒绝。",
    ),
    Kind.CONTACT_WINDOW: (
        Question.CONTACT,
        (
            "Refuses outside [opens, closes) of the weekday or holiday on any clock where the "
            "person may be; an unknown zone refuses. A consent of the named kind lifts it."
        ),
        "在本人可能所在任一时区的当地时间不处于允许时段内的，拒绝；时区不明的，拒绝。",
    ),
    Kind.IDENTITY_BEFORE_DETAIL: (
        Question.DETAIL,
        (
            "Refuses to speak of the debt to anybody but the listed relations, and before the "
            "identity of the one who answers is established."
        ),
        "在核实应答者身份之前，或对所列以外的人，不得谈及债务。",
    ),
    Kind.REQUIRED_DISCLOSURE: (
        Question.WORDING,
        (
            "Refuses words that lack a listed part while all the facts under when hold and none "
            "under unless; where only is given, also words with a part that is not listed "
            "there."
        ),
        "在所列情形下，缺少必备内容的措辞，拒绝；限定内容的，多出内容也拒绝。",
    ),
    Kind.MESSAGE_CONTENT: (
        Question.WORDING,
        "Refuses words in which a listed act was found that no fact makes lawful.",
        "措辞中出现所列违规行为且无事实依据的，拒绝。",
    ),
    Kind.REQUIRED_NOTICE: (
        Question.DEED,
        (
            "Refuses the deed until the notice was sent, did not come back, and is at least and "
            "at most so many days old."
        ),
        "在已通知、未被退回且满足天数要求之前，不得实施该行为。",
    ),
    Kind.DEED_CONDITION: (
        Question.DEED,
        (
            "Refuses the deed while a fact under needs is missing, or one under refused_if "
            "holds; where when is given, only while those facts hold."
        ),
        "缺少所需事实或存在禁止事实时，不得实施该行为。",
    ),
    Kind.PRICE_CAP: (
        Question.PRICE,
        (
            "Refuses a yearly price of the counted purses above a fixed share, or above so many "
            "times the series' value on the day of the contract."
        ),
        "所计各项合计年化价格超过上限（固定比例，或合同成立日序列值的倍数）的，拒绝。",
    ),
    Kind.DEADLINE: (
        Question.CLOCK,
        "Says when a matter must be done, or how long something lasts, counted from its start.",
        "从起算日计算事项的最晚完成日或持续期间。",
    ),
    Kind.LIMITATION: (
        Question.CLOCK,
        (
            "Says when the time for suing runs out: so many years from its start or the latest "
            "restart, never past the long stop."
        ),
        "计算诉讼时效届满日：自起算或最近一次中断之日起若干年，不超过最长期间。",
    ),
    Kind.RECORD_KEEPING: (
        Question.CLOCK,
        "Says until when a record must be kept, or from when it must be gone.",
        "规定记录须保存至何时，或最迟何时删除。",
    ),
}


def kinds_of(question: Question) -> tuple[Kind, ...]:
    """Return the kinds that answer a question, in the order in which they are asked."""
    return tuple(kind for kind, (asked, _, _) in KINDS.items() if asked is question)


class Key(StrEnum):
    """For what events are counted together."""

    PERSON = "person"
    DEBT = "debt"
    ENDPOINT = "endpoint"


class Needs(StrEnum):
    """What a channel needs of the person's statements."""

    GIVEN = "given"
    NOT_WITHDRAWN = "not_withdrawn"


class Unit(StrEnum):
    """What a length of time is counted in."""

    DAY = "day"
    BUSINESS_DAY = "business_day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class ClockStart(StrEnum):
    """From when a clock or a duty to keep runs."""

    RECEIVED = "received"
    SENT = "sent"
    ASSUMED_RECEIPT = "assumed_receipt"
    STARTED = "started"
    ENDED = "ended"
    RECORDED = "recorded"
    LAST_ACTIVITY = "last_activity"
    SETTLED = "settled"
    FIRST_COMMUNICATION = "first_communication"


class LimitationStart(StrEnum):
    """From when the time for suing runs."""

    KNEW = "knew"
    LAST_INSTALMENT = "last_instalment"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time. ``calendar`` is needed for business days."""

    amount: int
    unit: Unit
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Which attempts an event rule counts."""

    channels: frozenset[Channel]
    directions: frozenset[Direction]
    outcomes: frozenset[Outcome]
    purposes: frozenset[ContactPurpose] = frozenset(ContactPurpose)


@dataclass(frozen=True, slots=True)
class Lift:
    """A direct consent that lifts a rule for some days, until the next conversation.

    Counted in UTC days and one day short, so that it never lasts longer than the law allows.
    """

    consent: ConsentKind
    days: int


Hours = tuple[int, int] | None
"""Minutes of the local day, half-open; None is closed."""


@dataclass(frozen=True, slots=True)
class ContactWindow:
    """Lawful hours, Monday first. ``holidays`` replaces the weekday's hours on its days."""

    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    unless_consent: ConsentKind | None
    calendar: Calendar | None = None
    on_holidays: Hours = None

    def on(self, weekday: int, day: int) -> Hours:
        """Return the hours of a day; ``day`` is its number.

        Raises:
            CalendarEnds: the calendar does not reach that day.
        """
        if self.calendar is not None and self.calendar.is_holiday(day):
            return self.on_holidays
        return self.week[weekday]


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most so many events in a window of days that ends today; None: ever."""

    at_most: int
    key: Key
    days: int | None
    counts: Counted
    lift: Lift | None = None


@dataclass(frozen=True, slots=True)
class CoolOff:
    """No contact within so many days or minutes of an event."""

    days: int
    key: Key
    counts: Counted
    lift: Lift | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ChannelPermission:
    """What must have been said about the channel and contact point."""

    consent: ConsentKind
    needs: Needs
    fresh_days: int | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who may be approached, by which contact points."""

    relations: frozenset[Relation]
    qualities: frozenset[PointQuality]
    origins: frozenset[Origin]
    workplaces: bool = True


@dataclass(frozen=True, slots=True)
class HoldScope:
    """Which holds stop contact."""

    kinds: frozenset[HoldKind]


@dataclass(frozen=True, slots=True)
class UnreachableTest:
    """When somebody else may be asked where the person is."""

    failed_days: int
    tries: Counted
    reaches: Counted
    unless_holds: frozenset[HoldKind]


@dataclass(frozen=True, slots=True)
class StatedLimit:
    """Times and places that a person has called inconvenient."""


@dataclass(frozen=True, slots=True)
class IdentityBeforeDetail:
    """With whom the debt may be spoken of."""

    relations: frozenset[Relation]


@dataclass(frozen=True, slots=True)
class RequiredDisclosure:
    """What words must contain, and may contain at most."""

    parts: frozenset[MessagePart]
    when: frozenset[Fact]
    only: frozenset[MessagePart] | None = None
    unless: frozenset[Fact] = frozenset()


@dataclass(frozen=True, slots=True)
class MessageContent:
    """Acts that words may not commit."""

    acts: frozenset[Act]


@dataclass(frozen=True, slots=True)
class RequiredNotice:
    """What the person must have been told before a deed."""

    deeds: frozenset[Deed]
    notice: Notice
    at_least: Span | None = None
    at_most: Span | None = None
    unless: frozenset[Fact] = frozenset()


@dataclass(frozen=True, slots=True)
class DeedCondition:
    """What must hold, and must not hold, for a deed; of ``any_of`` one is enough."""

    deeds: frozenset[Deed]
    needs: frozenset[Fact]
    refused_if: frozenset[Fact]
    when: frozenset[Fact] = frozenset()
    any_of: frozenset[Fact] = frozenset()


@dataclass(frozen=True, slots=True)
class PriceCap:
    """A ceiling of the yearly price, in millionths, or as a multiple of a dated series."""

    purses: frozenset[Purse]
    lenders: frozenset[LenderKind]
    rate_ppm: int | None = None
    series: Series | None = None
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One length of a clock: the ordinary one, or an extension that somebody must grant."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a matter may or must take, from its start."""

    matter: Matter
    start: ClockStart
    steps: tuple[Step, ...]
    assumed_receipt: Span | None = None
    protects: bool = False
    """True: it lasts at least until then. False: it must be done by then."""


@dataclass(frozen=True, slots=True)
class Limitation:
    """How long a creditor may sue."""

    years: int
    start: LimitationStart
    restarts: frozenset[Restart]
    long_stop_years: int | None = None


@dataclass(frozen=True, slots=True)
class RecordKeeping:
    """How long a record is kept; ``gone_by`` True: it must be deleted then."""

    record: RecordKind
    start: ClockStart
    span: Span
    gone_by: bool = False


Parameters = (
    ContactWindow
    | FrequencyCap
    | CoolOff
    | ChannelPermission
    | Addressee
    | HoldScope
    | UnreachableTest
    | StatedLimit
    | IdentityBeforeDetail
    | RequiredDisclosure
    | MessageContent
    | RequiredNotice
    | DeedCondition
    | PriceCap
    | Deadline
    | Limitation
    | RecordKeeping
)
