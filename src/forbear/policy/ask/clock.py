"""When is a matter due, a claim out of time, a record to be kept or gone?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from forbear.policy.calendar import CalendarEnds
from forbear.policy.kind import (
    ClockStart,
    Deadline,
    Limitation,
    LimitationStart,
    Question,
    RecordKeeping,
    Span,
    Step,
    Unit,
)
from forbear.policy.pack import Pack
from forbear.policy.rule import Rule
from forbear.values.code import Matter, RecordKind, Restart
from forbear.values.day import add_months, add_years, day_number, from_day_number
from forbear.values.decision import About
from forbear.values.errors import InvalidInput

_DAYS_A_WEEK = 7


class ClockNotStarted(InvalidInput):
    """The day from which a clock runs is not given."""

    code = "CLOCK_NOT_STARTED"


@dataclass(frozen=True, slots=True)
class Due:
    """A day that a rule reckons, and what for. ``step`` names the length that was used."""

    about: About
    step: str
    day: int
    protects: bool


def after(day: int, span: Span) -> int:
    """Return the day that lies a span after a day, which itself is not counted.

    Raises:
        CalendarEnds: business days are needed beyond the end of their calendar.
    """
    start = from_day_number(day)
    match span.unit:
        case Unit.DAY:
            return day + span.amount
        case Unit.WEEK:
            return day + span.amount * _DAYS_A_WEEK
        case Unit.MONTH:
            return day_number(add_months(start, span.amount))
        case Unit.YEAR:
            return day_number(add_years(start, span.amount))
        case Unit.BUSINESS_DAY:
            if span.calendar is None:
                raise CalendarEnds(
                    "Business days need a calendar.",
                    remedy="Name one in the rule.",
                    message_zh="按工作日计算须有日历。",
                    remedy_zh="请在规则中指明日历。",
                )
            return span.calendar.add_business_days(day, span.amount)


def due(
    pack: Pack, matter: Matter, *, starts: Mapping[ClockStart, int], step: str | None = None
) -> tuple[Due, ...]:
    """Return when every rule says that a matter is due or over; the strictest first.

    ``starts`` gives the day numbers that are known. ``step`` names an extension that was granted;
    without it, or where a rule does not know it, the ordinary length counts.

    Raises:
        ClockNotStarted: a rule counts from a day that is not given.
        CalendarEnds: a calendar does not reach that far.
    """
    found = []
    for rule in pack.about(Question.CLOCK):
        clock = rule.parameters
        if not isinstance(clock, Deadline) or clock.matter is not matter:
            continue
        begins = _begins(clock, starts, rule.id)
        chosen = next((each for each in clock.steps if each.name == step), clock.steps[0])
        found.append(Due(rule.about(), chosen.name, after(begins, chosen.span), clock.protects))
    return tuple(sorted(found, key=lambda each: -each.day if each.protects else each.day))


def due_for_certain(
    pack: Pack, matter: Matter, *, starts: Mapping[ClockStart, int], step: str | None = None
) -> tuple[Due, ...]:
    """Return what every rule says of a matter; in plain days where a calendar ends too early.

    A time that is left to the person is then thrice as many days: no shorter than it should be.
    """
    try:
        return due(pack, matter, starts=starts, step=step)
    except CalendarEnds:
        rules = tuple(_in_plain_days(rule) for rule in pack.rules)
        return due(replace(pack, rules=rules), matter, starts=starts, step=step)


def _in_plain_days(rule: Rule) -> Rule:
    clock = rule.parameters
    if not isinstance(clock, Deadline):
        return rule
    times = 3 if clock.protects else 1
    steps = tuple(Step(each.name, _plain(each.span, times)) for each in clock.steps)
    receipt = clock.assumed_receipt
    plain = replace(clock, steps=steps, assumed_receipt=receipt and _plain(receipt, times))
    return replace(rule, parameters=plain)


def _plain(span: Span, times: int) -> Span:
    return Span(times * span.amount, Unit.DAY) if span.unit is Unit.BUSINESS_DAY else span


def _begins(clock: Deadline, starts: Mapping[ClockStart, int], rule_id: str) -> int:
    start = ClockStart.SENT if clock.start is ClockStart.ASSUMED_RECEIPT else clock.start
    if start not in starts:
        raise ClockNotStarted(
            f"{rule_id} counts from '{start}', which is not given.",
            remedy=f"Say on which day it was {start}.",
        )
    day = starts[start]
    return after(day, clock.assumed_receipt) if clock.assumed_receipt else day


@dataclass(frozen=True, slots=True)
class LimitationFacts:
    """What the time for suing depends on; days are numbers, None is not known."""

    knew_day: int | None
    last_instalment_day: int | None
    restarts: tuple[tuple[Restart, int], ...] = ()


def limitation(pack: Pack, facts: LimitationFacts) -> tuple[Due, ...]:
    """Return the last day on which every rule lets a creditor sue, earliest first.

    A restart counts only while the time still ran. Rules whose start is not known say nothing.
    """
    found = []
    for rule in pack.about(Question.CLOCK):
        clock = rule.parameters
        if not isinstance(clock, Limitation):
            continue
        by_start = {
            LimitationStart.KNEW: facts.knew_day,
            LimitationStart.LAST_INSTALMENT: facts.last_instalment_day,
        }
        start = by_start[clock.start]
        if start is None:
            continue
        day = _limited(clock, start, facts.restarts)
        found.append(Due(rule.about(), "limitation", day, protects=False))
    return tuple(sorted(found, key=lambda each: each.day))


def _limited(clock: Limitation, start: int, restarts: Sequence[tuple[Restart, int]]) -> int:
    ends = day_number(add_years(from_day_number(start), clock.years))
    for what, day in sorted(restarts, key=lambda each: each[1]):
        if what in clock.restarts and start <= day <= ends:
            ends = day_number(add_years(from_day_number(day), clock.years))
    if clock.long_stop_years is None:
        return ends
    return min(ends, day_number(add_years(from_day_number(start), clock.long_stop_years)))


def keep_until(
    pack: Pack, record: RecordKind, *, starts: Mapping[ClockStart, int]
) -> tuple[Due, ...]:
    """Return until when every rule wants a record kept (protects) or gone, strictest first.

    Rules that count from a day not given are left out: while a debt is not settled, say, a record
    that is kept until it is settled has no end yet.

    Raises:
        CalendarEnds: a calendar does not reach that far.
    """
    found = []
    for rule in pack.about(Question.CLOCK):
        keeping = rule.parameters
        if not isinstance(keeping, RecordKeeping) or keeping.record is not record:
            continue
        if keeping.start in starts:
            day = after(starts[keeping.start], keeping.span)
            name = "gone by" if keeping.gone_by else "keep"
            found.append(Due(rule.about(), name, day, protects=not keeping.gone_by))
    return tuple(sorted(found, key=lambda each: (not each.protects, -each.day)))
