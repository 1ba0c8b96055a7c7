"""Who owns a home's server?

Whoever holds the lock on its file. The kernel lets go when that process dies; a process forked from
the owner lets go of its share at birth, so that it does not keep the lock alive.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from forbear.values.errors import Transient

_held: set[int] = set()


class Held(Transient):
    """Another process owns this home's server."""

    code = "DATABASE_HELD"


def _let_go_in_child() -> None:
    for handle in _held:
        with suppress(OSError):
            os.close(handle)
    _held.clear()


os.register_at_fork(after_in_child=_let_go_in_child)


class OwnerLock:
    """A lock on files and folders, taken all together."""

    def __init__(self, lock: Path) -> None:
        self._path = lock
        self._handles: list[int] = []

    def take(self) -> None:
        """Take the lock and write down who holds it.

        Raises:
            Held: another process, or another server of this one, has it.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._lock(handle)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)

    def take_folder(self, folder: Path) -> None:
        """Take a folder as well, for data that another home's record may name too.

        Raises:
            Held: another home's server works there.
        """
        self._lock(os.open(folder, os.O_RDONLY | os.O_CLOEXEC))

    def release(self) -> None:
        """Let go of everything."""
        for handle in self._handles:
            if handle in _held:
                _held.discard(handle)
                os.close(handle)
        self._handles.clear()

    def _lock(self, handle: int) -> None:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise self._busy() from None
        _held.add(handle)
        self._handles.append(handle)

    def _busy(self) -> Held:
        try:
            pid = int(self._path.read_text())
        except (OSError, ValueError):
            pid = 0
        who, who_zh = (f"Process {pid}", f"进程 {pid}") if pid else ("Another process", "另一进程")
        return Held(
            f"{who} already runs the database of {self._path.parent.parent}.",
            remedy="Leave it running and use it: other commands find it by themselves. To start "
            f"anew, end it first{f' (kill {pid})' if pid else ''}.",
            message_zh=f"{who_zh}已在运行 {self._path.parent.parent} 的数据库。",
            remedy_zh="请让其继续运行并直接使用：其他命令会自动找到它。"
            f"若要重新启动，请先结束该进程{f'（kill {pid}）' if pid else ''}。",
            pid=pid,
        )
