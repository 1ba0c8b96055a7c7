"""Which regions does the invented lender lend in?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forbear.policy.reading import parse
from forbear.values.code import Dialect, Jurisdiction


@dataclass(frozen=True)
class Region:
    """One first-level region: who lives there, what they speak, which local team serves it.

    ``zones`` are sorted. ``dialects`` add up to one. ``area`` is a telephone area code, empty
    where none is needed; ``team`` is empty where no team serves the region.
    """

    code: str
    country: str
    population_m: float
    zones: tuple[str, ...]
    dialects: tuple[tuple[str, float], ...]
    area: str
    team: str


@dataclass(frozen=True)
class Scene:
    """What every draw of a chunk shares: its number, the book's day, the regions."""

    chunk: int
    book_day: int
    regions: tuple[Region, ...]


def regions_from(texts: dict[str, str], *, teams: str) -> tuple[Region, ...]:
    """Read the shipped region files, and from the teams' file who serves each region."""
    serving: dict[str, str] = {}
    for team in parse(teams)["teams"]:
        for province in team["provinces"]:
            serving.setdefault(province, team["name"])
    found = []
    for text in texts.values():
        file = parse(text)
        for code, row in file["regions"].items():
            found.append(
                Region(
                    code,
                    file["country"],
                    row["population_m"],
                    tuple(sorted(row["zones"])),
                    _dialects(row["dialects"]),
                    row.get("area", ""),
                    serving.get(code, ""),
                )
            )
    return tuple(found)


def _dialects(percents: dict[str, int]) -> tuple[tuple[str, float], ...]:
    """Who is at home in none of those named is at home in Mandarin."""
    shares = {name: percent / 100 for name, percent in percents.items()}
    rest = 1 - sum(shares.values())
    if rest > 0:
        shares[Dialect.MANDARIN.value] = shares.get(Dialect.MANDARIN.value, 0) + rest
    return tuple(shares.items())


def draw_regions(
    rng: np.random.Generator, *, country: np.ndarray, regions: tuple[Region, ...]
) -> np.ndarray:
    """Draw each person's region, within their country by population."""
    drawn = np.zeros(len(country), dtype=np.int64)
    for index, jurisdiction in enumerate(Jurisdiction):
        places = [i for i, region in enumerate(regions) if region.country == jurisdiction.value]
        weights = np.array([regions[i].population_m for i in places])
        here = country == index
        drawn[here] = rng.choice(places, int(here.sum()), p=weights / weights.sum())
    return drawn


def draw_dialects(
    rng: np.random.Generator, *, region: np.ndarray, regions: tuple[Region, ...]
) -> np.ndarray:
    """Draw what each person is at home in, as a position in Dialect."""
    position = {member.value: index for index, member in enumerate(Dialect)}
    drawn = np.zeros(len(region), dtype=np.int64)
    for index in np.unique(region):
        here = region == index
        names, shares = zip(*regions[index].dialects, strict=True)
        drawn[here] = rng.choice([position[name] for name in names], int(here.sum()), p=shares)
    return drawn
