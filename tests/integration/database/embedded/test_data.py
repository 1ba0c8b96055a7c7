"""Data that are half-made, lost, older or newer are met with care."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import psycopg
import pytest

from forbear.contexts.database.embedded import EmbeddedServer, programs
from forbear.contexts.database.embedded.account import present_account
from forbear.contexts.database.embedded.place import WrongAccount
from forbear.contexts.database.embedded.process import processes_in
from forbear.values.errors import Conflict, ForbearError, InvalidInput, NotFound
from tests.support.database import QUICK
from tests.support.database_owner import someone, within

_START = """
import sys
from pathlib import Path
from forbear.contexts.database.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).start()
"""


@pytest.fixture
def home():
    with someone(ordinary=False) as account:
        yield account.home


def _server(home: Path) -> EmbeddedServer:
    return EmbeddedServer(home, settings=QUICK, system_folder=home.parent / "system")


def _pretend(home: Path, *, version: str = "14", **files: object) -> Path:
    """Lay out a database that another version has left."""
    folder = home / "database"
    data = folder / "data"
    data.mkdir(parents=True, mode=0o700)
    (data / "PG_VERSION").write_text(f"{version}\n")
    secrets = {"app": "a", "owner": "b", "superuser": "c"}
    for name, value in {"secrets": secrets, "place": {"data": str(data)}, **files}.items():
        if value is not None:
            (folder / f"{name}.json").write_text(json.dumps(value))
    return data


class TestHalfMade:
    def test_a_kill_while_it_is_made_costs_only_time(self):
        with someone(ordinary=False) as account:
            making = account.home / "database" / "data.making"
            with account.running(_START, account.home) as process:
                assert within(30, (making / "PG_VERSION").exists)
                os.kill(process.pid, signal.SIGKILL)
            assert not (account.home / "database" / "data").exists()

            with account.owner() as owner, psycopg.connect(owner.url) as connection:
                assert connection.execute("SELECT current_database()").fetchone() == ("forbear",)
            assert not making.exists()
            assert processes_in(making) == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("version", "remedy"),
        [("14", "beside this one"), ("99", "Install PostgreSQL 99"), ("", "?")],
    )
    def test_other_versions_are_refused_with_a_way_out(self, home, version, remedy):
        data = _pretend(home, version=version)

        with pytest.raises(Conflict) as caught:
            _server(home).start()

        said = caught.value
        assert f"PostgreSQL {version or '?'}" in said.message
        assert remedy in said.remedy + said.message
        assert version in said.data["message_zh"]
        assert said.data["remedy_zh"]
        assert (data / "PG_VERSION").read_text().strip() == version

    def test_lost_data_are_not_replaced_by_an_empty_database(self, home):
        shutil.rmtree(_pretend(home))

        with pytest.raises(NotFound, match="gone"):
            _server(home).start()

        assert not (home / "database" / "data").exists()

    def test_lost_passwords_are_not_drawn_anew(self, home):
        _pretend(home, version=_running_major(), secrets=None)

        with pytest.raises(NotFound, match="passwords"):
            _server(home).start()

    def test_damaged_records_are_named(self, home):
        _pretend(home)
        (home / "database" / "place.json").write_text("{")

        with pytest.raises(InvalidInput, match=r"place\.json is damaged"):
            _server(home).start()

    def test_damaged_data_end_in_the_servers_own_words(self, home):
        _pretend(home, version=_running_major())

        with pytest.raises(ForbearError, match="did not start") as caught:
            _server(home).start()

        assert "server.log" in caught.value.remedy
        assert not (home / "database" / "server.json").exists()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of others")
    def test_a_home_of_another_account_is_left_alone(self, home):
        folder = home / "database"
        folder.mkdir(parents=True, mode=0o700)
        os.chown(folder, 65534, 65534)

        with pytest.raises(WrongAccount, match="belongs to"):
            _server(home).start()

        assert folder.stat().st_uid == 65534

    def test_a_failed_start_lets_go_of_the_lock(self, home):
        _pretend(home)
        for _ in range(2):
            with pytest.raises(Conflict, match="PostgreSQL 14"):
                _server(home).start()


class TestMachine:
    def test_without_the_wheel_the_machines_own_programs_are_taken(self, home, monkeypatch):
        monkeypatch.setattr(programs, "wheel_folder", lambda: None)
        found = list(programs.every_programs(present_account(), home))
        if not found:
            pytest.skip("no PostgreSQL is installed on this machine beside the wheel")

        assert {each.origin for each in found} == {"machine"}
        assert [each.major for each in found] == sorted((e.major for e in found), reverse=True)

    def test_without_any_programs_the_way_out_is_named(self, home, monkeypatch):
        monkeypatch.setattr(programs, "wheel_folder", lambda: None)
        monkeypatch.setattr(programs, "MAJOR_MIN", 1000)

        with pytest.raises(NotFound, match="No PostgreSQL runs here") as caught:
            _server(home).start()

        assert "DATABASE_URL" in caught.value.remedy

    @pytest.mark.nightly
    def test_data_of_the_machines_own_version_are_upgraded_later(self, home, monkeypatch):
        found = [
            each
            for each in programs.every_programs(present_account(), home)
            if each.origin == "machine"
        ]
        if not found:
            pytest.skip("no PostgreSQL is installed on this machine beside the wheel")
        with monkeypatch.context() as without:
            without.setattr(programs, "wheel_folder", lambda: None)
            with _server(home) as server:
                assert server.programs.origin == "machine"
                with psycopg.connect(server.urls["owner"]) as connection:
                    connection.execute("CREATE TABLE old (n int); INSERT INTO old VALUES (15)")
                    letters = connection.execute("SELECT '张' ~ '^\\w$'").fetchone()
        older = server.programs.major
        assert letters == (True,)

        with _server(home) as server, psycopg.connect(server.urls["owner"]) as connection:
            assert connection.execute("SELECT n FROM old").fetchone() == (15,)
            assert connection.info.server_version // 10_000 == server.programs.major > older
        assert (home / "database" / f"data.version-{older}" / "PG_VERSION").exists()
        with _server(home) as server, psycopg.connect(server.urls["app"]) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("forbear_app",)


def _running_major() -> str:
    return str(next(programs.every_programs(present_account(), Path("/"))).major)
