"""How do frames of columns become the pieces of CSV that COPY takes?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from forbear.values.code import Code

PIECE_ROWS = 100_000


def pieces(frames: Iterable[pl.DataFrame], columns: Iterable[str]) -> Iterator[tuple[int, bytes]]:
    """Yield frames cut into pieces, each with its number of rows.

    Null is an empty field, an empty text is ``""``: so COPY tells them apart.
    """
    names = list(columns)
    for frame in frames:
        for start in range(0, frame.height, PIECE_ROWS):
            piece = frame.slice(start, PIECE_ROWS).select(names)
            yield piece.height, piece.write_csv(include_header=False).encode()


def word(column: str, codes: type[Code]) -> pl.Expr:
    """Return the word of a closed list that a column's number stands for."""
    return pl.col(column).replace_strict(
        {member.number: member.value for member in codes}, return_dtype=pl.String, default=None
    )


def day(column: str) -> pl.Expr:
    """Return the date of a column of day numbers."""
    return pl.col(column).cast(pl.Date)


def instant(column: str) -> pl.Expr:
    """Return the UTC instant of a column of seconds, as text that PostgreSQL reads."""
    return pl.from_epoch(column, time_unit="s").dt.strftime("%Y-%m-%d %H:%M:%S+00")


def listed(column: str) -> pl.Expr:
    """Return a PostgreSQL array of a text parted by |; nothing known is an empty array."""
    inside = pl.col(column).str.replace_all("|", ",", literal=True).fill_null("")
    return pl.concat_str(pl.lit("{"), inside, pl.lit("}"))


def sealed_bytes(column: str) -> pl.Expr:
    """Return bytes as PostgreSQL writes them."""
    return pl.concat_str(pl.lit("\\x"), pl.col(column).bin.encode("hex"))
