"""How does a zip of an extract become a whole folder in the inbox, and what does it hold at most?

Nothing of a zip is believed: names are plain, sizes are counted while unpacking, and the folder
appears under its name only once it is whole. The name is a hash of the zip, so that the same zip
handed over twice is one extract.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from forbear.values.errors import InvalidInput

FILES_MAX = 200
RATIO_MAX = 200
_CHUNK_BYTES = 1 << 20
_SMALL_BYTES = 10 << 20
_MANIFEST_SIGNS_MAX = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.(csv|parquet|json)")
_KINDS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class UnfitZip(InvalidInput):
    """The zip is not that of an extract, or too large when unpacked."""

    code = "UNFIT_ZIP"


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An extract that lies in the inbox; ``new`` False: it lay there before."""

    id: str
    book_date: date
    files: int
    new: bool


def unpack(upload: IO[bytes], home: Path, *, zip_bytes_max: int, bytes_max: int) -> Unpacked:
    """Read a zip to its end and unpack it into ``home/inbox``; the whole of it or nothing.

    Raises:
        UnfitZip: it is cut, too large, or holds what no extract holds.
    """
    incoming = home / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=incoming) as scratch:
        packed, whole = Path(scratch) / "extract.zip", Path(scratch) / "extract"
        name = _received(upload, packed, most=zip_bytes_max)
        whole.mkdir(mode=0o700)
        try:
            with zipfile.ZipFile(packed) as archive:
                files = _unpack_into(whole, archive, bytes_max=bytes_max)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise _unfit("is damaged or no zip", "已损坏或不是 zip") from None
        book_date = _book_date(whole)
        _settle(whole)
        there = home / "inbox" / name
        there.parent.mkdir(mode=0o700, exist_ok=True)
        if there.is_dir():
            return Unpacked(name, book_date, files, new=False)
        try:
            whole.rename(there)
        except OSError:
            # Somebody handed the same zip over at the same moment.
            if not there.is_dir():
                raise
            return Unpacked(name, book_date, files, new=False)
        return Unpacked(name, book_date, files, new=True)


def _received(upload: IO[bytes], path: Path, *, most: int) -> str:
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in _chunks(upload):
            count += len(chunk)
            if count > most:
                raise _unfit(f"has more than {most:,} bytes", f"超过 {most:,} 字节")
            digest.update(chunk)
            file.write(chunk)
    return f"zip-{digest.hexdigest()[:32]}"


def _chunks(upload: IO[bytes]) -> Iterator[bytes]:
    while chunk := upload.read(_CHUNK_BYTES):
        yield chunk


def _unpack_into(folder: Path, archive: zipfile.ZipFile, *, bytes_max: int) -> int:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if not 0 < len(entries) <= FILES_MAX or len({name.lower() for name in names}) != len(names):
        raise _unfit(
            f"has no file, more than {FILES_MAX}, or a name twice",
            f"没有文件、超过 {FILES_MAX} 个，或文件名重复",
        )
    if "manifest.json" not in names:
        raise _unfit("lacks manifest.json", "缺少 manifest.json")
    left = bytes_max
    for entry in entries:
        _check(entry)
        left -= _write(archive, entry, folder / entry.filename, most=left)
    return len(entries)


def _check(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    plain = not mode or stat.S_ISREG(mode) or not stat.S_IFMT(mode)
    if not _NAME.fullmatch(entry.filename) or not plain:
        raise _unfit(
            "holds something else than plain .csv, .parquet and .json files at its top",
            "含有除顶层 .csv、.parquet、.json 之外的内容",
        )
    if entry.flag_bits & 0x1 or entry.compress_type not in _KINDS:
        raise _unfit("is encrypted or packed in an unknown way", "已加密或压缩方式未知")


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, *, most: int) -> int:
    # A zip's own words about sizes are not believed; bytes are counted as they come.
    dense = max(entry.compress_size * RATIO_MAX, _SMALL_BYTES)
    count = 0
    with archive.open(entry) as packed, path.open("xb") as file:
        for chunk in _chunks(packed):
            count += len(chunk)
            if count > most or count > dense:
                raise _unfit("is too large when unpacked", "解压后过大")
            file.write(chunk)
    return count


def _book_date(folder: Path) -> date:
    path = folder / "manifest.json"
    try:
        # A manifest is small; of a larger one the rest is cut off and it is no JSON any more.
        with path.open(encoding="utf-8-sig") as file:
            told = json.loads(file.read(_MANIFEST_SIGNS_MAX))
        return date.fromisoformat(told["book_date"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _unfit(
            "has a manifest.json that names no book_date", "manifest.json 未写明 book_date"
        ) from None


def _settle(folder: Path) -> None:
    for path in [*folder.iterdir(), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def drop(home: Path, name: str) -> None:
    """Take an extract out of the inbox again, because taking it in was not recorded."""
    shutil.rmtree(home / "inbox" / name, ignore_errors=True)


def _unfit(en: str, zh: str) -> UnfitZip:
    return UnfitZip(
        f"The zip {en}.",
        remedy="Zip the extract's files without folders, manifest.json among them.",
        message_zh=f"压缩包{zh}。",
        remedy_zh="请将数据文件直接打包（不含文件夹），并包含 manifest.json。",
    )
