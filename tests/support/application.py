"""The application on a migrated database.

``application`` is empty at the start of each test: one database for each worker, emptied after
each test. ``own_application`` is a copy for one test, for tests that change the schema. For a
wider scope::

    @pytest.fixture(scope="module")
    def shop(cluster, application_template):
        with cluster.database(template=application_template) as made, on_database(made):
            yield made

Django is set up when this is imported, so that test modules may import models.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import django
import psycopg
import pytest

from tests.support.database import Cluster, Database

SETTINGS = "forbear.settings.test"
# What migrations write stays. Tables that refuse to be emptied do so by a trigger of this name,
# which their owner alone can switch off. Row security hides rows from the owner too, so emptiness
# is told by size.
_FILLED = """relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
  AND NOT relname = ANY (ARRAY['django_migrations', 'django_content_type', 'auth_permission'])"""
_EMPTY = f"""
DO $$
DECLARE
  name regclass;
  filled text;
BEGIN
  SELECT string_agg(oid::regclass::text, ', ') INTO filled FROM pg_class
    WHERE {_FILLED};
  IF filled IS NULL THEN
    RETURN;
  END IF;
  FOR name IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'never_emptied' LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER never_emptied', name);
  END LOOP;
  EXECUTE format('TRUNCATE %s CASCADE', filled);
  FOR name IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname = 'never_emptied' LOOP
    EXECUTE format('ALTER TABLE %s ENABLE TRIGGER never_emptied', name);
  END LOOP;
END $$
"""


# Deleting a few rows is ten times faster than truncating; a superuser passes triggers and keys.
_DELETE = f"""
DO $$
DECLARE
  filled text;
BEGIN
  FOR filled IN SELECT oid::regclass::text FROM pg_class
    WHERE {_FILLED} LOOP
    EXECUTE format('DELETE FROM %s', filled);
  END LOOP;
END $$
"""
_LARGE = "SELECT max(pg_relation_size(oid)) > 4000000 FROM pg_class WHERE relkind = 'r'"


@pytest.fixture(scope="session")
def application_template(cluster: Cluster) -> str:
    """The name of a migrated database to copy."""
    return cluster.template("application", prepare=migrate)


@pytest.fixture(scope="session")
def _shared(cluster: Cluster, application_template: str) -> Iterator[Database]:
    with cluster.database(template=application_template) as made:
        yield made


@pytest.fixture
def application(_shared: Database) -> Iterator[Database]:
    """A migrated, empty database; Django speaks to it as the application does."""
    with on_database(_shared):
        yield _shared
    _empty(_shared)


@pytest.fixture
def own_application(cluster: Cluster, application_template: str) -> Iterator[Database]:
    """The same, a copy for this test alone."""
    with cluster.database(template=application_template) as made, on_database(made):
        yield made


@contextmanager
def on_database(made: Database, role: str = "app") -> Iterator[None]:
    """Let Django speak to a database while the block runs."""
    from django.db import connections

    from forbear.settings.environment import database

    connections.close_all()
    before = dict(connections.settings["default"])
    # A request's end leaves the connection open, as the pool does in earnest.
    ours = {**database(made.urls[role], pool=False), "CONN_MAX_AGE": None}
    connections.settings["default"].update(ours)
    try:
        yield
    finally:
        connections.close_all()
        connections.settings["default"].update(before)


def _empty(made: Database) -> None:
    """Take every row out that a test wrote; where there is a superuser, quickly."""
    if "superuser" in made.urls and _emptied_quickly(made.urls["superuser"]):
        return
    with psycopg.connect(made.urls["owner"]) as owner:
        owner.execute(_EMPTY)


def _emptied_quickly(url: str) -> bool:
    """Delete what little there is; False: there is much, which is quicker to truncate."""
    if _superuser(url).closed or not _answers(_superuser(url)):
        # A test that takes the database away has taken this connection too.
        _superuser.cache_clear()
    superuser = _superuser(url)
    with superuser.transaction():
        if superuser.execute(_LARGE).fetchone() != (False,):
            return False
        superuser.execute(_DELETE)
        return True


def rows_of(made: Database) -> dict[str, bytes]:
    """Return every row that there is, by table, for ``put_back``; a superuser sees them all."""
    superuser = _superuser(made.urls["superuser"])
    tables = superuser.execute(f"SELECT oid::regclass::text FROM pg_class WHERE {_FILLED}")
    found = {}
    for (table,) in tables.fetchall():
        with superuser.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as rows:
            found[table] = b"".join(rows)
    return {table: rows for table, rows in found.items() if rows}


def put_back(made: Database, rows: dict[str, bytes]) -> None:
    """Lay down the rows that were in an empty database before, with their ids."""
    superuser = _superuser(made.urls["superuser"])
    with superuser.transaction(), superuser.cursor() as cursor:
        for table, lines in rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(lines)


def _answers(connection: psycopg.Connection) -> bool:
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


@cache
def _superuser(url: str) -> psycopg.Connection:
    """Return one connection for all tests of a worker; a test takes longer to connect than this."""
    opened = psycopg.connect(url, autocommit=True)
    opened.execute("SET session_replication_role = replica")
    return opened


def migrate(made: Database) -> None:
    from django.conf import settings
    from django.core.management import call_command

    stepping_down = settings.FORBEAR_STEP_DOWN
    settings.FORBEAR_STEP_DOWN = False
    try:
        with on_database(made, "owner"):
            call_command("migrate", verbosity=0, interactive=False)
    finally:
        settings.FORBEAR_STEP_DOWN = stepping_down


def _set_up() -> None:
    home = tempfile.mkdtemp(prefix="forbear-tests-home-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    ours = {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "FORBEAR_HOME": home,
        "FORBEAR_POOL": "0",
        # Nothing may reach a database before a fixture has named one.
        "DATABASE_URL": "postgresql:///no_database_was_chosen",
    }
    before = dict(os.environ)
    os.environ.update(ours)
    try:
        django.setup()
    finally:
        # Programs that tests start must not find our settings.
        os.environ.clear()
        os.environ.update(before)


_set_up()
