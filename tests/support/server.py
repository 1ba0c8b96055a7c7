"""The real web server on this machine, on a database of its own, for journeys in a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from django.conf import settings

from tests.support.database import Database

ROOT = Path(__file__).resolve().parents[2]
# A busy machine takes long to start.
_START_S_MAX = 180


@contextmanager
def served(database: Database, folder: Path, *, workers: int = 1, **more: str) -> Iterator[str]:
    """Serve the application on a free port while the block runs; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(workers)]
    command += ["--blocking-threads", "4", "--log-level", "warning"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "forbear.interfaces.wsgi:application"],
            env=environment(database, folder, **more),
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    try:
        address = f"http://localhost:{port}"
        _wait(address, server, folder / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def environment(database: Database, folder: Path, **more: str) -> dict[str, str]:
    """Return what a process of the application is told, to work on a database."""
    told = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tests.support.journey_settings",
        "DATABASE_URL": database.urls["app"],
        "FORBEAR_HOME": str(folder),
        "FORBEAR_KEYRING_FILE": str(settings.FORBEAR_KEYRING),
        # What tests seal in this process, the server opens.
        "FORBEAR_SECRET_KEY": settings.SECRET_KEY,
        "FORBEAR_DEMO": "1",
        **more,
    }
    told.pop("FORBEAR_POOL", None)
    return told


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_S_MAX
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            httpx.get(f"{address}/sign-in/", timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(log.read_text())
