"""Which words do all messages share: variables, facts, and words that are never said?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.reading import Field, InvalidRule, read_file
from forbear.policy.wording.field import both, languages
from forbear.policy.wording.form import Both, Variable, VariableKind
from forbear.policy.wording.require import Requirement, read_requirements
from forbear.values.code import Language
from forbear.values.wording import Fact

FOLDER = "terms/"
_FILES = ("facts", "lexicon", "requirements", "variables")
_EXAMPLES: Mapping[VariableKind, type] = {
    VariableKind.MONEY: int,
    VariableKind.DAYS: int,
    VariableKind.COUNT: int,
    VariableKind.DATE: date,
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that a message may not hold, per language."""

    zh: tuple[str, ...]
    en: re.Pattern[str]

    def found_in(self, text: str, language: Language) -> str | None:
        """Return the first such word in a text, or None."""
        if language is Language.ZH:
            dense = "".join(text.split())
            return next((each for each in self.zh if each in dense), None)
        found = self.en.search(" ".join(text.split()))
        return found.group() if found else None


@dataclass(frozen=True, slots=True)
class Terms:
    """What all messages share.

    ``pressure`` is never said to anybody; ``debt`` is not said where others may hear or see it.
    """

    variables: Mapping[str, Variable]
    facts: Mapping[Fact, Both]
    pressure: Lexicon
    debt: Lexicon
    requirements: tuple[Requirement, ...]


def read_terms(texts: Mapping[str, str]) -> Terms:
    """Read the shared words from the files of the folder ``terms``.

    Raises:
        InvalidRule: a file is missing or does not keep its form.
    """
    files = {name: _file(texts, f"{FOLDER}{name}.yaml") for name in _FILES}
    known = {f"{FOLDER}{name}.yaml" for name in _FILES}
    for file in texts:
        if file.startswith(FOLDER) and file not in known:
            raise InvalidRule(
                f"{file} is not a file of shared words.",
                remedy=f"Use: {', '.join(sorted(known))}.",
                file=file,
            )
    lexicon = files["lexicon"].only("pressure", "debt")
    return Terms(
        variables={
            name: _variable(name, files["variables"].part(name))
            for name in files["variables"].value
        },
        facts=_facts(files["facts"]),
        pressure=_lexicon(lexicon.part("pressure")),
        debt=_lexicon(lexicon.part("debt")),
        requirements=read_requirements(files["requirements"]),
    )


def _file(texts: Mapping[str, str], name: str) -> Field:
    if name not in texts:
        raise InvalidRule(f"{name} is missing.", remedy="Give it beside the messages.", file=name)
    return read_file(name, texts[name], what="shared words")


def _facts(file: Field) -> dict[Fact, Both]:
    file.only(*Fact)
    return {Fact(name): both(file, name) for name in file.value}


def _variable(name: str, field: Field) -> Variable:
    field.only("kind", "personal", "debt", "zh", "en", "example")
    kind = field.word("kind", VariableKind)
    wanted = _EXAMPLES.get(kind, str)
    if wanted is str and isinstance(field.value.get("example"), dict):
        example = both(field, "example")
        zh, en = example.zh, example.en
    else:
        zh = en = field.get("example", wanted)
    return Variable(
        name=name,
        kind=kind,
        personal=field.flag("personal", default=False),
        debt=field.flag("debt", default=False),
        meaning=languages(field),
        example={Language.ZH: zh, Language.EN: en},
    )


def _lexicon(field: Field) -> Lexicon:
    field.only("zh", "en")
    field.get("zh", list), field.get("en", list)
    words = "|".join(re.escape(each) for each in field.texts("en"))
    return Lexicon(field.texts("zh"), re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
