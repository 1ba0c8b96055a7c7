"""What does a backup file hold, and how does one see that it is whole?

A ZIP file of two members: ``database.dump``, PostgreSQL's own custom format, and ``manifest.json``,
written last: without it there is no backup. Any PostgreSQL can read the first without us.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from forbear.values.errors import InvalidInput, NotFound, Transient

DUMP, MANIFEST = "database.dump", "manifest.json"
FORMAT = 1
CHUNK_BYTES = 1 << 20


class NotABackup(InvalidInput):
    """A file is not a backup of ours, or not a whole one."""

    code = "NOT_A_BACKUP"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    ``made_at`` is UTC in ISO 8601. ``tables`` counts the rows of every table, by schema and name,
    in the same instant that the dump shows. ``roles`` must exist where it is restored.
    """

    format: int
    made_at: str
    database: str
    server_major: int
    server_version: str
    tables: dict[str, int]
    roles: list[str]
    dump_bytes: int
    dump_sha256: str


class Writer:
    """A backup in the making: give it bytes, then the manifest."""

    def __init__(self, archive: zipfile.ZipFile, moment: datetime) -> None:
        self._archive = archive
        self._moment = moment.timetuple()[:6]

    def dump(self, source: IO[bytes]) -> tuple[int, str]:
        """Copy the dump; return how many bytes it has and their SHA-256."""
        digest, count = hashlib.sha256(), 0
        with self._archive.open(self._entry(DUMP), "w", force_zip64=True) as member:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                member.write(chunk)
                count += len(chunk)
        return count, digest.hexdigest()

    def manifest(self, manifest: Manifest) -> None:
        """Write the last member."""
        text = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False)
        self._archive.writestr(self._entry(MANIFEST), text)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._moment)
        entry.external_attr = 0o600 << 16
        return entry


@contextmanager
def writing(target: Path, moment: datetime) -> Iterator[Writer]:
    """Write a backup that appears under its name when it is whole, for the owner's eyes only.

    Raises:
        Transient: another backup to the same file is at work.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f".{target.name}.part")
    handle = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with open(handle, "w+b") as file:  # noqa: PTH123  # the mode is set at birth
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Transient(
                f"Another backup to {target} is at work.",
                remedy="Wait until it ends, or choose another file.",
                message_zh=f"另一个备份正在写入 {target}。",
                remedy_zh="请等待其结束，或选择其他文件。",
            ) from None
        try:
            file.truncate(0)
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                yield Writer(archive, moment)
            file.flush()
            os.fsync(file.fileno())
            scratch.replace(target)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise


@contextmanager
def reading(source: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup.

    Raises:
        NotFound: there is no such file.
        NotABackup: it is something else, or only a part.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            if not {DUMP, MANIFEST} <= set(archive.namelist()):
                raise _not_a_backup(source)
            yield archive
    except FileNotFoundError:
        raise NotFound(
            f"There is no file {source}.",
            remedy="Give the file that forbear backup has written.",
            message_zh=f"文件 {source} 不存在。",
            remedy_zh="请指定 forbear backup 生成的文件。",
        ) from None
    except zipfile.BadZipFile:
        raise _not_a_backup(source) from None


def read_manifest(source: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        NotFound: there is no such file.
        NotABackup: it is something else, only a part, or of a later kind.
    """
    with reading(source) as archive:
        try:
            return _manifest(archive)
        except (ValueError, TypeError):
            raise _not_a_backup(source) from None


def verify(source: Path) -> Manifest:
    """Read a whole backup and compare it with its manifest.

    Raises:
        NotFound: there is no such file.
        NotABackup: it is not whole.
    """
    manifest = read_manifest(source)
    digest = hashlib.sha256()
    with reading(source) as archive, archive.open(DUMP) as member:
        while chunk := member.read(CHUNK_BYTES):
            digest.update(chunk)
    if digest.hexdigest() != manifest.dump_sha256:
        raise _not_a_backup(source)
    return manifest


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    found = Manifest(**json.loads(archive.read(MANIFEST)))
    if found.format != FORMAT:
        raise ValueError(found.format)
    return found


def _not_a_backup(source: Path) -> NotABackup:
    return NotABackup(
        f"{source} is not a whole backup of Forbear's database, or one of a later version.",
        remedy="Use another backup file; this one cannot be trusted.",
        message_zh=f"{source} 不是完整的 Forbear 数据库备份，或来自更新的版本。",
        remedy_zh="请使用其他备份文件；此文件不可信。",
    )
