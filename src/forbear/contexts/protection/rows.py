"""How are wrapped keys, index columns and the notes of a rotation read and written in PostgreSQL?

Every class takes a connection of psycopg in autocommit; ``transaction`` opens what belongs
together and lets it see every person's rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from forbear.contexts.protection.index import BlindIndex
from forbear.contexts.protection.keyring import ID_BYTES, RingKey
from forbear.contexts.protection.person import Keys
from forbear.contexts.protection.rotation import Values

_SEE_ALL = "SELECT set_config('forbear.sight', 'ALL', true)"


class _Rows:
    """What every table here has in common."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._connection.transaction():
            self._connection.execute(_SEE_ALL)
            yield

    def _rows(self, statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, given).fetchall()  # type: ignore[arg-type]

    def _number(self, statement: str, given: Sequence[Any] = ()) -> int:
        return int(self._rows(statement, given)[0][0])

    def _do(self, statement: str, given: Sequence[Any] = ()) -> int:
        return self._connection.execute(statement, given).rowcount  # type: ignore[arg-type]


class PersonKeyRows(_Rows):
    """The table ``protection_personkey``; one row a person key."""

    name = "person_key"

    def count(self) -> int:
        return self._number("SELECT count(*) FROM protection_personkey WHERE wrapped IS NOT NULL")

    def batch(self, *, after: str, size: int) -> list[tuple[UUID, bytes]]:
        behind, given = ("AND id > %s", [after]) if after else ("", [])
        return self._rows(
            f"SELECT id, wrapped FROM protection_personkey WHERE wrapped IS NOT NULL {behind} "
            "ORDER BY id LIMIT %s FOR UPDATE",
            [*given, size],
        )

    def replace(self, rows: Sequence[tuple[UUID, bytes]], *, key: RingKey) -> None:
        ids, wrapped = [row[0] for row in rows], [row[1] for row in rows]
        self._do(
            "UPDATE protection_personkey t SET wrapped = v.wrapped, ring_key = %s "
            "FROM unnest(%s::uuid[], %s::bytea[]) AS v (id, wrapped) WHERE t.id = v.id",
            [key.id, ids, wrapped],
        )

    def left(self, key: RingKey) -> int:
        return self._number(
            "SELECT count(*) FROM protection_personkey WHERE wrapped IS NOT NULL "
            f"AND substring(wrapped FROM 2 FOR {ID_BYTES}) <> %s",
            [key.tag],
        )

    def under(self, key: RingKey) -> int:
        return self._number(
            "SELECT count(*) FROM protection_personkey WHERE wrapped IS NOT NULL "
            f"AND (substring(wrapped FROM 2 FOR {ID_BYTES}) = %s OR ring_key = %s)",
            [key.tag, key.id],
        )

    def wrapped(self, key_ids: Collection[UUID]) -> dict[UUID, bytes | None]:
        return dict(
            self._rows(
                "SELECT id, wrapped FROM protection_personkey WHERE id = ANY(%s)", [list(key_ids)]
            )
        )

    def destroy(self, key_id: UUID, *, now: datetime) -> bool:
        return bool(
            self._do(
                "UPDATE protection_personkey SET wrapped = NULL, destroyed_at = %s "
                "WHERE id = %s AND wrapped IS NOT NULL",
                [now, key_id],
            )
        )


@dataclass(frozen=True)
class IndexColumn:
    """An index column, and the one that keeps its value under the former key meanwhile.

    Without ``former`` a row is found under either key only by whoever knows both.
    """

    name: str
    former: str | None = None


class IndexRows(_Rows):
    """A table with index columns.

    ``reading`` is the rest of ``SELECT t.id, …``: what ``values`` needs of a row, and its table
    as ``t``, such as ``t.ref, t.key_id, t.name FROM person t``. ``values`` gets such a row.
    """

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        *,
        table: str,
        reading: str,
        columns: Sequence[IndexColumn],
        person_key: Callable[[Any], UUID],
        values: Callable[[Any, BlindIndex, Keys], Values],
    ) -> None:
        super().__init__(connection)
        self.name = table
        self.columns = tuple(column.name for column in columns)
        self.person_key = person_key
        self._columns, self._reading, self._values = tuple(columns), reading, values

    def values(self, row: Any, *, index: BlindIndex, keys: Keys) -> Values:
        return self._values(row, index, keys)

    def count(self) -> int:
        return self._number(f"SELECT count(*) FROM {self.name}")

    def batch(self, *, after: str, size: int) -> list[tuple[Any, ...]]:
        behind, given = ("WHERE t.id > %s", [after]) if after else ("", [])
        return self._rows(
            f"SELECT t.id, {self._reading} {behind} ORDER BY t.id LIMIT %s FOR UPDATE OF t",
            [*given, size],
        )

    def write(self, rows: Sequence[tuple[Any, Values]]) -> None:
        sets, given = [], []
        for position, column in enumerate(self._columns):
            for generation, name in enumerate((column.name, column.former)):
                if name is not None:
                    sets.append(name)
                    given.append([_nth(values[position], generation) for _id, values in rows])
        listed = ", ".join(f"{name} = v.{name}" for name in sets)
        arrays = ", ".join("%s::bytea[]" for _ in sets)
        self._do(
            f"UPDATE {self.name} t SET {listed} "
            f"FROM unnest(%s::text[], {arrays}) AS v (id, {', '.join(sets)}) "
            f"WHERE t.id::text = v.id AND t.id = ANY(%s)",
            [[str(row[0]) for row in rows], *given, [row[0] for row in rows]],
        )

    def left(self, key: RingKey) -> int:
        told = [f"({c.name} IS NOT NULL AND {_tag(c.name)} <> %s)" for c in self._columns]
        return self._counted(told, key)

    def under(self, key: RingKey) -> int:
        told = [f"{_tag(name)} = %s" for name in self._all()]
        return self._counted(told, key)

    def drop(self, key: RingKey, *, size: int) -> int:
        dropped = 0
        for name in (column.former for column in self._columns if column.former):
            dropped += self._do(
                f"UPDATE {self.name} SET {name} = NULL WHERE id IN (SELECT id FROM {self.name} "
                f"WHERE {_tag(name)} = %s LIMIT %s)",
                [key.tag, size],
            )
        return dropped

    def _all(self) -> list[str]:
        return [n for c in self._columns for n in (c.name, c.former) if n is not None]

    def _counted(self, told: Sequence[str], key: RingKey) -> int:
        condition = " OR ".join(told)
        return self._number(
            f"SELECT count(*) FROM {self.name} WHERE {condition}", [key.tag] * len(told)
        )


def _tag(column: str) -> str:
    return f"substring({column} FROM 1 FOR {ID_BYTES})"


def _nth(values: tuple[bytes, ...] | None, generation: int) -> bytes | None:
    return values[generation] if values and generation < len(values) else None


class RotationNotes(_Rows):
    """The table ``protection_rotationstate``; one row a table and new key."""

    def read(self, name: str, *, now: datetime) -> tuple[str, int]:
        self._do(
            "INSERT INTO protection_rotationstate (name, cursor, rows_done, started_at) "
            "VALUES (%s, '', 0, %s) ON CONFLICT DO NOTHING",
            [name, now],
        )
        ((cursor, done),) = self._rows(
            "SELECT cursor, rows_done FROM protection_rotationstate WHERE name = %s FOR UPDATE",
            [name],
        )
        return cursor, done

    def write(
        self, name: str, *, cursor: str, rows_done: int, finished_at: datetime | None
    ) -> None:
        self._do(
            "UPDATE protection_rotationstate SET cursor = %s, rows_done = %s, finished_at = %s "
            "WHERE name = %s",
            [cursor, rows_done, finished_at, name],
        )


class RingMarks(_Rows):
    """The table ``protection_ringmark``; one row a key of the ring."""

    def read(self) -> Mapping[str, bytes]:
        return dict(self._rows("SELECT ring_key, mark FROM protection_ringmark"))

    def add(self, marks: Mapping[str, bytes], *, now: datetime) -> None:
        for key_id, mark in marks.items():
            self._do(
                "INSERT INTO protection_ringmark (ring_key, mark, made_at) VALUES (%s, %s, %s) "
                "ON CONFLICT DO NOTHING",
                [key_id, mark, now],
            )

    def anything_sealed(self) -> bool:
        return bool(
            self._number("SELECT count(*) FROM (SELECT FROM protection_personkey LIMIT 1) any_row")
        )
