"""What is a worked case of a rule, and does the rule say what the case expects?

A case states what is given and what one rule must answer. It is run as a test, by
``forbear rules check``, and printed into the manual.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from forbear.policy.ask.clock import (
    ClockNotStarted,
    Due,
    LimitationFacts,
    due,
    keep_until,
    limitation,
)
from forbear.policy.ask.contact import decide
from forbear.policy.ask.deed import DeedFacts, Given, may_do
from forbear.policy.ask.detail import DetailFacts, may_speak
from forbear.policy.ask.price import PriceFacts, may_price
from forbear.policy.ask.wording import WordingFacts, may_say
from forbear.policy.facts import Consent, ContactFacts, Event, Hold, Limit
from forbear.policy.kind import ClockStart, Kind, Question
from forbear.policy.pack import Library, Pack
from forbear.policy.reading import Field, read_file
from forbear.policy.rule import Place, Rule
from forbear.values.code import (
    Actor,
    Channel,
    ConsentKind,
    ConsentState,
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
from forbear.values.day import day_number, from_day_number, parse_instant
from forbear.values.decision import Decision
from forbear.values.errors import InvalidInput
from forbear.values.wording import Act, Fact, MessagePart

_FIELDS = ("rule", "name", "as_of", "given", "then", "until")
_WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_HOME = {
    Jurisdiction.CN: "Asia/Shanghai",
    Jurisdiction.US: "America/New_York",
    Jurisdiction.UK: "Europe/London",
}
_NOT_RECORDED = "not recorded"
ALLOWED, REFUSED, NOT_ASKED = "allowed", "refused", "not asked"
_NOT_ASKED = " (it does not hold on that day, or does not bind such a case)"


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case: a rule, what is given, and the answer that is expected.

    ``then`` is ``allowed``, ``refused``, ``not asked``, or a day such as 2026-03-01.
    """

    rule: str
    name_en: str
    name_zh: str
    then: str
    until: datetime | None
    read: Field
    place: Place


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule said to a case, in the words in which a case expects it."""

    said: str
    until: datetime | None = None
    facts: tuple[tuple[str, str], ...] = ()


def load_cases(texts: Mapping[str, str]) -> tuple[Case, ...]:
    """Read case files; keys are file names.

    Raises:
        InvalidRule: a file does not keep its form.
    """
    return tuple(
        _case(each)
        for file, text in texts.items()
        for each in read_file(file, text, what="cases").only("cases").parts("cases")
    )


def _case(read: Field) -> Case:
    read.only(*_FIELDS)
    name = read.part("name").only("en", "zh")
    then = read.value.get("then")
    if not isinstance(then, date) and then not in {ALLOWED, REFUSED, NOT_ASKED}:
        raise read.fail("then", f"'{then}' is not an answer", "Write allowed, refused or a day.")
    return Case(
        read.get("rule", str),
        name.get("en", str),
        name.get("zh", str),
        str(then),
        _instant(read, "until") if read.has("until") else None,
        read,
        Place(read.file, read.line),
    )


def _instant(read: Field, name: str) -> datetime:
    text = read.get(name, str)
    try:
        return parse_instant(text)
    except ValueError as error:
        raise read.fail(
            name, f"{error}", 'Write it in quotes, as "2026-01-30T08:00:00+08:00".'
        ) from None


def answer(library: Library, case: Case) -> Answer:
    """Ask the case's rule what the case asks.

    Raises:
        InvalidRule: the case names a rule that does not exist, or gives what cannot be read.
    """
    rules = [rule for rule in library.rules if rule.id == case.rule]
    if not rules:
        raise case.read.fail("rule", f"'{case.rule}' does not exist", "Name a rule by its id.")
    given = case.read.part("given")
    rule = rules[0]
    return _ASK[rule.question](library, rule, given, case)


def _pack(library: Library, rule: Rule, given: Field, day: date) -> Pack:
    actor = given.word("actor", Actor) if given.has("actor") else None
    return library.pack(rule.jurisdiction, as_of=day, actor=actor)


def _of(decision: Decision, rule: Rule) -> Answer:
    for finding in decision.findings:
        if finding.rule_id == rule.id:
            said = ALLOWED if finding.allows else REFUSED
            return Answer(said, finding.until, finding.facts)
    return Answer(NOT_ASKED)


def _day(given: Field, name: str) -> int:
    day = given.day(name)
    assert day is not None  # the field is required
    return day_number(day)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


# --- contact -----------------------------------------------------------------------------------


def _contact(library: Library, rule: Rule, given: Field, case: Case) -> Answer:
    given.only(
        *("now", "channel", "purpose", "relation", "quality", "origin", "zones", "number_zones"),
        *("loan", "events", "holds", "consents", "limits", "region", "product", "workplace"),
        "actor",
    )
    now = _instant(given, "now")
    del case
    facts = contact_facts(given, home=_HOME[rule.jurisdiction])
    local = now.astimezone(_zone_of(facts))
    return _of(decide(_pack(library, rule, given, local.date()), facts, now=now), rule)


def _zone_of(facts: ContactFacts) -> tzinfo:
    return ZoneInfo(facts.person_zones[0]) if facts.person_zones else UTC


def contact_facts(given: Field, *, home: str) -> ContactFacts:
    """Read what is given about a contact; what is left out is ordinary."""
    zones = given.texts("zones") if "zones" in given.value else (home,)
    numbers = given.texts("number_zones")
    return ContactFacts(
        channel=given.word("channel", Channel, default=Channel.VOICE),
        contact_point_no=1,
        relation=given.word("relation", Relation, default=Relation.OWN),
        quality=given.word("quality", PointQuality, default=PointQuality.CONFIRMED),
        origin=_origin(given),
        person_zones=zones,
        zones=tuple(sorted({*zones, *numbers})) if zones else (),
        loan_no=given.get("loan", int, default=None),
        events=tuple(event for each in _list(given, "events") for event in _events(each)),
        holds=tuple(_hold(each) for each in _list(given, "holds")),
        consents=tuple(_consent(each) for each in _list(given, "consents")),
        limits=tuple(_limit(each) for each in _list(given, "limits")),
        purpose=given.word("purpose", ContactPurpose, default=ContactPurpose.COLLECT),
        region=given.get("region", str, default=None),
        product=given.get("product", str, default=None),
        workplace=given.flag("workplace", default=False),
    )


def _origin(given: Field) -> Origin | None:
    if given.value.get("origin") == _NOT_RECORDED:
        return None
    return given.word("origin", Origin, default=Origin.CONTRACT)


def _list(given: Field, name: str) -> list[Field]:
    return given.parts(name) if given.has(name) else []


def _events(each: Field) -> list[Event]:
    each.only(
        *("outcome", "channel", "direction", "day", "at", "times", "point", "loan"),
        *("purpose", "relation"),
    )
    at = _instant(each, "at") if each.has("at") else None
    event = Event(
        each.word("channel", Channel, default=Channel.VOICE),
        each.word("direction", Direction, default=Direction.OUTBOUND),
        each.word("outcome", Outcome),
        _day(each, "day"),
        each.get("point", int, default=1),
        each.get("loan", int, default=None),
        int(at.timestamp()) if at else None,
        each.word("purpose", ContactPurpose, default=ContactPurpose.COLLECT),
        each.word("relation", Relation, default=Relation.OWN),
    )
    return [event] * each.get("times", int, default=1)


def _hold(each: Field) -> Hold:
    each.only("kind", "start", "end", "loan", "channel")
    return Hold(
        each.word("kind", HoldKind),
        _day(each, "start"),
        _day(each, "end") if each.has("end") else None,
        each.get("loan", int, default=None),
        each.word("channel", Channel) if each.has("channel") else None,
    )


def _consent(each: Field) -> Consent:
    each.only("kind", "state", "at", "point", "channel")
    return Consent(
        each.word("kind", ConsentKind),
        each.word("state", ConsentState),
        int(_instant(each, "at").timestamp()),
        each.get("point", int, default=None),
        each.word("channel", Channel) if each.has("channel") else None,
    )


def _limit(each: Field) -> Limit:
    each.only("days", "opens", "closes", "point", "channel")
    days = each.texts("days") or _WEEK
    if not set(days) <= set(_WEEK):
        raise each.fail("days", "names no weekday", f"Use {', '.join(_WEEK)}.")
    return Limit(
        frozenset(_WEEK.index(day) for day in days),
        each.minute("opens"),
        each.minute("closes"),
        each.get("point", int, default=None),
        each.word("channel", Channel) if each.has("channel") else None,
    )


# --- the other questions -----------------------------------------------------------------------


def _detail(library: Library, rule: Rule, given: Field, case: Case) -> Answer:
    given.only("channel", "relation", "verified", "actor")
    facts = DetailFacts(
        given.word("channel", Channel, default=Channel.VOICE),
        given.word("relation", Relation, default=Relation.OWN),
        given.flag("verified", default=False),
    )
    day = _as_of(case)
    return _of(may_speak(_pack(library, rule, given, day), facts, now=_noon(day)), rule)


def _wording(library: Library, rule: Rule, given: Field, case: Case) -> Answer:
    given.only("channel", "purpose", "parts", "acts", "facts", "actor")
    words = WordingFacts(
        given.word("channel", Channel, default=Channel.VOICE),
        given.word("purpose", ContactPurpose, default=ContactPurpose.COLLECT),
        given.words("parts", MessagePart, empty=True),
        given.words("acts", Act, empty=True),
        given.words("facts", Fact, empty=True),
    )
    day = _as_of(case)
    return _of(may_say(_pack(library, rule, given, day), words, now=_noon(day)), rule)


def _deed(library: Library, rule: Rule, given: Field, case: Case) -> Answer:
    given.only("deed", "facts", "notices", "actor")
    day = _as_of(case)
    facts = DeedFacts(
        given.word("deed", Deed),
        day_number(day),
        given.words("facts", Fact, empty=True),
        tuple(_given(each) for each in _list(given, "notices")),
    )
    return _of(may_do(_pack(library, rule, given, day), facts, now=_noon(day)), rule)


def _given(each: Field) -> Given:
    each.only("notice", "day", "returned")
    return Given(
        each.word("notice", Notice), _day(each, "day"), each.flag("returned", default=False)
    )


def _price(library: Library, rule: Rule, given: Field, case: Case) -> Answer:
    given.only("contract", "lender", "yearly_ppm", "actor")
    yearly = given.part("yearly_ppm").only(*Purse)
    facts = PriceFacts(
        _day(given, "contract"),
        given.word("lender", LenderKind),
        {purse: yearly.count(purse, low=0) for purse in Purse if yearly.has(purse)},
    )
    day = _as_of(case)
    return _of(may_price(_pack(library, rule, given, day), facts, now=_noon(day)), rule)


def _clock(library: Library, rule: Rule, given: Field, case: Case) -> Answer:
    pack = _pack(library, rule, given, _as_of(case))
    try:
        days = _CLOCKS[rule.kind](pack, given)
    except ClockNotStarted:
        days = ()
    for each in days:
        if each.about.rule_id == rule.id:
            return Answer(from_day_number(each.day).isoformat())
    return Answer(NOT_ASKED)


def _starts(given: Field) -> dict[ClockStart, int]:
    starts = given.part("starts").only(*ClockStart)
    return {each: _day(starts, each) for each in ClockStart if starts.has(each)}


def _deadline(pack: Pack, given: Field) -> tuple[Due, ...]:
    given.only("matter", "starts", "step", "actor")
    step = given.get("step", str, default=None)
    # Rules of one matter may count from different days; each is asked with what is given.
    return due(pack, given.word("matter", Matter), starts=_starts(given), step=step)


def _record(pack: Pack, given: Field) -> tuple[Due, ...]:
    given.only("record", "starts", "actor")
    return keep_until(pack, given.word("record", RecordKind), starts=_starts(given))


def _limitation(pack: Pack, given: Field) -> tuple[Due, ...]:
    given.only("knew", "last_instalment", "restarts", "actor")
    restarts = tuple(
        (each.only("what", "day").word("what", Restart), _day(each, "day"))
        for each in _list(given, "restarts")
    )
    return limitation(
        pack,
        LimitationFacts(
            _day(given, "knew") if given.has("knew") else None,
            _day(given, "last_instalment") if given.has("last_instalment") else None,
            restarts,
        ),
    )


def _as_of(case: Case) -> date:
    day = case.read.day("as_of")
    assert day is not None  # the field is required for these kinds
    return day


_CLOCKS: dict[Kind, Callable[[Pack, Field], tuple[Due, ...]]] = {
    Kind.DEADLINE: _deadline,
    Kind.RECORD_KEEPING: _record,
    Kind.LIMITATION: _limitation,
}
_ASK: dict[Question, Callable[[Library, Rule, Field, Case], Answer]] = {
    Question.CONTACT: _contact,
    Question.DETAIL: _detail,
    Question.WORDING: _wording,
    Question.DEED: _deed,
    Question.PRICE: _price,
    Question.CLOCK: _clock,
}


class CaseFails(InvalidInput):
    """A rule does not say what its worked case expects."""

    code = "CASE_FAILS"


def check_case(library: Library, case: Case) -> None:
    """Run a case.

    Raises:
        CaseFails: the rule says something else.
        InvalidRule: the case cannot be read.
    """
    found = answer(library, case)
    if found.said != case.then or (case.until is not None and found.until != case.until):
        expected = case.then + (f" until {case.until.isoformat()}" if case.until else "")
        got = found.said + (f" until {found.until.isoformat()}" if found.until else "")
        saw = "; ".join(f"{name} {value}" for name, value in dict(found.facts).items())
        raise CaseFails(
            f"{case.place}: {case.rule}, {case.name_en}: expected {expected}, the rule says {got}"
            f"{_NOT_ASKED if found.said == NOT_ASKED else f' ({saw})' if saw else ''}.",
            remedy="Mend the rule, or the case if it expects the wrong thing.",
            message_zh=f"{case.place}：规则 {case.rule} 的示例“{case.name_zh}”应为 {expected}，"
            f"规则的答复是 {got}{f'（{saw}）' if saw else ''}。",
            rule=case.rule,
        )
