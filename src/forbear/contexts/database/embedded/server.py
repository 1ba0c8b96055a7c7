"""How is the embedded PostgreSQL started, found and stopped?

with EmbeddedServer(home) as server:      # owns it; the server ends with this process
server.urls["app"]

find(home)                                # another process's server, or None
with reach(home) as urls: ...             # that one if it runs, else one's own meanwhile
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

import psycopg

from forbear.contexts.database.embedded.account import Account, choose_account
from forbear.contexts.database.embedded.cluster import (
    adopt,
    data_version,
    make_cluster,
)
from forbear.contexts.database.embedded.lock import Held, OwnerLock
from forbear.contexts.database.embedded.place import (
    SYSTEM_FOLDER,
    Place,
    choose_data,
    gone,
    make_runtime_folder,
    open_folder,
    read_json,
    remove_runtime_folder,
    write_json,
)
from forbear.contexts.database.embedded.process import Child, end_left_behind
from forbear.contexts.database.embedded.programs import Programs, choose_programs
from forbear.contexts.database.embedded.role import settle_roles
from forbear.contexts.database.embedded.secret import (
    DATABASE,
    ROLES,
    Role,
    passwords_of,
    url_of,
)
from forbear.contexts.database.embedded.setting import PORT, as_options, settings_for
from forbear.contexts.database.embedded.upgrade import finish_upgrade, upgrade
from forbear.values.errors import NotFound, Transient

_READY_S_MAX = 600.0  # recovery after a power cut may have much to read again
_JOIN_S_MAX = 60.0
_LOG_TAIL_BYTES = 4096
_SIGNALLED = 128


class NotStarted(Transient):
    """The database did not start."""

    code = "DATABASE_NOT_STARTED"


class NotRunning(NotFound):
    """No database runs for this home."""

    code = "DATABASE_NOT_RUNNING"


class EmbeddedServer:
    """The PostgreSQL of one home, alive no longer than this process.

    ``settings`` change PostgreSQL's settings; with ``fsync`` off nothing is made safe against a
    power cut, which is for tests.
    """

    def __init__(
        self,
        home: Path,
        *,
        settings: Mapping[str, str] | None = None,
        system_folder: Path = SYSTEM_FOLDER,
    ) -> None:
        self.home = home
        self._changed = dict(settings or {})
        self._system_folder = system_folder
        self._owner_pid = os.getpid()
        self._child: Child | None = None
        self._runtime: Path | None = None
        self._lock: OwnerLock | None = None
        self._passwords: dict[str, str] = {}
        self.place: Place | None = None
        self.programs: Programs | None = None
        self.account: Account | None = None

    @property
    def alive(self) -> bool:
        """Whether the server runs."""
        return self._child is not None and self._child.alive

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._child is not None, "not started"
        return self._child.pid

    @property
    def urls(self) -> dict[Role, str]:
        """The address of the application's database for each role."""
        return {role: self.url(role) for role in ROLES}

    def url(self, role: Role = "app", database: str = DATABASE) -> str:
        """Return the address of a database of the running server."""
        assert self._runtime is not None, "not started"
        return url_of(str(self._runtime), role, self._passwords[role], database)

    def start(self) -> Self:
        """Start the server and return when it answers; make the database at the first start.

        Raises:
            Held: another process owns it.
            ForbearError: it cannot be; nothing half-done remains.
        """
        if self.alive:
            return self
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server and everything that told of it; harmless when repeated."""
        if os.getpid() != self._owner_pid:
            return  # a process forked from the owner owns nothing
        if self._child is not None:
            if self.place is not None:
                self.place.state.unlink(missing_ok=True)
            self._child.stop()
            self._child = None
        if self._runtime is not None:
            remove_runtime_folder(self._runtime)
            self._runtime = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        self._former = _end_politely()
        try:
            return self.start()
        except BaseException:
            _end_as_before(self._former)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        _end_as_before(self._former)

    def _start(self) -> None:
        self.account = account = choose_account()
        folder = open_folder(self.home, account)
        self._lock = OwnerLock(folder / "lock")
        self._lock.take()
        self.place = place = choose_data(self.home, folder, account, self._system_folder)
        if place.data.parent != folder:
            self._lock.take_folder(place.data.parent)
        self.programs = choose_programs(account, self._system_folder)
        self._prepare_data(place, account, self.programs)
        _forget_former(place)
        self._runtime = make_runtime_folder(account)
        self._child = Child(
            [
                self.programs["postgres"],
                "-D",
                str(place.data),
                *as_options(settings_for(self._runtime, self._changed)),
            ],
            account=account,
            log=place.log,
        )
        self._child.start()
        self._wait_until_ready(place)
        self._settle()
        write_json(place.state, self._state())

    def _prepare_data(self, place: Place, account: Account, programs: Programs) -> None:
        finish_upgrade(place.data)
        found = data_version(place.data)
        if found is None and place.record.exists():
            raise gone(place)
        self._passwords = passwords = passwords_of(place, new=found is None)
        if found is None:
            sync = self._changed.get("fsync") != "off"
            make_cluster(
                place,
                account=account,
                programs=programs,
                password=passwords["superuser"],
                sync=sync,
            )
        else:
            end_left_behind(place.data)
            adopt(place.data, account)
            if found != programs.major:
                upgrade(
                    place.data,
                    found,
                    account=account,
                    programs=programs,
                    system_folder=self._system_folder,
                    password=passwords["superuser"],
                )
        if not place.record.exists():
            write_json(place.record, {"data": str(place.data), "account": account.name})

    def _wait_until_ready(self, place: Place) -> None:
        """Wait for the server's own word that it is ready, which it writes beside its data."""
        notes = place.data / "postmaster.pid"
        until = time.monotonic() + _READY_S_MAX
        assert self._child is not None
        while time.monotonic() < until:
            with suppress(OSError, ValueError, IndexError):
                lines = notes.read_text().split("\n")
                if int(lines[0]) == self._child.pid and lines[7].strip() == "ready":
                    return
            if not self._child.alive:
                break
            time.sleep(0.01)
        raise _not_started(place)

    def _settle(self) -> None:
        assert self.place is not None
        try:
            with psycopg.connect(self.url("superuser", "postgres"), autocommit=True) as connection:
                settle_roles(connection, self._passwords)
        except psycopg.OperationalError as error:
            raise _not_started(self.place, str(error)) from None

    def _state(self) -> dict[str, Any]:
        assert self.place is not None
        assert self.programs is not None
        notes = (self.place.data / "postmaster.pid").read_text().split("\n")
        return {
            "socket_folder": str(self._runtime),
            "port": PORT,
            "pid": self.pid,
            "owner_pid": self._owner_pid,
            "started_s": int(notes[2]),  # Unix time, by the server's own clock
            "version": self.programs.version,
            "programs": self.programs.origin,
        }


def find(home: Path, role: Role = "app", database: str = DATABASE) -> str | None:
    """Return the address of the server that runs for a home, or None when none answers.

    Raises:
        WrongAccount: it belongs to another account.
    """
    place = Place.of(home)
    state = read_json(place.state)
    if state is None or not _answers(Path(state["socket_folder"])):
        return None
    passwords = passwords_of(place, new=False)
    return url_of(state["socket_folder"], role, passwords[role], database)


def database_url(home: Path, role: Role = "app", database: str = DATABASE) -> str:
    """Return the address of the server that runs for a home.

    Raises:
        NotRunning: none does.
    """
    found = find(home, role, database)
    if found is None:
        raise NotRunning(
            f"No database runs for {home}.",
            remedy="Start Forbear first: forbear up",
            message_zh=f"{home} 没有正在运行的数据库。",
            remedy_zh="请先启动 Forbear：forbear up",
        )
    return found


@contextmanager
def reach(home: Path, **options: Any) -> Iterator[dict[Role, str]]:
    """Use the server that runs for a home; where none does, run one meanwhile. Yield its urls.

    Raises:
        Held: another process has been starting or stopping it for too long.
    """
    server = _own_unless_found(home, options)
    if server is None:
        yield {role: database_url(home, role) for role in ROLES}
        return
    with server:
        yield server.urls


def _own_unless_found(home: Path, options: Mapping[str, Any]) -> EmbeddedServer | None:
    """Return a started server of one's own, or None once another's answers."""
    until = time.monotonic() + _JOIN_S_MAX
    while find(home) is None:
        try:
            return EmbeddedServer(home, **options).start()
        except Held:  # its owner is just starting or ending it
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
    return None


def _answers(socket_folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
    return True


def _forget_former(place: Place) -> None:
    """Remove what a killed owner has left: its word of a server, and the socket's folder."""
    former = read_json(place.state)
    if former is not None:
        folder = Path(former["socket_folder"])
        if folder.name.startswith("forbear-"):
            remove_runtime_folder(folder)
        place.state.unlink(missing_ok=True)


def _not_started(place: Place, said: str = "") -> NotStarted:
    told = said.strip() or _log_tail(place.log)
    return NotStarted(
        f"The database in {place.data} did not start: {told}",
        remedy=f"Look into {place.log}, put right what it names, and start again.",
        message_zh=f"{place.data} 中的数据库未能启动：{told}",
        remedy_zh=f"请查看 {place.log}，解决其中指出的问题后重新启动。",
    )


def _log_tail(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LOG_TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return "it left no log"
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
    return telling[-1].strip() if telling else "it gave no reason"


def _end_politely() -> Any:
    """Let SIGTERM unwind the program as Ctrl-C does, where nothing else has been arranged."""
    if threading.current_thread() is not threading.main_thread():
        return None
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        return None
    return signal.signal(signal.SIGTERM, _unwind)


def _end_as_before(former: Any) -> None:
    if former is not None and signal.getsignal(signal.SIGTERM) is _unwind:
        signal.signal(signal.SIGTERM, former)


def _unwind(number: int, _: FrameType | None) -> None:
    raise SystemExit(_SIGNALLED + number)
