"""How much does a machine do by day, and what is told of it at the end of the run?

Tests that repeat one thing many times ask ``at_most`` how often. A machine as quick as the one the
counts were chosen on does them whole; a slower one does fewer, in steps, never below a floor, and
the end of pytest's output says how many there were. Nothing is ever held against a clock.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

_SLOWNESS = "TESTS_SLOWNESS"
# Processor seconds that ``_work`` took where the counts were chosen.
_USUAL_S = 0.012
# The share of a count that is done, by how many times slower the machine is.
_STEPS = ((1.5, 1.0), (2.0, 0.5), (float("inf"), 0.25))
_DEAR = ((1.25, 1.0), (1.5, 0.5), (2.0, 0.25), (float("inf"), 0.12))
_TOLD = "told"


def pytest_configure() -> None:
    """Look once a session how quick the machine is; workers are told by their surroundings."""
    if _SLOWNESS not in os.environ:
        os.environ[_SLOWNESS] = f"{min(_work() for _ in range(9)) / _USUAL_S:.2f}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show at the end what tests told of themselves, each line once."""
    reports = [one for kept in terminalreporter.stats.values() for one in kept]
    told = {
        line: None
        for report in reports
        for name, line in getattr(report, "user_properties", ())
        if name == _TOLD
    }
    if told:
        slowness = os.environ[_SLOWNESS]
        terminalreporter.section(f"how much was done (this machine takes {slowness} times as long)")
        for line in sorted(told):
            terminalreporter.write_line(line)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say something that stands at the end of the run's output."""
    return lambda line: record_property(_TOLD, line)


def at_most(count: int, *, floor: int, dear: bool = False) -> int:
    """Return how many of ``count`` are done on this machine; never fewer than ``floor``.

    What is ``dear`` takes minutes where the counts were chosen, and falls sooner.
    """
    slowness, steps = float(os.environ[_SLOWNESS]), _DEAR if dear else _STEPS
    return max(floor, int(count * next(share for bound, share in steps if slowness <= bound)))


def _work() -> float:
    """Do what tests do most, Python of small objects; return the processor seconds it took.

    The quickest of a few tells of the machine; the others also of its neighbours.
    """
    began = time.process_time()
    held: dict[int, str] = {}
    for number in range(120_000):
        held[number % 4096] = f"{number:x}"
    hashlib.sha256("".join(held.values()).encode()).hexdigest()
    return time.process_time() - began


def worked_s() -> float:
    """Return the processor seconds of this process and of its session of the database, if local."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    there = connection.settings_dict["HOST"] in {"", "localhost", "127.0.0.1"} or str(
        connection.settings_dict["HOST"]
    ).startswith("/")
    if not there or not stat.exists():
        return time.process_time()
    used = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    ticks = int(used[11]) + int(used[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
