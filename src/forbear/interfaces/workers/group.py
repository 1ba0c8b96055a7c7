"""How do several programs run as one, and end as one?

Each part is a child in this process's group that dies with it, also by ``kill -9``. A part that
ends by itself is started again, a little later each time; one that cannot stay up ends the whole.
SIGTERM and Ctrl-C end all of them in order, in at most ``END_S_MAX`` seconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from forbear.contexts.database.embedded.process import dies_with_parent

# All must be gone within ten seconds, the database after its users.
END_S_MAX = 7.0
RESTARTS_MAX = 5
_PR_SET_PDEATHSIG = 1
# Tells a part's own children that they belong to a group, which ends them with their parent.
PARENT = "FORBEAR_GROUP"
STEADY_S = 60.0


@dataclass
class Part:
    """One program: its name, how it is started, and how it fares."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    restarts: int = 0
    due_s: float = field(default=0.0)


class Group:
    """Runs parts until it is told to stop or one of them cannot stay up."""

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        say: Callable[[str], None],
        founded: Callable[[], bool] = lambda: True,
    ) -> None:
        """``founded``: whether what all parts stand on is there; asked many times a second."""
        self._parts, self._say, self._founded = list(parts), say, founded
        self._stopping = False

    def run(self) -> int:
        """Run until the end; return 0 after an orderly stop, else 1: a part or its ground fell."""
        former = {
            number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)
        }
        failed = False
        try:
            for part in self._parts:
                self._start(part)
            while not self._stopping and not failed:
                failed = any(self._tend(part) for part in self._parts) or not self._founded()
                time.sleep(0.1)
        finally:
            self._end_all()
            for number, handler in former.items():
                signal.signal(number, handler)
        return 1 if failed else 0

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _start(self, part: Part) -> None:
        part.started_s = time.monotonic()
        part.process = subprocess.Popen(
            list(part.command),
            env={**part.environment, PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            preexec_fn=_born(),  # noqa: PLW1509  # it only asks the kernel
            start_new_session=False,
        )

    def _tend(self, part: Part) -> bool:
        """Look after one part; say whether it must be given up."""
        now = time.monotonic()
        if part.process is None:
            if now >= part.due_s:
                self._start(part)
            return False
        code = part.process.poll()
        if code is None:
            if part.restarts and now - part.started_s > STEADY_S:
                part.restarts = 0
            return False
        part.process, part.restarts = None, part.restarts + 1
        if part.restarts > RESTARTS_MAX:
            self._say(f"{part.name} ended with {code} once too often; stopping all.")
            return True
        wait_s = 2.0 ** (part.restarts - 1) / 4
        part.due_s = now + wait_s
        self._say(f"{part.name} ended with {code}; starting it again in {wait_s:g} s.")
        return False

    def _end_all(self) -> None:
        living = [part for part in self._parts if part.process is not None]
        for part in living:
            assert part.process is not None
            with contextlib.suppress(ProcessLookupError):
                part.process.terminate()
        until = time.monotonic() + END_S_MAX
        for part in living:
            assert part.process is not None
            try:
                part.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()


def _born() -> Callable[[], None]:
    """Return what a child does first: leave Ctrl-C to its parent, and ask to end with it."""
    # Ctrl-C reaches the whole group of a terminal; the parent alone decides about the end.
    asks = dies_with_parent(signal.SIGTERM)

    def before_program() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if asks is not None:
            asks()

    return before_program


def end_with_parent(environment: Mapping[str, str]) -> None:
    """Let a part's own child, such as one of several web processes, end when the part is killed.

    Otherwise it would keep the port, and the part could not be started again. Harmless where the
    process belongs to no group.
    """
    if PARENT not in environment or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
