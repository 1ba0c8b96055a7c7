"""How does the text of a rule file become checked rules?

A file holds one rule with its dated values; history is appended, never edited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from forbear.policy.calendar import Calendar, Series
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
from forbear.policy.reading import Field, InvalidRule, read_file
from forbear.policy.rule import Basis, Place, Rule, Scope, Source
from forbear.values.code import (
    Actor,
    Channel,
    ConsentKind,
    ContactPurpose,
    Deed,
    Direction,
    HoldKind,
    Jurisdiction,
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
from forbear.values.day import day_number
from forbear.values.decision import Effect
from forbear.values.wording import Act, Fact, MessagePart

_WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_RULE_FIELDS = (
    "id",
    "kind",
    "jurisdiction",
    "sentence",
    "channels",
    "purposes",
    "actors",
    "regions",
    "products",
    "effect",
    "tightens",
    "rows",
    "note",
    "values",
)
_VALUE_FIELDS = (
    "effective",
    "ends",
    "published",
    "verified",
    "basis",
    "in_force",
    "parameters",
    "source",
)


@dataclass(frozen=True)
class Shelf:
    """Calendars and series that rules may name."""

    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)

    def calendar(self, named: Field, name: str = "calendar") -> Calendar:
        """Return the calendar that a field names."""
        found: str = named.get(name, str)
        if found not in self.calendars:
            known = ", ".join(sorted(self.calendars)) or "none"
            raise named.fail(name, f"'{found}' is not known", f"Known calendars: {known}.")
        return self.calendars[found]

    def one_series(self, named: Field) -> Series:
        """Return the series that a field names."""
        found: str = named.get("series", str)
        if found not in self.series:
            known = ", ".join(sorted(self.series)) or "none"
            raise named.fail("series", f"'{found}' is not known", f"Known series: {known}.")
        return self.series[found]


def load_shelf(calendars: Mapping[str, str], series: Mapping[str, str]) -> Shelf:
    """Read the calendars and series that rules may name; keys are file names.

    Raises:
        InvalidRule: a file does not keep its form.
    """
    return Shelf(
        {_stem(file): _calendar(file, text) for file, text in calendars.items()},
        {_stem(file): _series(file, text) for file, text in series.items()},
    )


def _stem(file: str) -> str:
    return file.rsplit("/", 1)[-1].removesuffix(".yaml")


def _calendar(file: str, text: str) -> Calendar:
    read = read_file(file, text, what="a calendar").only(
        "title", "first", "last", "source", "basis", "verified", "holidays", "worked"
    )
    title = read.part("title")

    def days(name: str) -> frozenset[int]:
        found = read.get(name, list, default=[])
        if not all(type(each) is date for each in found):
            raise read.fail(name, "holds something that is no date", "Write days as 2026-01-30.")
        return frozenset(day_number(each) for each in found)

    first, last = read.day("first"), read.day("last")
    assert first is not None  # the fields are required
    assert last is not None
    read.part("source").get("title", str)
    read.day("verified")
    return Calendar(
        _stem(file),
        title.get("en", str),
        title.get("zh", str),
        day_number(first),
        day_number(last),
        days("holidays"),
        days("worked"),
    )


def _series(file: str, text: str) -> Series:
    read = read_file(file, text, what="a series").only(
        "title", "unit", "source", "basis", "verified", "values"
    )
    title, verified = read.part("title"), read.day("verified")
    assert verified is not None  # the field is required
    read.part("source").get("title", str)
    values = [(each.day("from"), each.count("ppm")) for each in read.parts("values")]
    days = [(day_number(day), ppm) for day, ppm in values if day is not None]
    if any(a >= b for (a, _), (b, _) in pairwise(days)):
        raise read.fail("values", "is not in order of days", "Append newer values at the end.")
    return Series(
        _stem(file), title.get("en", str), title.get("zh", str), day_number(verified), tuple(days)
    )


def load_rules(
    texts: Mapping[str, str], *, house: bool, shelf: Shelf | None = None
) -> tuple[Rule, ...]:
    """Read rule files into rules, one for each dated value, sorted by id and effective date.

    Raises:
        InvalidRule: a file does not keep its form, or a law rests on nothing verified.
    """
    found: list[Rule] = []
    first: dict[str, Place] = {}
    for file, text in texts.items():
        rules = _rules(read_file(file, text), house=house, shelf=shelf or Shelf())
        name, place = rules[0].id, rules[0].place
        if name in first:
            raise InvalidRule(
                f"{place}: the rule {name} already stands in {first[name]}.",
                remedy="Give it an id of its own, or append a dated value to the first file.",
                rule=name,
                file=place.file,
                line=place.line,
            )
        first[name] = place
        found += rules
    return tuple(sorted(found, key=lambda rule: (rule.id, rule.effective)))


def _rules(read: Field, *, house: bool, shelf: Shelf) -> list[Rule]:
    read.only(*_RULE_FIELDS)
    values = read.parts("values")
    if not values:
        raise read.fail("values", "is empty", "Give at least one dated value.")
    rules = [_rule(read, each, house=house, shelf=shelf) for each in values]
    for (_, earlier), (two, later) in pairwise(zip(values, rules, strict=True)):
        if later.effective <= earlier.effective:
            raise two.fail(
                "effective",
                f"{later.effective} is not after {earlier.effective}",
                "Append newer values at the end; never edit history.",
            )
        if earlier.ends is not None and earlier.ends != later.effective:
            raise two.fail(
                "effective",
                f"leaves the days from {earlier.ends} to {later.effective} without a value",
                "Close the gap, or add a value with in_force: false for it.",
            )
    return rules


def _rule(rule: Field, dated: Field, *, house: bool, shelf: Shelf) -> Rule:
    dated.only(*_VALUE_FIELDS)
    kind, basis = rule.word("kind", Kind), dated.word("basis", Basis)
    if basis is Basis.UNVERIFIED and not house:
        raise dated.fail(
            "basis",
            "is unverified, which cannot be law",
            "Make it a house rule, or cite a text that was read.",
        )
    sentence = rule.part("sentence").only("en", "zh")
    source = dated.part("source").only("title", "article", "address")
    effective, ends = dated.day("effective"), dated.day("ends", default=None)
    verified = dated.day("verified")
    assert effective is not None  # the fields are required
    assert verified is not None
    for name in ("effective", "ends", "published", "verified"):
        if isinstance(dated.value.get(name), datetime):
            raise dated.fail(name, "is an instant, not a date", "Write a day, as 2026-01-30.")
    if ends is not None and ends <= effective:
        raise dated.fail("ends", f"{ends} is not after {effective}", "Write the first day after.")
    effect = rule.word("effect", Effect, default=Effect.BLOCK)
    in_force = dated.flag("in_force", default=True)
    note = rule.part("note").only("en", "zh") if rule.has("note") else None
    parameters = None
    if in_force:
        given = dated.part("parameters") if dated.has("parameters") else None
        parameters = _parameters(kind, dated, given, shelf)
        if isinstance(parameters, CoolOff) and parameters.minutes and effect is not Effect.ADVISE:
            assert given is not None  # a cool-off has parameters
            raise given.fail(
                "minutes",
                "can only advise, since the night does not know the minute of a call",
                "Write effect: ADVISE, or give days.",
            )
    tightens = rule.value.get("tightens")
    return Rule(
        id=rule.get("id", str),
        kind=kind,
        jurisdiction=rule.word("jurisdiction", Jurisdiction),
        text_en=sentence.get("en", str),
        text_zh=sentence.get("zh", str),
        scope=Scope(
            rule.words("channels", Channel, every=True),
            rule.words("purposes", ContactPurpose, every=True),
            rule.words("actors", Actor, every=True),
            rule.texts("regions"),
            frozenset(rule.texts("products")),
        ),
        parameters=parameters,
        effect=effect,
        source=Source(
            source.get("title", str),
            source.get("article", str, default=""),
            source.get("address", str, default=""),
        ),
        basis=basis,
        effective=effective,
        ends=ends,
        published=dated.day("published", default=None),
        verified=verified,
        house=house,
        tightens=(tightens,) if isinstance(tightens, str) else rule.texts("tightens"),
        rows=rule.texts("rows"),
        note_en=note.get("en", str) if note else "",
        note_zh=note.get("zh", str) if note else "",
        place=Place(dated.file, dated.line),
    )


def _parameters(kind: Kind, dated: Field, given: Field | None, shelf: Shelf) -> Parameters:
    if kind is Kind.STATED_LIMIT:
        return StatedLimit()
    if given is None:
        raise dated.fail("parameters", "is missing", f"Say what the {kind} needs to know.")
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
        raise read.fail("closes", "is not after opens", "Write the lawful hours of one day.")
    return opens, closes


def _week(read: Field) -> tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]:
    if read.has("opens"):
        raise read.fail("opens", "stands beside hours", "Give opens and closes, or hours.")
    days: list[Hours] = [None] * 7
    named: set[str] = set()
    for each in read.parts("hours"):
        each.only("days", "opens", "closes")
        for day in each.texts("days"):
            if day not in _WEEK or day in named:
                raise each.fail(
                    "days", f"'{day}' is unknown or named twice", f"Use {', '.join(_WEEK)} once."
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
        raise read.fail("days", "must stand alone", "Give either days or minutes.")
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
        raise read.fail("fresh_days", "needs a consent", "Write needs: given.")
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
