"""A backup is whole or absent, and a restore happens whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import stat
from contextlib import nullcontext
from datetime import UTC, datetime

import psycopg
import pytest

from forbear.contexts.database.backup import (
    backup,
    clear_restored,
    read_manifest,
    restore,
    restored,
)
from forbear.contexts.database.backup.archive import NotABackup
from forbear.contexts.database.backup.dump import MayNotRead, NoConnection, connected
from forbear.contexts.database.backup.restore import ONE_AT_A_TIME, DoesNotFit, InUse, at
from forbear.values.errors import NotFound
from tests.support.database_owner import someone, within

NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
_SCHEMA = """
CREATE EXTENSION pg_trgm;
CREATE SCHEMA other;
CREATE TABLE debt (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owed bigint, words text);
CREATE TABLE other.note (debt bigint REFERENCES public.debt, words text);
CREATE INDEX ON debt USING gin (words gin_trgm_ops);
INSERT INTO debt (owed, words) SELECT n, '张' || n || E'\\n\\t\\\\' FROM generate_series(1, 500) n;
INSERT INTO other.note SELECT id, 'x' FROM debt WHERE id <= 30;
ALTER TABLE debt ENABLE ROW LEVEL SECURITY;
ALTER TABLE debt FORCE ROW LEVEL SECURITY;
CREATE POLICY seen ON debt USING (current_setting('forbear.sight', true) = 'ALL');
GRANT SELECT ON debt TO forbear_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO forbear_app;
"""
_BACK_UP_OR_RESTORE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from forbear.contexts.database.backup import backup, restore
doing = {"backup": backup, "restore": restore}[sys.argv[1]]
doing(Path(sys.argv[2]), Path(sys.argv[3]), now=datetime(2026, 11, 24, tzinfo=UTC), url=sys.argv[4])
"""


def _fill(database):
    with psycopg.connect(database.urls["owner"]) as connection:
        connection.execute(_SCHEMA)


@pytest.fixture
def database(cluster):
    with cluster.database(template=cluster.template("backup", prepare=_fill)) as found:
        yield found
        for end in ("replaced", "restoring"):
            cluster.as_superuser(f'DROP DATABASE IF EXISTS "{found.name}_{end}" WITH (FORCE)')


def _all_rows(database) -> str:
    """Return an account that may read every row; owners may not."""
    url: str = database.urls["superuser"]
    return url


def _debts(url: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        connection.execute("SET forbear.sight = 'ALL'")
        return connection.execute("SELECT * FROM debt ORDER BY id").fetchall()


def _names(cluster) -> set[str]:
    return {name for (name,) in cluster.as_superuser("SELECT datname FROM pg_database")}


class TestRoundTrip:
    def test_everything_comes_back_and_is_marked(self, database, cluster, tmp_path):
        owner, target, home = database.urls["owner"], tmp_path / "out" / "a.backup", tmp_path / "h"
        before = _debts(owner)
        made = backup(home, target, now=NOW, url=_all_rows(database))
        with psycopg.connect(owner) as connection:
            connection.execute("SET forbear.sight = 'ALL'")
            connection.execute("UPDATE debt SET owed = 0; DROP TABLE other.note")

        found = restore(home, target, now=NOW, url=owner)

        assert found == made == read_manifest(target)
        assert made.tables == {"other.note": 30, "public.debt": 500}
        assert made.made_at == "2026-11-24T22:00:00+00:00"
        assert _debts(owner) == before
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert [path.name for path in target.parent.iterdir()] == ["a.backup"]
        assert f"{database.name}_replaced" in _names(cluster)
        assert f"{database.name}_restoring" not in _names(cluster)
        with psycopg.connect(database.urls["app"]) as connection:
            # Row security came back as well: without sight the application sees nothing.
            assert connection.execute("SELECT count(*) FROM debt").fetchone() == (0,)
        with psycopg.connect(owner, autocommit=True) as connection:
            elsewhere = restored(tmp_path / "another", connection)
            here = restored(home)
            clear_restored(home, connection)
        with psycopg.connect(owner) as connection:
            after = restored(home, connection)
        assert (
            here
            == elsewhere
            == {
                "restored_at": "2026-11-24T22:00:00+00:00",
                "made_at": made.made_at,
                "file": "a.backup",
                "dump_sha256": made.dump_sha256,
            }
        )
        assert after is None

    def test_the_embedded_database_is_reached_by_its_home(self, tmp_path):
        with someone(ordinary=False) as account:
            code = (
                "import sys; from datetime import UTC, datetime; from pathlib import Path\n"
                "import psycopg\n"
                "from forbear.contexts.database.backup import backup, restore, restored\n"
                "from forbear.contexts.database.embedded import reach\n"
                "home, now = Path(sys.argv[1]), datetime(2026, 11, 24, tzinfo=UTC)\n"
                "with reach(home) as urls:\n"
                "    with psycopg.connect(urls['owner']) as connection:\n"
                "        connection.execute('CREATE TABLE kept (n int)')\n"
                "        connection.execute('INSERT INTO kept VALUES (5)')\n"
                "    backup(home, home / 'a.backup', now=now)\n"
                "    with psycopg.connect(urls['owner']) as connection:\n"
                "        connection.execute('DROP TABLE kept')\n"
                "    restore(home, home / 'a.backup', now=now)\n"
                "    with psycopg.connect(urls['owner']) as connection:\n"
                "        print(connection.execute('SELECT n FROM kept').fetchone()[0])\n"
                "print(restored(home)['file'])\n"
            )
            assert account.run(code, account.home).split() == ["5", "a.backup"]
            assert (account.home / "database" / "RESTORED.json").exists()


class TestRefusals:
    def test_a_database_in_use_is_left_alone(self, database, cluster, tmp_path):
        target = tmp_path / "a.backup"
        backup(tmp_path, target, now=NOW, url=_all_rows(database))

        with psycopg.connect(database.urls["owner"]), pytest.raises(InUse, match="connected"):
            restore(tmp_path, target, now=NOW, url=database.urls["owner"])

        assert restored(tmp_path) is None
        assert f"{database.name}_restoring" not in _names(cluster)

    def test_two_restores_of_one_database_do_not_meet(self, database, tmp_path):
        target, owner = tmp_path / "a.backup", database.urls["owner"]
        backup(tmp_path, target, now=NOW, url=_all_rows(database))
        with connected(at(owner, "postgres")) as other:
            for name, outcome in [
                ("another", nullcontext()),
                (database.name, pytest.raises(InUse, match="Another")),
            ]:
                other.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [ONE_AT_A_TIME, name])
                with outcome:
                    restore(tmp_path, target, now=NOW, url=owner)

    @pytest.mark.parametrize("harm", ["cut", "changed", "other", "empty"])
    def test_a_file_that_is_not_whole_is_refused(self, database, tmp_path, harm):
        target = tmp_path / "a.backup"
        backup(tmp_path, target, now=NOW, url=_all_rows(database))
        whole = target.read_bytes()
        middle = len(whole) // 3
        target.write_bytes(
            {
                "cut": whole[: len(whole) // 2],
                "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
                "other": b"PGDMP and so on",
                "empty": b"",
            }[harm]
        )

        with pytest.raises(NotABackup, match="not a whole backup"):
            restore(tmp_path, target, now=NOW, url=database.urls["owner"])

        assert len(_debts(database.urls["owner"])) == 500

    def test_a_file_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(NotFound, match=r"no\.backup"):
            restore(tmp_path, tmp_path / "no.backup", now=NOW, url="postgresql:///none")

    def test_a_role_whose_sight_is_limited_cannot_make_a_partial_backup(self, database, tmp_path):
        if "superuser" not in database.urls:
            pytest.skip("the given server's role may be one that sees everything")
        with pytest.raises(MayNotRead, match="row-level security") as caught:
            backup(tmp_path, tmp_path / "a.backup", now=NOW, url=database.urls["owner"])
        assert "NO FORCE" not in caught.value.message
        assert "DATABASE_BACKUP_URL" in caught.value.remedy

        assert list(tmp_path.iterdir()) == []

    def test_a_server_that_is_away_is_said_to_be(self, tmp_path):
        url = f"postgresql://someone:secret-word@/none?host={tmp_path}"

        with pytest.raises(NoConnection) as caught:
            backup(tmp_path, tmp_path / "a.backup", now=NOW, url=url)

        assert "secret-word" not in json.dumps(caught.value.as_dict())

    def test_roles_that_are_missing_are_named_before_anything_happens(
        self, database, cluster, tmp_path
    ):
        target, role, reader = tmp_path / "a.backup", f"{database.name}_r", _all_rows(database)
        cluster.as_superuser(f'CREATE ROLE "{role}"')
        try:
            with psycopg.connect(database.urls["owner"], autocommit=True) as connection:
                connection.execute(f'GRANT SELECT ON debt TO "{role}"')
                backup(tmp_path, target, now=NOW, url=reader)
                connection.execute(f'REVOKE ALL ON debt FROM "{role}"')
        finally:
            cluster.as_superuser(f'DROP ROLE "{role}"')

        with pytest.raises(DoesNotFit, match=role):
            restore(tmp_path, target, now=NOW, url=database.urls["owner"])


class TestKills:
    @pytest.fixture
    def large(self, database):
        with psycopg.connect(database.urls["owner"]) as connection:
            connection.execute(
                "CREATE TABLE large AS SELECT n, md5(n::text) || md5((-n)::text) AS words "
                "FROM generate_series(1, 150000) n"
            )
        return database

    def test_a_killed_backup_leaves_the_former_one(self, large, cluster, tmp_path):
        target = tmp_path / "a.backup"
        former = backup(tmp_path, target, now=NOW, url=_all_rows(large))
        with someone(ordinary=False) as account:
            arguments = ["backup", tmp_path, target, _all_rows(large)]
            with account.running(_BACK_UP_OR_RESTORE, *arguments) as process:
                part = tmp_path / ".a.backup.part"
                assert within(30, lambda: part.exists() and part.stat().st_size > 0)
                os.kill(process.pid, signal.SIGKILL)
        assert read_manifest(target) == former
        assert within(5, lambda: _sessions(cluster, large.name) == 0)

        again = backup(tmp_path, target, now=NOW, url=_all_rows(large))

        assert again.tables == former.tables
        assert [path.name for path in tmp_path.iterdir()] == ["a.backup"]

    def test_a_killed_restore_leaves_the_database_as_it_was(self, large, cluster, tmp_path):
        target, owner = tmp_path / "a.backup", large.urls["owner"]
        backup(tmp_path, target, now=NOW, url=_all_rows(large))
        with psycopg.connect(owner) as connection:
            connection.execute("CREATE TABLE later (n int)")
        fresh = f"{large.name}_restoring"
        with (
            someone(ordinary=False) as account,
            account.running(_BACK_UP_OR_RESTORE, "restore", tmp_path, target, owner) as process,
        ):
            assert within(30, lambda: _sessions(cluster, fresh) > 0)
            os.kill(process.pid, signal.SIGKILL)
        with psycopg.connect(owner) as connection:
            assert connection.execute("SELECT to_regclass('later') IS NOT NULL").fetchone() == (
                True,
            )
        assert restored(tmp_path) is None

        restore(tmp_path, target, now=NOW, url=owner)

        with psycopg.connect(owner) as connection:
            assert connection.execute("SELECT to_regclass('later')").fetchone() == (None,)
            assert connection.execute("SELECT count(*) FROM large").fetchone() == (150000,)


def _sessions(cluster, name: str) -> int:
    found = cluster.as_superuser(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'")
    return found[0][0]
