"""What does a report know about a night?

Only its small output tables (sums and counts), the two manifests and the shipped policies are
read. No row about a single person enters a report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from forbear.contexts.nightly.report.markup import Pair, same
from forbear.contexts.rulebook.library import policy_texts
from forbear.policy.reading import parse
from forbear.values.errors import NotFound

_KEYS = {
    "tally": ("measure", "group", "part"),
    "roll": ("product", "bucket_from", "bucket_to"),
    "vintage": ("product", "cohort_month", "months_on_book"),
    "load": ("resource",),
}


class NightIncomplete(NotFound):
    """The night's folder lacks what a report is made of."""

    code = "NIGHT_INCOMPLETE"


@dataclass(frozen=True, slots=True)
class Tally:
    """One count or sum of the night."""

    group: str
    part: str
    people: int
    loans: int
    amount_minor: int


@dataclass(frozen=True)
class Night:
    """A night's figures, as plain values."""

    manifest: Mapping[str, Any]
    timings: Mapping[str, Any]
    """Seconds by step; they differ from run to run and so lie beside the manifest."""
    book: Mapping[str, Any]
    tallies: Mapping[str, tuple[Tally, ...]]
    roll: tuple[Mapping[str, Any], ...]
    vintage: tuple[Mapping[str, Any], ...]
    load: tuple[Mapping[str, Any], ...]
    regions: Mapping[str, Mapping[str, Any]]
    """First-level regions by code; ``country`` is added to each."""
    agenda: Mapping[str, Any]
    teams: Mapping[str, Mapping[str, Any]]
    products: Mapping[str, Mapping[str, Any]]

    @property
    def currency(self) -> str:
        """The reporting currency."""
        return str(self.manifest.get("reporting_currency", "CNY"))

    @property
    def figures(self) -> Mapping[str, Any]:
        """The agenda's own figures: people, options, bound, value, gap."""
        return self.manifest.get("figures") or {}

    def rows(self, measure: str) -> tuple[Tally, ...]:
        """Return the rows of a measure, sorted by group and part."""
        return self.tallies.get(measure, ())

    def people(self, measure: str, *, only: Callable[[Tally], bool] = lambda _: True) -> int:
        """Return the people of a measure's rows."""
        return sum(row.people for row in self.rows(measure) if only(row))

    def amount_minor(self, measure: str, *, only: Callable[[Tally], bool] = lambda _: True) -> int:
        """Return the amount of a measure's rows."""
        return sum(row.amount_minor for row in self.rows(measure) if only(row))

    def loans(self, measure: str, *, only: Callable[[Tally], bool] = lambda _: True) -> int:
        """Return the loans of a measure's rows."""
        return sum(row.loans for row in self.rows(measure) if only(row))

    @cached_property
    def by_outcome(self) -> dict[str, int]:
        """People by what the agenda says of them."""
        return _sum((row.group, row.people) for row in self.rows("outcome"))

    @property
    def candidates(self) -> int:
        """People who are overdue or have something due soon."""
        return sum(n for outcome, n in self.by_outcome.items() if outcome != "NOTHING_DUE")

    @property
    def contacted(self) -> int:
        """People on today's agenda."""
        return self.by_outcome.get("PLANNED", 0) + self.by_outcome.get("EXPLORED", 0)

    def product_name(self, product: str) -> Pair:
        """Return a product's name in both languages."""
        return _name(self.products.get(product), product)

    def team_name(self, team: str) -> Pair:
        """Return a team's name in both languages."""
        return _name(self.teams.get(team), team)

    def slot_name(self, slot: str) -> Pair:
        """Return a slot's name in both languages."""
        slots = {row["name"]: row for row in self.agenda.get("slots", ())}
        return _name(slots.get(slot), slot)

    def region_name(self, code: str) -> Pair:
        """Return a region's name in both languages."""
        row = self.regions.get(code)
        return Pair(row["en"], row["zh"]) if row else same(code)


def read_night(night: Path, book: Path) -> Night:
    """Read what a report needs of a night and of its book.

    Raises: ``NightIncomplete`` when a manifest is missing or cannot be read.
    """
    manifest = _manifest(night)
    house = policy_texts(str(manifest.get("house", "house/demo")))
    return Night(
        manifest=manifest,
        timings=_optional(night / "timings.json"),
        book=_manifest(book),
        tallies=_tallies(_table(night, "tally")),
        roll=tuple(_table(night, "roll")),
        vintage=tuple(_table(night, "vintage")),
        load=tuple(_table(night, "load")),
        regions=regions_of(policy_texts("regions")),
        agenda=parse(house.get("agenda.yaml", "{}")) or {},
        teams=_teams(house.get("teams.yaml", "{}"))
        | {str(team["name"]): team for team in manifest.get("teams") or ()},
        products=_products(house),
    )


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        loaded = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NightIncomplete(
            f"{folder / 'manifest.json'} is missing or cannot be read.",
            remedy="Run `forbear night` to the end first, then ask for the report again.",
            message_zh=f"{folder / 'manifest.json'} 缺失或无法读取。",
            remedy_zh="请先将 `forbear night` 运行完毕，再生成报告。",
        ) from error
    return loaded if isinstance(loaded, dict) else {}


def _optional(file: Path) -> Mapping[str, Any]:
    try:
        loaded = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _table(night: Path, name: str) -> list[dict[str, Any]]:
    """Read a small output table, adding up the partial rows of the partitions."""
    files = sorted((night / name).glob("*.parquet"))
    if not files:
        return []
    frame = pl.concat([pl.read_parquet(file) for file in files], how="vertical_relaxed")
    keys = _KEYS[name]
    values = [column for column in frame.columns if column not in keys]
    summed = [pl.col(v).max() if v == "price_micro" else pl.col(v).sum() for v in values]
    return frame.group_by(*keys).agg(*summed).sort(*keys).to_dicts()


def _tallies(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Tally, ...]]:
    found: dict[str, list[Tally]] = {}
    for row in rows:
        tally = Tally(
            row["group"] or "",
            row["part"] or "",
            int(row["people"] or 0),
            int(row["loans"] or 0),
            int(row["amount_minor"] or 0),
        )
        found.setdefault(row["measure"], []).append(tally)
    return {measure: tuple(tallies) for measure, tallies in found.items()}


def regions_of(texts: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """Return every first-level region by its code, from the texts of the regions' files."""
    found: dict[str, Mapping[str, Any]] = {}
    for text in texts.values():
        document = parse(text) or {}
        for code, region in (document.get("regions") or {}).items():
            found[str(code)] = {**region, "country": document.get("country", "")}
    return found


def _teams(text: str) -> dict[str, Mapping[str, Any]]:
    document = parse(text) or {}
    return {str(team["name"]): team for team in document.get("teams", ())}


def _products(house: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    return {
        name.removeprefix("products/").removesuffix(".yaml"): parse(text) or {}
        for name, text in house.items()
        if name.startswith("products/")
    }


def _name(row: Mapping[str, Any] | None, code: str) -> Pair:
    return Pair(row["name_en"], row["name_zh"]) if row and "name_en" in row else same(code)


def _sum(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for key, value in pairs:
        total[key] = total.get(key, 0) + value
    return total
