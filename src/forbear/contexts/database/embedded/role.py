"""Which roles and databases does a fresh cluster get?

``forbear_owner`` owns the database and its schema and runs migrations; ``forbear_app`` serves the
application and owns nothing, so row security binds it. Nobody else can log in but the superuser,
whom only backups and this module use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from forbear.contexts.database.embedded.secret import DATABASE, LOGIN, ROLES

Connection = psycopg.Connection[Any]
_RIGHTS = {
    "app": "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    "owner": "LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB NOCREATEROLE",
}


def settle_roles(connection: Connection, passwords: Mapping[str, str]) -> None:
    """Make what is missing of roles and database; each step stands alone, so a kill costs nothing.

    ``connection`` is the superuser's, outside a transaction.
    """
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for role in ROLES:
        name = sql.Identifier(LOGIN[role])
        if LOGIN[role] not in known:
            make_role(connection, LOGIN[role], passwords[role], _RIGHTS[role])
        # An error's words may quote a value; the caller gets them, the log does not. Errors of the
        # server's own processes are still logged.
        connection.execute(sql.SQL("ALTER ROLE {} SET log_min_messages = 'log'").format(name))
    if LOGIN["app"] not in known:
        # Migrations give the application its rights, which needs nothing more than this.
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(
                sql.Identifier(LOGIN["app"]), sql.Identifier(LOGIN["owner"])
            )
        )
    if not database_exists(connection, DATABASE):
        make_database(connection, DATABASE)
    close_database(connection, DATABASE)


def make_role(connection: Connection, name: str, password: str, rights: str) -> None:
    """Make a role; the server sees only the verifier of its password."""
    verifier = connection.pgconn.encrypt_password(
        password.encode(), name.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("CREATE ROLE {} {} PASSWORD {}").format(
            sql.Identifier(name),
            sql.SQL(rights),
            sql.Literal(verifier),
        )
    )


def database_exists(connection: Connection, name: str) -> bool:
    """Whether a database by that name is there."""
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def make_database(connection: Connection, name: str) -> None:
    """Make an empty database of the owner's."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
            sql.Identifier(name), sql.Identifier(LOGIN["owner"])
        )
    )


def close_database(connection: Connection, name: str) -> None:
    """Let only our two roles into a database."""
    database = sql.Identifier(name)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
            database, sql.Identifier(LOGIN["app"])
        )
    )
