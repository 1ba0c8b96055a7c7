"""How does a server live exactly as long as the process that started it?

The kernel is asked to interrupt the server when the thread that started it ends, which a kill of
the whole process includes; so a thread of its own starts the server and stays until it is gone.
What an owner has left behind all the same (a kernel without that service, a kill within the
server's own last second) is found by its working folder and ended before anything starts.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from forbear.contexts.database.embedded.account import Account
from forbear.values.errors import Transient

_PR_SET_PDEATHSIG = 1
_LOG_BYTES_MAX = 10 << 20
_LOGS_KEPT = 3
_LOOK_S = 1.0
_STOP_S_MAX = 60.0
_KILL_S_MAX = 10.0
# Fast shutdown: sessions end, everything committed is kept. Immediate: recovery at the next start.
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT


class StillRunning(Transient):
    """A server left behind does not end."""

    code = "SERVER_LEFT_BEHIND"


def dies_with_parent(signal_: int) -> Callable[[], None] | None:
    """Return what a child does before it becomes a program, so that it dies with this thread.

    It runs after the change of account, which would undo it. None where the kernel is not Linux.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def before_program() -> None:
        prctl(_PR_SET_PDEATHSIG, signal_, 0, 0, 0)
        if os.getppid() != parent:  # it died in between, and no signal will come
            os._exit(1)

    return before_program


def environment() -> dict[str, str]:
    """Return an environment for PostgreSQL's programs: nothing of the caller's, no home needed."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def run_program(
    command: Sequence[str], *, account: Account, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL to its end as the account; it dies with the caller."""
    return subprocess.run(  # only PostgreSQL's programs
        command,
        cwd=options.pop("cwd", "/"),
        env={**environment(), **options.pop("env", {})},
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
        preexec_fn=dies_with_parent(signal.SIGKILL),
        **account.options,
        **options,
    )


def reaches(account: Account, folder: Path) -> bool:
    """Whether an account may pass through a folder, asked of the kernel and not of modes."""
    if not account.switches:
        return os.access(folder, os.X_OK)
    command = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    return run_program(command, account=account).returncode == 0


class Child:
    """A server process with the thread that started it."""

    def __init__(self, command: Sequence[str], *, account: Account, log: Path) -> None:
        self._command, self._account, self._log = list(command), account, log
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._live, name="postgres-keeper", daemon=True)

    def start(self) -> None:
        """Start the process; return when it runs.

        Raises:
            OSError: it cannot be run.
        """
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure

    @property
    def pid(self) -> int:
        """The process id of a started server."""
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the server runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Shut the server down fast; if it does not go, immediately; in the end by force."""
        if self._process is None:
            return
        for signal_, wait_s in (
            (FAST, _STOP_S_MAX),
            (IMMEDIATE, _KILL_S_MAX),
            (signal.SIGKILL, _KILL_S_MAX),
        ):
            if not self.alive:
                break
            with suppress(ProcessLookupError):
                self._process.send_signal(signal_)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(wait_s)
        self._thread.join(_LOOK_S * 2)

    def _live(self) -> None:
        """Start the server, then stay: the kernel ties its life to this thread's."""
        try:
            rotate(self._log)
            handle = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                self._process = subprocess.Popen(  # as above
                    self._command,
                    cwd="/",
                    env=environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=handle,
                    stderr=handle,
                    umask=0o077,
                    # Ctrl-C in a terminal reaches the owner alone, who ends the server last.
                    start_new_session=True,
                    preexec_fn=dies_with_parent(FAST),  # noqa: PLW1509  # two system calls
                    **self._account.options,
                )
            finally:
                os.close(handle)
        except BaseException as error:  # noqa: BLE001  # raised again where it was started
            self._failure = error
            return
        finally:
            self._started.set()
        while True:
            try:
                self._process.wait(_LOOK_S)
            except subprocess.TimeoutExpired:
                with suppress(OSError):
                    rotate(self._log)
            else:
                return


def rotate(log: Path) -> None:
    """Keep a log short: copy a long one aside and empty it under the server's open hand."""
    if not log.exists() or log.stat().st_size < _LOG_BYTES_MAX:
        return
    for number in range(_LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    copy = log.with_name(f"{log.name}.1")
    shutil.copyfile(log, copy)
    copy.chmod(0o600)
    os.truncate(log, 0)


def end_left_behind(data: Path) -> None:
    """End every server process that works in a data folder, then forget its notes.

    Only whoever holds the home's lock may call this: then no process there has an owner.

    Raises:
        StillRunning: one does not end even by force.
    """
    if not Path("/proc/self").exists():
        return  # the server itself knows what to do with its notes, only less well
    postmaster = postmaster_pid(data)
    for signal_, wait_s in ((FAST, _STOP_S_MAX), (signal.SIGKILL, _KILL_S_MAX)):
        found = processes_in(data)
        # Fast shutdown is for the first process to arrange; force is for all.
        for pid in found if signal_ != FAST else [pid for pid in found if pid == postmaster]:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal_)
        if _gone_within(data, wait_s if postmaster in found or signal_ != FAST else _LOOK_S):
            # The notes name a process id that some other process may have by now.
            (data / "postmaster.pid").unlink(missing_ok=True)
            return
    raise StillRunning(
        f"A PostgreSQL server left behind in {data} does not end.",
        remedy="End its processes by hand, then start again.",
        message_zh=f"{data} 中遗留的 PostgreSQL 服务器无法结束。",
        remedy_zh="请手动结束其进程后重新启动。",
        pids=processes_in(data),
    )


def postmaster_pid(data: Path) -> int | None:
    """Return the process id that a server has noted in its data folder."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def processes_in(data: Path) -> list[int]:
    """Return the server processes whose working folder is a data folder."""
    target = os.path.realpath(data)
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            inside = str((process / "cwd").readlink()) == target
            named = (process / "comm").read_text().strip() if inside else ""
        except OSError:  # it has ended, or it is none of our business
            continue
        if named == "postgres":
            found.append(int(process.name))
    return found


def _gone_within(data: Path, wait_s: float) -> bool:
    until = time.monotonic() + wait_s
    while processes_in(data):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
