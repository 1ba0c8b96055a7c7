"""Random persons with the contacts made to them, as a book's frames and as plain rows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import strategies as st

from forbear.contexts.nightly.workspace import TableFolder, part_name
from tests.support import contact

Row = dict[str, Any]
FIRST_S = (contact.DAY - 9) * 86_400
_SPAN_S = 11 * 86_400
# Ties, the edges of windows, the hour that a clock leaves out or shows twice, and ordinary seconds.
_SECONDS = st.sampled_from([0, 28_799, 28_800, 79_199, 79_200, 40_000]) | st.integers(0, 86_399)


@st.composite
def past_books(draw: st.DrawFn) -> dict[str, list[Row]]:
    """Draw a few persons whose attempts have their instants and the local days of those."""
    book = draw(contact.contact_books((contact.DAY,)))
    for attempt in book["attempt"]:
        person = book["person"][attempt["debtor_no"]]
        at = FIRST_S + draw(st.integers(0, 10)) * 86_400 + draw(_SECONDS)
        attempt.update(started_s=at, local_day=local_day(person, at))
    for table in ("hold", "consent"):
        for row in book[table]:
            row["recorded_s"] = draw(
                st.integers(FIRST_S - _SPAN_S, FIRST_S + _SPAN_S) | _about(book["attempt"])
            )
    book["attempt"].sort(key=lambda row: (row["debtor_no"], row["started_s"]))
    for number, attempt in enumerate(book["attempt"]):
        attempt["attempt_no"] = number
    return book


def _about(attempts: list[Row]) -> st.SearchStrategy[int]:
    """Draw the very second of some attempt, or one beside it."""
    seconds = st.sampled_from([a["started_s"] for a in attempts] or [FIRST_S])
    return st.tuples(seconds, st.integers(-1, 1)).map(sum)


def local_day(person: Row, second: int) -> int:
    """The day in the first of the person's zones, in UTC where not known."""
    zone = (person["time_zones"] or "UTC").split("|")[0]
    return contact.day_number(datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone)).date())


_INT, _TEXT = pl.Int64, pl.String
_SCHEMAS: dict[str, dict[str, Any]] = {
    "debtor": {
        "debtor_no": _INT,
        "debtor_id": _TEXT,
        "jurisdiction": pl.Int8,
        "region": _TEXT,
        "time_zones": _TEXT,
    },
    "contact_point": {
        "contact_point_no": _INT,
        "contact_point_id": _TEXT,
        "debtor_no": _INT,
        "relation": pl.Int8,
        "quality": pl.Int8,
        "origin": pl.Int8,
        "time_zones": _TEXT,
    },
    "loan": {"loan_no": _INT, "debtor_no": _INT, "loan_id": _TEXT, "product": _TEXT},
    "attempt": {
        "attempt_no": _INT,
        "debtor_no": _INT,
        "contact_point_no": _INT,
        "loan_no": _INT,
        "channel": pl.Int8,
        "direction": pl.Int8,
        "outcome": pl.Int8,
        "local_day": pl.Int32,
        "started_s": _INT,
    },
    "hold": {
        "debtor_no": _INT,
        "loan_no": _INT,
        "channel": pl.Int8,
        "kind": pl.Int8,
        "start_day": pl.Int32,
        "end_day": pl.Int32,
        "recorded_s": _INT,
    },
    "consent": {
        "debtor_no": _INT,
        "contact_point_no": _INT,
        "channel": pl.Int8,
        "kind": pl.Int8,
        "state": pl.Int8,
        "recorded_s": _INT,
    },
}


def rows_of(book: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The rows of the book's tables; the older half of the attempts lies apart, as in a book."""
    middle = FIRST_S + _SPAN_S // 2
    return {
        "debtor": [{**row, "debtor_id": f"D{row['debtor_no']}"} for row in book["person"]],
        "contact_point": [
            {
                **row,
                "contact_point_id": f"P{row['contact_point_no']}",
                "time_zones": contact.zones_of(book["person"][row["debtor_no"]], row),
            }
            for row in book["point"]
        ],
        "loan": [
            {
                "loan_no": row["loan_no"] + other,
                "debtor_no": row["debtor_no"],
                "loan_id": f"L{row['loan_no'] + other}",
                "product": row["product"] if not other else "mortgage",
            }
            for row in book["person"]
            for other in (0, 1)
        ],
        "attempt": [row for row in book["attempt"] if row["started_s"] >= middle],
        "attempt_old": [row for row in book["attempt"] if row["started_s"] < middle],
        "hold": book["hold"],
        "consent": book["consent"],
    }


def write_book(book: dict[str, list[Row]], folder: Path) -> TableFolder:
    """Write the tables as a book of one part."""
    for name, rows in rows_of(book).items():
        schema = _SCHEMAS["attempt" if name == "attempt_old" else name]
        path = folder / name / part_name(0)
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [{column: row[column] for column in schema} for row in rows]
        pl.DataFrame(kept, schema=schema, orient="row").write_parquet(path)
    manifest = {"book_id": "invented", "book_date": contact.AS_OF.isoformat(), "partitions": [{}]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return TableFolder(folder, manifest)
