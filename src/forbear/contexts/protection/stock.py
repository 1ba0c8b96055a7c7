"""Which tables of the database depend on the key ring?

The wrapped keys are this context's own. A context that owns index columns says so by calling
``register_index`` in a module named in ``OWNERS``; a key that makes indexes is changed only when
every index column of the database belongs to somebody who did.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from forbear.contexts.protection.rotation import IndexTable, Stock
from forbear.contexts.protection.rows import PersonKeyRows, RingMarks, RotationNotes
from forbear.values.errors import NotFound

OWNERS = ("forbear.contexts.portfolio.index_columns",)
_MADE: dict[str, Callable[[psycopg.Connection[Any]], IndexTable]] = {}
# How an index column is known in the database: bytes, by the name that the models give it.
_INDEX_COLUMNS = """
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type = 'bytea'
  AND (column_name LIKE '%\\_index' OR column_name LIKE '%\\_print') ORDER BY 1
"""


def register_index(table: str, make: Callable[[psycopg.Connection[Any]], IndexTable]) -> None:
    """Tell how the index columns of a table are made anew; repeating it changes nothing."""
    _MADE[table] = make


@contextmanager
def sealed_tables(url: str) -> Iterator[Stock]:
    """Open everything that depends on the key ring in the database at an address.

    Raises:
        NotFound: the database has no tables yet.
    """
    for owner in OWNERS:
        _import_where_present(owner)
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('protection_personkey')").fetchone() == (None,):
            raise NotFound(
                "The database has no tables yet.",
                remedy="Set it up first; there is nothing to rotate.",
                message_zh="数据库尚无数据表。",
                remedy_zh="请先完成初始化；目前没有可轮换的内容。",
            )
        indexes = tuple(
            make(connection)
            for table, make in sorted(_MADE.items())
            if _is_there(connection, table)
        )
        covered = {f"{each.name}.{column}" for each in indexes for column in each.columns}
        found = [str(name) for (name,) in connection.execute(_INDEX_COLUMNS)]
        yield Stock(
            keys=PersonKeyRows(connection),
            indexes=indexes,
            ledger=RotationNotes(connection),
            marks=RingMarks(connection),
            uncovered=tuple(name for name in found if name not in covered),
        )


def _is_there(connection: psycopg.Connection[Any], table: str) -> bool:
    return connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,)


def _import_where_present(module: str) -> None:
    """Let an owner of index columns register them; what does not exist has none."""
    if importlib.util.find_spec(module) is not None:
        importlib.import_module(module)
