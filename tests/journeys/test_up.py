"""Somebody starts Forbear, looks whether it is well, and stops it: nothing is left running."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from forbear.contexts.protection.keyring import new_ring
from forbear.contexts.protection.ringfile import RingFile
from tests.support.morning import NOW

ROOT = Path(__file__).resolve().parents[2]
# A busy machine takes long to start; what is promised is the end.
START_S_MAX, END_S_MAX = 180.0, 10.0


@pytest.fixture
def home():
    # The account that runs the database for root cannot pass through pytest's own folders.
    with tempfile.TemporaryDirectory(prefix="forbear-up-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        RingFile(folder / "keyring.json").create(new_ring(now=NOW))
        yield folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _started(home: Path, port: int, **more: str) -> subprocess.Popen:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DATABASE_", "FORBEAR_", "DJANGO_"))
    }
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "forbear.interfaces.commands.main", "up", "--lang", "en"),
            *("--home", str(home), "--port", str(port), "--web-workers", "1"),
        ],
        cwd=home,
        env={**environment, **more, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # Python leaves Ctrl-C alone where a shell has started it in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509  # one call
    )


def _asked(port: int, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def _wait_until_live(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + START_S_MAX
    while time.monotonic() < until:
        assert process.poll() is None, process.stderr.read()
        try:
            if _asked(port, "/health/live")[0] == 200:
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail("it did not start")


def _processes_of(home: Path) -> dict[int, str]:
    """Every process that works in a home, or was told of it."""
    found = {}
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            told = (process / "environ").read_bytes().decode("utf-8", "replace")
            where = str((process / "cwd").readlink())
        except OSError:
            continue
        if str(home) in f"{words} {told} {where}":
            found[int(process.name)] = words
    return found


def _gone_within(home: Path, seconds: float) -> dict[int, str]:
    until = time.monotonic() + seconds
    while (left := _processes_of(home)) and time.monotonic() < until:
        time.sleep(0.1)
    return left


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes")
@pytest.mark.parametrize("own", [True, pytest.param(False, marks=pytest.mark.nightly)])
def test_everything_starts_answers_mends_itself_and_ends(home, request, own):
    """``own``: on a database of the house's own; else on the one that Forbear brings along."""
    port, more = _free_port(), {}
    if own:
        more["DATABASE_URL"] = request.getfixturevalue("own_application").urls["owner"]
    process = _started(home, port, **more)
    try:
        _wait_until_live(port, process)
        status, body = _asked(port, "/health/ready")
        assert (status, json.loads(body)["ready"]) == (200, True), body
        assert 'forbear_jobs{state="failed"} 0.0' in _asked(port, "/metrics")[1]
        running = _processes_of(home)
        for part in ("granian", "workers.run") if own else ("postgres", "granian", "workers.run"):
            assert [pid for pid, words in running.items() if part in words], part

        # A web server that is killed leaves no child on its port, and comes back.
        web = [pid for pid, words in running.items() if "granian" in words]
        os.kill(min(web), signal.SIGKILL)
        until = time.monotonic() + END_S_MAX
        while set(web) & set(_processes_of(home)) and time.monotonic() < until:
            time.sleep(0.05)
        assert not set(web) & set(_processes_of(home))
        _wait_until_live(port, process)

        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(END_S_MAX * 2) == 0
        left = _gone_within(home, 2)
        took_s = time.monotonic() - began
        assert left == {}
        assert took_s < END_S_MAX
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
        _gone_within(home, END_S_MAX)


@pytest.mark.nightly
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's service is Linux's")
def test_nothing_survives_a_kill_of_the_parent(home):
    port = _free_port()
    process = _started(home, port)
    try:
        _wait_until_live(port, process)
        assert len(_processes_of(home)) > 4

        process.kill()
        process.wait()

        assert _gone_within(home, END_S_MAX) == {}
    finally:
        process.kill()
        process.stderr.close()
