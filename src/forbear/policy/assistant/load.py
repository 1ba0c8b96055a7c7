"""How are the assistant's examples, kinds of words and guarding patterns read from their files?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from forbear.policy.assistant.gram import Reader
from forbear.policy.assistant.intent import Intent
from forbear.policy.danger import Danger
from forbear.policy.reading import Field, read_file
from forbear.values.code import Language

Said = Mapping[Intent, Mapping[Language, tuple[str, ...]]]
"""What people say, by what they mean and in which language; no sentence is there twice."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Patterns that mean something for certain, unless another stands in the same message."""

    intent: Intent
    say: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def shows(self, plain: str) -> bool:
        """Whether a plain text shows it."""
        return any(each.search(plain) for each in self.say) and not any(
            each.search(plain) for each in self.unless
        )


@dataclass(frozen=True, slots=True)
class Signs:
    """What is found by rule: ``sure`` before the model; ``denied``: what a clause takes back.

    ``asides``: what somebody says that they do not mean, and that tells nothing else.
    """

    sure: tuple[Sign, ...]
    denied: tuple[Sign, ...]
    asides: tuple[re.Pattern[str], ...]


def load_said(texts: Mapping[str, str]) -> Said:
    """Read what people say, one sentence a line.

    Raises:
        InvalidRule: a file does not keep its form, or a sentence means two things.
    """
    found: dict[Intent, dict[Language, tuple[str, ...]]] = {}
    meant: dict[str, Intent] = {}
    for file, text in texts.items():
        part = read_file(file, text, what="what people say").only("intents").part("intents")
        for name in part.only(*Intent).value:
            both = part.part(name).only("zh", "en")
            for language in Language:
                rows = tuple(_rows(both.get(language.lower(), str)))
                for row in rows:
                    if meant.setdefault(row, Intent(name)) is not Intent(name):
                        raise both.fail(language.lower(), f"'{row}' is also {meant[row]}", "Choose")
                kept = found.setdefault(Intent(name), {})
                kept[language] = tuple(dict.fromkeys((*kept.get(language, ()), *rows)))
    return found


def load_reader(file: str, text: str) -> Reader:
    """Read how texts are read.

    Raises:
        InvalidRule: the file does not keep its form.
    """
    read = read_file(file, text, what="kinds of words").only("fold", "kinds")
    fold, kinds = read.part("fold"), read.part("kinds")
    return Reader.of(
        {each: fold.get(each, str) for each in fold.value},
        {name: tuple(str(word) for word in kinds.get(name, list)) for name in kinds.value},
    )


def load_signs(file: str, text: str, danger: Danger) -> Signs:
    """Read what is found by rule; words of danger to life come before all others.

    Raises:
        InvalidRule: the file does not keep its form.
    """
    read = read_file(file, text, what="guarding patterns").only("sure", "denied", "asides")
    return Signs(
        (
            Sign(Intent.SELF_HARM, danger.say, danger.unless),
            *(_sign(each) for each in read.parts("sure")),
        ),
        tuple(_sign(each) for each in read.parts("denied")),
        _patterns(read, "asides"),
    )


def _sign(field: Field) -> Sign:
    field.only("intent", "say", "unless")
    return Sign(field.word("intent", Intent), _patterns(field, "say"), _patterns(field, "unless"))


def _patterns(field: Field, name: str) -> tuple[re.Pattern[str], ...]:
    found = []
    for text in field.texts(name) if field.has(name) else ():
        try:
            found.append(re.compile(text))
        except re.error as error:
            raise field.fail(name, f"'{text[:40]}' is no pattern: {error}", "Mend it.") from None
    return tuple(found)


def _rows(block: str) -> dict[str, None]:
    return {row.strip(): None for row in block.splitlines() if row.strip()}
