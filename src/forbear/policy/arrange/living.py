"""How much must a person keep each month to live on, by place, household and day?

A table of the law's place is the floor; a lender's own table may raise it and never lower it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forbear.policy.arrange.word import OutgoingKind
from forbear.policy.reading import Field, read_file
from forbear.values.code import Jurisdiction
from forbear.values.errors import NotFound
from forbear.values.money import Currency


class NoLivingCost(NotFound):
    """No protected cost of living is known for a place on a day."""

    code = "NO_LIVING_COST"


@dataclass(frozen=True, slots=True)
class Household:
    """Amounts a month: for one person, for each further adult, for each child."""

    person_minor: int
    adult_minor: int
    child_minor: int

    def cost_minor(self, adults: int, children: int) -> int:
        """Return the cost of a household of so many; one adult at least."""
        return self.person_minor + (adults - 1) * self.adult_minor + children * self.child_minor


@dataclass(frozen=True, slots=True)
class LivingValue:
    """What counts from a day on: everywhere, and in regions that have a figure of their own.

    ``basis`` is how sure the figure is: P, S or ``unverified``.
    """

    effective: date
    verified: date
    basis: str
    source: str
    everywhere: Household
    regions: Mapping[str, Household]

    def of(self, region: str | None) -> Household:
        """Return what counts in a region."""
        return self.regions.get(region or "", self.everywhere)


@dataclass(frozen=True, slots=True)
class LivingTable:
    """The protected cost of living of one jurisdiction, oldest first.

    ``covers``: the outgoings that it stands for; what a person tells of them counts where it is
    more.
    """

    jurisdiction: Jurisdiction
    currency: Currency
    covers: frozenset[OutgoingKind]
    values: tuple[LivingValue, ...]

    def on(self, day: date) -> LivingValue | None:
        """Return what counts on a day; None: nothing yet."""
        found = [value for value in self.values if value.effective <= day]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Protected:
    """What one household keeps, in minor units a month, and how sure the figure is."""

    floor_minor: int
    currency: Currency
    covers: frozenset[OutgoingKind]
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Living:
    """The tables of the law's place, and what a lender raises them to."""

    tables: Mapping[Jurisdiction, LivingTable]
    raised: Mapping[Jurisdiction, LivingTable]

    def protected(
        self,
        law: Jurisdiction,
        region: str | None,
        *,
        adults: int = 1,
        children: int = 0,
        on: date,
    ) -> Protected:
        """Return what a household keeps.

        Raises:
            NoLivingCost: there is no table, or none that counts yet.
        """
        table = self.tables.get(law)
        value = table.on(on) if table else None
        if table is None or value is None:
            raise NoLivingCost(
                f"No protected cost of living is known for {law.value} on {on}.",
                remedy="Add policies/living/<jurisdiction>.yaml.",
                message_zh=f"没有 {law.value} 在 {on} 的基本生活费标准。",
                remedy_zh="请添加 policies/living/<法域>.yaml。",
            )
        floor = value.of(region).cost_minor(adults, children)
        house = self.raised.get(law)
        more = house.on(on) if house else None
        if more is not None and more.of(region).cost_minor(adults, children) > floor:
            floor, value = more.of(region).cost_minor(adults, children), more
        return Protected(floor, table.currency, table.covers, value.basis, value.source)


def load_living(base: Mapping[str, str], house: Mapping[str, str]) -> Living:
    """Read the tables; a lender's table that lowers one is refused.

    Raises:
        InvalidRule: a file does not keep its form, or a lender's figure is below the floor.
    """
    tables = {t.jurisdiction: t for t in (_table(n, text) for n, text in base.items())}
    raised = {}
    for name, text in house.items():
        table = _table(name, text)
        _refuse_lower(name, text, table, tables.get(table.jurisdiction))
        raised[table.jurisdiction] = table
    return Living(tables, raised)


def _table(file: str, text: str) -> LivingTable:
    read = read_file(file, text, what="a protected cost of living")
    read.only("jurisdiction", "currency", "sentence", "covers", "values")
    values = tuple(_value(part) for part in read.parts("values"))
    days = [value.effective for value in values]
    if not values or days != sorted(set(days)):
        raise read.fail("values", "do not climb from day to day", "Order them by effective.")
    return LivingTable(
        jurisdiction=read.word("jurisdiction", Jurisdiction),
        currency=read.word("currency", Currency),
        covers=read.words("covers", OutgoingKind),
        values=values,
    )


def _value(part: Field) -> LivingValue:
    part.only("effective", "verified", "basis", "source", "everywhere", "regions")
    basis = part.get("basis", str)
    if basis not in {"P", "S", "unverified"}:
        raise part.fail("basis", f"'{basis}' is not known", "Use P, S or unverified.")
    effective, verified = part.day("effective"), part.day("verified")
    assert effective is not None
    assert verified is not None
    regions = part.part("regions") if part.has("regions") else None
    return LivingValue(
        effective=effective,
        verified=verified,
        basis=basis,
        source=part.get("source", str),
        everywhere=_household(part.part("everywhere")),
        regions={}
        if regions is None
        else {name: _household(regions.part(name)) for name in regions.value},
    )


def _household(part: Field) -> Household:
    part.only("person", "adult", "child")
    return Household(
        part.count("person", low=0), part.count("adult", low=0), part.count("child", low=0)
    )


def _refuse_lower(file: str, text: str, table: LivingTable, base: LivingTable | None) -> None:
    read = read_file(file, text, what="a protected cost of living")
    if base is None or base.currency != table.currency or base.covers != table.covers:
        raise read.fail(
            "jurisdiction",
            "has no table of the same currency and outgoings to raise",
            "Raise a table of policies/living, in its currency, covering what it covers.",
        )
    for value in table.values:
        floor = base.on(value.effective)
        places = {*value.regions, *(floor.regions if floor else ()), ""}
        for place in sorted(places):
            low = floor.of(place) if floor else Household(0, 0, 0)
            own = value.of(place)
            if (
                own.person_minor < low.person_minor
                or own.adult_minor < low.adult_minor
                or own.child_minor < low.child_minor
            ):
                raise read.fail(
                    "values",
                    f"of {value.effective} lower the floor ({place or 'everywhere'})",
                    "A house table may raise what is protected, never lower it.",
                )
