"""A lender's extract of a few invented people, small enough to spoil by hand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from forbear.engine.schema import Kind
from forbear.engine.tables import EXTRACT

BOOK_DATE = "2026-11-24"
Row = dict[str, str]


def _debtor(number: int) -> Row:
    return {
        "debtor_id": f"D{number}",
        "name": f"测试 {number}",
        "jurisdiction": "CN",
        "region": "510100",
        "region_source": "ADDRESS",
        "region_confidence_percent": "",
        "number_region": "",
        "number_region_confidence_percent": "",
        "time_zones": "Asia/Shanghai",
        "language": "ZH",
        "dialect": "SICHUANESE",
        "officer_id": "",
        "team": "chengdu",
        "vulnerable": "false",
    }


def _point(number: int) -> Row:
    return {
        "contact_point_id": f"P{number}",
        "debtor_id": f"D{number}",
        "address": f"号码 {number}",
        "kind": "MOBILE",
        "relation": "OWN",
        "origin": "CONTRACT",
        "quality": "CONFIRMED",
        "number_zones": "Asia/Urumqi",
        "recorded_at": "2026-01-01T08:00:00+08:00",
    }


def _loan(number: int) -> Row:
    return {
        "loan_id": f"L{number}",
        "debtor_id": f"D{number}",
        "product": "instalment_loan",
        "currency": "CNY",
        "contract_date": "2026-07-01",
        "disbursed_date": "2026-07-02",
        "principal": "300.00",
        "annual_rate_bp": "1500",
        "state": "OPEN",
    }


def _instalments(number: int) -> list[Row]:
    return [
        {
            "loan_id": f"L{number}",
            "instalment_no": str(k),
            "due_date": f"2026-{7 + k:02d}-15",
            "principal": "100.00",
            "interest": f"{4 - k}.50",
            "fee": "0.00",
        }
        for k in (1, 2, 3)
    ]


def _payments(number: int) -> list[Row]:
    row = {
        "loan_id": f"L{number}",
        "value_date": "2026-08-15",
        "posting_date": "2026-08-16",
        "amount": "103.50",
        "purpose": "SCHEDULE",
        "reverses_payment_id": "",
    }
    return [
        {"payment_id": f"Y{number}a", **row},
        {
            "payment_id": f"Y{number}b",
            **row,
            "value_date": "2026-09-20",
            "posting_date": "2026-09-20",
            "amount": "50.00",
        },
        {
            "payment_id": f"Y{number}c",
            **row,
            "value_date": "2026-09-20",
            "posting_date": "2026-09-25",
            "amount": "50.00",
            "reverses_payment_id": f"Y{number}b",
        },
    ]


def _attempt(number: int) -> Row:
    return {
        "attempt_id": f"A{number}",
        "debtor_id": f"D{number}",
        "contact_point_id": f"P{number}",
        "loan_id": f"L{number}",
        "channel": "VOICE",
        "direction": "OUTBOUND",
        "started_at": "2026-11-20T10:00:00+08:00",
        "outcome": "CONVERSATION",
        "team": "chengdu",
    }


class Extract:
    """Tables of text rows; ``write`` makes the files, ``raw`` replaces one file's bytes."""

    def __init__(self, people: int = 3) -> None:
        numbers = range(1, people + 1)
        self.tables: dict[str, list[Row]] = {
            "debtor": [_debtor(n) for n in numbers],
            "contact_point": [_point(n) for n in numbers],
            "loan": [_loan(n) for n in numbers],
            "instalment": [row for n in numbers for row in _instalments(n)],
            "payment": [row for n in numbers for row in _payments(n)],
            "hold": [
                {
                    "hold_id": "H1",
                    "debtor_id": "D1",
                    "loan_id": "",
                    "channel": "",
                    "kind": "HARDSHIP",
                    "start_date": "2026-11-01",
                    "end_date": "",
                    "recorded_at": "2026-11-01T09:00:00+08:00",
                }
            ],
            "consent": [
                {
                    "consent_id": "C1",
                    "debtor_id": "D1",
                    "contact_point_id": "P1",
                    "channel": "WECHAT",
                    "kind": "CHANNEL",
                    "state": "GIVEN",
                    "recorded_at": "2026-10-01T09:00:00+08:00",
                }
            ],
            "attempt": [_attempt(n) for n in numbers],
        }
        self.raw: dict[str, bytes] = {}
        self.manifest: dict[str, Any] | None = {
            "contract": "1",
            "lender": "Banyan (invented)",
            "book_date": BOOK_DATE,
            "files": {},
        }

    def text(self, table: str, *, quoted: bool = False) -> str:
        """Return a table as CSV."""
        rows = self.tables[table]
        names = list(rows[0]) if rows else header_of(table)
        file = io.StringIO()
        writer = csv.DictWriter(
            file, names, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        )
        writer.writeheader()
        writer.writerows(rows)
        return file.getvalue()

    def state_totals(self) -> Extract:
        """Let the manifest state rows and sums as they are now."""
        assert self.manifest is not None
        for name, table in EXTRACT.items():
            rows = self.tables[name]
            sums = {
                c: sum(_minor(row[c.removesuffix("_minor")]) for row in rows) for c in table.sums
            }
            self.manifest["files"][name] = {"file": f"{name}.csv", "rows": len(rows), "sums": sums}
        return self

    def write(
        self,
        folder: Path,
        *,
        encoding: str = "utf-8",
        ends: str = "\n",
        quoted: bool = False,
        without: Iterable[str] = (),
    ) -> Path:
        """Write every table but those left out, and the manifest; return the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in EXTRACT:
            if name not in without:
                text = self.text(name, quoted=quoted).replace("\n", ends)
                (folder / f"{name}.csv").write_bytes(self.raw.get(name, text.encode(encoding)))
        if self.manifest is not None:
            (folder / "manifest.json").write_text(json.dumps(self.manifest), encoding="utf-8")
        return folder


def header_of(table: str) -> list[str]:
    """Return a table's header with amounts in major units."""
    return [
        c.name.removesuffix("_minor") if c.kind is Kind.MONEY else c.name
        for c in EXTRACT[table].columns
    ]


def _minor(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part or 0)
