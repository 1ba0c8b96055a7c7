"""Several programs as one: started, started again, given up, and ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from forbear.interfaces.workers import group
from forbear.interfaces.workers.group import PARENT, Group, Part, end_with_parent

SLEEPS = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
ENDS = "raise SystemExit(3)"


def _part(name: str, program: str) -> Part:
    return Part(name, [sys.executable, "-S", "-c", program], dict(os.environ))


def _run(parts: list[Part], *, stop_after_s: float | None) -> tuple[int, list[str]]:
    said: list[str] = []
    if stop_after_s is not None:
        timer = threading.Timer(stop_after_s, os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
    return Group(parts, say=said.append).run(), said


def test_ends_all_parts_and_returns_zero_when_told_to_stop():
    parts = [_part("one", SLEEPS), _part("two", SLEEPS)]

    assert _run(parts, stop_after_s=0.5) == (0, [])
    assert [part.process.poll() for part in parts] == [-signal.SIGTERM] * 2


def test_kills_a_part_that_does_not_listen(monkeypatch):
    monkeypatch.setattr(group, "END_S_MAX", 0.5)
    part = _part("deaf", DEAF)
    began = time.monotonic()

    code, _ = _run([part], stop_after_s=1.0)

    assert (code, part.process.poll()) == (0, -signal.SIGKILL)
    assert time.monotonic() - began < 20


def test_starts_a_part_again_and_gives_up_in_the_end(monkeypatch):
    monkeypatch.setattr(group, "RESTARTS_MAX", 2)
    steady = _part("steady", SLEEPS)

    code, said = _run([_part("broken", ENDS), steady], stop_after_s=None)

    assert code == 1
    assert [each.split(";")[0] for each in said] == [
        "broken ended with 3",
        "broken ended with 3",
        "broken ended with 3 once too often",
    ]
    assert steady.process.poll() is not None


def test_handlers_of_signals_are_put_back():
    before = signal.getsignal(signal.SIGTERM)

    _run([_part("one", SLEEPS)], stop_after_s=0.3)

    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's service is Linux's")
def test_a_child_of_a_part_ends_when_the_part_is_killed(tmp_path):
    child = (
        "import os, time\n"
        "from forbear.interfaces.workers.group import end_with_parent\n"
        "end_with_parent(os.environ)\n"
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    part = _part("web", parent)
    seen: list[int] = []

    def kill_when_ready() -> None:
        while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
            time.sleep(0.05)
        seen.append(int((tmp_path / "child").read_text()))
        part.process.kill()
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=kill_when_ready)
    thread.start()
    _run([part], stop_after_s=None)
    thread.join()

    until = time.monotonic() + 10
    while Path(f"/proc/{seen[0]}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{seen[0]}").exists()


def test_a_process_of_no_group_asks_the_kernel_for_nothing(monkeypatch):
    monkeypatch.setattr(group.ctypes, "CDLL", lambda _: pytest.fail("asked"))

    end_with_parent({})

    assert PARENT not in os.environ
