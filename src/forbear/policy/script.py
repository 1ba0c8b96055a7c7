"""What helps somebody at a desk to speak: kind words, answers, manners, and signs of distress?

All of it is approved, dated data beside the approved messages; nothing here is sent to anybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from forbear.policy.danger import Danger
from forbear.policy.reading import Field, InvalidRule, read_file
from forbear.policy.wording.field import both
from forbear.policy.wording.form import Both, Step
from forbear.values.code import Dialect, HoldKind
from forbear.values.wording import Act

_HEAD = ("version", "effective", "approved_by", "approved_on")
_SENTENCE = re.compile(r"[^。！？!?；;\n.]+")


@dataclass(frozen=True, slots=True)
class Objection:
    """What a person may say, and an answer that is true and kind."""

    id: str
    says: Both
    answer: Both


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of distress: which message to say, and what to do next.

    ``kinds``: the holds that it may place, of which the first counts that the rules know.
    ``message`` is the end of the message's id, behind the law's own ``voice``.
    """

    kinds: tuple[HoldKind, ...]
    message: str
    say: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    hand_over: Both


@dataclass(frozen=True, slots=True)
class Found:
    """A sign in a text, and the words that showed it."""

    sign: Sign
    words: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """Everything that helps to speak. ``version``: the highest of the files."""

    version: int
    phrases: Mapping[Step, tuple[Both, ...]]
    objections: tuple[Objection, ...]
    dialects: Mapping[Dialect, Both]
    regions: Mapping[str, Both]
    instead: Mapping[Act, Both]
    signs: tuple[Sign, ...]

    def signs_in(self, text: str) -> tuple[Found, ...]:
        """Return every sign of distress in a text, each once, in the order of the file."""
        plain = unicodedata.normalize("NFKC", text).lower()
        sentences = _SENTENCE.findall(plain)
        found = []
        for sign in self.signs:
            words = next((w for s in sentences if (w := _shown(sign, s)) is not None), None)
            if words is not None:
                found.append(Found(sign, words))
        return tuple(found)


def _shown(sign: Sign, sentence: str) -> str | None:
    if any(pattern.search(sentence) for pattern in sign.unless):
        return None
    matches = (pattern.search(sentence) for pattern in sign.say)
    return next((match.group() for match in matches if match), None)


def load_scripts(texts: Mapping[str, str], danger: Danger) -> Scripts:
    """Read the files of ``policies/scripts``; ``danger`` holds the words of danger to life.

    Raises:
        InvalidRule: a file does not keep its form.
    """
    read = {
        name: _headed(f"scripts/{name}.yaml", texts[f"{name}.yaml"], *parts)
        for name, parts in (
            ("phrases", ("steps",)),
            ("objections", ("objections",)),
            ("customs", ("dialects", "regions")),
            ("instead", ("acts",)),
            ("distress", ("signs",)),
        )
    }
    steps = read["phrases"].part("steps").only(*Step)
    dialects = read["customs"].part("dialects").only(*Dialect)
    regions, acts = read["customs"].part("regions"), read["instead"].part("acts").only(*Act)
    return Scripts(
        version=max(each.count("version") for each in read.values()),
        phrases={Step(step): _several(steps, step) for step in steps.value},
        objections=tuple(_objection(each) for each in read["objections"].parts("objections")),
        dialects={Dialect(word): both(dialects, word) for word in dialects.value},
        regions={code: both(regions, code) for code in regions.value},
        instead={Act(word): both(acts, word) for word in acts.value},
        signs=tuple(_sign(each, danger) for each in read["distress"].parts("signs")),
    )


def _headed(file: str, text: str, *parts: str) -> Field:
    read = read_file(file, text, what="what helps to speak").only(*_HEAD, *parts)
    both(read, "approved_by")
    effective, approved = read.day("effective"), read.day("approved_on")
    assert effective is not None
    assert approved is not None
    if approved > effective:
        raise read.fail("approved_on", "is after effective", "Approve it before it takes effect.")
    return read


def _several(field: Field, name: str) -> tuple[Both, ...]:
    return tuple(
        Both(each.get("zh", str), each.get("en", str))
        for each in (part.only("zh", "en") for part in field.parts(name))
    )


def _objection(field: Field) -> Objection:
    field.only("id", "says", "answer")
    return Objection(field.get("id", str), both(field, "says"), both(field, "answer"))


def _sign(field: Field, danger: Danger) -> Sign:
    field.only("kinds", "message", "say", "unless", "hand_over")
    kinds = _kinds(field)
    more = danger if HoldKind.SELF_HARM in kinds else Danger()
    return Sign(
        kinds=kinds,
        message=field.get("message", str),
        say=(*_patterns(field, "say"), *more.say),
        unless=(*_patterns(field, "unless"), *more.unless),
        hand_over=both(field, "hand_over"),
    )


def _kinds(field: Field) -> tuple[HoldKind, ...]:
    known = field.words("kinds", HoldKind)
    return tuple(sorted(known, key=[*field.texts("kinds")].index))


def _patterns(field: Field, name: str) -> tuple[re.Pattern[str], ...]:
    found = []
    for each in field.texts(name):
        try:
            found.append(re.compile(each))
        except re.error as wrong:
            raise _unreadable(field, name, each, wrong) from None
    return tuple(found)


def _unreadable(field: Field, name: str, text: str, wrong: re.error) -> InvalidRule:
    return field.fail(name, f"'{text}' is no pattern: {wrong}", "Mend the regular expression.")
