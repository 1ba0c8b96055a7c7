"""Which rows of a book and of a night are one person's, and who was meant by a wrong id?"""

from __future__ import annotations

import difflib
from datetime import date
from typing import Any

import polars as pl

from forbear.contexts.nightly.workspace import TableFolder
from forbear.values.code import Code
from forbear.values.day import DAY_S, day_number, from_day_number
from forbear.values.errors import NotFound

Row = dict[str, Any]
_COMPARED_MAX = 20_000


class NoSuchPerson(NotFound):
    """No debtor has this id."""

    code = "NO_SUCH_PERSON"


class BookReader:
    """Reads one person's rows of a book."""

    def __init__(self, book: TableFolder, debtor_no: int) -> None:
        self._book, self._debtor_no = book, debtor_no
        self._part = next(
            int(bound["part"])
            for bound in book.manifest["partitions"]
            if bound["debtor_from"] <= debtor_no < bound["debtor_to"]
        )

    def book(self, table: str) -> list[Row]:
        """Return the person's rows of a table of the book."""
        return self._mine(self._book.scan(table, self._part))

    def _mine(self, scan: pl.LazyFrame) -> list[Row]:
        return scan.filter(pl.col("debtor_no") == self._debtor_no).collect().to_dicts()


class Reader(BookReader):
    """Reads one person's rows of a book and of a night."""

    def __init__(self, book: TableFolder, night: TableFolder, debtor_no: int) -> None:
        super().__init__(book, debtor_no)
        self._night = night
        known = night.manifest["known_at"]
        self._known_s = (day_number(date.fromisoformat(known)) + 1) * DAY_S if known else None

    def known(self, table: str, column: str) -> list[Row]:
        """Return those rows of the book that the night was allowed to know."""
        rows = self.book(table)
        return [row for row in rows if self._known_s is None or row[column] < self._known_s]

    def night(self, table: str) -> list[Row]:
        """Return the person's rows of a table of the night."""
        return self._mine(self._night.scan(table, self._part if self._night.parts > 1 else 0))


def day_text(number: int | None) -> str | None:
    """Return a day number as a day."""
    return None if number is None else from_day_number(number).isoformat()


def code_of(codes: type[Code], number: int | None) -> Any:
    """Return the word of a number."""
    return None if number is None else codes.from_number(number)


def find_person(debtor_id: str, book: TableFolder) -> Row:
    """Return a person's row.

    Raises:
        NoSuchPerson: nobody has the id; the nearest id is named.
    """
    found = book.scan("debtor").filter(pl.col("debtor_id") == debtor_id).collect()
    if found.height:
        return found.to_dicts()[0]
    owner = _owner_of_loan(debtor_id, book)
    nearest = None if owner else _nearest(debtor_id, book)
    remedy = "Use an id from the extract's debtor file; case matters."
    remedy_zh = "请使用数据中债务人文件里的编号，区分大小写。"
    if owner:
        remedy = f"That is the id of a loan; it is owed by {owner}."
        remedy_zh = f"这是一笔借款的编号，其债务人为 {owner}。"
    elif nearest:
        remedy = f"Is it {nearest}? {remedy}"
        remedy_zh = f"是否为 {nearest}？{remedy_zh}"
    raise NoSuchPerson(
        f"Nobody in the book has the id {debtor_id}.",
        remedy=remedy,
        message_zh=f"数据中没有编号为 {debtor_id} 的人。",
        remedy_zh=remedy_zh,
        nearest=owner or nearest,
    )


def _owner_of_loan(loan_id: str, book: TableFolder) -> str | None:
    loans = book.scan("loan").filter(pl.col("loan_id") == loan_id).select("debtor_no")
    owners = loans.join(book.scan("debtor"), on="debtor_no").select("debtor_id").collect()
    return str(owners.item(0, 0)) if owners.height else None


def _nearest(wrong: str, book: TableFolder) -> str | None:
    """Return the id that is most like a wrong one: a slip leaves one half of an id as it is."""
    half = max(1, len(wrong) // 2)
    own = pl.col("debtor_id")
    for likely, least in (
        (own.str.to_lowercase() == wrong.strip().lower(), 0.0),
        (own.str.starts_with(wrong[:-1] or wrong), 0.8),
        (own.str.ends_with(wrong[-half:]), 0.8),
        (own.str.starts_with(wrong[:half]), 0.8),
    ):
        ids = book.scan("debtor").filter(likely).select(own).head(_COMPARED_MAX).collect()
        near = difflib.get_close_matches(wrong, ids["debtor_id"].to_list(), 1, least)
        if near:
            return str(near[0])
    return None
