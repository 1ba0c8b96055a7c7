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
_TOLD = (
    "attempt_no",
    "debtor_no",
    "contact_point_no",
    "loan_no",
    "channel",
    "started_s",
    "local_day",
)
BLOCK_ATTEMPTS = 250_000


@dataclass(frozen=True)
class Past:
    """The history of one part, and the rows of its contacts in the same order.

    ``rows``: attempt_no, debtor_no, contact_point_no, loan_no, channel, started_s, local_day.
    """

    history: History
    rows: pl.DataFrame


def day_range(book: TableFolder) -> tuple[int, int] | None:
    """Return the first and the last local day of the book's attempts; None where it has none."""
    day = pl.col("local_day")
    found = pl.concat([book.scan(name).select(day) for name in _ATTEMPTS])
    first, last = found.select(first=day.min(), last=day.max()).collect().row(0)
    return None if first is None else (first, last)


@dataclass(frozen=True)
class Span:
    """The local days [first_day, end_day) of the contacts, and how far back their rules look.

    ``reach_days`` None: over everything.
    """

    first_day: int
    end_day: int
    reach_days: int | None

    @property
    def wanted(self) -> pl.Expr:
        """Whether an attempt is a contact to be judged or may count for one."""
        wanted = pl.col("local_day") < self.end_day
        if self.reach_days is not None:
            wanted &= pl.col("local_day") > self.first_day - max(self.reach_days, 1)
        return wanted


def blocks(book: TableFolder, part: int, span: Span) -> list[tuple[int, int]]:
    """Cut a part into persons [from, to) with at most so many attempts, or one person each."""
    scans = [book.scan(name, part).filter(span.wanted) for name in _ATTEMPTS]
    persons = pl.concat(scans).select("debtor_no").collect()["debtor_no"].sort()
    if not persons.len():
        return []
    cuts = persons.gather_every(BLOCK_ATTEMPTS).unique().sort().to_list()
    return list(zip(cuts, [*cuts[1:], persons[-1] + 1], strict=True))


def read_past(book: TableFolder, part: int, *, span: Span, persons: tuple[int, int]) -> Past:
    """Read what judging the outbound attempts of some persons [from, to) needs."""
    own = pl.col("debtor_no").is_between(*persons, closed="left")
    attempts = (
        pl.concat([book.scan(name, part).filter(own & span.wanted) for name in _ATTEMPTS])
        .select("attempt_no", *_EVENT)
        .sort("attempt_no")
        .with_row_index("position")
        .collect(engine="streaming")
    )
    judged = attempts.filter(
        (pl.col("direction") == Direction.OUTBOUND.number) & (pl.col("local_day") >= span.first_day)
    )
    rows = _known(book, part, judged, own)
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
        Holds(**_columns(book.scan("hold", part).filter(own), Holds)),
        Statements(**_columns(book.scan("consent", part).filter(own), Statements)),
    )
    return Past(history, rows.select(_TOLD))


def _known(book: TableFolder, part: int, judged: pl.DataFrame, own: pl.Expr) -> pl.DataFrame:
    """Add what the book says of each contact's person, contact point and loan.

    The book keeps no history of them: a contact point has today's relation and quality. Where no
    contact point was recorded, the person's own clocks count.
    """
    people = book.scan("debtor", part).filter(own)
    people = people.select("debtor_no", "jurisdiction", "region", person_zones="time_zones")
    points = book.scan("contact_point", part).filter(own)
    points = points.select("contact_point_no", "relation", "quality", "origin", "time_zones")
    loans = book.scan("loan", part).filter(own).select("loan_no", "product")
    zones = pl.coalesce("time_zones", "person_zones")
    return (
        judged.lazy()
        .join(people, on="debtor_no", how="left", maintain_order="left")
        .join(points, on="contact_point_no", how="left", maintain_order="left")
        .join(loans, on="loan_no", how="left", maintain_order="left")
        .with_columns(clock=pl.concat_str("person_zones", pl.lit(">"), zones))
        .collect()
    )


def _columns(rows: pl.LazyFrame, of: type) -> dict[str, Ints]:
    names = [field.name for field in fields(of)]
    frame = rows.select(names).collect()
    return {name: _ints(frame[name]) for name in names}


def _ints(column: pl.Series) -> Ints:
    return column.cast(pl.Int64).fill_null(NONE).to_numpy()


def _labels(column: pl.Series) -> Labels:
    names = column.drop_nulls().unique().sort()
    if not names.len():
        return Labels(np.full(column.len(), NONE, dtype=np.int64), ())
    return Labels(_ints(column.cast(pl.Enum(names)).to_physical()), tuple(names.to_list()))
