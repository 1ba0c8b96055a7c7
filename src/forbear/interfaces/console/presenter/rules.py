"""How do the rules look on a day, what comes, and in what do two days differ?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forbear.interfaces.console.presenter.span import bars
from forbear.interfaces.console.presenter.talk import OUTCOMES
from forbear.interfaces.console.presenter.word import (
    CHANNELS,
    count,
    either,
    listed_words,
    source_word,
)
from forbear.policy.kind import (
    KINDS,
    ContactWindow,
    FrequencyCap,
    Hours,
    Key,
    Kind,
    Question,
)
from forbear.policy.pack import Library, Pack
from forbear.policy.rule import Basis, Rule
from forbear.policy.shown import clock_text
from forbear.values.code import Direction, Jurisdiction, Outcome
from forbear.values.decision import Effect

LAWS = {
    Jurisdiction.CN: gettext_lazy("China"),
    Jurisdiction.US: gettext_lazy("United States"),
    Jurisdiction.UK: gettext_lazy("United Kingdom"),
}
QUESTIONS = {
    Question.CONTACT: gettext_lazy("May this contact happen now?"),
    Question.DETAIL: gettext_lazy("May the debt be spoken of now?"),
    Question.WORDING: gettext_lazy("May these words be used?"),
    Question.DEED: gettext_lazy("May the lender do this now?"),
    Question.PRICE: gettext_lazy("Does this price stand?"),
    Question.CLOCK: gettext_lazy("When is this due?"),
}
EFFECTS = {
    Effect.BLOCK: gettext_lazy("refuses"),
    Effect.PRESUMPTION: gettext_lazy("refuses, by presumption"),
    Effect.ADVISE: gettext_lazy("advises"),
}
BASES = {
    Basis.PRIMARY: gettext_lazy("read in the law's own text"),
    Basis.SECONDARY: gettext_lazy("read in a secondary text"),
    Basis.UNVERIFIED: gettext_lazy("not verified"),
}
_KEYS = {
    Key.PERSON: gettext_lazy("all contacts with a person"),
    Key.DEBT: gettext_lazy("contacts about one debt"),
    Key.ENDPOINT: gettext_lazy("contacts at one number or address"),
}
_CAME = {
    **OUTCOMES,
    Outcome.SENT: gettext_lazy("Sent"),
    Outcome.DELIVERED: gettext_lazy("Delivered"),
    Outcome.REPLIED: gettext_lazy("Answered in writing"),
    Outcome.FAILED: gettext_lazy("Not accepted by the provider"),
    Outcome.UNKNOWN: gettext_lazy("Fate not known"),
}
_DIRECTIONS = {
    Direction.OUTBOUND: gettext_lazy("we did"),
    Direction.INBOUND: gettext_lazy("the person did"),
}
_TOLD = {Question.CLOCK, Question.PRICE}
"""What a rule of these says is a day or a price, and refuses nothing by itself."""
LENGTH_MAX = 160


def laws_shown(chosen: Jurisdiction) -> list[dict[str, Any]]:
    """Return the jurisdictions to choose from."""
    return [
        {"value": law.value.lower(), "label": word, "chosen": law is chosen}
        for law, word in LAWS.items()
    ]


def pack_shown(pack: Pack, library: Library) -> dict[str, Any]:
    """Return a day's rules under the question that each answers, with what is still to come."""
    parts = [
        {"label": QUESTIONS[question], "rules": [rule_shown(rule) for rule in found]}
        for question in Question
        if (found := pack.about(question))
    ]
    return {
        "parts": parts,
        "count": count(len(pack.rules)),
        "sha256": pack.sha256,
        "coming": [_coming(rule) for rule in _coming_rules(pack, library)],
    }


def keeping_shown(pack: Pack) -> list[dict[str, Any]]:
    """Return the rules that say how long something is kept."""
    return [rule_shown(rule) for rule in pack.rules if rule.kind is Kind.RECORD_KEEPING]


def rule_shown(rule: Rule) -> dict[str, Any]:
    """Return one rule whole."""
    return {
        "id": rule.id,
        "words": either(rule.text_en, rule.text_zh),
        "source": source_word(str(rule.source)),
        "address": rule.source.address,
        "kind": either(*KINDS[rule.kind][1:]),
        "effect": "" if rule.question in _TOLD else EFFECTS[rule.effect],
        "basis": BASES[rule.basis],
        "sure": rule.basis is not Basis.UNVERIFIED,
        "house": _("house rule") if rule.house else "",
        "effective": rule.effective.isoformat(),
        "ends": rule.ends.isoformat() if rule.ends else "",
        "verified": rule.verified.isoformat(),
        "channels": listed_words(str(CHANNELS[each]) for each in CHANNELS if each in rule.channels),
        "values": values_of(rule),
        "note": either(rule.note_en, rule.note_zh),
        "place": str(rule.place),
        "rows": " ".join(rule.rows),
    }


def values_of(rule: Rule) -> list[tuple[str, str]]:
    """Return the parameters of a rule as names and values, as the file has them."""
    if rule.parameters is None:
        return []
    if isinstance(rule.parameters, ContactWindow):
        return _hours_of(rule.parameters)
    if isinstance(rule.parameters, FrequencyCap):
        return _cap_of(rule.parameters)
    return [
        (field.name.replace("_", " "), text)
        for field in fields(rule.parameters)
        if (text := written(getattr(rule.parameters, field.name)))
    ]


def _hours_of(window: ContactWindow) -> list[tuple[str, str]]:
    """Return lawful hours as a reader says them; days with the same hours stand together."""
    days: dict[Hours, list[str]] = {}
    for weekday, hours in enumerate(window.week):
        days.setdefault(hours, []).append(str(WEEKDAYS_ABBR[weekday]))
    found = [
        (_("every day") if len(days) == 1 else listed_words(named), _hours(hours))
        for hours, named in days.items()
    ]
    if window.calendar is not None:
        name = either(window.calendar.title_en, window.calendar.title_zh)
        found.append((name, _hours(window.on_holidays)))
    if window.unless_consent is not None:
        found.append((_("unless consent"), written(window.unless_consent)))
    return found


def _cap_of(cap: FrequencyCap) -> list[tuple[str, str]]:
    """Return a cap as a reader says it: how many, within how long, of what."""
    told = {"most": cap.at_most, "days": cap.days}
    if cap.days is None:
        most = _("%(most)s ever") % told
    elif cap.days == 1:
        most = _("%(most)s on one day") % told
    else:
        most = _("%(most)s within %(days)s days, today included") % told
    counted = cap.counts
    directions = [_DIRECTIONS[each] for each in Direction if each in counted.directions]
    found = [
        (_("at most"), most),
        (_("counted together"), str(_KEYS[cap.key])),
        (
            _("what is counted"),
            listed_words(str(CHANNELS[each]) for each in CHANNELS if each in counted.channels),
        ),
        (_("who began it"), listed_words(map(str, directions))),
    ]
    if counted.outcomes != frozenset(Outcome):
        came = [_CAME[each] for each in Outcome if each in counted.outcomes]
        found.append((_("what came of it"), listed_words(map(str, came))))
    if cap.lift is not None:
        found.append((_("unless consent"), written(cap.lift)))
    return found


def _hours(hours: Hours) -> str:
    if hours is None:
        return _("no contact")
    return f"{clock_text(hours[0])}–{clock_text(hours[1])}"


def written(value: object) -> str:
    """Return a parameter's value in short; empty: there is none."""
    if value is None or (isinstance(value, tuple | frozenset) and not value):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Enum):
        return str(value.value).lower().replace("_", " ")
    if isinstance(value, frozenset | set):
        return ", ".join(sorted(written(each) for each in value))
    if isinstance(value, tuple | list):
        return ", ".join(written(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{written(k)}: {written(v)}" for k, v in value.items())
    if is_dataclass(value) and not isinstance(value, type):
        inner = [written(getattr(value, field.name)) for field in fields(value)]
        text = " ".join(each for each in inner if each)
        return text if len(text) <= LENGTH_MAX else f"{text[:LENGTH_MAX]}…"
    return str(value)


def _coming_rules(pack: Pack, library: Library) -> list[Rule]:
    found = [
        rule
        for rule in library.rules
        if rule.jurisdiction is pack.jurisdiction
        and rule.effective > pack.as_of
        and (pack.actor is None or pack.actor in rule.scope.actors)
    ]
    return sorted(found, key=lambda rule: (rule.effective, rule.id))


def _coming(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "words": either(rule.text_en, rule.text_zh),
        "source": source_word(str(rule.source)),
        "effective": rule.effective.isoformat(),
        "over": rule.parameters is None,
    }


def difference_shown(before: Pack, after: Pack) -> dict[str, Any]:
    """Return what two days differ in: new rules, those gone, and changed values side by side."""
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    changed = [
        _changed(old[name], rule)
        for name, rule in new.items()
        if name in old and old[name].effective != rule.effective
    ]
    return {
        "added": [rule_shown(rule) for name, rule in new.items() if name not in old],
        "removed": [rule_shown(rule) for name, rule in old.items() if name not in new],
        "changed": changed,
        "same": count(sum(old.get(name) == rule for name, rule in new.items())),
    }


def _changed(old: Rule, new: Rule) -> dict[str, Any]:
    was, now = dict(values_of(old)), dict(values_of(new))
    names = [*was, *(name for name in now if name not in was)]
    pairs = [(name, was.get(name, "–"), now.get(name, "–")) for name in names]
    words = (either(old.text_en, old.text_zh), either(new.text_en, new.text_zh))
    if words[0] != words[1]:
        pairs.insert(0, (_("words"), *words))
    return {
        "id": new.id,
        "words": words[1],
        "source": source_word(str(new.source)),
        "effective": new.effective.isoformat(),
        "values": [{"name": n, "was": a, "now": b} for n, a, b in pairs if a != b],
    }


def replay_shown(found: dict[str, Any]) -> dict[str, Any]:
    """Return how recent contacts would have been judged otherwise, in figures."""

    def rules(name: str) -> list[dict[str, Any]]:
        return bars(
            (either(row["text_en"], row["text_zh"]), row["contacts"], {"rule": row["rule"]})
            for row in found[name]
        )

    return {
        "first": found["from"],
        "last": found["to"],
        "contacts": count(found["contacts"]),
        "refused": count(found["newly_refused"]),
        "allowed": count(found["newly_allowed"]),
        "people": count(found["people"]),
        "refused_by": rules("newly_refused_by"),
        "allowed_by": rules("newly_allowed_by"),
    }


def day_of(text: str | None, other: date) -> date:
    """Return a day that was asked for, or the other one where it is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return other
