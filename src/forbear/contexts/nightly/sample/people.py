"""Who owes, where do they live, and what kind of payer is each in truth?

Nobody here exists. Chinese names begin with 样例, English ones with Sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.draw import (
    blanked,
    identifiers,
    joined,
    padded,
    some_words,
    word_of,
)
from forbear.contexts.nightly.sample.region import Region, Scene, draw_dialects, draw_regions
from forbear.values.code import Dialect, Jurisdiction, Language, RegionSource

BEHAVIOURS = (
    "PUNCTUAL", "FORGETFUL", "SHORT_OF_CASH", "IN_HARDSHIP", "DISPUTING", "UNREACHABLE",
    "WILL_NOT_PAY",
)  # fmt: skip
IN_HARDSHIP = BEHAVIOURS.index("IN_HARDSHIP")
DISPUTING = BEHAVIOURS.index("DISPUTING")
_BEHAVIOUR_SHARE = (0.755, 0.100, 0.060, 0.034, 0.013, 0.020, 0.018)
# What the invented lender says of how sure a region is: nothing of an address that it was told.
_SURE_PERCENT = {RegionSource.ID_PREFIX.value: 70, RegionSource.NUMBER_PREFIX.value: 40}
_JURISDICTION_SHARE = (0.96, 0.02, 0.02)
_WITHOUT_NUMBERS = 2

ANSWERED_CHANNELS = ("VOICE", "SMS", "WECHAT", "EMAIL")
# How often a person of each behaviour answers a contact by each of these channels, on average.
_ANSWERS = np.array([
    (0.50, 0.30, 0.40, 0.15),
    (0.45, 0.45, 0.50, 0.15),
    (0.35, 0.25, 0.30, 0.10),
    (0.30, 0.15, 0.20, 0.08),
    (0.40, 0.20, 0.20, 0.25),
    (0.03, 0.02, 0.02, 0.01),
    (0.12, 0.03, 0.03, 0.02),
])  # fmt: skip
# How often an answered contact brings the payment, on average.
_PAYS = np.array((0.95, 0.80, 0.40, 0.12, 0.10, 0.25, 0.04))
_FIRMNESS = 8.0
"""How near persons lie to their behaviour's average: the sum of a beta law's two numbers."""

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "安平和顺康宁明清嘉禾若溪云舟知远如松望舒晴川一诺子衿思齐"
_PLACES = (
    "Alder",
    "Brook",
    "Cedar",
    "Dale",
    "Ember",
    "Field",
    "Glen",
    "Heath",
    "Isle",
    "Juniper",
    "Knoll",
    "Lark",
    "Mead",
    "North",
    "Oak",
    "Pike",
    "Quay",
    "Reed",
    "Stone",
    "Thorn",
)


@dataclass(frozen=True)
class People:
    """A chunk of debtors as arrays, one entry a person, and the table of them."""

    debtor: pl.DataFrame
    ids: pl.Series
    behaviour: np.ndarray
    """Position in BEHAVIOURS."""
    country: np.ndarray
    """Position in Jurisdiction."""
    region: np.ndarray
    """Position in the regions."""
    dialect: np.ndarray
    """Position in Dialect; the truth, which the debtor table may not know."""
    answers: np.ndarray
    """Person by ANSWERED_CHANNELS: chance that a contact that reaches the person is answered."""
    pays: np.ndarray
    """Chance that an answered contact brings the payment, for whoever plays the days to come."""


def make_people(rng: np.random.Generator, *, persons: int, scene: Scene) -> People:
    """Draw a chunk of persons."""
    regions = scene.regions
    country = rng.choice(len(_JURISDICTION_SHARE), persons, p=_JURISDICTION_SHARE)
    region = draw_regions(rng, country=country, regions=regions)
    dialect = draw_dialects(rng, region=region, regions=regions)
    behaviour = rng.choice(len(BEHAVIOURS), persons, p=_BEHAVIOUR_SHARE)
    ids = identifiers("D", chunk=scene.chunk, count=persons, digits=6)
    debtor = _debtors(
        rng, ids=ids, country=country, region=region, dialect=dialect, regions=regions
    )
    answers = _around(rng, _ANSWERS[behaviour])
    pays = _around(rng, _PAYS[behaviour])
    return People(debtor, ids, behaviour, country, region, dialect, answers, pays)


def _around(rng: np.random.Generator, mean: np.ndarray) -> np.ndarray:
    return rng.beta(mean * _FIRMNESS, (1 - mean) * _FIRMNESS)


def _debtors(
    rng: np.random.Generator,
    *,
    ids: pl.Series,
    country: np.ndarray,
    region: np.ndarray,
    dialect: np.ndarray,
    regions: tuple[Region, ...],
) -> pl.DataFrame:
    persons = len(ids)
    china = country == 0
    unknown_region = rng.random(persons) < 0.006
    # Who has a collector of their own knows one of the region's team.
    known = (rng.random(persons) < 0.12) & np.array([bool(r.team) for r in regions])[region]
    source = some_words(
        rng, [s.value for s in RegionSource], count=persons, shares=(0.8, 0.12, 0.08)
    )
    language = word_of([Language.ZH.value, Language.EN.value], np.where(china, 0, 1))
    officer = joined("C", padded(rng.integers(100, 1_000, persons), digits=3))
    team = word_of([r.team for r in regions], region)
    by_number = (source == RegionSource.NUMBER_PREFIX.value).to_numpy()
    names = _names(rng, china=china)
    codes = _region_codes(rng, region=region, regions=regions)
    return pl.DataFrame(
        {
            "debtor_id": ids,
            "name": names,
            "national_id": _numbers(persons, country=country),
            "jurisdiction": word_of([j.value for j in Jurisdiction], country),
            "region": blanked(codes, where=unknown_region),
            "region_source": blanked(source, where=unknown_region),
            "region_confidence_percent": blanked(
                source.replace_strict(_SURE_PERCENT, default=None, return_dtype=pl.Int64),
                where=unknown_region,
            ),
            "number_region": blanked(codes, where=unknown_region | ~by_number),
            "number_region_confidence_percent": blanked(
                pl.Series([_SURE_PERCENT[RegionSource.NUMBER_PREFIX.value]] * persons),
                where=unknown_region | ~by_number,
            ),
            "time_zones": _zones(rng, china=china, region=region, regions=regions),
            "language": blanked(language, where=rng.random(persons) < 0.01),
            "dialect": _believed(rng, dialect=dialect),
            "officer_id": blanked(officer, where=~known),
            "team": blanked(team, where=~known),
            "vulnerable": rng.random(persons) < 0.015,
        }
    )


def _names(rng: np.random.Generator, *, china: np.ndarray) -> pl.Series:
    persons = len(china)
    family = rng.integers(0, len(_SURNAMES), persons)
    first, second = rng.integers(0, len(_GIVEN), (2, persons))
    second = np.where(rng.random(persons) < 0.3, -1, second)
    chinese = joined(
        "样例",
        word_of(list(_SURNAMES), family),
        word_of(list(_GIVEN), first),
        word_of(list(_GIVEN), second).fill_null(""),
    )
    english = joined("Sample ", word_of(_PLACES, family % len(_PLACES)))
    return chinese.zip_with(pl.Series(china), english)


def _numbers(persons: int, *, country: np.ndarray) -> pl.Series:
    """Identity numbers that no authority gives out; persons of the third country have none.

    They are drawn by no chance, so that everything else of a sample stays as it was.
    """
    tail = padded((np.arange(persons) * 7_919 + 1_234) % 10_000, digits=4)
    chinese = joined("99000019900101", tail)
    american = joined("900-00-", tail)
    found = chinese.zip_with(pl.Series(country == 0), american)
    return blanked(found, where=country == _WITHOUT_NUMBERS)


def _region_codes(
    rng: np.random.Generator, *, region: np.ndarray, regions: tuple[Region, ...]
) -> pl.Series:
    """The province's capital, or the province alone; other countries have one level here."""
    capital = [r.code + "0100" if r.country == "CN" else r.code for r in regions]
    alone = [r.code + "0000" if r.country == "CN" else r.code for r in regions]
    return word_of(
        capital + alone, region + len(regions) * (rng.random(len(region)) < 0.2).astype(np.int64)
    )


def _zones(
    rng: np.random.Generator,
    *,
    china: np.ndarray,
    region: np.ndarray,
    regions: tuple[Region, ...],
) -> pl.Series:
    """Every zone of the region; some live between two countries, of some nothing is known."""
    persons = len(region)
    abroad = china & (rng.random(persons) < 0.002)
    zones = ["|".join(r.zones) for r in regions]
    position = np.where(abroad, len(zones), region)
    return blanked(
        word_of([*zones, "America/New_York|Asia/Shanghai"], position),
        where=rng.random(persons) < 0.002,
    )


def _believed(rng: np.random.Generator, *, dialect: np.ndarray) -> pl.Series:
    """What the lender believes about dialects: mostly right, often nothing."""
    lot = rng.random(len(dialect))
    words = word_of([d.value for d in Dialect], dialect)
    mistaken = (lot >= 0.3) & (lot < 0.33) & (words != Dialect.ENGLISH.value).to_numpy()
    words = words.set(pl.Series(mistaken), Dialect.MANDARIN.value)
    return blanked(words, where=lot < 0.3)
