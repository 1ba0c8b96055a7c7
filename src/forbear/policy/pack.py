"""Which rules protect a person on a day, from law, house and overlays together?

All of them are asked and any of them may refuse, so the strictest wins. An overlay, such as that
of a region or a product, is a rule with a narrower scope.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from forbear.policy.kind import Kind, Question
from forbear.policy.load import load_rules
from forbear.policy.reading import InvalidRule
from forbear.policy.rule import Rule
from forbear.policy.shelf import Shelf, load_shelf
from forbear.policy.tighten import check_tightens
from forbear.values.code import Actor, Jurisdiction

_ORDER = {kind: position for position, kind in enumerate(Kind)}


@dataclass(frozen=True, eq=False)
class Pack:
    """The rules of one jurisdiction on one day, in the order in which they are asked.

    ``actor`` None: it is not known for whom the collector acts, so the rules for either are in.
    """

    jurisdiction: Jurisdiction
    as_of: date
    actor: Actor | None
    rules: tuple[Rule, ...]
    sha256: str

    @cached_property
    def asked(self) -> tuple[Rule, ...]:
        """The rules that are asked at contact time."""
        return self.about(Question.CONTACT)

    def about(self, question: Question) -> tuple[Rule, ...]:
        """Return the rules that answer one question."""
        return tuple(rule for rule in self.rules if rule.question is question)


@dataclass(frozen=True, eq=False)
class Library:
    """Every dated rule of law and house, and a hash of their texts."""

    rules: tuple[Rule, ...]
    sha256: str
    shelf: Shelf = field(default_factory=Shelf)

    def pack(self, jurisdiction: Jurisdiction, *, as_of: date, actor: Actor | None = None) -> Pack:
        """Return the rules of a jurisdiction that are in force on a day."""
        latest: dict[str, Rule] = {}
        for rule in self.rules:
            if rule.jurisdiction is jurisdiction and rule.effective <= as_of:
                latest[rule.id] = rule
        in_force = [
            rule
            for rule in latest.values()
            if rule.parameters is not None
            and (rule.ends is None or as_of < rule.ends)
            and (actor is None or actor in rule.scope.actors)
        ]
        ranked = sorted(in_force, key=lambda rule: (_ORDER[rule.kind], rule.house, rule.id))
        named = [(rule.id, rule.effective.isoformat()) for rule in ranked]
        digest = hashlib.sha256(repr((self.sha256, jurisdiction.value, named)).encode())
        return Pack(jurisdiction, as_of, actor, tuple(ranked), digest.hexdigest())

    def packs(
        self, *, as_of: date, actors: Mapping[Jurisdiction, Actor] | None = None
    ) -> tuple[Pack, ...]:
        """Return the packs of every jurisdiction on a day."""
        return tuple(
            self.pack(jurisdiction, as_of=as_of, actor=(actors or {}).get(jurisdiction))
            for jurisdiction in Jurisdiction
        )


def load_library(
    law: Mapping[str, str],
    house: Mapping[str, str],
    *,
    calendars: Mapping[str, str] | None = None,
    series: Mapping[str, str] | None = None,
) -> Library:
    """Open the law's and a house's rule files, and the calendars and series that they name.

    Raises:
        InvalidRule: a file does not keep its form.
        LooserThanLaw: a house rule allows what the law refuses.
    """
    shelf = load_shelf(calendars or {}, series or {})
    legal = load_rules(law, house=False, shelf=shelf)
    own = load_rules(house, house=True, shelf=shelf)
    names = {rule.id: rule for rule in legal}
    for rule in own:
        if rule.id in names:
            raise InvalidRule(
                f"{rule.place}: {rule.id} is a rule of the law ({names[rule.id].place}).",
                remedy="Give the house rule an id of its own; say tightens: to name the law.",
                rule=rule.id,
                file=rule.place.file,
                line=rule.place.line,
            )
        check_tightens(rule, legal)
    texts = sorted(
        [*law.items(), *house.items(), *(calendars or {}).items(), *(series or {}).items()]
    )
    digest = hashlib.sha256(repr(texts).encode()).hexdigest()
    return Library((*legal, *own), digest, shelf)
