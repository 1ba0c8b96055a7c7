"""Where is the key ring kept, and how is it read and changed without ever being half there?

A ring lives outside the database and its backups: in a file that only its owner may read, in a
secret file that the platform mounts, or, where nothing else is possible, in an environment
variable.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from forbear.contexts.protection.keyring import (
    KeyRing,
    RingMismatch,
    RingUnusable,
    parse_ring,
    ring_text,
)
from forbear.values.errors import Conflict, Denied, InvalidInput, NotFound, Transient

FILE_VARIABLE = "FORBEAR_KEYRING_FILE"
CONTENT_VARIABLE = "FORBEAR_KEYRING"
_BYTES_MAX = 1 << 20
_MODE = 0o600
_OTHERS = 0o077


class RingMissing(NotFound):
    """There is no key ring where one is expected."""

    code = "KEY_RING_MISSING"


class RingExposed(Denied):
    """Others than its owner may read the key ring."""

    code = "KEY_RING_EXPOSED"


class RingExists(Conflict):
    """There is a key ring already; overwriting it would lose every person's data."""

    code = "KEY_RING_EXISTS"


class RingFile:
    """A key ring in a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"<RingFile {self.path}>"

    def load(self) -> KeyRing:
        """Return the ring.

        Raises:
            RingMissing: there is no such file.
            RingExposed: its group or others may do anything with it.
            RingUnusable: it is no ring, or damaged.
        """
        return self.read()[1]

    def read(self) -> tuple[tuple[int, ...], KeyRing]:
        """Return the ring together with the stamp of the very file that it was read from."""
        try:
            # A pipe in the ring's place must not hang whoever opens it.
            number = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            raise self._missing() from None
        try:
            state = os.fstat(number)
            if not stat.S_ISREG(state.st_mode):
                raise self._unusable()
            if state.st_mode & _OTHERS:
                raise self._exposed(state.st_mode)
            with open(number, "rb", closefd=False) as file:  # open already
                raw = file.read(_BYTES_MAX + 1)
        finally:
            os.close(number)
        text = _decoded(raw)
        if text is None:
            raise self._unusable()
        return _stamp(state), parse_ring(text)

    def stamp(self) -> tuple[int, ...]:
        """Return what changes whenever the file does.

        Raises:
            RingMissing: there is no such file.
        """
        try:
            return _stamp(os.stat(self.path))  # noqa: PTH116  # half the cost of the method
        except FileNotFoundError:
            raise self._missing() from None

    def create(self, ring: KeyRing) -> None:
        """Write a ring where none is; whole and on the disk when this returns.

        Raises:
            RingExists: something has that name already.
        """
        with self._alone():
            part = self._part(ring)
            try:
                # A link, unlike a rename, never takes the place of what is there.
                os.link(part, self.path)
            except FileExistsError:
                raise self._exists() from None
            finally:
                part.unlink()

    def update(self, change: Callable[[KeyRing], KeyRing]) -> KeyRing:
        """Change the ring: read, change, replace, with nobody else in between.

        Raises:
            Transient: another command is changing it.
            RingMissing, RingExposed, RingUnusable: it cannot be read.
        """
        with self._alone():
            before = self.load()
            after = change(before)
            if after.revision != before.revision:
                self._part(after).replace(self.path)
        return after

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder for one writer, and see its entries on the disk at the end."""
        folder = self.path.parent
        try:
            number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise InvalidInput(
                f"There is no folder {folder}.",
                remedy="Create it, readable by its owner alone (mode 0700).",
                message_zh=f"没有文件夹 {folder}。",
                remedy_zh="请先创建，且仅所有者可读（权限 0700）。",
            ) from None
        try:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Transient(
                    "Another command is changing the key ring.",
                    remedy="Wait for it to end, then try again.",
                    message_zh="另一条命令正在修改密钥环。",
                    remedy_zh="请等待其结束后重试。",
                ) from None
            # Whoever was killed while writing left a part behind; it holds secrets.
            for left in folder.glob(f".{self.path.name}.*.part"):
                left.unlink()
            yield
            os.fsync(number)
        finally:
            os.close(number)

    def _part(self, ring: KeyRing) -> Path:
        part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}.part")
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _MODE)
        try:
            with open(number, "w", encoding="utf-8") as file:  # noqa: PTH123  # open already
                os.fchmod(number, _MODE)
                file.write(ring_text(ring))
                file.flush()
                os.fsync(number)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        return part

    def _missing(self) -> RingMissing:
        return RingMissing(
            f"There is no key ring at {self.path}.",
            remedy="Restore its backup. Only for a new installation: forbear keys create.",
            message_zh=f"{self.path} 处没有密钥环。",
            remedy_zh="请恢复其备份。仅限全新安装：forbear keys create。",
        )

    def _unusable(self) -> RingUnusable:
        return RingUnusable(
            f"{self.path} is not a key ring.",
            remedy="Name the ring file, or restore its backup.",
            message_zh=f"{self.path} 不是密钥环。",
            remedy_zh="请指定密钥环文件，或恢复其备份。",
        )

    def _exposed(self, mode: int) -> RingExposed:
        shown = f"{stat.S_IMODE(mode):04o}"
        return RingExposed(
            f"The key ring {self.path} has mode {shown}: others than its owner may reach it.",
            remedy=f"chmod 600 {self.path} (a mounted secret: mode 0400). If others may have "
            "read it, rotate the keys.",
            message_zh=f"密钥环 {self.path} 的权限为 {shown}，所有者以外的人可以访问。",
            remedy_zh=f"chmod 600 {self.path}（挂载的机密文件用 0400）。"
            "若可能已被他人读取，请轮换密钥。",
        )

    def _exists(self) -> RingExists:
        return RingExists(
            f"{self.path} exists already; a key ring is never overwritten.",
            remedy="Choose another place, or use the ring that is there.",
            message_zh=f"{self.path} 已存在；密钥环绝不覆盖。",
            remedy_zh="请换一个位置，或使用已有的密钥环。",
        )


class RingKeeper:
    """Holds a process's ring: read once, and again only when its file has changed.

    A rotation is thereby known to every process of a machine without a restart. Threads may share
    one keeper.
    """

    def __init__(self, source: RingFile | KeyRing) -> None:
        self._file = source if isinstance(source, RingFile) else None
        held = source.read() if isinstance(source, RingFile) else ((), source)
        self._held: tuple[tuple[int, ...], KeyRing] = held

    def __repr__(self) -> str:
        return f"<RingKeeper of {self._held[1].id}>"

    @property
    def ring(self) -> KeyRing:
        """Return the ring as it now is.

        Raises:
            RingMissing: the file has gone.
            RingMismatch: the file now holds another ring.
        """
        stamp, ring = self._held
        if self._file is None or self._file.stamp() == stamp:
            return ring
        fresh = self._file.read()
        if fresh[1].id != ring.id:
            raise RingMismatch(
                f"{self._file.path} now holds another key ring.",
                remedy="Put the former ring back, or start anew with its own database.",
                message_zh=f"{self._file.path} 现在是另一个密钥环。",
                remedy_zh="请放回原来的密钥环，或使用与之对应的数据库重新启动。",
            )
        self._held = fresh
        return fresh[1]


def ring_source(
    environment: Mapping[str, str], path: Path | None = None, *, otherwise: Path | None = None
) -> RingFile | KeyRing:
    """Return where the ring is: the path given, or what the environment names.

    ``FORBEAR_KEYRING_FILE`` names a file, ``FORBEAR_KEYRING`` holds the ring itself; where
    neither is set, ``otherwise`` is the file.

    Raises:
        RingMissing: nothing names a ring.
        InvalidInput: both variables are set.
        RingUnusable: the variable's content is no ring.
    """
    if path is not None:
        return RingFile(path)
    named, content = environment.get(FILE_VARIABLE), environment.get(CONTENT_VARIABLE)
    if named and content:
        raise InvalidInput(
            f"Both {FILE_VARIABLE} and {CONTENT_VARIABLE} are set.",
            remedy=f"Unset one; {FILE_VARIABLE} is the safer of the two.",
            message_zh=f"同时设置了 {FILE_VARIABLE} 和 {CONTENT_VARIABLE}。",
            remedy_zh=f"请只保留一个；{FILE_VARIABLE} 更安全。",
        )
    if named:
        return RingFile(Path(named))
    if content:
        return parse_ring(content)
    if otherwise is not None:
        return RingFile(otherwise)
    raise RingMissing(
        "No key ring is named.",
        remedy=f"Set {FILE_VARIABLE} to its path, or create one: forbear keys create PATH.",
        message_zh="没有指定密钥环。",
        remedy_zh=f"请将 {FILE_VARIABLE} 设为其路径，或新建：forbear keys create PATH。",
    )


def _decoded(raw: bytes) -> str | None:
    if len(raw) > _BYTES_MAX:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _stamp(state: os.stat_result) -> tuple[int, ...]:
    return (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
