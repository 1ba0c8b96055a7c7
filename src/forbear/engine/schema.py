"""How is a table of the contract described?

A description is data: it checks the extract, shapes the columnar book, names the outputs, and is
printed into the manual.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forbear.values.code import Code

CONTRACT_VERSION = "1"


class Kind(StrEnum):
    """What a column holds, and so how it is read, stored and compared."""

    ID = "ID"
    """The lender's own identifier; text of 1 to 64 printable characters, no spaces at the ends."""
    NO = "NO"
    """A dense whole number that the import gives to an identifier; int64, unique in one book."""
    CODE = "CODE"
    """A word of a closed list in the extract; its number (int8) in the book."""
    LABEL = "LABEL"
    """A short word from an open list that a pack or a lender defines, such as a region code."""
    MONEY = "MONEY"
    """Minor units; int64. An extract may give decimal major units, without ``_minor``."""
    DAY = "DAY"
    """A date (YYYY-MM-DD) in the extract; days since 1970-01-01 (int32) in the book."""
    INSTANT = "INSTANT"
    """RFC 3339 with offset in the extract; UTC seconds since 1970-01-01 (int64) in the book."""
    INT = "INT"
    """A whole number; int32."""
    BIG = "BIG"
    """A whole number that may need 64 bits."""
    FLAG = "FLAG"
    """true or false; boolean."""
    TEXT = "TEXT"
    """Free text."""
    REAL = "REAL"
    """A float64 that is a rate or a share, never money."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, kind, meaning, and what an empty value means.

    ``null`` is None when the column must be filled; otherwise it says what a missing value means.
    ``personal`` columns are checked at the border and never enter the columnar book.
    ``low`` and ``high`` bound the stored number, inclusive. ``refers`` names ``table.column``.
    """

    name: str
    kind: Kind
    doc: str
    null: str | None = None
    codes: type[Code] | None = None
    refers: str | None = None
    personal: bool = False
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its grain in words, its key, and its columns in order."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sums: tuple[str, ...] = ()
    """Columns whose totals are reconciled with the lender's control totals."""

    def column(self, name: str) -> Column:
        """Return the column of a name; a KeyError names the table."""
        for column in self.columns:
            if column.name == name:
                return column
        msg = f"{self.name} has no column {name}"
        raise KeyError(msg)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)
