"""Random persons with numbers, histories, holds and statements, as rows and as frames."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
import polars as pl
from hypothesis import strategies as st

from forbear.engine.eligibility.eligibility import WAYS
from forbear.policy.facts import Consent, ContactFacts, Event, Hold
from forbear.values.code import (
    Channel,
    ConsentKind,
    ConsentState,
    Direction,
    HoldKind,
    Jurisdiction,
    Origin,
    Outcome,
    PointKind,
    PointQuality,
    Relation,
)
from forbear.values.day import day_number

AS_OF = date(2026, 3, 8)  # a Sunday; clocks go forward in the United States
DAY = day_number(AS_OF)
DAYS = (
    DAY,
    day_number(date(2026, 2, 28)),
    day_number(date(2026, 3, 29)),  # clocks go forward in the United Kingdom
    day_number(date(2026, 10, 25)),  # and back again
    day_number(date(2026, 11, 1)),  # clocks go back in the United States
    day_number(date(2027, 1, 1)),
    day_number(date(2028, 2, 29)),
)
ZONES = (
    None,
    "Asia/Shanghai",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "America/New_York|Asia/Shanghai",
)
NUMBER_ZONES = (None, None, "America/Chicago", "Asia/Shanghai")
SLOTS = ((510, 720), (780, 1020), (1140, 1230), (1200, 1320), (450, 540), (60, 240))

Row = dict[str, Any]


def _codes(codes: Any) -> st.SearchStrategy[int]:
    return st.sampled_from([code.number for code in codes])


@st.composite
def contact_books(draw: st.DrawFn, days: tuple[int, ...] = DAYS) -> dict[str, list[Row]]:
    """Draw a few persons with everything that rules may look at, and the day of asking."""
    day_of_asking = draw(st.sampled_from(days))
    book: dict[str, list[Row]] = {
        name: [] for name in ("person", "point", "attempt", "hold", "consent")
    }
    book["asked"] = [{"day": day_of_asking}]
    for person in range(draw(st.integers(1, 4))):
        book["person"].append(
            {
                "debtor_no": person,
                "jurisdiction": draw(_codes(Jurisdiction)),
                "time_zones": draw(st.sampled_from(ZONES)),
                "region": draw(st.sampled_from((None, "US-MA", "US-WA", "440300"))),
                "product": draw(st.sampled_from((None, "card", "loan"))),
                "loan_no": 10 * person,
            }
        )
        points = [10 * person + i for i in range(draw(st.integers(1, 3)))]
        for point in points:
            book["point"].append(
                {
                    "debtor_no": person,
                    "contact_point_no": point,
                    "kind": draw(_codes(PointKind)),
                    "relation": draw(_codes(Relation)),
                    "origin": draw(_codes(Origin)),
                    "quality": draw(st.none() | _codes(PointQuality)),
                    "number_zones": draw(st.sampled_from(NUMBER_ZONES)),
                }
            )
        loans = st.sampled_from([None, 10 * person, 10 * person + 1])
        some_point = st.sampled_from([None, *points])
        for _ in range(draw(st.integers(0, 14))):
            book["attempt"].append(
                {
                    "debtor_no": person,
                    "contact_point_no": draw(some_point),
                    "loan_no": draw(loans),
                    "channel": draw(_codes(Channel)),
                    "direction": draw(_codes(Direction)),
                    "outcome": draw(_codes(Outcome)),
                    "local_day": (day := day_of_asking - draw(st.integers(0, 9))),
                    "started_s": day * 86_400 + draw(st.sampled_from((0, 40_000, 86_399))),
                }
            )
        for _ in range(draw(st.integers(0, 2))):
            start = day_of_asking + draw(st.integers(-9, 2))
            book["hold"].append(
                {
                    "debtor_no": person,
                    "loan_no": draw(loans),
                    "channel": draw(st.none() | _codes(Channel)),
                    "kind": draw(_codes(HoldKind)),
                    "start_day": start,
                    "end_day": draw(st.none() | st.integers(start, start + 12)),
                }
            )
        for _ in range(draw(st.integers(0, 5))):
            book["consent"].append(
                {
                    "debtor_no": person,
                    "contact_point_no": draw(some_point),
                    "channel": draw(st.none() | _codes(Channel)),
                    "kind": draw(_codes(ConsentKind)),
                    "state": draw(_codes(ConsentState)),
                    "recorded_s": draw(
                        st.integers(1, 4)
                        | st.integers(0, 9).map(lambda ago: (day_of_asking - ago) * 86_400 + 40_000)
                        | st.integers(0, 9).map(lambda ago: (day_of_asking - ago) * 86_400 + 40_001)
                    ),
                }
            )
    return book


def day_of(book: dict[str, list[Row]]) -> int:
    """The day on which a drawn book's rules are asked."""
    return int(book["asked"][0]["day"])


def zones_of(person: Row, point: Row) -> str | None:
    """All zones in which a contact must be lawful; None where the person's are not known."""
    if person["time_zones"] is None:
        return None
    union = set(person["time_zones"].split("|")) | {point["number_zones"]} - {None}
    return "|".join(sorted(union))


def facts_of(book: dict[str, list[Row]], way: Row, point: Row) -> ContactFacts:
    """What the rules may know about one way to reach a person."""
    person = book["person"][way["debtor_no"]]
    zones = zones_of(person, point)

    def own(name: str) -> list[Row]:
        return [row for row in book[name] if row["debtor_no"] == way["debtor_no"]]

    def channel(row: Row) -> Any:
        return None if row["channel"] is None else Channel.from_number(row["channel"])

    quality = point["quality"]
    return ContactFacts(
        channel=Channel.from_number(way["channel"]),
        contact_point_no=way["contact_point_no"],
        relation=Relation.from_number(point["relation"]),
        quality=None if quality is None else PointQuality.from_number(quality),
        origin=Origin.from_number(point["origin"]),
        person_zones=tuple((person["time_zones"] or "").split("|")) if person["time_zones"] else (),
        zones=tuple(zones.split("|")) if zones else (),
        loan_no=way["loan_no"],
        region=person["region"],
        product=person["product"],
        events=tuple(
            Event(
                channel(r),
                Direction.from_number(r["direction"]),
                Outcome.from_number(r["outcome"]),
                r["local_day"],
                r["contact_point_no"],
                r["loan_no"],
                r["started_s"],
            )
            for r in own("attempt")
        ),
        holds=tuple(
            Hold(
                HoldKind.from_number(r["kind"]),
                r["start_day"],
                r["end_day"],
                r["loan_no"],
                channel(r),
            )
            for r in own("hold")
        ),
        consents=tuple(
            Consent(
                ConsentKind.from_number(r["kind"]),
                ConsentState.from_number(r["state"]),
                r["recorded_s"],
                r["contact_point_no"],
                channel(r),
            )
            for r in own("consent")
        ),
    )


_SCHEMAS: dict[str, dict[str, Any]] = {
    "candidate": {
        "contact_point_no": pl.Int64,
        "debtor_no": pl.Int64,
        "channel": pl.Int8,
        "jurisdiction": pl.Int8,
        "relation": pl.Int8,
        "quality": pl.Int8,
        "origin": pl.Int8,
        "loan_no": pl.Int64,
        "clock": pl.String,
        "region": pl.String,
        "product": pl.String,
    },
    "attempt": {
        "debtor_no": pl.Int64,
        "contact_point_no": pl.Int64,
        "loan_no": pl.Int64,
        "channel": pl.Int8,
        "direction": pl.Int8,
        "outcome": pl.Int8,
        "local_day": pl.Int32,
        "started_s": pl.Int64,
    },
    "hold": {
        "debtor_no": pl.Int64,
        "loan_no": pl.Int64,
        "channel": pl.Int8,
        "kind": pl.Int8,
        "start_day": pl.Int32,
        "end_day": pl.Int32,
    },
    "consent": {
        "debtor_no": pl.Int64,
        "contact_point_no": pl.Int64,
        "channel": pl.Int8,
        "kind": pl.Int8,
        "state": pl.Int8,
        "recorded_s": pl.Int64,
    },
}


def candidates_of(book: dict[str, list[Row]]) -> list[Row]:
    """Every way to reach every person."""
    rows = []
    for point in book["point"]:
        person = book["person"][point["debtor_no"]]
        zones = zones_of(person, point)
        kept = ("contact_point_no", "debtor_no", "relation", "quality", "origin")
        rows += [
            {
                **{name: point[name] for name in kept},
                "channel": channel.number,
                "jurisdiction": person["jurisdiction"],
                "loan_no": person["loan_no"],
                "region": person["region"],
                "product": person["product"],
                "clock": None if zones is None else f"{person['time_zones']}>{zones}",
            }
            for channel in WAYS[PointKind.from_number(point["kind"])]
        ]
    return rows


def frames_of(book: dict[str, list[Row]]) -> dict[str, nw.LazyFrame]:
    """The rows as lazy frames, ready to be masked."""
    rows = {
        "candidate": candidates_of(book),
        **{n: book[n] for n in ("attempt", "hold", "consent")},
    }
    return {
        name: nw.from_native(pl.DataFrame(rows[name], schema=schema, orient="row").lazy())
        for name, schema in _SCHEMAS.items()
    }
