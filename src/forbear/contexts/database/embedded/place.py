"""Where do the database's files lie, and who may touch them?

    <home>/database/            the owner's alone
        data/                   PostgreSQL's own folder
        secrets.json            the passwords of the three roles
        server.json             where a running server answers, while there is one
        lock, server.log, place.json, RESTORED.json

Started by root, the server's account owns ``data`` and nothing else; it passes through
``database`` by its group. If it cannot reach the home at all, ``data`` lies below the system's
folder for such things instead, and ``place.json`` says where. No folder above is ever opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forbear.contexts.database.embedded.account import Account
from forbear.contexts.database.embedded.process import reaches
from forbear.values.errors import Denied, InvalidInput, NotFound

SYSTEM_FOLDER = Path("/var/lib/forbear")
# A Unix socket's address holds 107 bytes; what follows the folder takes at most 20.
_SOCKET_FOLDER_BYTES_MAX = 80


class DataGone(NotFound):
    """A database was here and is no longer."""

    code = "DATABASE_GONE"


class WrongAccount(Denied):
    """The database belongs to another account."""

    code = "WRONG_ACCOUNT"


@dataclass(frozen=True)
class Place:
    """The paths of one home's database."""

    folder: Path
    data: Path

    @classmethod
    def of(cls, home: Path) -> Place:
        """Return the paths as they are recorded; touches nothing."""
        folder = folder_of(home)
        told = read_json(folder / "place.json") or {}
        return cls(folder, Path(told.get("data", folder / "data")))

    @property
    def lock(self) -> Path:
        """The file whose lock means: I own the server."""
        return self.folder / "lock"

    @property
    def log(self) -> Path:
        """PostgreSQL's own log."""
        return self.folder / "server.log"

    @property
    def secrets(self) -> Path:
        """The passwords."""
        return self.folder / "secrets.json"

    @property
    def state(self) -> Path:
        """Where the running server answers."""
        return self.folder / "server.json"

    @property
    def record(self) -> Path:
        """Where the data lie; present once they are whole."""
        return self.folder / "place.json"


def folder_of(home: Path) -> Path:
    """Return ``<home>/database``; touches nothing."""
    return home.absolute() / "database"


def open_folder(home: Path, account: Account) -> Path:
    """Make ``<home>/database`` if missing, closed to everybody else; return it.

    Raises:
        WrongAccount: it belongs to somebody else.
        InvalidInput: it is not a folder.
    """
    folder = folder_of(home)
    home.mkdir(parents=True, exist_ok=True)
    owned_folder(folder, account)
    return folder


def owned_folder(folder: Path, account: Account) -> None:
    """Make a folder of ours, or see that it is ours; let at most the server's account pass."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise InvalidInput(
                f"{folder} is not a folder.",
                remedy="Move it away, or choose another home.",
                message_zh=f"{folder} 不是文件夹。",
                remedy_zh="请将其移走，或选择其他 home 目录。",
            ) from None
        if found.st_uid != os.geteuid():
            raise _belongs_to_other(folder, found.st_uid) from None
    if account.switches:
        os.chown(folder, 0, account.gid)
        folder.chmod(0o710)
    else:
        folder.chmod(0o700)


def choose_data(home: Path, folder: Path, account: Account, system_folder: Path) -> Place:
    """Return where the data lie or shall lie.

    Raises:
        Denied: the account can reach neither the home nor the system's folder.
    """
    recorded = Place.of(home)
    if recorded.record.exists():
        return recorded
    inside = Place(folder, folder / "data")
    if inside.data.exists() or reaches(account, folder):
        return inside
    key = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    system_folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    elsewhere = system_folder / key
    owned_folder(elsewhere, account)
    if not reaches(account, elsewhere):
        raise Denied(
            f"The account {account.name} can reach neither {folder} nor {elsewhere}.",
            remedy="Choose a home that other accounts may pass through, or run Forbear as an "
            "ordinary user.",
            message_zh=f"账户 {account.name} 无法到达 {folder}，也无法到达 {elsewhere}。",
            remedy_zh="请选择其他账户可以通过的 home 目录，或以普通用户身份运行 Forbear。",
        )
    return Place(folder, elsewhere / "data")


@contextmanager
def scratch_folder(account: Account, prefix: str = "forbear-") -> Iterator[Path]:
    """Give a short private folder, such as for a socket, and remove it at the end."""
    folder = make_runtime_folder(account, prefix)
    try:
        yield folder
    finally:
        remove_runtime_folder(folder)


def make_runtime_folder(account: Account, prefix: str = "forbear-") -> Path:
    """Make a private folder with a path short enough for a Unix socket.

    Raises:
        Denied: there is nowhere to make one.
    """
    for base in _runtime_bases():
        if len(os.fsencode(base)) + len(prefix) + 10 > _SOCKET_FOLDER_BYTES_MAX:
            continue
        try:
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
        except OSError:
            continue
        if account.switches:
            os.chown(folder, account.uid, account.gid)
        if reaches(account, folder):
            return folder
        folder.rmdir()
    raise Denied(
        "There is no place for the server's socket: no folder for temporary files can be written.",
        remedy="Set TMPDIR to a short path that can be written.",
        message_zh="没有可放置服务器套接字的位置：没有可写的临时目录。",
        remedy_zh="请将 TMPDIR 设为一个较短且可写的路径。",
    )


def remove_runtime_folder(folder: Path) -> None:
    """Remove a private folder with the files in it; it has no folders."""
    try:
        for path in folder.iterdir():
            path.unlink(missing_ok=True)
        folder.rmdir()
    except OSError:  # gone already, or not ours: then it is not ours to remove
        return


def write_json(path: Path, value: Any) -> None:
    """Write a file whole or not at all, for the owner's eyes only."""
    scratch = path.with_name(f".{path.name}.part")
    scratch.unlink(missing_ok=True)
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123  # the mode is set at birth
        json.dump(value, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    sync_folder(path.parent)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return what a file of ours holds, or None when there is none.

    Raises:
        WrongAccount: it may not be read.
        InvalidInput: it is not whole.
    """
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except PermissionError:
        raise _belongs_to_other(path, None) from None
    except (ValueError, TypeError):
        raise InvalidInput(
            f"{path} is damaged.",
            remedy="Put it back from a backup of the home.",
            message_zh=f"{path} 已损坏。",
            remedy_zh="请从 home 目录的备份中恢复该文件。",
        ) from None


def sync_folder(folder: Path) -> None:
    """See that a folder's names are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _runtime_bases() -> list[str]:
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    usual = [own] if own and Path(own).is_dir() else []
    return list(dict.fromkeys([*usual, tempfile.gettempdir(), "/run", "/var/tmp", "/dev/shm"]))  # noqa: S108  # mkdtemp makes a private folder in each


def gone(place: Place) -> DataGone:
    """Return the error for data that the record names and that are not there."""
    return DataGone(
        f"The database of this home lay in {place.data}, and it is gone.",
        remedy="Bring the folder back (a volume that is not mounted?). To begin with an empty "
        f"database, and only then, remove {place.record}.",
        message_zh=f"本 home 的数据库原位于 {place.data}，现已不存在。",
        remedy_zh=f"请恢复该文件夹（卷是否未挂载？）。仅当确实要从空数据库开始时，"
        f"才删除 {place.record}。",
        path=str(place.data),
    )


def _belongs_to_other(path: Path, uid: int | None) -> WrongAccount:
    try:
        name = pwd.getpwuid(path.lstat().st_uid if uid is None else uid).pw_name
    except (KeyError, OSError):
        name = "another account" if uid is None else str(uid)
    return WrongAccount(
        f"{path} belongs to {name}.",
        remedy=f"Run Forbear as {name}, or choose another home.",
        message_zh=f"{path} 属于 {name}。",
        remedy_zh=f"请以 {name} 身份运行 Forbear，或选择其他 home 目录。",
    )
