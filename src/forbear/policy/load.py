"""How does the text of a rule file become checked rules?

A file holds one rule with its dated values; history is appended, never edited. Every fault names
the file, the field and the remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from forbear.policy.rule import (
    Addressee,
    Basis,
    ChannelPermission,
    ContactWindow,
    CoolOff,
    Counted,
    FrequencyCap,
    HoldScope,
    Key,
    Kind,
    Needs,
    Parameters,
    Rule,
    Source,
)
from forbear.values.code import (
    Channel,
    ConsentKind,
    Direction,
    HoldKind,
    Jurisdiction,
    Origin,
    Outcome,
    PointQuality,
    Relation,
)
from forbear.values.decision import Effect
from forbear.values.errors import InvalidInput

_E = TypeVar("_E", bound=StrEnum)
_MINUTES_AN_HOUR = 60


class InvalidRule(InvalidInput):
    """A rule file does not keep its form."""

    code = "INVALID_RULE"


@dataclass(frozen=True, slots=True)
class _Field:
    """A mapping of a rule file that knows where it stands."""

    file: str
    path: str
    value: Mapping[str, Any]

    def fail(self, name: str, wrong: str, remedy: str) -> InvalidRule:
        place = f"{self.path}.{name}".strip(".")
        return InvalidRule(
            f"{self.file}, {place}: {wrong}.", remedy=remedy, file=self.file, field=place
        )

    def get(self, name: str, kind: type, *, default: Any = ...) -> Any:
        if name not in self.value or self.value[name] is None:
            if default is not ...:
                return default
            raise self.fail(name, "is missing", f"Add {name}.")
        found = self.value[name]
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise self.fail(
                name,
                f"is {type(found).__name__}, not {kind.__name__}",
                f"Write {name} as {kind.__name__}.",
            )
        return found

    def part(self, name: str) -> _Field:
        return _Field(self.file, f"{self.path}.{name}".strip("."), self.get(name, dict))

    def word(self, name: str, words: type[_E], *, default: _E | None = None) -> _E:
        found = self.get(name, str, default=default)
        try:
            return words(found)
        except ValueError:
            raise self.fail(
                name, f"'{found}' is not known", f"Use one of: {', '.join(words)}."
            ) from None

    def words(self, name: str, words: type[_E], *, every: bool = False) -> frozenset[_E]:
        """Read a list of words; absent means all of them where ``every`` says so."""
        if every and name not in self.value:
            return frozenset(words)
        found = self.get(name, list)
        try:
            return frozenset(words(each) for each in found)
        except ValueError as error:
            raise self.fail(name, str(error), f"Use only: {', '.join(words)}.") from None

    def count(self, name: str) -> int:
        found: int = self.get(name, int)
        if found < 1:
            raise self.fail(name, "is below 1", "Write a whole number from 1.")
        return found

    def minute(self, name: str) -> int:
        text = self.get(name, str)
        hours, _, minutes = text.partition(":")
        if not (hours.isdigit() and minutes.isdigit() and len(minutes) == len("00")):
            raise self.fail(name, f"'{text}' is not a time of day", 'Write it as "08:00".')
        return int(hours) * _MINUTES_AN_HOUR + int(minutes)


def load_rules(texts: Mapping[str, str], *, house: bool) -> tuple[Rule, ...]:
    """Read rule files into rules, one for each dated value, sorted by id and effective date.

    Raises:
        InvalidRule: a file does not keep its form, or a law rests on nothing verified.
    """
    found = [rule for file, text in texts.items() for rule in _rules(file, text, house=house)]
    ids: dict[tuple[str, date], str] = {}
    for rule in found:
        if (rule.id, rule.effective) in ids:
            raise InvalidRule(
                f"The rule {rule.id} of {rule.effective} is written twice.",
                remedy="Keep one of them.",
                rule=rule.id,
            )
        ids[rule.id, rule.effective] = rule.id
    return tuple(sorted(found, key=lambda rule: (rule.id, rule.effective)))


def _rules(file: str, text: str, *, house: bool) -> list[Rule]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidRule(
            f"{file} is not YAML: {error}.", remedy="Mend its form.", file=file
        ) from None
    if not isinstance(content, dict):
        raise InvalidRule(
            f"{file} does not hold a rule.", remedy="Describe one rule in it.", file=file
        )
    rule = _Field(file, "", content)
    dated = [_Field(file, f"values[{i}]", each) for i, each in enumerate(rule.get("values", list))]
    if not dated:
        raise rule.fail("values", "is empty", "Give at least one dated value.")
    return [_rule(rule, each, house=house) for each in dated]


def _rule(rule: _Field, dated: _Field, *, house: bool) -> Rule:
    kind = rule.word("kind", Kind)
    basis = dated.word("basis", Basis)
    if basis is Basis.UNVERIFIED and not house:
        raise dated.fail(
            "basis",
            "is unverified, which cannot be law",
            "Make it a house rule, or cite a text that was read.",
        )
    sentence, source = rule.part("sentence"), dated.part("source")
    read = _PARAMETERS.get(kind)
    return Rule(
        id=rule.get("id", str),
        kind=kind,
        jurisdiction=rule.word("jurisdiction", Jurisdiction),
        text_en=sentence.get("en", str),
        text_zh=sentence.get("zh", str),
        channels=rule.words("channels", Channel, every=True),
        parameters=read(dated.part("parameters")) if read else None,
        effect=rule.word("effect", Effect, default=Effect.BLOCK),
        source=Source(
            source.get("title", str),
            source.get("article", str, default=""),
            source.get("address", str, default=""),
        ),
        basis=basis,
        effective=dated.get("effective", date),
        published=dated.get("published", date, default=None),
        verified=dated.get("verified", date),
        house=house,
        tightens=rule.get("tightens", str, default=None),
    )


def _window(field: _Field) -> ContactWindow:
    opens, closes = field.minute("opens"), field.minute("closes")
    if opens >= closes:
        raise field.fail("closes", "is not after opens", "Write the lawful hours of one day.")
    consent = field.get("unless_consent", str, default=None)
    return ContactWindow(
        opens, closes, field.word("unless_consent", ConsentKind) if consent else None
    )


def _counted(field: _Field) -> Counted:
    return Counted(
        field.words("channels", Channel, every=True),
        field.words("directions", Direction, every=True),
        field.words("outcomes", Outcome, every=True),
    )


def _cap(field: _Field) -> FrequencyCap:
    return FrequencyCap(
        field.count("at_most"),
        field.word("key", Key),
        field.count("days"),
        _counted(field.part("counts")),
    )


def _cool_off(field: _Field) -> CoolOff:
    key = field.word("key", Key)
    return CoolOff(field.count("days"), key, _counted(field.part("counts")))


def _permission(field: _Field) -> ChannelPermission:
    return ChannelPermission(field.word("consent", ConsentKind), field.word("needs", Needs))


def _addressee(field: _Field) -> Addressee:
    return Addressee(
        field.words("relations", Relation, every=True),
        field.words("qualities", PointQuality, every=True),
        field.words("origins", Origin, every=True),
    )


def _holds(field: _Field) -> HoldScope:
    return HoldScope(field.words("kinds", HoldKind))


_PARAMETERS: dict[Kind, Callable[[_Field], Parameters]] = {
    Kind.CONTACT_WINDOW: _window,
    Kind.FREQUENCY_CAP: _cap,
    Kind.COOL_OFF: _cool_off,
    Kind.CHANNEL_PERMISSION: _permission,
    Kind.ADDRESSEE: _addressee,
    Kind.HOLD_SCOPE: _holds,
}
