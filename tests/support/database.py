"""A real PostgreSQL for tests: one server for all workers, databases by copying a template.

With ``DATABASE_URL`` in the environment that server is used, otherwise an embedded one. Use::

    def test_…(empty_database):              # a database of its own, dropped afterwards
        psycopg.connect(empty_database.urls["owner"])

    @pytest.fixture(scope="session")
    def migrated(cluster):                   # prepared once for all workers, then copied
        template = cluster.template("app", prepare=migrate)
        with cluster.database(template=template) as database:
            yield database
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import pytest

# The tests' server need not survive a power cut.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Tests connect thousands of times; what protects a password against guessing is slow by intent.
# PostgreSQL knows this from 16 on.
_FREQUENT = {**QUICK, "scram_iterations": "1"}
_LAST_USER_S_MAX = 900.0
_APP = "forbear_app"


class Urls(dict[str, str]):
    """Addresses by role; a test that asks for one that there is not is skipped, and says so."""

    def __missing__(self, role: str) -> str:
        pytest.skip(f"the account of DATABASE_URL is no {role}")


@dataclass(frozen=True)
class Database:
    """One database; ``urls`` by role: owner, app, and superuser where the server is embedded."""

    name: str
    urls: dict[str, str]

    def learn_sizes(self, *tables: str) -> None:
        """Let the planner look at tables that were just filled, as it does by itself in use.

        Plans that were made while they were empty read them whole for ever.
        """
        import psycopg

        with psycopg.connect(self.urls["owner"], autocommit=True) as owner:
            owner.execute(f"ANALYZE {', '.join(tables)}")


class Cluster:
    """A running server on which tests make and drop databases of their own."""

    def __init__(self, shared: Path, urls: dict[str, str], run: str) -> None:
        self._shared = shared
        self._urls = urls
        self._run = run
        self._numbers = itertools.count(1)

    @contextmanager
    def database(self, *, template: str = "template0", label: str = "") -> Iterator[Database]:
        """Give a database of its own, empty or copied from a template; drop it at the end."""
        name = f"{self._run}_{os.getpid()}_{next(self._numbers)}{label and '_' + label}"
        made = self._create(name, template)
        try:
            yield made
        finally:
            self._drop(name)

    def template(self, key: str, *, prepare: Callable[[Database], None]) -> str:
        """Return the name of a template that ``prepare`` has filled once in this run.

        ``prepare`` must leave no connection open. When it fails nothing remains, and the next
        worker tries again.
        """
        name = f"{self._run}_t_{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        with _locked(self._shared / f"template-{name}.lock"):
            done = self._shared / f"template-{name}.done"
            if not done.exists():
                self._drop(name)
                prepare(self._create(name, "template0"))
                done.touch()
        return name

    def as_superuser(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement with the most rights there are."""
        import psycopg

        url = self._urls.get("superuser", self._urls["owner"])
        with psycopg.connect(_with_database(url, "postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def drop_all(self) -> None:
        """Drop every database of this run."""
        for (name,) in self.as_superuser("SELECT datname FROM pg_database"):
            if name.startswith(f"{self._run}_"):
                self._drop(name)

    def _create(self, name: str, template: str) -> Database:
        owner = "OWNER forbear_owner" if "superuser" in self._urls else ""
        self.as_superuser(
            f'CREATE DATABASE "{name}" {owner} TEMPLATE "{template}" STRATEGY FILE_COPY'
        )
        urls = {role: _with_database(url, name) for role, url in self._urls.items()}
        return Database(name, Urls(urls))

    def _drop(self, name: str) -> None:
        self.as_superuser(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The server that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "database"
    shared.mkdir(exist_ok=True)
    given = os.environ.get("DATABASE_URL")
    with _given(shared, given) if given else _embedded(shared) as found:
        yield found


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """An empty database of its own."""
    with cluster.database() as database:
        yield database


@contextmanager
def _given(shared: Path, url: str) -> Iterator[Cluster]:
    # Every worker names its own databases apart; templates are shared, so the run has one name.
    with _locked(shared / "lock"):
        run = _told(shared / "run", lambda: f"forbear_test_{secrets.token_hex(4)}")
        urls = {"owner": url, "app": _with_option(url, "options", f"-c role={_APP}")}
        cluster = Cluster(shared, urls, run)
        cluster.as_superuser(
            f"DO $$ BEGIN IF to_regrole('{_APP}') IS NULL THEN CREATE ROLE {_APP} NOLOGIN; END IF; "
            f"EXECUTE format('GRANT {_APP} TO %I', current_user); END $$"
        )
    with _user(shared) as last:
        yield cluster
        if last():
            cluster.drop_all()


@contextmanager
def _embedded(shared: Path) -> Iterator[Cluster]:
    from forbear.contexts.database.embedded import EmbeddedServer, database_url, find
    from forbear.contexts.database.embedded.programs import wheel_folder

    with ExitStack() as ends:
        with _locked(shared / "lock"):
            home = Path(_told(shared / "home", _new_home))
            last = ends.enter_context(_user(shared))
            server = None
            if find(home) is None:
                server = EmbeddedServer(
                    home, settings=_FREQUENT if wheel_folder() else QUICK
                ).start()
                ends.callback(server.stop)
        urls = {role: database_url(home, role) for role in ("owner", "app", "superuser")}
        yield Cluster(shared, urls, "forbear_test")
        if server is not None:
            _wait_for_others(shared, last)
            server.stop()
            shutil.rmtree(home)
            (shared / "home").unlink()


def _new_home() -> str:
    # Pytest's own folders are closed to the account that runs the server when tests run as root.
    home = Path(tempfile.mkdtemp(prefix="forbear-tests-"))
    home.chmod(0o711)
    return str(home)


def _wait_for_others(shared: Path, last: Callable[[], bool]) -> None:
    until = time.monotonic() + _LAST_USER_S_MAX
    while time.monotonic() < until:
        with _locked(shared / "lock"):
            if last():
                for done in shared.glob("template-*.done"):
                    done.unlink()
                return
        time.sleep(0.05)


@contextmanager
def _user(shared: Path) -> Iterator[Callable[[], bool]]:
    """Count as a user; yield a question: has every other user gone?"""
    with (shared / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)

        def last() -> bool:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                # A failed change of the lock has given it up; nobody needs it back.
                return False
            return True

        yield last


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _told(path: Path, new: Callable[[], str]) -> str:
    if not path.exists():
        path.write_text(new())
    return path.read_text()


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name)}"))


def _with_option(url: str, name: str, value: str) -> str:
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query), (name, value)], quote_via=quote)
    return urlunsplit(parts._replace(query=query))
