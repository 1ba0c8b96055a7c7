"""How is what the gate would answer told: allowed or not, why, from when, and how often still?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forbear.contexts.contact.gate.ask import Reason
from forbear.contexts.contact.gate.budget import Budget
from forbear.contexts.contact.gate.word import Cause
from forbear.contexts.rulebook.library import open_words
from forbear.interfaces.console.presenter.clock import clock_time
from forbear.interfaces.console.presenter.word import chinese, either, source_word
from forbear.policy.ask.budget import Remaining
from forbear.policy.words import Words, tell, when
from forbear.values.decision import Finding

_WEEK_DAYS = 7


def budget_shown(budget: Budget, *, zone: str) -> dict[str, Any]:
    """Return one contact's answer with every reason, and every cap with what it leaves."""
    words, now = open_words(), budget.at
    opens = budget.turns_at
    return {
        "allowed": budget.allowed,
        "now": _now(budget, words, zone),
        "opens": None if opens is None else clock_time(opens, zone, now=now),
        "left": left_shown(budget),
        "reasons": reasons_shown(budget, zone=zone),
        "caps": [_cap(cap, words, zone, now) for cap in budget.caps],
    }


def left_shown(budget: Budget | None) -> list[dict[str, Any]]:
    """Return what is left of a day and of up to a week: the least that any cap of it leaves.

    What something else refuses has nothing left to count on; only what is used up is told then.
    """
    caps = () if budget is None else budget.caps
    found = []
    for first, last in ((1, 1), (2, _WEEK_DAYS)):
        within = [cap for cap in caps if cap.days is not None and first <= cap.days <= last]
        if within:
            least = min(within, key=lambda cap: cap.left)
            found.append({"left": least.left, "of": least.at_most, "span": _span(least.days)})
    refused = budget is not None and not budget.allowed
    return [each for each in found if not (refused and each["left"])]


def reasons_shown(budget: Budget, *, zone: str) -> list[dict[str, str]]:
    """Return every reason against a contact: what it says, its source, and when it lifts."""
    findings = {} if budget.decision is None else _refusals(budget)
    return [_reason(each, findings.get(each.detail), budget.at, zone) for each in budget.reasons]


def _refusals(budget: Budget) -> dict[str, Finding]:
    assert budget.decision is not None
    return {found.rule_id: found for found in budget.decision.refusals}


def _reason(reason: Reason, finding: Finding | None, now: datetime, zone: str) -> dict[str, str]:
    said = either(reason.en, reason.zh)
    if reason.cause is not Cause.RULE or finding is None:
        return {"words": said, "rule": "", "source": "", "opens": "", "house": ""}
    told = tell(finding, open_words(), now=now, zone=zone, language=_language())
    return {
        "words": said,
        "rule": finding.rule_id,
        "source": source_word(finding.about.source),
        "house": _("house rule") if finding.about.house else "",
        "opens": told.changes,
    }


def _now(budget: Budget, words: Words, zone: str) -> str:
    """Return when the answer turns, in a few words."""
    if budget.allowed:
        if budget.closes_at is None:
            return ""
        return _("until %(time)s") % {"time": clock_time(budget.closes_at, zone, now=budget.at)}
    if budget.turns_at is None:
        return _("not by time alone")
    return when(budget.turns_at, words, now=budget.at, zone=zone, language=_language())


def _cap(cap: Remaining, words: Words, zone: str, now: datetime) -> dict[str, Any]:
    return {
        "words": either(cap.about.text_en, cap.about.text_zh),
        "rule": cap.about.rule_id,
        "source": source_word(cap.about.source),
        "left": cap.left,
        "used": cap.counted,
        "of": cap.at_most,
        "span": _span(cap.days),
        "more": ""
        if cap.until is None or cap.left
        else when(cap.until, words, now=now, zone=zone, language=_language()),
    }


def _span(days: int | None) -> str:
    if days is None:
        return _("ever")
    if days == 1:
        return _("today")
    return ngettext("within %(days)s day", "within %(days)s days", days) % {"days": days}


def _language() -> str:
    return "zh" if chinese() else "en"
