"""Processes that own an embedded server, as the present account and as an ordinary one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.database import QUICK

_SOURCE = Path(__file__).resolve().parents[2] / "src"
_OWN = f"""
import sys
from pathlib import Path
from forbear.contexts.database.embedded import EmbeddedServer
home = Path(sys.argv[1])
with EmbeddedServer(home, settings={QUICK!r}, system_folder=home.parent / "system") as server:
    print(server.pid, server.urls["owner"], flush=True)
    sys.stdin.readline()
"""


@dataclass
class Someone:
    """An account, a folder of its own, and ways to run Python in it."""

    folder: Path
    python: str = sys.executable
    options: dict[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    @property
    def home(self) -> Path:
        """The home whose database the tests start."""
        return self.folder / "home"

    @property
    def switches(self) -> bool:
        """Whether the server runs as yet another account."""
        return os.geteuid() == 0 and not self.options

    @contextmanager
    def running(self, code: str, *arguments: object, **env: str) -> Iterator[subprocess.Popen[str]]:
        """Start a script; kill it if it still runs at the end."""
        process = subprocess.Popen(
            [*self.before, self.python, "-c", code, *map(str, arguments)],
            cwd=self.folder,
            env={**_environment(), **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **self.options,
        )
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def run(self, code: str, *arguments: object, **env: str) -> str:
        """Run a script to its end; return what it prints."""
        with self.running(code, *arguments, **env) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        return out.strip()

    @contextmanager
    def owner(self, **env: str) -> Iterator[Owner]:
        """Start a process that owns the home's server; it answers when this returns."""
        with self.running(_OWN, self.home, **env) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise AssertionError(process.communicate(timeout=60)[1])
            pid, url = line.split()
            yield Owner(process, int(pid), url)
            if process.poll() is None:
                process.communicate("\n", timeout=60)


@dataclass(frozen=True)
class Owner:
    """A process that owns a running server."""

    process: subprocess.Popen[str]
    server_pid: int
    url: str


def within(seconds: float, question: Callable[[], bool]) -> bool:
    """Whether a question is answered yes before the time is up."""
    until = time.monotonic() + seconds
    while not question():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def someone(*, ordinary: bool, under: str | None = None) -> Iterator[Someone]:
    """Give an account and a folder: the present one, or for root an ordinary one. Else skip.

    ``under``: where the folder lies; null: where temporary files do.
    """
    if ordinary and os.geteuid() != 0:
        pytest.skip("the present account is an ordinary one already; the other case covers it")
    # Pytest's folders are closed to other accounts; this one may be passed through.
    folder = Path(tempfile.mkdtemp(prefix="forbear-tests-", dir=under))
    try:
        if ordinary:
            nobody = pwd.getpwnam("nobody")
            options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            yield Someone(folder, _python_for_all(nobody.pw_uid), options)
        else:
            folder.chmod(0o711)
            yield Someone(folder)
    finally:
        shutil.rmtree(folder)


@cache
def _python_for_all(uid: int) -> str:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin:/bin")):
        try:
            done = subprocess.run(
                [python or "", "-c", "import psycopg, forbear"],
                cwd="/",
                env=_environment(),
                user=uid,
                capture_output=True,
                check=False,
            )
        except OSError:
            continue
        if python and done.returncode == 0:
            return python
    pytest.skip(f"no {version} that an ordinary account can run with the project's packages")


def _environment() -> dict[str, str]:
    packages = str(Path(psycopg.__file__).parents[1])
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(_SOURCE), packages]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "",
    }
