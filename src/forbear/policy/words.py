"""How is a rule's answer told to people, in Chinese and in English?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from forbear.policy.reading import Field, read_file
from forbear.values.decision import Decision, Finding

LANGUAGES = ("en", "zh")
_PARTS = ("answer", "severity", "turns", "lifts", "facts", "values")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """Phrases by part and name, each in English and Chinese."""

    phrases: Mapping[str, Mapping[str, Pair]]

    def say(self, part: str, name: str, language: str) -> str:
        """Return a phrase; a name without one stands for itself."""
        pair = self.phrases[part].get(name)
        return pair[LANGUAGES.index(language)] if pair else name


def load_words(file: str, text: str) -> Words:
    """Read the phrases.

    Raises:
        InvalidRule: the file does not keep its form, or one language is missing.
    """
    read = read_file(file, text, what="phrases").only(*_PARTS)
    return Words({part: _phrases(read.part(part)) for part in _PARTS})


def _phrases(read: Field) -> dict[str, Pair]:
    found = {}
    for name in read.value:
        phrase = read.part(name).only(*LANGUAGES)
        found[name] = (phrase.get("en", str), phrase.get("zh", str))
    return found


def when(instant: datetime, words: Words, *, now: datetime, zone: str, language: str) -> str:
    """Return an instant as people say it: from 08:00 tomorrow."""
    return _said(instant, words, "", now=now, zone=zone, language=language)


def _said(
    instant: datetime, words: Words, prefix: str, *, now: datetime, zone: str, language: str
) -> str:
    """Return a turn in words; one at midnight is told by the day before, as people do."""
    local, today = instant.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    midnight = local.time() == time()
    day = local.date() - timedelta(days=midnight)
    name = "later"
    if day == today:
        name = "today"
    elif day == today + timedelta(days=1):
        name = "tomorrow"
    phrase = words.say("turns", prefix + ("after_" if midnight else "") + name, language)
    return phrase.format(time=local.strftime("%H:%M"), day=day.isoformat())


def lifts(finding: Finding, words: Words, *, language: str) -> str:
    """Return what a refusal needs where time alone does not help; holds are named."""
    kinds = [value for name, value in finding.facts if name == "hold"]
    holds = [words.say("values", kind, language) for kind in dict.fromkeys(kinds)]
    joint = ", " if language == "en" else "、"
    phrase = words.say("lifts", "named_hold" if holds else finding.about.kind, language)
    return phrase.format(holds=joint.join(holds))


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words of one language."""

    answer: str
    sentence: str
    severity: str
    source: str
    facts: tuple[str, ...]
    changes: str


def tell(finding: Finding, words: Words, *, now: datetime, zone: str, language: str) -> Told:
    """Put a finding into words; ``zone`` is the clock that the reader thinks in."""
    about = finding.about
    joint = ": " if language == "en" else "："
    name = "allowed" if finding.allows else "refused" if finding.refuses else "advice"
    if finding.until is not None:
        prefix = "closes_" if finding.allows else ""
        changes = _said(finding.until, words, prefix, now=now, zone=zone, language=language)
    else:
        changes = "" if finding.allows else lifts(finding, words, language=language)
    return Told(
        answer=words.say("answer", name, language),
        sentence=about.text_en if language == "en" else about.text_zh,
        severity="" if finding.allows else words.say("severity", about.effect.value, language),
        source=f"{about.source} [{about.basis}]",
        facts=tuple(
            f"{words.say('facts', fact, language)}{joint}{words.say('values', value, language)}"
            for fact, value in finding.facts
        ),
        changes=changes,
    )


def tell_whole(
    decision: Decision,
    words: Words,
    *,
    now: datetime,
    zone: str,
    language: str,
    turns: datetime | None,
) -> str:
    """Return one sentence about a whole decision: the answer, and from or until when.

    ``turns`` is the instant at which time alone turns it, as ``next_change`` finds it.
    """
    name = "allowed" if decision.allowed else "refused"
    joint = ", " if language == "en" else "，"
    said = words.say("answer", name, language)
    if turns is not None:
        prefix = "closes_" if decision.allowed else ""
        allowed_from = _said(turns, words, prefix, now=now, zone=zone, language=language)
        if decision.allowed:
            return f"{said}{joint}{allowed_from}"
        return f"{said}{joint}{words.say('answer', 'allowed', language)} {allowed_from}"
    needs = {
        lifts(finding, words, language=language)
        for finding in decision.refusals
        if finding.until is None
    }
    return joint.join([said, *sorted(needs)]) if needs else said
