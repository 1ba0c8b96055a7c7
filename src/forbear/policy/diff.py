"""What changes for people and collectors from one set of rules to another, in words?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forbear.policy.pack import Pack
from forbear.policy.rule import Rule, Scope
from forbear.policy.shown import everything, shown
from forbear.policy.tighten import at_least_as_tight


class Change(StrEnum):
    """What happened to a rule."""

    ADDED = "added"
    REMOVED = "removed"
    TIGHTER = "tighter"
    LOOSER = "looser"
    OTHER = "other"


_WORDS: dict[Change, tuple[str, str]] = {
    Change.ADDED: ("is new", "新增"),
    Change.REMOVED: ("is gone", "取消"),
    Change.TIGHTER: ("is stricter", "更严"),
    Change.LOOSER: ("is looser", "更宽"),
    Change.OTHER: ("is different", "有变"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule's difference. ``values`` holds (what, before, after); empty text is absent."""

    rule_id: str
    change: Change
    text_en: str
    text_zh: str
    values: tuple[tuple[str, str, str], ...]

    @property
    def sentence_en(self) -> str:
        """The difference in one English sentence."""
        told = "; ".join(_told_en(*value) for value in self.values)
        return f"{self.rule_id} {_WORDS[self.change][0]}: {self.text_en}{_tail(told)}"

    @property
    def sentence_zh(self) -> str:
        """The difference in one Chinese sentence."""
        told = "；".join(_told_zh(*value) for value in self.values)
        return f"{self.rule_id} {_WORDS[self.change][1]}：{self.text_zh}{_tail(told)}"

    def as_dict(self) -> dict[str, object]:
        """Return plain values."""
        return {
            "rule_id": self.rule_id,
            "change": self.change.value,
            "sentence_en": self.sentence_en,
            "sentence_zh": self.sentence_zh,
            "values": [list(value) for value in self.values],
        }


def _tail(told: str) -> str:
    return f" [{told}]" if told else ""


def _told_en(what: str, before: str, after: str) -> str:
    if not before:
        return f"{what}: {after}"
    return f"{what}: {before}, then {after or 'nothing'}"


def _told_zh(what: str, before: str, after: str) -> str:
    if not before:
        return f"{what}：{after}"
    return f"{what}：由 {before} 改为 {after or '无'}"


def diff(before: Pack, after: Pack) -> tuple[Difference, ...]:
    """Compare two packs rule by rule, by id; sorted, and empty where nothing differs."""
    old, new = _by_id(before.rules), _by_id(after.rules)
    found = []
    for name in sorted({*old, *new}):
        one, two = old.get(name), new.get(name)
        if one is None and two is not None:
            values = tuple((what, "", value) for what, value in _said(two).items())
            found.append(Difference(name, Change.ADDED, two.text_en, two.text_zh, values))
        elif two is None and one is not None:
            found.append(Difference(name, Change.REMOVED, one.text_en, one.text_zh, ()))
        elif one is not None and two is not None:
            values = _changed(_said(one), _said(two))
            if values:
                change = _direction(one, two)
                found.append(Difference(name, change, two.text_en, two.text_zh, values))
    return tuple(found)


def _by_id(rules: Sequence[Rule]) -> dict[str, Rule]:
    return {rule.id: rule for rule in rules}


def _said(rule: Rule) -> dict[str, str]:
    return {**shown(rule.parameters), **scope_shown(rule.scope), "effect": rule.effect.value}


def scope_shown(scope: Scope) -> dict[str, str]:
    """Return where a rule is asked, as text; what is not narrowed is left out."""
    found = {}
    for name in ("channels", "purposes", "actors"):
        chosen = getattr(scope, name)
        if not everything(chosen):
            found[name] = ", ".join(sorted(each.value for each in chosen))
    if scope.regions:
        found["regions"] = ", ".join(scope.regions)
    if scope.products:
        found["products"] = ", ".join(sorted(scope.products))
    return found


def _changed(before: dict[str, str], after: dict[str, str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (what, before.get(what, ""), after.get(what, ""))
        for what in sorted({*before, *after})
        if before.get(what) != after.get(what)
    )


def _direction(one: Rule, two: Rule) -> Change:
    up = at_least_as_tight(two.parameters, one.parameters) and two.scope.covers(one.scope)
    down = at_least_as_tight(one.parameters, two.parameters) and one.scope.covers(two.scope)
    if up and two.binds >= one.binds and not (down and one.binds == two.binds):
        return Change.TIGHTER
    if down and one.binds >= two.binds and not (up and one.binds == two.binds):
        return Change.LOOSER
    return Change.OTHER
