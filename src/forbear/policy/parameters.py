"""How are the parameters of each kind of rule read?"""

from __future__ import annotations

from collections.abc import Callable

from forbear.policy.kind import (
    Addressee,
    ChannelPermission,
    ClockStart,
    ContactWindow,
    CoolOff,
    Counted,
    Deadline,
    DeedCondition,
    FrequencyCap,
    HoldScope,
    Hours,
    IdentityBeforeDetail,
    Key,
    Kind,
    Lift,
    Limitation,
    LimitationStart,
    MessageContent,
    Needs,
    Parameters,
    PriceCap,
    RecordKeeping,
    RequiredDisclosure,
    RequiredNotice,
    Span,
    StatedLimit,
    Step,
    Unit,
    UnreachableTest,
)
from forbear.policy.reading import Field
from forbear.policy.shelf import Shelf
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

_WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def read_parameters(kind: Kind, dated: Field, given: Field | None, shelf: Shelf) -> Parameters:
    """Read what a kind needs to know.

    Raises:
        InvalidRule: a field is missing, unknown or out of bounds.
    """
    if kind is Kind.STATED_LIMIT:
        return StatedLimit()
    if given is None:
        raise dated.fail(
            "parameters",
            "is missing",
            f"Say what the {kind} needs to know.",
            zh="缺少此项",
            remedy_zh=f"请写明 {kind} 所需的取值。",
        )
    if kind in _NAMED:
        return _NAMED[kind](given, shelf)
    return _PARAMETERS[kind](given)


def _window(read: Field, shelf: Shelf) -> ContactWindow:
    read.only("opens", "closes", "hours", "holidays", "unless_consent")
    week = _week(read) if read.has("hours") else (_hours(read),) * 7
    consent = read.word("unless_consent", ConsentKind) if read.has("unless_consent") else None
    if not read.has("holidays"):
        return ContactWindow(week, consent)
    holidays = read.part("holidays").only("calendar", "opens", "closes")
    hours = _hours(holidays) if holidays.has("opens") else None
    return ContactWindow(week, consent, shelf.calendar(holidays), hours)


def _hours(read: Field) -> tuple[int, int]:
    opens, closes = read.minute("opens"), read.minute("closes")
    if opens >= closes:
        raise read.fail(
            "closes",
            "is not after opens",
            "Write the lawful hours of one day.",
            zh="不晚于 opens",
            remedy_zh="写同一天内允许的时段。",
        )
    return opens, closes


def _week(read: Field) -> tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]:
    if read.has("opens"):
        raise read.fail(
            "opens",
            "stands beside hours",
            "Give opens and closes, or hours.",
            zh="与 hours 重复",
            remedy_zh="写 opens 与 closes，或只写 hours。",
        )
    days: list[Hours] = [None] * 7
    named: set[str] = set()
    for each in read.parts("hours"):
        each.only("days", "opens", "closes")
        for day in each.texts("days"):
            if day not in _WEEK or day in named:
                raise each.fail(
                    "days",
                    f"'{day}' is unknown or named twice",
                    f"Use {', '.join(_WEEK)} once.",
                    zh=f"“{day}”不是星期代码或有重复",
                    remedy_zh=f"可用：{'、'.join(_WEEK)}，各一次。",
                )
            named.add(day)
            days[_WEEK.index(day)] = _hours(each)
    return (days[0], days[1], days[2], days[3], days[4], days[5], days[6])


def _counted(read: Field) -> Counted:
    read.only("channels", "directions", "outcomes", "purposes")
    return Counted(
        read.words("channels", Channel, every=True),
        read.words("directions", Direction, every=True),
        read.words("outcomes", Outcome, every=True),
        read.words("purposes", ContactPurpose, every=True),
    )


def _lift(read: Field) -> Lift | None:
    if not read.has("lifted_by"):
        return None
    lift = read.part("lifted_by").only("consent", "days")
    return Lift(lift.word("consent", ConsentKind), lift.count("days"))


def _cap(read: Field) -> FrequencyCap:
    read.only("at_most", "key", "days", "counts", "lifted_by")
    return FrequencyCap(
        read.count("at_most"),
        read.word("key", Key),
        read.count("days") if read.has("days") else None,
        _counted(read.part("counts")),
        _lift(read),
    )


def _cool_off(read: Field) -> CoolOff:
    read.only("days", "minutes", "key", "counts", "lifted_by")
    if read.has("days") == read.has("minutes"):
        raise read.fail(
            "days",
            "must stand alone",
            "Give either days or minutes.",
            zh="须单独填写",
            remedy_zh="days 与 minutes 只写一项。",
        )
    return CoolOff(
        read.count("days") if read.has("days") else 0,
        read.word("key", Key),
        _counted(read.part("counts")),
        _lift(read),
        read.count("minutes") if read.has("minutes") else None,
    )


def _permission(read: Field) -> ChannelPermission:
    read.only("consent", "needs", "fresh_days")
    needs = read.word("needs", Needs)
    fresh = read.count("fresh_days") if read.has("fresh_days") else None
    if fresh is not None and needs is not Needs.GIVEN:
        raise read.fail(
            "fresh_days",
            "needs a consent",
            "Write needs: given.",
            zh="以同意为前提",
            remedy_zh="写 needs: given。",
        )
    return ChannelPermission(read.word("consent", ConsentKind), needs, fresh)


def _addressee(read: Field) -> Addressee:
    read.only("relations", "qualities", "origins", "workplaces")
    return Addressee(
        read.words("relations", Relation, every=True),
        read.words("qualities", PointQuality, every=True),
        read.words("origins", Origin, every=True),
        read.flag("workplaces", default=True),
    )


def _holds(read: Field) -> HoldScope:
    return HoldScope(read.only("kinds").words("kinds", HoldKind))


def _unreachable(read: Field) -> UnreachableTest:
    read.only("failed_days", "tries", "reaches", "unless_holds")
    return UnreachableTest(
        read.count("failed_days"),
        _counted(read.part("tries")),
        _counted(read.part("reaches")),
        read.words("unless_holds", HoldKind, empty=True),
    )


def _identity(read: Field) -> IdentityBeforeDetail:
    return IdentityBeforeDetail(read.only("relations").words("relations", Relation))


def _disclosure(read: Field) -> RequiredDisclosure:
    read.only("parts", "when", "only", "unless")
    parts = read.words("parts", MessagePart, empty=True)
    allowed = read.words("only", MessagePart) if read.has("only") else None
    if allowed is not None and not parts <= allowed:
        raise read.fail("only", "leaves out a required part", "List the required parts as well.")
    if not parts and allowed is None:
        raise read.fail(
            "parts", "is missing", "Say what words must contain, or under only at most."
        )
    return RequiredDisclosure(
        parts,
        read.words("when", Fact, empty=True),
        allowed,
        read.words("unless", Fact, empty=True),
    )


def _content(read: Field) -> MessageContent:
    return MessageContent(read.only("acts").words("acts", Act))


def _condition(read: Field) -> DeedCondition:
    read.only("deeds", "needs", "any_of", "refused_if", "when")
    needs, barred = (
        read.words("needs", Fact, empty=True),
        read.words("refused_if", Fact, empty=True),
    )
    some = read.words("any_of", Fact, empty=True)
    if not needs and not barred and not some:
        raise read.fail("needs", "is missing", "Say what must hold, or under refused_if what not.")
    return DeedCondition(
        read.words("deeds", Deed), needs, barred, read.words("when", Fact, empty=True), some
    )


def _cap_of_price(read: Field, shelf: Shelf) -> PriceCap:
    read.only("purses", "lenders", "rate_ppm", "series", "times")
    purses = read.words("purses", Purse, every=True)
    lenders = read.words("lenders", LenderKind, every=True)
    if read.has("rate_ppm") == read.has("series"):
        raise read.fail("rate_ppm", "must stand alone", "Give rate_ppm, or series with times.")
    if read.has("rate_ppm"):
        return PriceCap(purses, lenders, rate_ppm=read.count("rate_ppm"))
    return PriceCap(purses, lenders, series=shelf.one_series(read), times=read.count("times"))


def _span(read: Field, shelf: Shelf, *names: str) -> Span:
    """Read the one of ``days``, ``business_days``, ``weeks``, ``months``, ``years`` given."""
    read.only(*_UNITS, "calendar", *names)
    given = [name for name in _UNITS if read.has(name)]
    if len(given) != 1:
        raise read.fail("days", "must stand alone", f"Give one of: {', '.join(_UNITS)}.")
    unit = _UNITS[given[0]]
    calendar = shelf.calendar(read) if unit is Unit.BUSINESS_DAY else None
    return Span(read.count(given[0]), unit, calendar)


_UNITS = {
    "days": Unit.DAY,
    "business_days": Unit.BUSINESS_DAY,
    "weeks": Unit.WEEK,
    "months": Unit.MONTH,
    "years": Unit.YEAR,
}


def _notice(read: Field, shelf: Shelf) -> RequiredNotice:
    read.only("deeds", "notice", "at_least", "at_most", "unless")
    return RequiredNotice(
        read.words("deeds", Deed),
        read.word("notice", Notice),
        _span(read.part("at_least"), shelf) if read.has("at_least") else None,
        _span(read.part("at_most"), shelf) if read.has("at_most") else None,
        read.words("unless", Fact, empty=True),
    )


def _deadline(read: Field, shelf: Shelf) -> Deadline:
    read.only("matter", "from", "steps", "assumed_receipt", "protects")
    steps = tuple(
        Step(each.get("name", str), _span(each, shelf, "name")) for each in read.parts("steps")
    )
    if not steps:
        raise read.fail("steps", "is empty", "Give at least the ordinary length.")
    start = read.word("from", ClockStart)
    assumed = _span(read.part("assumed_receipt"), shelf) if read.has("assumed_receipt") else None
    if (start is ClockStart.ASSUMED_RECEIPT) != (assumed is not None):
        raise read.fail(
            "assumed_receipt",
            "and from: assumed_receipt belong together",
            "Give both, or neither.",
        )
    return Deadline(
        read.word("matter", Matter), start, steps, assumed, read.flag("protects", default=False)
    )


def _limitation(read: Field) -> Limitation:
    read.only("years", "from", "restarts", "long_stop_years")
    return Limitation(
        read.count("years"),
        read.word("from", LimitationStart),
        read.words("restarts", Restart, empty=True),
        read.count("long_stop_years") if read.has("long_stop_years") else None,
    )


def _record(read: Field, shelf: Shelf) -> RecordKeeping:
    read.only("record", "from", "keep", "gone_by")
    if read.has("keep") == read.has("gone_by"):
        raise read.fail("keep", "must stand alone", "Give keep (at least) or gone_by (at most).")
    gone = read.has("gone_by")
    return RecordKeeping(
        read.word("record", RecordKind),
        read.word("from", ClockStart),
        _span(read.part("gone_by" if gone else "keep"), shelf),
        gone,
    )


_PARAMETERS: dict[Kind, Callable[[Field], Parameters]] = {
    Kind.FREQUENCY_CAP: _cap,
    Kind.COOL_OFF: _cool_off,
    Kind.CHANNEL_PERMISSION: _permission,
    Kind.ADDRESSEE: _addressee,
    Kind.HOLD_SCOPE: _holds,
    Kind.UNREACHABLE_TEST: _unreachable,
    Kind.IDENTITY_BEFORE_DETAIL: _identity,
    Kind.REQUIRED_DISCLOSURE: _disclosure,
    Kind.MESSAGE_CONTENT: _content,
    Kind.DEED_CONDITION: _condition,
    Kind.LIMITATION: _limitation,
}
_NAMED: dict[Kind, Callable[[Field, Shelf], Parameters]] = {
    Kind.CONTACT_WINDOW: _window,
    Kind.PRICE_CAP: _cap_of_price,
    Kind.REQUIRED_NOTICE: _notice,
    Kind.DEADLINE: _deadline,
    Kind.RECORD_KEEPING: _record,
}
"""Kinds that name a calendar or a series."""
