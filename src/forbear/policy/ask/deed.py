"""May the lender do this now: report, sue, sell, visit, charge?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from forbear.policy.ask.clock import after
from forbear.policy.calendar import CalendarEnds
from forbear.policy.kind import DeedCondition, Question, RequiredNotice
from forbear.policy.pack import Pack
from forbear.policy.rule import Rule
from forbear.values.code import Deed, Notice
from forbear.values.day import from_day_number
from forbear.values.decision import Decision, Finding
from forbear.values.wording import Fact


@dataclass(frozen=True, slots=True)
class Given:
    """A notice that was sent. ``returned``: it came back undelivered."""

    notice: Notice
    day: int
    returned: bool = False


@dataclass(frozen=True, slots=True)
class DeedFacts:
    """What is to be done on a local day, which facts hold, and what was told before."""

    deed: Deed
    today: int
    facts: frozenset[Fact] = frozenset()
    notices: tuple[Given, ...] = ()


def may_do(pack: Pack, facts: DeedFacts, *, now: datetime) -> Decision:
    """Ask every rule about a deed."""
    findings = []
    for rule in pack.about(Question.DEED):
        found = _find(rule, facts)
        if found is not None:
            findings.append(found)
    return Decision(tuple(findings), pack.sha256, now)


def _find(rule: Rule, facts: DeedFacts) -> Finding | None:
    match rule.parameters:
        case DeedCondition(deeds=deeds) as condition if facts.deed in deeds:
            return _condition(rule, condition, facts.facts)
        case RequiredNotice(deeds=deeds) as notice if facts.deed in deeds:
            try:
                return _notice(rule, notice, facts)
            except CalendarEnds as error:
                return Finding(rule.about(), False, (("cannot be answered", error.code),))
    return None


def _condition(rule: Rule, condition: DeedCondition, facts: frozenset[Fact]) -> Finding:
    if not condition.when <= facts:
        return Finding(rule.about(), True, (("does not arise", "yes"),))
    missing = sorted(condition.needs - facts)
    barring = sorted(condition.refused_if & facts)
    none_of = sorted(condition.any_of) if not condition.any_of & facts else []
    seen = tuple(
        [("missing", fact.value) for fact in missing]
        + [("one of", fact.value) for fact in none_of]
        + [("holds", fact.value) for fact in barring]
    )
    return Finding(rule.about(), not seen, seen)


def _notice(rule: Rule, needed: RequiredNotice, facts: DeedFacts) -> Finding:
    excused = sorted(needed.unless & facts.facts)
    if excused:
        return Finding(rule.about(), True, tuple(("holds", fact.value) for fact in excused))
    days = [n.day for n in facts.notices if n.notice is needed.notice and not n.returned]
    coming = []
    for day in sorted(days, reverse=True):
        opens = after(day, needed.at_least) if needed.at_least else day
        closes = after(day, needed.at_most) if needed.at_most else None
        seen = (("told on", from_day_number(day)),)
        if opens <= facts.today and (closes is None or facts.today <= closes):
            return Finding(rule.about(), True, seen)
        if opens > facts.today:
            coming.append((opens, seen))
    if coming:
        opens, seen = min(coming)
        until = datetime.combine(from_day_number(opens), time(), tzinfo=UTC)
        return Finding(rule.about(), False, (*seen, ("waits until", from_day_number(opens))), until)
    return Finding(rule.about(), False, (("not told", needed.notice.value),))
