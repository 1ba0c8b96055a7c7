"""How do very many rows enter the database at once, and how is a load repeated without harm?

Rows stream by COPY into a temporary table that is gone at the end of the transaction; one
statement then merges them into the real table. Row security and every constraint bind as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from forbear.contexts.database.transaction import required


class Stage:
    """A temporary table to be filled by COPY. ``columns``: name and PostgreSQL type."""

    def __init__(self, name: str, columns: Mapping[str, str]) -> None:
        self.name, self.columns = name, dict(columns)
        self.rows = 0

    def fill(self, pieces: Iterable[tuple[int, bytes]]) -> None:
        """Copy pieces of CSV without a header in; each comes with its number of rows.

        An unquoted empty field is null; ``""`` is an empty text. Making a piece may itself ask the
        database something: no copy is under way then.
        """
        target = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
            sql.Identifier(self.name), sql.SQL(",").join(map(sql.Identifier, self.columns))
        )
        with connection.cursor() as cursor, few_rows_at_a_time():
            for rows, piece in pieces:
                with cursor.copy(target) as copy:
                    copy.write(piece)
                self.rows += rows

    def index(self, *columns: str) -> None:
        """Make joins on some columns quick, and tell the planner how many rows there are."""
        with connection.cursor() as cursor:
            for column in columns:
                cursor.execute(f"CREATE INDEX ON {self.name} ({column})")
            cursor.execute(f"ANALYZE {self.name}")


def prefer_whole_tables() -> None:
    """Plan this transaction's statements for very many rows.

    Fresh tables have no statistics yet, and a loop over an index would be taken for cheap.
    """
    required()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        cursor.execute("SET LOCAL jit = off")


@contextmanager
def few_rows_at_a_time() -> Iterator[None]:
    """Plan questions for a few rows: a table that is being filled has no statistics yet."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan = on")


@contextmanager
def staged(name: str, columns: Mapping[str, str]) -> Iterator[Stage]:
    """Make a temporary table for this transaction.

    Raises:
        BrokenInvariant: no transaction is open.
    """
    required()
    with connection.cursor() as cursor:
        described = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({described}) ON COMMIT DROP")
    yield Stage(name, columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {name}")


def run(statement: str, parameters: Mapping[str, object] | None = None) -> int:
    """Run one statement of a load; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or {})
        return int(cursor.rowcount)


def newest_id(table: str) -> int:
    """Return the highest id of a table whose ids rise; 0: it is empty."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Merged:
    """How many rows of a stage were added and changed; the rest were known and equal."""

    rows: int
    added: int
    changed: int

    def as_dict(self) -> dict[str, int]:
        """Return the counts as plain values."""
        return {"rows": self.rows, "added": self.added, "changed": self.changed}


@dataclass(frozen=True)
class Merge:
    """How a stage merges into a table: rows are told apart by ``ref``.

    ``columns`` maps the table's columns to expressions over the stage ``s`` and ``joins``;
    ``fixed`` are columns that are written once and never changed. Rows of another source than
    EXTRACT are left as they are. With ``by_day`` the table has a column ``said_by_day``: the
    fields it names are left as they are until the stage says the same of them.
    """

    table: str
    columns: Mapping[str, str]
    fixed: Mapping[str, str]
    joins: str = ""
    by_day: bool = False
    changes_when: str = ""
    """A further condition for changing a row that differs."""

    def merge(self, stage: Stage, parameters: Mapping[str, object]) -> Merged:
        """Add the stage's new rows and change those that differ."""
        changed = self._change(stage, parameters)
        if self.by_day:
            changed += self._change_around(stage, parameters)
        return Merged(stage.rows, self._add(stage, parameters), changed)

    def _add(self, stage: Stage, parameters: Mapping[str, object]) -> int:
        every = {"ref": "s.ref", "source": "'EXTRACT'", **self.fixed, **self.columns}
        return run(
            f"INSERT INTO {self.table} ({', '.join(every)}) SELECT {', '.join(every.values())} "
            f"FROM {stage.name} s {self.joins} "
            f"WHERE NOT EXISTS (SELECT 1 FROM {self.table} t WHERE t.ref = s.ref)",
            parameters,
        )

    def _change(self, stage: Stage, parameters: Mapping[str, object]) -> int:
        if not self.columns:
            return 0
        sets = ", ".join(f"{column} = n.{column}" for column in self.columns)
        old, now = (", ".join(f"{a}.{c}" for c in self.columns) for a in ("t", "n"))
        plain = "AND t.said_by_day = '{}' " if self.by_day else ""
        return run(
            f"UPDATE {self.table} t SET {sets} FROM {self._new(stage)} WHERE t.ref = n.ref "
            f"AND t.source = 'EXTRACT' {plain}"
            f"AND ({old}) IS DISTINCT FROM ({now}) {self.changes_when}",
            parameters,
        )

    def _change_around(self, stage: Stage, parameters: Mapping[str, object]) -> int:
        """Change what was not changed by day; what the stage confirms is the stage's again."""
        there = f"SELECT 1 FROM {self.table} WHERE said_by_day <> '{{}}' LIMIT 1"
        if not run(there, {}):
            return 0
        new = [
            f"CASE WHEN '{c}' = ANY(t.said_by_day) THEN t.{c} ELSE n.{c} END" for c in self.columns
        ]
        equal = " OR ".join(f"f = '{c}' AND t.{c} IS NOT DISTINCT FROM n.{c}" for c in self.columns)
        left = f"ARRAY(SELECT f FROM unnest(t.said_by_day) f WHERE NOT ({equal}))"
        columns = [*self.columns, "said_by_day"]
        sets = ", ".join(f"{c} = {v}" for c, v in zip(columns, [*new, left], strict=True))
        old = ", ".join(f"t.{c}" for c in columns)
        return run(
            f"UPDATE {self.table} t SET {sets} FROM {self._new(stage)} WHERE t.ref = n.ref "
            f"AND t.source = 'EXTRACT' AND t.said_by_day <> '{{}}' "
            f"AND ({old}) IS DISTINCT FROM ({', '.join(new)}, {left}) {self.changes_when}",
            parameters,
        )

    def _new(self, stage: Stage) -> str:
        new = ", ".join(f"{value} AS {column}" for column, value in self.columns.items())
        return f"(SELECT s.ref, {new} FROM {stage.name} s {self.joins}) n"
