"""What is a rule?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from forbear.policy.kind import KINDS, Kind, Parameters, Question
from forbear.values.code import Actor, Channel, ContactPurpose, Jurisdiction
from forbear.values.decision import About, Effect


class Basis(StrEnum):
    """How sure we are of a value: primary text, secondary text, or unverified."""

    PRIMARY = "P"
    SECONDARY = "S"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value is written."""

    title: str
    article: str
    address: str

    def __str__(self) -> str:
        return f"{self.title}, {self.article}" if self.article else self.title


@dataclass(frozen=True, slots=True)
class Scope:
    """For which contacts a rule is asked. Where a fact is not known, the rule is asked.

    ``regions`` are beginnings of region codes, ``products`` names of products; empty means all.
    A one-time code is no contact about a debt: a rule binds it only where it names that purpose.
    """

    channels: frozenset[Channel]
    purposes: frozenset[ContactPurpose]
    actors: frozenset[Actor]
    regions: tuple[str, ...] = ()
    products: frozenset[str] = frozenset()

    def meets_region(self, region: str | None) -> bool:
        """Whether the rule is asked of a person in a region."""
        return not self.regions or region is None or region.startswith(self.regions)

    def meets_product(self, product: str | None) -> bool:
        """Whether the rule is asked about a loan of a product."""
        return not self.products or product is None or product in self.products

    def covers(self, other: Scope) -> bool:
        """Whether this rule is asked wherever the other one is."""
        return (
            self.channels >= other.channels
            and self.purposes >= other.purposes
            and self.actors >= other.actors
            and _within(other.regions, self.regions)
            and (not self.products or (bool(other.products) and self.products >= other.products))
        )

    def meets(self, other: Scope) -> bool:
        """Whether both rules may be asked of one contact."""
        return (
            bool(self.channels & other.channels)
            and bool(self.purposes & other.purposes)
            and bool(self.actors & other.actors)
            and (not self.products or not other.products or bool(self.products & other.products))
            and (
                not self.regions
                or not other.regions
                or any(
                    a.startswith(b) or b.startswith(a) for a in self.regions for b in other.regions
                )
            )
        )


def _within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return not outer or (bool(inner) and all(each.startswith(outer) for each in inner))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule's value stands, for messages."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it stands from a day on, until its next value or ``ends``.

    ``parameters`` is None where the value says that the rule is not in force from that day.
    ``house`` rules are the lender's own and can only refuse more than the law does.
    ``rows`` names the entries of the fact collection that the rule rests on, such as CN-03.
    """

    id: str
    kind: Kind
    jurisdiction: Jurisdiction
    text_en: str
    text_zh: str
    scope: Scope
    parameters: Parameters | None
    effect: Effect
    source: Source
    basis: Basis
    effective: date
    ends: date | None
    published: date | None
    verified: date
    house: bool
    tightens: tuple[str, ...]
    rows: tuple[str, ...]
    note_en: str
    note_zh: str
    place: Place

    @property
    def question(self) -> Question:
        """What the rule is asked."""
        return KINDS[self.kind][0]

    @property
    def channels(self) -> frozenset[Channel]:
        """The channels for which it is asked."""
        return self.scope.channels

    @property
    def binds(self) -> bool:
        """Whether a no is a refusal rather than advice."""
        return self.effect is not Effect.ADVISE

    def about(self) -> About:
        """Return what every answer of the rule repeats."""
        return About(
            self.id,
            self.kind.value,
            self.effect,
            self.text_en,
            self.text_zh,
            str(self.source),
            self.source.address,
            self.basis.value,
            self.effective,
            self.house,
        )
