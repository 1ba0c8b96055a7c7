"""In which words does the agenda give its reasons?

The words are data, one file a language, checked when they are read: both languages say the same
things, and no sentence asks for a fact that the reasons do not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any

import narwhals as nw
import yaml

from forbear.values.code import AgendaOutcome, Channel
from forbear.values.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

# libyaml's parser is many times as fast; not every build of PyYAML has it.
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LOCALES = ("en", "zh")
SITUATIONS = ("overdue", "grace", "due_today", "due_soon")
CLOSENESS = ("known", "local_dialect", "local", "reserve_dialect", "reserve", "drawn")
_FACTS = ("amount", "days", "bucket")
_PLAN = ("channel", "slot", "team", "closeness", "chance", "value", "price", "resource", "ways")
_FIELDS: dict[str, tuple[str, ...]] = {
    "joint": (),
    "day_one": (),
    "day_many": ("number",),
    **{f"situation.{name}": _FACTS for name in SITUATIONS},
    **{f"outcome.{outcome.value}": () for outcome in AgendaOutcome},
    "outcome.PLANNED": _PLAN,
    "outcome.EXPLORED": _PLAN,
    "outcome.PRICED_OUT": _PLAN,
    "outcome.REFUSED": ("rule",),
    **{f"closeness.{name}": () for name in CLOSENESS},
    **{f"channel.{channel.value}": () for channel in Channel},
    "resource.seats": ("team", "slot"),
    "resource.budget": ("channel",),
    "model.because": ("model", "facts"),
    "model.because_plain": ("model",),
    "model.fact": ("about", "value"),
    "model.unknown": (),
    "model.apart": (),
    "model.foretold": ("parts",),
    "model.cure": ("share",),
    "model.roll": ("share",),
    "model.reach": ("share",),
    "model.complain": ("share",),
    "model.hour": ("share",),
    "model.and": (),
}


class AgendaWordsInvalid(InvalidInput):
    """The words for the agenda's reasons do not keep their contract."""

    code = "AGENDA_WORDS_INVALID"


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule's id and its sentence in both languages."""

    id: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language by dotted name, such as ``outcome.PLANNED``."""

    locale: str
    sentences: Mapping[str, str]

    def section(self, name: str) -> dict[str, str]:
        """Return the sentences of a section by their short names."""
        start = f"{name}."
        return {
            key.removeprefix(start): sentence
            for key, sentence in self.sentences.items()
            if key.startswith(start)
        }

    def fill(self, name: str, facts: Mapping[str, nw.Expr]) -> nw.Expr:
        """Turn a sentence into an expression, its fields taken from expressions of text."""
        parts: list[nw.Expr] = []
        for literal, field, _, _ in Formatter().parse(self.sentences[name]):
            if literal:
                parts.append(nw.lit(literal))
            if field:
                parts.append(facts[field])
        return parts[0] if len(parts) == 1 else nw.concat_str(parts)


def load_words(texts: Mapping[str, str]) -> tuple[Words, ...]:
    """Read and check ``en.yaml`` and ``zh.yaml``.

    Raises:
        AgendaWordsInvalid: a file or a sentence is missing, or a field is not known.
    """
    return tuple(_words(texts, locale) for locale in LOCALES)


def _words(texts: Mapping[str, str], locale: str) -> Words:
    name = f"{locale}.yaml"
    if name not in texts:
        raise _wrong(name, "the file is missing", f"Add {name} to the reasons.")
    try:
        parsed = yaml.load(texts[name], SafeLoader)  # noqa: S506  # a safe loader
    except yaml.YAMLError as error:
        raise _wrong(name, f"not readable YAML ({error})", "Mend the file.") from error
    sentences = _flat(parsed, name)
    for key, fields in _FIELDS.items():
        if key not in sentences:
            raise _wrong(name, f"{key} is missing", f"Add a sentence for {key}.")
        for _, field, _, _ in Formatter().parse(sentences[key]):
            if field is not None and field not in fields:
                known = ", ".join(fields) or "none"
                raise _wrong(name, f"{key} asks for {field}", f"Known there: {known}.")
    return Words(locale, sentences)


def _flat(parsed: object, name: str, before: str = "") -> dict[str, str]:
    if not isinstance(parsed, dict):
        raise _wrong(name, "names with sentences are expected", "Write it as a mapping.")
    flat: dict[str, str] = {}
    part: Any
    for key, part in parsed.items():
        if isinstance(part, str):
            flat[f"{before}{key}"] = part
        else:
            flat |= _flat(part, name, f"{before}{key}.")
    return flat


def _wrong(place: str, what: str, remedy: str) -> AgendaWordsInvalid:
    return AgendaWordsInvalid(f"{place}: {what}", remedy=remedy, place=place)
