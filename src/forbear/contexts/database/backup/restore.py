"""How does a backup become the database again, whole or not at all?

It is restored beside the database in use and counted; only then do the two change names, in one
transaction. A process killed before that has changed nothing; the replaced database is kept.
"""

from __future__ import annotations

import subprocess
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from forbear.contexts.database.backup.archive import CHUNK_BYTES, DUMP, Manifest, reading, verify
from forbear.contexts.database.backup.client import choose_client, started
from forbear.contexts.database.backup.dump import connected, rows_by_table
from forbear.contexts.database.backup.marker import mark_database, mark_of, marked_home
from forbear.contexts.database.embedded.role import close_database, database_exists
from forbear.contexts.database.embedded.secret import LOGIN
from forbear.contexts.database.embedded.server import reach
from forbear.values.errors import Conflict, Denied, ForbearError

ONE_AT_A_TIME = 0x464F5242  # the number of an advisory lock
_MAINTENANCE = "postgres"


class InUse(Conflict):
    """The database is in use."""

    code = "DATABASE_IN_USE"


class DoesNotFit(Conflict):
    """A backup cannot be restored to this server."""

    code = "BACKUP_DOES_NOT_FIT"


class MayNot(Denied):
    """The role may not restore."""

    code = "MAY_NOT_RESTORE"


def restore(home: Path, source: Path, *, now: datetime, url: str | None = None) -> Manifest:
    """Bring a backup back as the database of a home, or as the one at ``url``.

    ``url`` must name a role that may make databases and owns the present one, if there is one. The
    database that was there stays as ``<name>_replaced`` until the next restore.

    Raises:
        NotABackup: the file is not whole.
        InUse: somebody is connected to the database.
        DoesNotFit: the server is older, roles are missing, or not everything came back.
        ProgramFailed: ``pg_restore`` refuses; its own words are in the message.
        MayNot: the role has too few rights.
    """
    manifest = verify(source)
    if url is not None:
        _restore(home, source, manifest, url, now, embedded=False)
        return manifest
    with reach(home) as urls:
        _restore(home, source, manifest, urls["owner"], now, embedded=True)
    return manifest


def _restore(
    home: Path, source: Path, manifest: Manifest, url: str, now: datetime, *, embedded: bool
) -> None:
    parts = conninfo_to_dict(url)
    name = str(parts.get("dbname") or parts.get("user"))
    fresh = f"{name}_restoring"
    with connected(at(url, _MAINTENANCE), autocommit=True) as admin:
        _refuse_other(admin, name)
        _refuse_unfit(admin, manifest)
        _refuse_use(admin, name)
        try:
            admin.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", fresh))
            admin.execute(_named("CREATE DATABASE {} TEMPLATE template0", fresh))
            try:
                _fill(at(url, fresh), source, admin.info.server_version // 10_000)
                _compare(at(url, fresh), manifest)
                _open(admin, fresh, embedded=embedded)
                mark = mark_of(source, manifest, now)
                mark_database(admin, fresh, mark)
                # Marks come first: one too many holds sending back, one too few repeats it.
                with marked_home(home, mark):
                    _swap(admin, name, fresh)
            except BaseException:
                with suppress(psycopg.Error):  # the first error tells more
                    admin.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", fresh))
                raise
        except psycopg.errors.InsufficientPrivilege as error:
            raise _may_not(error) from None


def _fill(url: str, source: Path, major: int) -> None:
    programs = choose_client(major)
    arguments = ["--no-owner", "--exit-on-error"]
    with (
        started(programs["pg_restore"], arguments, url=url, stdin=subprocess.PIPE) as running,
        reading(source) as archive,
        archive.open(DUMP) as member,
    ):
        assert running.process.stdin is not None
        try:
            while chunk := member.read(CHUNK_BYTES):
                running.process.stdin.write(chunk)
            running.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended early; its own words say why
        running.end("Restoring", "恢复")
    with connected(url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _compare(url: str, manifest: Manifest) -> None:
    with connected(url) as connection:
        found = rows_by_table_as_owner(connection)
    if found != manifest.tables:
        different = sorted(
            table
            for table in found.keys() | manifest.tables.keys()
            if found.get(table) != manifest.tables.get(table)
        )
        raise DoesNotFit(
            f"Not everything came back; these tables differ: {', '.join(different)}.",
            remedy="Nothing has been changed. Use another backup file.",
            message_zh=f"数据未完整恢复，以下表不一致：{'、'.join(different)}。",
            remedy_zh="未作任何更改。请使用其他备份文件。",
        )


def rows_by_table_as_owner(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Count the rows of a database just restored, whose owner its own row security binds.

    Security is lifted within a transaction that is taken back.
    """
    for schema, name in connection.execute(
        "SELECT relnamespace::regnamespace::text, relname FROM pg_class "
        "WHERE relkind = 'r' AND relforcerowsecurity"
    ).fetchall():
        connection.execute(
            sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(
                sql.Identifier(schema, name)
            )
        )
    counted = rows_by_table(connection)
    connection.rollback()
    return counted


def _open(admin: psycopg.Connection[Any], fresh: str, *, embedded: bool) -> None:
    """Give the restored database its rights while nobody knows it yet."""
    if embedded:
        close_database(admin, fresh)
    elif admin.execute("SELECT to_regrole(%s) IS NOT NULL", [LOGIN["app"]]).fetchone() == (True,):
        admin.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                sql.Identifier(fresh), sql.Identifier(LOGIN["app"])
            )
        )


def _swap(admin: psycopg.Connection[Any], name: str, fresh: str) -> None:
    replaced = f"{name}_replaced"
    _refuse_use(admin, name)
    try:
        if not database_exists(admin, name):
            admin.execute(_renamed(fresh, name))
            return
        admin.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", replaced))
        with admin.transaction():
            admin.execute(_renamed(name, replaced))
            admin.execute(_renamed(fresh, name))
    except psycopg.errors.ObjectInUse:
        raise _in_use(name) from None


def _refuse_other(admin: psycopg.Connection[Any], name: str) -> None:
    """Let one restore at a time work on a database; the lock ends with the connection."""
    lock = admin.execute(
        "SELECT pg_try_advisory_lock(%s, hashtext(%s))", [ONE_AT_A_TIME, name]
    ).fetchone()
    if lock != (True,):
        raise InUse(
            f"Another restore of the database {name} is at work.",
            remedy="Wait until it ends, then try again.",
            message_zh=f"数据库 {name} 正在进行另一次恢复。",
            remedy_zh="请等待其结束后重试。",
        )


def _refuse_unfit(admin: psycopg.Connection[Any], manifest: Manifest) -> None:
    major = admin.info.server_version // 10_000
    if manifest.server_major > major:
        raise DoesNotFit(
            f"The backup was made by PostgreSQL {manifest.server_version}; this server is {major}.",
            remedy=f"Restore to PostgreSQL {manifest.server_major} or later.",
            message_zh=f"该备份由 PostgreSQL {manifest.server_version} 生成，"
            f"而此服务器版本为 {major}。",
            remedy_zh=f"请恢复到 PostgreSQL {manifest.server_major} 或更高版本。",
        )
    known = {role for (role,) in admin.execute("SELECT rolname FROM pg_roles")}
    missing = [role for role in manifest.roles if role not in known]
    if missing:
        raise DoesNotFit(
            f"The backup names roles that this server does not have: {', '.join(missing)}.",
            remedy="Make them (CREATE ROLE …), then try again.",
            message_zh=f"该备份引用了此服务器上不存在的角色：{'、'.join(missing)}。",
            remedy_zh="请先创建这些角色（CREATE ROLE …），然后重试。",
        )


def _refuse_use(admin: psycopg.Connection[Any], name: str) -> None:
    used = admin.execute(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
        [name],
    ).fetchone()
    if used != (0,):
        raise _in_use(name)


def _in_use(name: str) -> InUse:
    return InUse(
        f"Somebody is connected to the database {name}.",
        remedy="Stop Forbear and whoever else uses it, then try again. Nothing has been changed.",
        message_zh=f"数据库 {name} 正在被使用。",
        remedy_zh="请停止 Forbear 及其他使用者后重试。未作任何更改。",
    )


def _may_not(error: psycopg.Error) -> ForbearError:
    said = str(error).strip()
    return MayNot(
        f"The role may not restore: {said}",
        remedy="Give it CREATEDB and the ownership of the present database.",
        message_zh=f"该角色无权恢复：{said}",
        remedy_zh="请授予其 CREATEDB 权限，并使其拥有现有数据库。",
    )


def at(url: str, database: str) -> str:
    """Return the address of another database of the same server."""
    parts: dict[str, Any] = {**conninfo_to_dict(url), "dbname": database}
    return make_conninfo(**parts)


def _named(statement: LiteralString, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))


def _renamed(name: str, other: str) -> sql.Composed:
    return sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
        sql.Identifier(name), sql.Identifier(other)
    )
