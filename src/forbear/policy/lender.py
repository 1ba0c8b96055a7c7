"""Who is the lender, and in which part does it act where?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forbear.policy.reading import read_file
from forbear.values.code import Actor, Jurisdiction, LenderKind


@dataclass(frozen=True, slots=True)
class Lender:
    """One lender. A jurisdiction without an actor: not known, so the rules for either are asked."""

    name_en: str
    name_zh: str
    kind: LenderKind
    actors: Mapping[Jurisdiction, Actor]


def load_lender(file: str, text: str) -> Lender:
    """Read a lender's file.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="a lender").only("name", "kind", "actors")
    name, actors = read.part("name").only("en", "zh"), read.part("actors").only(*Jurisdiction)
    return Lender(
        name.get("en", str),
        name.get("zh", str),
        read.word("kind", LenderKind),
        {each: actors.word(each.value, Actor) for each in Jurisdiction if actors.has(each.value)},
    )
