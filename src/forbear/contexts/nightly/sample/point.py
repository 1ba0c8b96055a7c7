"""By which numbers and addresses are people believed to be reached, and whom do these reach?

None of them works. Chinese numbers, mobile or not, begin with 154: no operator's prefix in the
public numbering tables when this was written, and no area code or service number either. American
ones lie in 555-0100 to 555-0199 and British ones in 07700 900000 to 900999 and 020 7946 0000 to
0999, all set aside for fiction; these ranges are small, so persons there share numbers. E-mail ends
in ``.invalid``, which no name server answers (RFC 2606); WeChat ids begin with ``demo_``; the
streets do not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from forbear.contexts.nightly.sample.draw import (
    blanked,
    constant,
    identifiers,
    joined,
    padded,
    some_words,
    word_of,
)
from forbear.contexts.nightly.sample.lending import Lending
from forbear.contexts.nightly.sample.people import ANSWERED_CHANNELS, BEHAVIOURS, People
from forbear.contexts.nightly.sample.region import Region, Scene
from forbear.values.code import Dialect, Origin, PointKind, PointQuality, Relation
from forbear.values.day import DAY_S

HOLDERS = ("DEBTOR", "STRANGER", "NOBODY", "OTHER")
"""Whom a point reaches: the debtor, a stranger who got the number later, nobody, or the guarantor
or contact person whose it is."""
DEBTOR, STRANGER, NOBODY, OTHER = range(4)
_PLAN = (
    ("mobile", PointKind.MOBILE, Relation.OWN, 1.0),
    ("mobile2", PointKind.MOBILE, Relation.OWN, 0.35),
    ("wechat", PointKind.WECHAT, Relation.OWN, 0.5),
    ("email", PointKind.EMAIL, Relation.OWN, 0.25),
    ("landline", PointKind.LANDLINE, Relation.OWN, 0.04),
    ("postal", PointKind.POSTAL, Relation.OWN, 0.6),
    ("contact", PointKind.MOBILE, Relation.CONTACT_PERSON, 0.7),
    ("guarantor", PointKind.MOBILE, Relation.GUARANTOR, 0.03),
)
_POINT_OF_CHANNEL = {"VOICE": "mobile", "SMS": "mobile", "WECHAT": "wechat", "EMAIL": "email"}
_MOBILE_FAILS = np.array((0.04, 0.05, 0.07, 0.09, 0.07, 0.75, 0.60))
"""By behaviour: how often the first mobile number no longer reaches the person."""
_QUALITY = [q.value for q in PointQuality]
_QUALITY_SHARES = {
    DEBTOR: (0.39, 0.50, 0.08, 0.02, 0.01),
    STRANGER: (0.40, 0.05, 0.30, 0.03, 0.22),
    NOBODY: (0.30, 0.03, 0.27, 0.40, 0.00),
    OTHER: (0.60, 0.35, 0.05, 0.00, 0.00),
}
_LATER_ORIGINS = (
    Origin.LEFT_BY_DEBTOR,
    Origin.AUTHORISED_BY_DEBTOR,
    Origin.PUBLIC_SOURCE,
    Origin.TOLD_BY_CONTACT,
    Origin.CREDIT_BUREAU,
)
_LATER_SHARES = (0.74, 0.2, 0.01, 0.02, 0.03)
_STRIDE = 10**8
_STEP = 61_803_399  # has no factor of 10, so that neighbours get numbers far apart and all differ
_CHUNK_POINTS = 400_000


@dataclass(frozen=True)
class Points:
    """A chunk's contact points: the table, the truth behind it, and whose they are."""

    table: pl.DataFrame
    truth: pl.DataFrame
    ids: pl.Series
    of: dict[str, np.ndarray]
    """By name in the plan: position of each person's point, -1 where there is none."""
    holder: np.ndarray
    """Position in HOLDERS, by point."""
    recorded_s: np.ndarray
    """When the lender learned of it, by point."""


def make_points(
    rng: np.random.Generator, *, people: People, lending: Lending, scene: Scene
) -> Points:
    """Draw the contact points of a chunk of persons."""
    persons = len(people.ids)
    first_contract_day = lending.contract_day[lending.first_of_person]
    of: dict[str, np.ndarray] = {}
    frames, holders, recorded = [], [], []
    offset = 0
    for name, kind, relation, share in _PLAN:
        who = np.flatnonzero(rng.random(persons) < share)
        of[name] = np.full(persons, -1, dtype=np.int64)
        of[name][who] = offset + np.arange(len(who))
        holder = _holders(rng, name=name, behaviour=people.behaviour[who])
        at_once = name in {"mobile", "contact", "guarantor"}
        learned, early = _learned(
            rng, start=first_contract_day[who], book_day=scene.book_day, at_once=at_once
        )
        rows = _rows(
            rng,
            people=people,
            who=who,
            kind=kind,
            holder=holder,
            early=early,
            number=scene.chunk * _CHUNK_POINTS + offset + np.arange(len(who)),
            regions=scene.regions,
        )
        relations = constant(relation.value, count=len(who))
        frames.append(rows.with_columns(relation=relations, recorded_at=learned))
        holders.append(holder)
        recorded.append(learned)
        offset += len(who)
    ids = identifiers("P", chunk=scene.chunk, count=offset, digits=7)
    table = pl.concat(frames).with_columns(contact_point_id=ids)
    holder = np.concatenate(holders)
    truth = pl.DataFrame({"contact_point_id": ids, "holder": word_of(HOLDERS, holder)})
    return Points(table, truth, ids, of, holder, np.concatenate(recorded))


def truth_of(people: People, points: Points) -> pl.DataFrame:
    """Return what is true of each person and what the lender can only learn by trying.

    ``best_channel`` is where a contact is answered most often, over the points that the lender
    has and that do reach the person; null when none does. Chances are parts per million.
    """
    chances = people.answers.copy()
    for column, channel in enumerate(ANSWERED_CHANNELS):
        point = points.of[_POINT_OF_CHANNEL[channel]]
        chances[:, column] *= (point >= 0) & (points.holder[np.maximum(point, 0)] == DEBTOR)
    best = np.where(chances.max(axis=1) > 0, chances.argmax(axis=1), -1)
    parts = {
        f"answers_{channel.lower()}_ppm": pl.Series(
            np.round(people.answers[:, column] * 1_000_000).astype(np.int32)
        )
        for column, channel in enumerate(ANSWERED_CHANNELS)
    }
    return pl.DataFrame(
        {
            "debtor_id": people.ids,
            "behaviour": word_of(BEHAVIOURS, people.behaviour),
            "dialect": word_of([d.value for d in Dialect], people.dialect),
            "best_channel": word_of(ANSWERED_CHANNELS, best),
            **parts,
            "pays_when_answered_ppm": np.round(people.pays * 1_000_000).astype(np.int32),
            "first_mobile_reaches": points.holder[points.of["mobile"]] == DEBTOR,
        }
    )


def _holders(rng: np.random.Generator, *, name: str, behaviour: np.ndarray) -> np.ndarray:
    """Numbers are recycled: what was the person's may ring at a stranger's by now."""
    lot, fate = rng.random((2, len(behaviour)))
    if name in {"contact", "guarantor"}:
        return np.where(lot < 0.93, OTHER, np.where(fate < 0.6, STRANGER, NOBODY))
    fails = {"mobile": _MOBILE_FAILS[behaviour], "mobile2": 0.35, "landline": 0.3}.get(name, 0.07)
    recycled = 0.0 if name in {"wechat", "email"} else 0.55
    return np.where(lot >= fails, DEBTOR, np.where(fate < recycled, STRANGER, NOBODY))


def _learned(
    rng: np.random.Generator, *, start: np.ndarray, book_day: int, at_once: bool
) -> tuple[np.ndarray, np.ndarray]:
    """When the lender learned of a point: with the first contract, or some day since."""
    count = len(start)
    since = np.maximum(book_day - start, 1)
    later = (start + rng.random(count) * since).astype(np.int64)
    early = at_once | (rng.random(count) < 0.55)
    day = np.where(early, start - rng.integers(1, 4, count), np.minimum(later, book_day - 1))
    return day * DAY_S + rng.integers(0, DAY_S, count), early


def _rows(
    rng: np.random.Generator,
    *,
    people: People,
    who: np.ndarray,
    kind: PointKind,
    holder: np.ndarray,
    number: np.ndarray,
    early: np.ndarray,
    regions: tuple[Region, ...],
) -> pl.DataFrame:
    count = len(who)
    region = people.region[who]
    prefix = _prefix_regions(rng, country=people.country[who], region=region, regions=regions)
    telephone = kind in {PointKind.MOBILE, PointKind.LANDLINE}
    # A prefix speaks for zones only where it is another than the region's own or American.
    tells = telephone & ((prefix != region) | (people.country[who] == 1))
    address = (
        _telephones(rng, kind=kind, prefix=prefix, number=number, regions=regions)
        if telephone
        else _addresses(rng, kind=kind, number=number)
    )
    origin = np.where(early, 0, 1 + rng.choice(len(_LATER_ORIGINS), count, p=_LATER_SHARES))
    return pl.DataFrame(
        {
            "debtor_id": people.ids.gather(who),
            "address": address,
            "kind": constant(kind.value, count=count),
            "origin": word_of([o.value for o in (Origin.CONTRACT, *_LATER_ORIGINS)], origin),
            "quality": _qualities(rng, holder=holder),
            "number_zones": blanked(
                word_of(["|".join(r.zones) for r in regions], prefix), where=~tells
            ),
        }
    )


def _qualities(rng: np.random.Generator, *, holder: np.ndarray) -> pl.Series:
    """What the lender believes; of a recycled number it often knows nothing yet."""
    index = np.zeros(len(holder), np.int64)
    for position, shares in _QUALITY_SHARES.items():
        here = holder == position
        index[here] = rng.choice(len(_QUALITY), int(here.sum()), p=shares)
    return blanked(word_of(_QUALITY, index), where=rng.random(len(holder)) < 0.02)


def _prefix_regions(
    rng: np.random.Generator,
    *,
    country: np.ndarray,
    region: np.ndarray,
    regions: tuple[Region, ...],
) -> np.ndarray:
    """The region whose prefix a number has: the person's, mostly; else an American one."""
    american = [i for i, r in enumerate(regions) if r.country == "US"]
    elsewhere = rng.random(len(region)) < np.array((0.002, 0.1, 0.005))[country]
    return np.where(elsewhere, rng.choice(american, len(region)), region)


def _telephones(
    rng: np.random.Generator,
    *,
    kind: PointKind,
    prefix: np.ndarray,
    number: np.ndarray,
    regions: tuple[Region, ...],
) -> pl.Series:
    country = word_of([r.country for r in regions], prefix)
    scattered = padded(number * _STEP % _STRIDE, digits=8)
    china = joined("+86154", scattered)
    small = rng.integers(0, 1_000, len(number))
    america = joined(
        "+1", word_of([r.area for r in regions], prefix), "55501", padded(small % 100, digits=2)
    )
    british = "+447700900" if kind is PointKind.MOBILE else "+442079460"
    britain = joined(british, padded(small, digits=3))
    return china.zip_with(country == "CN", america.zip_with(country == "US", britain))


def _addresses(rng: np.random.Generator, *, kind: PointKind, number: np.ndarray) -> pl.Series:
    scattered = padded(number * _STEP % _STRIDE, digits=8)
    if kind is PointKind.WECHAT:
        return joined("demo_", scattered)
    if kind is PointKind.EMAIL:
        return joined("sample", scattered, "@example.invalid")
    street = some_words(rng, list("梅兰竹菊松柏"), count=len(number), shares=[1 / 6] * 6)
    house = pl.Series(rng.integers(1, 400, len(number))).cast(pl.String)
    return joined("样例", street, "路 Sample Road ", house)
