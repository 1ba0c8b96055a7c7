"""Who owes, where do they live, and by which numbers are they believed to be reached?

Nobody here exists. Chinese mobile numbers begin with 10, which no mobile number does; American
ones lie in 555-0100 to 555-0199 and British ones in 07700 900000 to 900999, both set aside for
fiction; e-mail ends in ``.invalid``; WeChat ids begin with ``demo_``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
import yaml

from forbear.values.code import (
    Dialect,
    Jurisdiction,
    Language,
    Origin,
    PointKind,
    PointQuality,
    RegionSource,
    Relation,
)

BEHAVIOURS = (
    "PUNCTUAL",
    "FORGETFUL",
    "SHORT_OF_CASH",
    "IN_HARDSHIP",
    "DISPUTING",
    "UNREACHABLE",
    "WILL_NOT_PAY",
)
_BEHAVIOUR_SHARE = (0.775, 0.090, 0.055, 0.030, 0.012, 0.020, 0.018)
_JURISDICTION_SHARE = (0.96, 0.02, 0.02)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = "安平和顺康宁明清嘉禾若溪云舟知远如松望舒"


@dataclass(frozen=True)
class Region:
    """One first-level region: code, population in millions, main dialect, zone, local team."""

    code: str
    country: str
    population_m: float
    dialect: str
    zone: str
    team: str


def regions_from(texts: dict[str, str], *, teams: str) -> tuple[Region, ...]:
    """Read the shipped region files, and from the teams' file who serves each region."""
    serving: dict[str, str] = {}
    for team in yaml.safe_load(teams)["teams"]:
        for province in team["provinces"]:
            serving.setdefault(province, team["name"])
    found = []
    for text in texts.values():
        file = yaml.safe_load(text)
        for code, row in file["regions"].items():
            found.append(
                Region(
                    code,
                    file["country"],
                    row["population_m"],
                    row["dialect"],
                    row["zone"],
                    serving.get(code, ""),
                )
            )
    return tuple(found)


@dataclass(frozen=True)
class People:
    """A chunk of debtors as arrays, one entry a person, and their tables."""

    debtor: pl.DataFrame
    point: pl.DataFrame
    truth: pl.DataFrame
    ids: pl.Series
    behaviour: np.ndarray
    """Position in BEHAVIOURS."""
    country: np.ndarray
    """Position in Jurisdiction."""
    zone: np.ndarray
    province: np.ndarray
    points: dict[str, np.ndarray]
    """Own points by kind: position of the point in ``point``, -1 where the person has none."""
    reachable: np.ndarray
    """Whether the first mobile number truly reaches the person."""


def make_people(
    rng: np.random.Generator,
    *,
    persons: int,
    chunk: int,
    regions: tuple[Region, ...],
    book_day: int,
) -> People:
    """Draw a chunk of persons and their contact points."""
    country = rng.choice(3, persons, p=_JURISDICTION_SHARE)
    region = _draw_regions(rng, country=country, regions=regions)
    behaviour = rng.choice(len(BEHAVIOURS), persons, p=_BEHAVIOUR_SHARE)
    ids = pl.Series([f"D{chunk:05d}{i:06d}" for i in range(persons)])
    zone = np.array([r.zone for r in regions])[region]
    code = np.array([r.code for r in regions])[region]
    debtor = _debtors(rng, ids=ids, country=country, region=region, regions=regions)
    point, points, reachable = _points(
        rng, ids=ids, country=country, behaviour=behaviour, chunk=chunk, book_day=book_day
    )
    truth = pl.DataFrame(
        {
            "debtor_id": ids,
            "behaviour": np.array(BEHAVIOURS)[behaviour],
            "first_mobile_reaches": reachable,
        }
    )
    return People(debtor, point, truth, ids, behaviour, country, zone, code, points, reachable)


def _draw_regions(
    rng: np.random.Generator, *, country: np.ndarray, regions: tuple[Region, ...]
) -> np.ndarray:
    drawn = np.zeros(len(country), dtype=np.int64)
    for index, jurisdiction in enumerate(Jurisdiction):
        places = [i for i, region in enumerate(regions) if region.country == jurisdiction.value]
        weights = np.array([regions[i].population_m for i in places])
        here = country == index
        drawn[here] = rng.choice(places, int(here.sum()), p=weights / weights.sum())
    return drawn


def _debtors(
    rng: np.random.Generator,
    *,
    ids: pl.Series,
    country: np.ndarray,
    region: np.ndarray,
    regions: tuple[Region, ...],
) -> pl.DataFrame:
    persons = len(ids)
    china = country == 0
    code = np.array([r.code for r in regions])[region]
    district = np.where(china, np.char.add(code, "0100"), code)
    native = np.array([r.dialect for r in regions])[region]
    local = rng.random(persons) < 0.6
    dialect = np.where(china & ~local, Dialect.MANDARIN.value, native)
    unknown_region = rng.random(persons) < 0.006
    zones = np.array([r.zone for r in regions], dtype=object)[region]
    abroad = rng.random(persons) < 0.002
    zones = np.where(abroad & china, "America/New_York|Asia/Shanghai", zones)
    names = np.char.add(
        np.char.add("样例", rng.choice(list(_SURNAMES), persons)), rng.choice(list(_GIVEN), persons)
    )
    known = rng.random(persons) < 0.12
    return pl.DataFrame(
        {
            "debtor_id": ids,
            "name": np.where(china, names, "Sample Person"),
            "jurisdiction": np.array([j.value for j in Jurisdiction])[country],
            "region": pl.Series(district).set(pl.Series(unknown_region), None),
            "region_source": pl.Series(
                rng.choice([s.value for s in RegionSource], persons, p=[0.8, 0.12, 0.08])
            ).set(pl.Series(unknown_region), None),
            "time_zones": pl.Series(zones.astype(str)).set(
                pl.Series(rng.random(persons) < 0.002), None
            ),
            "language": np.where(china, Language.ZH.value, Language.EN.value),
            "dialect": pl.Series(dialect).set(pl.Series(rng.random(persons) < 0.3), None),
            "officer_id": pl.Series(
                np.char.add("C", rng.integers(100, 999, persons).astype(str))
            ).set(pl.Series(~known), None),
            "team": pl.Series(np.array([r.team for r in regions])[region]).set(
                pl.Series(~known), None
            ),
            "vulnerable": rng.random(persons) < 0.015,
        }
    )


def _points(
    rng: np.random.Generator,
    *,
    ids: pl.Series,
    country: np.ndarray,
    behaviour: np.ndarray,
    chunk: int,
    book_day: int,
) -> tuple[pl.DataFrame, dict[str, np.ndarray], np.ndarray]:
    persons = len(ids)
    hard_to_reach = np.isin(behaviour, (5, 6))
    reachable = rng.random(persons) > np.where(hard_to_reach, 0.75, 0.06)
    plan = (
        ("mobile", PointKind.MOBILE, Relation.OWN, 1.0),
        ("mobile2", PointKind.MOBILE, Relation.OWN, 0.35),
        ("wechat", PointKind.WECHAT, Relation.OWN, 0.5),
        ("email", PointKind.EMAIL, Relation.OWN, 0.25),
        ("landline", PointKind.LANDLINE, Relation.OWN, 0.04),
        ("postal", PointKind.POSTAL, Relation.OWN, 0.6),
        ("contact", PointKind.MOBILE, Relation.CONTACT_PERSON, 0.7),
        ("guarantor", PointKind.MOBILE, Relation.GUARANTOR, 0.03),
    )
    frames, owners, kinds, offset = [], {}, {}, 0
    for name, kind, relation, share in plan:
        who = np.flatnonzero(rng.random(persons) < share)
        index = np.full(persons, -1, dtype=np.int64)
        index[who] = offset + np.arange(len(who))
        owners[name], kinds[name] = index, kind
        offset += len(who)
        frames.append(
            _point_rows(
                rng,
                who=who,
                ids=ids,
                country=country,
                reachable=reachable,
                kind=kind,
                relation=relation,
                first=name == "mobile",
                book_day=book_day,
            )
        )
    point = (
        pl.concat(frames)
        .with_row_index("row")
        .with_columns(
            contact_point_id=pl.format(
                "P{}{}", pl.lit(f"{chunk:05d}"), pl.col("row").cast(pl.String).str.zfill(7)
            )
        )
    )
    names = [c for c in point.columns if c not in {"row", "contact_point_id"}]
    return point.select("contact_point_id", *names), owners, reachable


def _point_rows(
    rng: np.random.Generator,
    *,
    who: np.ndarray,
    ids: pl.Series,
    country: np.ndarray,
    reachable: np.ndarray,
    kind: PointKind,
    relation: Relation,
    first: bool,
    book_day: int,
) -> pl.DataFrame:
    rows = len(who)
    quality = rng.choice([q.value for q in PointQuality], rows, p=[0.4, 0.5, 0.07, 0.02, 0.01])
    if first:
        dead = ~reachable[who]
        seen = rng.choice(
            ["UNTRIED", "DOUBTFUL", "INVALID", "WRONG_PERSON"], rows, p=[0.35, 0.3, 0.2, 0.15]
        )
        quality = np.where(dead, seen, quality)
    origin = rng.choice([o.value for o in Origin], rows, p=[0.55, 0.3, 0.1, 0.01, 0.02, 0.02])
    american = (country[who] == 1) & (kind is PointKind.MOBILE) & (rng.random(rows) < 0.1)
    recorded = (book_day - rng.integers(30, 900, rows)) * 86_400 + rng.integers(0, 86_400, rows)
    return pl.DataFrame(
        {
            "debtor_id": ids.gather(who),
            "address": _addresses(rng, kind=kind, country=country[who]),
            "kind": pl.Series([kind.value]).new_from_index(0, rows),
            "relation": pl.Series([relation.value]).new_from_index(0, rows),
            "origin": origin,
            "quality": pl.Series(quality).set(pl.Series(rng.random(rows) < 0.02), None),
            "number_zones": pl.Series(["America/Chicago"])
            .new_from_index(0, rows)
            .set(pl.Series(~american), None),
            "recorded_at": recorded,
        }
    )


def _addresses(rng: np.random.Generator, *, kind: PointKind, country: np.ndarray) -> np.ndarray:
    rows = len(country)
    digits = np.char.zfill(rng.integers(0, 10**8, rows).astype(str), 8)
    two = np.char.zfill(rng.integers(0, 100, rows).astype(str), 2)
    three = np.char.zfill(rng.integers(0, 1000, rows).astype(str), 3)
    if kind is PointKind.WECHAT:
        return np.char.add("demo_", digits)
    if kind is PointKind.EMAIL:
        return np.char.add(np.char.add("sample", digits), "@example.invalid")
    if kind is PointKind.POSTAL:
        return np.char.add("样例路 Sample Road ", two)
    china = np.char.add("+86100" if kind is PointKind.MOBILE else "+86000", digits)
    america = np.char.add("+120255501", two)
    britain = np.char.add("+447700900", three)
    return np.where(country == 0, china, np.where(country == 1, america, britain))
