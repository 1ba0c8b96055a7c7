"""How is a database that is in use copied into one file, as it was in one instant?

``pg_dump`` reads from a snapshot that we hold open; in the same snapshot the rows of every table
are counted, so that a restore can say whether everything has come back.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from forbear.contexts.database.backup.archive import FORMAT, Manifest, writing
from forbear.contexts.database.backup.client import choose_client, started
from forbear.contexts.database.embedded.server import reach
from forbear.values.errors import Denied, Transient

_TABLES = """
SELECT n.nspname, c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't'
  AND n.nspname <> 'information_schema' AND NOT starts_with(n.nspname, 'pg_')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""
_ROLES = """
SELECT DISTINCT r.rolname FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
WHERE d.refclassid = 'pg_authid'::regclass AND NOT starts_with(r.rolname, 'pg_')
  AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1
"""
# Quick and small enough; also the one method that every build of PostgreSQL knows.
_COMPRESSION = "--compress=3"


class MayNotRead(Denied):
    """Row security hides rows from the role."""

    code = "MAY_NOT_BACK_UP"


class NoConnection(Transient):
    """The database cannot be reached."""

    code = "DATABASE_AWAY"


def backup(home: Path, target: Path, *, now: datetime, url: str | None = None) -> Manifest:
    """Copy the database of a home, or the one at ``url``, into a file; return its manifest.

    The file appears when it is whole and replaces an older one of that name. ``url`` must name a
    role that row security does not bind; the embedded database has one.

    Raises:
        NoConnection: the database cannot be reached.
        MayNotRead: row security hides rows from the role.
        NoClient: no fitting ``pg_dump`` is here.
        ProgramFailed: ``pg_dump`` refuses; its own words are in the message.
    """
    if url is not None:
        return _dump(url, target, now)
    with reach(home) as urls:
        return _dump(urls["superuser"], target, now)


def connected(url: str, **options: Any) -> psycopg.Connection[Any]:
    """Connect to a database.

    Raises:
        NoConnection: it cannot be reached.
    """
    try:
        return psycopg.connect(url, **options)
    except psycopg.OperationalError as error:
        said = str(error).strip()
        raise NoConnection(
            f"The database cannot be reached: {said}",
            remedy="See that the server runs and the address is right, then try again.",
            message_zh=f"无法连接数据库：{said}",
            remedy_zh="请确认服务器正在运行且地址正确，然后重试。",
        ) from None


def rows_by_table(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Count the rows of every table, by schema and name; row security may hide none.

    Raises:
        psycopg.errors.InsufficientPrivilege: it would hide some.
    """
    connection.execute("SET LOCAL row_security = off")
    counts = {}
    for schema, name in connection.execute(_TABLES).fetchall():
        table = sql.Identifier(schema, name)
        counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
        counts[f"{schema}.{name}"] = counted[0] if counted else 0
    return counts


def _dump(url: str, target: Path, now: datetime) -> Manifest:
    with connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        version = connection.info.server_version
        programs = choose_client(version // 10_000)
        snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert snapshot is not None
        try:
            tables = rows_by_table(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            raise _may_not_read(error) from None
        roles = [name for (name,) in connection.execute(_ROLES)]
        with writing(target, now.astimezone(UTC)) as writer:
            arguments = ["--format=custom", _COMPRESSION, f"--snapshot={snapshot[0]}"]
            with started(
                programs["pg_dump"], arguments, url=url, stdout=subprocess.PIPE
            ) as running:
                assert running.process.stdout is not None
                dump_bytes, dump_sha256 = writer.dump(running.process.stdout)
                running.end("The backup", "备份")
            manifest = Manifest(
                format=FORMAT,
                made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
                database=connection.info.dbname,
                server_major=version // 10_000,
                server_version=f"{version // 10_000}.{version % 10_000}",
                tables=tables,
                roles=roles,
                dump_bytes=dump_bytes,
                dump_sha256=dump_sha256,
            )
            writer.manifest(manifest)
    return manifest


def _may_not_read(error: psycopg.Error) -> MayNotRead:
    # The server's hint speaks of switching row security off: nobody should.
    said = error.diag.message_primary or str(error).strip()
    return MayNotRead(
        f"The role may not read every row: {said}",
        remedy="Let DATABASE_BACKUP_URL name a superuser, or a role with BYPASSRLS and rights to "
        "read.",
        message_zh=f"该角色无法读取所有数据行：{said}",
        remedy_zh="请将 DATABASE_BACKUP_URL 设为超级用户的地址，"
        "或具有 BYPASSRLS 及读取权限的角色的地址。",
    )
