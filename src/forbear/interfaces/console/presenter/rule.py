"""What does a rule say, where is it written, and since when?"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from forbear.contexts.house.named import own_named
from forbear.contexts.rulebook.library import open_library, open_words
from forbear.interfaces.console.presenter.clock import here
from forbear.interfaces.console.presenter.contacts import CAUSES
from forbear.interfaces.console.presenter.word import chinese, either, source_word
from forbear.interfaces.web.clock import clock_named
from forbear.policy.own import is_own
from forbear.policy.rule import Rule


@cache
def _versions() -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for rule in open_library().rules:
        found.setdefault(rule.id, []).append(rule)
    return {name: tuple(sorted(all_, key=lambda r: r.effective)) for name, all_ in found.items()}


def rule_of(rule_id: str, effective: date | None = None) -> Rule | None:
    """Return a rule as it stands since a day, or its newest; None: the files have none by it."""
    if is_own(rule_id):
        return own_named(rule_id, effective)
    known = _versions().get(rule_id, ())
    if effective is not None:
        known = tuple(rule for rule in known if rule.effective == effective)
    return known[-1] if known else None


def reason_shown(reason: str) -> dict[str, str]:
    """Return a reason against a contact in words: a rule with its source, or a cause."""
    rule = rule_of(reason)
    if rule is None:
        return {"code": reason, "words": str(CAUSES.get(reason, reason)), "source": "", "house": ""}
    return {
        "code": reason,
        "words": either(rule.text_en, rule.text_zh),
        "source": source_word(str(rule.source)),
        "house": _("house rule") if rule.house else "",
    }


def finding_shown(found: dict[str, Any]) -> dict[str, Any]:
    """Return what one rule answered, as the gate wrote it down: its version and what it saw."""
    rule = rule_of(found["rule"], date.fromisoformat(found["effective"]))
    words = found["rule"] if rule is None else either(rule.text_en, rule.text_zh)
    return {
        "rule": found["rule"],
        "words": words,
        "source": "" if rule is None else source_word(str(rule.source)),
        "house": _("house rule") if rule is not None and rule.house else "",
        "effective": found["effective"],
        "allows": found["allows"],
        "advises": found["effect"] == "ADVISE",
        "seen": [_seen(name, value) for name, value in found["seen"]],
        "until": here(datetime.fromisoformat(found["until"])) if found["until"] else "",
    }


def _seen(name: str, value: str) -> dict[str, str]:
    """Return what a rule saw in words; the hours of a place stand under its clock."""
    words, language = open_words(), "zh" if chinese() else "en"
    clock = name in available_timezones()
    said = clock_named(name) if clock else words.say("facts", name, language)
    return {"name": said, "value": words.say("values", value, language)}


def steps_of(rule_ids: list[str]) -> list[str]:
    """Return the names of the longer times that rules allow, each once."""
    found: dict[str, None] = {}
    for rule_id in rule_ids:
        rule = rule_of(rule_id)
        steps = getattr(rule.parameters, "steps", ()) if rule is not None else ()
        found.update(dict.fromkeys(step.name for step in steps[1:]))
    return list(found)
