"""Where do books and nights lie on the disk, and which of them counts?

    <home>/books/<book_id>/manifest.json, <table>/part-00000.parquet …
    <home>/books/CURRENT           the id of the book that counts
    <home>/nights/<night_id>/…     likewise, with LATEST

A folder appears under its final name only when it is whole, so a reader never sees half of one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from forbear.values.errors import NotFound, Transient

ROW_GROUP_ROWS = 250_000
_WHAT_ZH = {"import": "导入", "night": "夜间处理", "models": "模型操作"}


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is either the old one or the new one, whole."""
    scratch = path.with_name(f".{path.name}.part")
    with scratch.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def write_frame(frame: pl.DataFrame, path: Path, *, ranges: bool = True) -> dict[str, Any]:
    """Write a Parquet file whole, the same bytes for the same rows; return its description.

    ``ranges``: each group of rows tells its least and greatest values, which spares reading it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    frame.rechunk().write_parquet(
        scratch,
        compression="zstd",
        compression_level=1,
        row_group_size=ROW_GROUP_ROWS,
        statistics=ranges,
    )
    described = {
        "path": f"{path.parent.name}/{path.name}",
        "rows": frame.height,
        "sha256": file_hash(scratch),
    }
    scratch.replace(path)
    return described


def write_scratch(frame: pl.DataFrame, path: Path) -> None:
    """Write a Parquet file that only the next steps read, quickly."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="lz4", statistics=False)


def settle(folder: Path) -> None:
    """See that a folder's files and names are on the disk, so that a power cut finds them whole."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def part_name(part: int) -> str:
    """Return the file name of a partition."""
    return f"part-{part:05d}.parquet"


@dataclass(frozen=True)
class TableFolder:
    """A sealed folder of tables in parts: a book or a night."""

    path: Path
    manifest: dict[str, Any]

    @property
    def parts(self) -> int:
        """How many partitions there are."""
        return len(self.manifest["partitions"])

    def file(self, table: str, part: int) -> Path:
        """Return the file of a table's partition."""
        return self.path / table / part_name(part)

    def scan(self, table: str, part: int | None = None) -> pl.LazyFrame:
        """Return a table's rows, of one partition or of all."""
        return pl.scan_parquet(
            self.file(table, part) if part is not None else self.path / table / "*.parquet"
        )


class Workspace:
    """A home folder with its books and nights."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.books = root / "books"
        self.nights = root / "nights"

    def current_book(self) -> TableFolder:
        """Return the book that counts.

        Raises:
            NotFound: nothing has been imported yet.
        """
        return self._pointed(
            self.books / "CURRENT",
            NotFound(
                f"There is no book in {self.root} yet.",
                remedy="Import a lender's extract first: forbear import <folder>. "
                "To try it out: forbear sample demo/extract",
                message_zh=f"{self.root} 中还没有账簿。",
                remedy_zh="请先导入机构数据：forbear import <目录>。"
                "如需试用：forbear sample demo/extract",
            ),
        )

    def latest_night(self) -> TableFolder:
        """Return the night that finished last.

        Raises:
            NotFound: no night has been run yet.
        """
        return self._pointed(
            self.nights / "LATEST",
            NotFound(
                f"No night has been run in {self.root} yet.",
                remedy="Run it first: forbear night",
                message_zh=f"{self.root} 中还没有运行过夜间处理。",
                remedy_zh="请先运行：forbear night",
            ),
        )

    def night(self, night_id: str) -> TableFolder:
        """Return a night by its id."""
        folder = self.nights / night_id
        if not (folder / "manifest.json").exists():
            raise NotFound(
                f"There is no night {night_id} in {self.root}.",
                remedy="List the folder nights to see which there are.",
                message_zh=f"{self.root} 中没有夜间结果 {night_id}。",
                remedy_zh="请查看 nights 目录中有哪些。",
            )
        return sealed(folder)

    def _pointed(self, pointer: Path, absent: NotFound) -> TableFolder:
        try:
            name = pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise absent from None
        return sealed(pointer.parent / name)


def sealed(folder: Path) -> TableFolder:
    """Return a finished folder."""
    return TableFolder(folder, json.loads((folder / "manifest.json").read_text(encoding="utf-8")))


@contextmanager
def only_one(folder: Path, what: str) -> Iterator[None]:
    """Hold a folder for one process; the kernel lets go when the process dies.

    Raises:
        Transient: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Transient(
                f"Another {what} is at work in {folder}.",
                remedy="Wait until it ends, then try again.",
                message_zh=f"{folder} 中已有另一个{_WHAT_ZH[what]}在运行。",
                remedy_zh="请等它结束后再试。",
            ) from None
        yield


class Steps:
    """The finished steps of unfinished work, so that a killed run goes on where it stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._done = folder / ".done"
        self._done.mkdir(parents=True, exist_ok=True)

    def result(self, step: str) -> dict[str, Any] | None:
        """Return what a finished step noted, or None when it has not finished."""
        try:
            return dict(json.loads((self._done / f"{step}.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def finish(self, step: str, result: dict[str, Any]) -> dict[str, Any]:
        """Note that a step has finished."""
        write_text(self._done / f"{step}.json", json.dumps(result, sort_keys=True))
        return result

    def clear(self) -> None:
        """Forget the notes once the whole is sealed."""
        shutil.rmtree(self._done)
