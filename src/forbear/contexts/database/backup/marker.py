"""How does the application learn that its database has been brought back from the past?

What was sent after the backup was made is not in it, so nothing may be sent until that is settled.
Two marks say so: ``RESTORED.json`` in the home, and a comment on the database itself, which also
reaches whoever uses the database from another machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from forbear.contexts.database.backup.archive import Manifest
from forbear.contexts.database.embedded.place import folder_of, read_json, write_json

_FILE = "RESTORED.json"
_COMMENT = "forbear restored "
# Asks for the comment on the database that one is connected to; see ``mark_in``.
OF_DATABASE: LiteralString = (
    "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
    "WHERE datname = current_database()"
)


def mark_of(source: Path, manifest: Manifest, now: datetime) -> dict[str, str]:
    """Return what a mark says: when it was restored, from what, and of when that is."""
    return {
        "restored_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "made_at": manifest.made_at,
        "file": source.name,
        "dump_sha256": manifest.dump_sha256,
    }


@contextmanager
def marked_home(home: Path, mark: dict[str, str]) -> Iterator[None]:
    """Leave the mark in the home before the block; put the former one back if the block fails."""
    folder = folder_of(home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    former = read_json(folder / _FILE)
    write_json(folder / _FILE, mark)
    try:
        yield
    except BaseException:
        if former is None:
            (folder / _FILE).unlink(missing_ok=True)
        else:
            write_json(folder / _FILE, former)
        raise


def mark_database(connection: psycopg.Connection[Any], database: str, mark: dict[str, str]) -> None:
    """Leave the mark on a database; it stays with it when it is renamed."""
    _comment(connection, database, sql.Literal(_COMMENT + json.dumps(mark, ensure_ascii=False)))


def restored(
    home: Path, connection: psycopg.Connection[Any] | None = None
) -> dict[str, Any] | None:
    """Return what the marks say, or None when nothing has been brought back or all is settled.

    Grain: the last restore. Keys: ``restored_at`` and ``made_at`` (UTC, ISO 8601), ``file``,
    ``dump_sha256``. With a ``connection`` to the database its own mark counts as well.
    """
    told = read_json(folder_of(home) / _FILE)
    if told is not None or connection is None:
        return told
    found = connection.execute(OF_DATABASE).fetchone()
    return mark_in(found[0] if found else None)


def mark_in(comment: str | None) -> dict[str, Any] | None:
    """Return what a database's comment says of a restore, or None when it says nothing of one."""
    if comment is None or not comment.startswith(_COMMENT):
        return None
    return dict(json.loads(comment[len(_COMMENT) :]))


def clear_restored(home: Path, connection: psycopg.Connection[Any]) -> None:
    """Remove the marks once everything sent since the backup is settled.

    ``connection`` is the owner's, outside a transaction. The database's mark goes first, so that a
    kill in between leaves one.
    """
    _comment(connection, connection.info.dbname, sql.NULL)
    (folder_of(home) / _FILE).unlink(missing_ok=True)


def _comment(connection: psycopg.Connection[Any], database: str, text: sql.Composable) -> None:
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), text)
    )
