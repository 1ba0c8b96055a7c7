"""What a lender's file tells of one person, in tests that take one in again and again."""

from __future__ import annotations

from datetime import date

import polars as pl

from forbear.contexts.database.bulk import staged
from forbear.contexts.database.transaction import acting
from forbear.contexts.nightly.bridge.pieces import pieces
from forbear.contexts.nightly.bridge.sealing import RowSealer
from forbear.contexts.portfolio import bulk
from tests.support.portfolio import NOW, SETUP

PERSON = {
    "ref": "P-1",
    "name": "欧阳虚构",
    "national_id": None,
    "jurisdiction": "CN",
    "region": "440100",
    "region_source": "ADDRESS",
    "region_confidence_percent": None,
    "time_zones": "{Asia/Shanghai}",
    "language": "ZH",
    "dialect": None,
    "officer_ref": "O-1",
    "team": None,
    "vulnerable": False,
}
POINT = {
    "ref": "C-1",
    "debtor_ref": "P-1",
    "kind": "MOBILE",
    "relation": "OWN",
    "origin": "CONTRACT",
    "quality": "UNTRIED",
    "address": "19900001111",
    "number_zones": "{}",
    "recorded_at": "2026-01-05 00:00:00+00",
}
LOAN = {
    "ref": "L-1",
    "debtor_ref": "P-1",
    "product": "instalment_loan",
    "currency": "CNY",
    "contract_date": date(2026, 1, 5),
    "disbursed_date": date(2026, 1, 6),
    "principal_minor": 120_000,
    "annual_rate_bp": 1_200,
    "state": "OPEN",
}


def file_tells(*, person=None, point=None, loan=None) -> dict[str, int]:
    """Take in what a lender's file tells; return how many rows changed, by table."""
    told = {**PERSON, **(person or {})}, {**POINT, **(point or {})}, {**LOAN, **(loan or {})}
    persons, points, loans = (pl.DataFrame([each], infer_schema_length=None) for each in told)
    sealer = RowSealer(lambda: NOW)
    creditor = "example-lender"
    with acting(SETUP):
        sealed = sealer.debtors(persons.select("ref", "name", "national_id", "jurisdiction"))
        persons = persons.drop("name", "national_id").join(sealed, on="ref")
        changed = {"person": _merged("debtor", bulk.DEBTOR, persons, bulk.merge_debtors, now=NOW)}
        sealed = sealer.contact_points(points.select("ref", "debtor_ref", "kind", "address"))
        points = points.drop("address").join(sealed, on="ref")
        changed["point"] = _merged(
            "point",
            bulk.CONTACT_POINT,
            points,
            bulk.merge_contact_points,
            creditor=creditor,
            now=NOW,
        )
        changed["loan"] = _merged(
            "loan", bulk.LOAN, loans, bulk.merge_loans, creditor=creditor, now=NOW
        )
    return changed


def _merged(name, columns, rows, merge, **told) -> int:
    with staged(f"test_{name}", columns) as stage:
        stage.fill(pieces([rows], columns))
        return merge(stage, **told).changed
