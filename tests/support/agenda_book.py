"""Small made-up books for the agenda's tests, drawn from a seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import polars as pl

from forbear.values.code import (
    Channel,
    Dialect,
    Direction,
    Jurisdiction,
    Language,
    LoanState,
    PointKind,
    PointQuality,
    Relation,
)

if TYPE_CHECKING:
    from forbear.engine.agenda import AgendaSettings

AS_OF = 20_000
PROVINCES = {
    Jurisdiction.CN: ("11", "44", "51", "31", "65", "99", None),
    Jurisdiction.US: ("US-CA", "US-NY", None),
    Jurisdiction.UK: ("GB-ENG", None),
}
CURRENCY = {Jurisdiction.CN: "CNY", Jurisdiction.US: "USD", Jurisdiction.UK: "GBP"}
WAYS = {
    PointKind.MOBILE: (Channel.VOICE, Channel.BOT, Channel.SMS),
    PointKind.LANDLINE: (Channel.VOICE,),
    PointKind.WECHAT: (Channel.WECHAT,),
    PointKind.EMAIL: (Channel.EMAIL,),
    PointKind.POSTAL: (Channel.LETTER, Channel.VISIT),
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "debtor": {
        "debtor_no": pl.Int64,
        "debtor_id": pl.String,
        "person_hash": pl.Int64,
        "jurisdiction": pl.Int8,
        "province": pl.String,
        "region_confidence_percent": pl.Int32,
        "language": pl.Int8,
        "dialect": pl.Int8,
        "officer_id": pl.String,
        "team": pl.String,
        "vulnerable": pl.Boolean,
    },
    "contact_point": {
        "contact_point_no": pl.Int64,
        "debtor_no": pl.Int64,
        "contact_point_id": pl.String,
        "kind": pl.Int8,
        "relation": pl.Int8,
        "quality": pl.Int8,
    },
    "loan": {"loan_no": pl.Int64, "debtor_no": pl.Int64, "currency": pl.String, "state": pl.Int8},
    "attempt": {"debtor_no": pl.Int64, "direction": pl.Int8, "local_day": pl.Int32},
    "delinquency": {
        "loan_no": pl.Int64,
        "debtor_no": pl.Int64,
        "days_past_due": pl.Int32,
        "bucket": pl.String,
        "overdue_minor": pl.Int64,
        "next_due_day": pl.Int32,
        "next_due_minor": pl.Int64,
    },
    "eligibility": {
        "contact_point_no": pl.Int64,
        "debtor_no": pl.Int64,
        "channel": pl.Int8,
        "slot": pl.Int32,
        "allowed": pl.Boolean,
        "rule": pl.Int32,
    },
}


def made_up(people: int, *, seed: int, settings: AgendaSettings) -> dict[str, pl.DataFrame]:
    """Draw a book, its delinquency and its eligibility by lot; equal seeds give equal books."""
    rng = random.Random(seed)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for debtor_no in range(people):
        _person(rows, debtor_no, rng, settings)
    return {name: pl.DataFrame(rows[name], schema=schema) for name, schema in SCHEMAS.items()}


def _person(
    rows: dict[str, list[dict[str, Any]]], no: int, rng: random.Random, settings: AgendaSettings
) -> None:
    law = rng.choices(list(PROVINCES), (8, 1, 1))[0]
    rows["debtor"].append(
        {
            "debtor_no": no,
            "debtor_id": f"D{no:05d}",
            "person_hash": rng.getrandbits(63),
            "jurisdiction": law.number,
            "province": rng.choice(PROVINCES[law]),
            "region_confidence_percent": rng.choice([None, 20, 49, 50, 80, 100]),
            "language": rng.choice([None, Language.ZH.number, Language.EN.number]),
            "dialect": rng.choice([None, *(dialect.number for dialect in Dialect)]),
            "officer_id": f"O{no % 7}" if no % 3 == 0 else None,
            "team": rng.choice(["chengdu", "beijing", "leeds", "nobody"]) if no % 3 == 0 else None,
            "vulnerable": rng.random() < 0.1,
        }
    )
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        _loan(rows, no, CURRENCY[law], rng)
    for _ in range(rng.choice([0, 1, 2, 3])):
        _point(rows, no, rng, settings)
    for _ in range(rng.choice([0, 0, 1, 4])):
        rows["attempt"].append(
            {
                "debtor_no": no,
                "direction": rng.choice(list(Direction)).number,
                "local_day": AS_OF - rng.randrange(12),
            }
        )


def _loan(
    rows: dict[str, list[dict[str, Any]]], no: int, currency: str, rng: random.Random
) -> None:
    loan_no = len(rows["loan"])
    state = rng.choices(list(LoanState), (8, 1, 1))[0]
    days = rng.choice([0, 0, 0, 5, 33, 70, 200])
    owing = days > 0 or rng.random() < 0.1
    bucket = f"M{min((days + 29) // 30, 7)}"
    due = rng.choice([None, AS_OF, AS_OF + 2, AS_OF + 20, AS_OF + 400])
    rows["loan"].append(
        {"loan_no": loan_no, "debtor_no": no, "currency": currency, "state": state.number}
    )
    rows["delinquency"].append(
        {
            "loan_no": loan_no,
            "debtor_no": no,
            "days_past_due": days,
            "bucket": bucket,
            "overdue_minor": rng.randrange(1, 9_000_000) if owing else 0,
            "next_due_day": due,
            "next_due_minor": 0 if due is None else rng.randrange(1, 900_000),
        }
    )


def _point(
    rows: dict[str, list[dict[str, Any]]], no: int, rng: random.Random, settings: AgendaSettings
) -> None:
    point_no = len(rows["contact_point"])
    kind = rng.choice(list(PointKind))
    relation = rng.choices(list(Relation), (8, 1, 1))[0]
    rows["contact_point"].append(
        {
            "contact_point_no": point_no,
            "debtor_no": no,
            "contact_point_id": f"P{point_no:05d}",
            "kind": kind.number,
            "relation": relation.number,
            "quality": rng.choices(list(PointQuality), (3, 5, 1, 1, 0))[0].number,
        }
    )
    for channel in WAYS[kind]:
        for slot in range(len(settings.slots)):
            allowed = relation is not Relation.CONTACT_PERSON and rng.random() < 0.7
            rows["eligibility"].append(
                {
                    "contact_point_no": point_no,
                    "debtor_no": no,
                    "channel": channel.number,
                    "slot": slot,
                    "allowed": allowed,
                    "rule": None if allowed else rng.randrange(3),
                }
            )
