"""How does one part of the book become the arrays that past contacts are judged with?"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from forbear.contexts.nightly.workspace import TableFolder
from forbear.policy.past.history import (
    NONE,
    Contacts,
    Events,
    History,
    Holds,
    Ints,
    Labels,
    Statements,
)
from forbear.values.code import Direction

_ATTEMPTS = ("attempt_old", "attempt")
_EVENT = [field.name for field in fields(Events)]


@dataclass(frozen=True)
class Past:
    """The history of one part, and the rows of its contacts in the same order.

    ``rows``: attempt_no, debtor_id, contact_point_id, loan_id, channel, started_s, local_day.
    """

    history: History
    rows: pl.DataFrame


def day_range(book: TableFolder) -> tuple[int, int] | None:
    """Return the first and the last local day of the book's attempts; None where it has none."""
    day = pl.col("local_day")
    found = pl.concat([book.scan(name).select(day) for name in _ATTEMPTS])
    first, last = found.select(first=day.min(), last=day.max()).collect().row(0)
    return None if first is None else (first, last)


def read_past(
    book: TableFolder, part: int, *, first_day: int, end_day: int, reach_days: int | None
) -> Past:
    """Read what judging the outbound attempts of the local days [first_day, end_day) needs.

    ``reach_days`` is how far the rules look back from a contact; None: over everything.
    """
    wanted = pl.col("local_day") < end_day
    if reach_days is not None:
        wanted &= pl.col("local_day") > first_day - max(reach_days, 1)
    attempts = (
        pl.concat([book.scan(name, part).filter(wanted) for name in _ATTEMPTS])
        .select("attempt_no", *_EVENT)
        .sort("attempt_no")
        .with_row_index("position")
        .collect(engine="streaming")
    )
    judged = attempts.filter(
        (pl.col("direction") == Direction.OUTBOUND.number) & (pl.col("local_day") >= first_day)
    )
    rows = _known(book, part, judged)
    contacts = Contacts(
        position=_ints(rows["position"]),
        jurisdiction=_ints(rows["jurisdiction"]),
        relation=_ints(rows["relation"]),
        quality=_ints(rows["quality"]),
        origin=_ints(rows["origin"]),
        region=_labels(rows["region"]),
        product=_labels(rows["product"]),
        clock=_labels(rows["clock"]),
    )
    history = History(
        Events(**{name: _ints(attempts[name]) for name in _EVENT}),
        contacts,
        Holds(**_columns(book, part, "hold", Holds)),
        Statements(**_columns(book, part, "consent", Statements)),
    )
    told = ("attempt_no", "debtor_id", "contact_point_id", "loan_id")
    return Past(history, rows.select(*told, "channel", "started_s", "local_day"))


def _known(book: TableFolder, part: int, judged: pl.DataFrame) -> pl.DataFrame:
    """Add what the book says of each contact's person, contact point and loan.

    The book keeps no history of them: a contact point has today's relation and quality. Where no
    contact point was recorded, the person's own clocks count.
    """
    people = book.scan("debtor", part).select(
        "debtor_no", "debtor_id", "jurisdiction", "region", person_zones="time_zones"
    )
    points = book.scan("contact_point", part).select(
        "contact_point_no", "contact_point_id", "relation", "quality", "origin", "time_zones"
    )
    loans = book.scan("loan", part).select("loan_no", "loan_id", "product")
    zones = pl.coalesce("time_zones", "person_zones")
    return (
        judged.lazy()
        .join(people, on="debtor_no", how="left", maintain_order="left")
        .join(points, on="contact_point_no", how="left", maintain_order="left")
        .join(loans, on="loan_no", how="left", maintain_order="left")
        .with_columns(clock=pl.concat_str("person_zones", pl.lit(">"), zones))
        .collect()
    )


def _columns(book: TableFolder, part: int, table: str, of: type) -> dict[str, Ints]:
    names = [field.name for field in fields(of)]
    frame = book.scan(table, part).select(names).collect()
    return {name: _ints(frame[name]) for name in names}


def _ints(column: pl.Series) -> Ints:
    return column.cast(pl.Int64).fill_null(NONE).to_numpy()


def _labels(column: pl.Series) -> Labels:
    names = column.drop_nulls().unique().sort()
    if not names.len():
        return Labels(np.full(column.len(), NONE, dtype=np.int64), ())
    return Labels(_ints(column.cast(pl.Enum(names)).to_physical()), tuple(names.to_list()))
