"""Which files did the lender hand over, and which of their columns is which of the contract's?"""

from __future__ import annotations

import csv
import difflib
import hashlib
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from forbear.contexts.nightly.intake.encoding import read_through
from forbear.contexts.nightly.intake.statement import Note, Stated, read_statement
from forbear.engine.intake.native import accepts
from forbear.engine.schema import Kind, Table
from forbear.engine.tables import EXTRACT
from forbear.values.errors import InvalidInput

# A line number is the file's position times this, plus the line in that file.
FILE_STRIDE = 10**12
HEADER_BYTES_MAX = 1 << 16


@dataclass(frozen=True)
class Source:
    """One file of a table: where it is, what its bytes are, how its columns are named."""

    table: Table
    path: Path
    position: int
    sha256: str
    stamp: tuple[int, int]
    encoding: str
    header: tuple[str, ...]
    sources: dict[str, str]
    notes: tuple[Note, ...]
    finished: bool = True
    """The file ends with a line end, so its last field is whole."""

    @property
    def is_parquet(self) -> bool:
        """The file is Parquet, not CSV."""
        return self.encoding == "parquet"

    def refuse_if_changed(self) -> None:
        """Raise when the file is no longer the one that was surveyed."""
        if _stamp(self.path) != self.stamp:
            raise InvalidInput(
                f"{self.path.name} changed while it was read.",
                remedy="Wait until the export is finished, then import again.",
                message_zh=f"{self.path.name} 在读取期间被改动。",
                remedy_zh="请等导出完成后再导入。",
                file=self.path.name,
            )


@dataclass(frozen=True)
class Extract:
    """Everything the lender handed over."""

    folder: Path
    lender: str
    book_date: date | None
    files: dict[str, tuple[Source, ...]]
    claimed: dict[str, Stated]
    notes: tuple[Note, ...]

    @property
    def unfinished(self) -> dict[str, list[str]]:
        """By table, the files that may be cut inside their last field."""
        names = {
            name: [source.path.name for source in sources if not source.finished]
            for name, sources in self.files.items()
        }
        return {name: found for name, found in names.items() if found}


def refuse_if_absent(folder: Path) -> None:
    """Raise when there is no such folder."""
    if not folder.is_dir():
        raise InvalidInput(
            f"There is no folder {folder}.",
            remedy="Name the folder that holds the extract's files.",
            message_zh=f"没有文件夹 {folder}。",
            remedy_zh="请写明存放数据文件的文件夹。",
        )


def open_extract(folder: Path) -> Extract:
    """Find and survey every file of an extract.

    Raises:
        InvalidInput: a file is missing, unreadable, cut, or has a changed header.
    """
    refuse_if_absent(folder)
    statement = read_statement(folder)
    paths = {name: _paths(folder, name, statement.tables[name].files) for name in EXTRACT}
    files = {
        name: tuple(_survey(EXTRACT[name], path, position) for position, path in enumerate(found))
        for name, found in paths.items()
    }
    notes = (*statement.notes, *(n for each in files.values() for s in each for n in s.notes))
    return Extract(folder, statement.lender, statement.book_date, files, statement.tables, notes)


def _paths(folder: Path, name: str, stated: tuple[str, ...]) -> list[Path]:
    """Return a table's files: the stated ones, else <table>.csv or <table>.parquet."""
    paths = [folder / each for each in stated]
    if not stated:
        paths = [p for p in (folder / f"{name}.csv", folder / f"{name}.parquet") if p.exists()]
        paths = paths or [folder / f"{name}.csv"]
        if len(paths) > 1:
            raise InvalidInput(
                f"Both {paths[0].name} and {paths[1].name} are there; which one counts?",
                remedy="Take one away, or name the right one in manifest.json.",
                message_zh=f"{paths[0].name} 与 {paths[1].name} 同时存在，以哪个为准？",
                remedy_zh="请移走一个，或在 manifest.json 中写明正确的一个。",
                table=name,
            )
    for path in paths:
        if not path.is_file():
            raise InvalidInput(
                f"The file {path.name} is missing; table {name} has no rows to read.",
                remedy=f"Put {path.name} into {folder}. A table without rows is a file with only "
                "its header.",
                message_zh=f"缺少文件 {path.name}；表 {name} 没有可读的行。",
                remedy_zh=f"请将 {path.name} 放入 {folder}。没有数据行的表也要有只含表头的文件。",
                file=path.name,
                table=name,
            )
    return paths


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _survey(table: Table, path: Path, position: int) -> Source:
    stamp = _stamp(path)
    if path.suffix == ".parquet":
        header, sources, notes = _parquet_header(table, path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Source(table, path, position, digest, stamp, "parquet", header, sources, notes)
    digest, encoding = read_through(path)
    header = _csv_header(path, encoding)
    sources, notes = _match(table, header, path.name)
    if encoding != "utf-8":
        read_as = Note(f"{path.name}: read as {encoding}", f"{path.name}：按 {encoding} 读取")
        notes = (*notes, read_as)
    finished = _ends_with_line_end(path)
    return Source(table, path, position, digest, stamp, encoding, header, sources, notes, finished)


def _ends_with_line_end(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) in {b"\n", b"\r"}


def _csv_header(path: Path, encoding: str) -> tuple[str, ...]:
    with path.open("rb") as file:
        start = file.read(HEADER_BYTES_MAX)
    text = start.decode(encoding, errors="ignore").replace("\r\n", "\n").replace("\r", "\n")
    return tuple(name.strip() for name in next(csv.reader([text.split("\n", 1)[0]]), []))


def _parquet_header(
    table: Table, path: Path
) -> tuple[tuple[str, ...], dict[str, str], tuple[Note, ...]]:
    try:
        schema = pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError):
        raise InvalidInput(
            f"{path.name} is not a whole Parquet file; it may be cut.",
            remedy="Hand the file over again.",
            message_zh=f"{path.name} 不是完整的 Parquet 文件，可能被截断。",
            remedy_zh="请重新提供该文件。",
            file=path.name,
        ) from None
    sources, notes = _match(table, tuple(schema), path.name)
    for name, source in sources.items():
        column, dtype = table.column(name), schema[source]
        if not accepts(column, dtype, major=source != name):
            raise InvalidInput(
                f"{path.name}, column {source}: type {dtype} cannot hold {column.kind.value} "
                "exactly.",
                remedy="Write amounts as integers of minor units or decimals, never "
                "floats; days as dates; times with a zone.",
                message_zh=f"{path.name} 的列 {source}：类型 {dtype} 无法精确存放 "
                f"{column.kind.value}。",
                remedy_zh="金额请用最小货币单位的整数或十进制小数，不要用浮点数；日期用日期类型；"
                "时间要带时区。",
                file=path.name,
                column=source,
            )
    return tuple(schema), sources, notes


def _match(
    table: Table, header: tuple[str, ...], file: str
) -> tuple[dict[str, str], tuple[Note, ...]]:
    """Map the contract's columns to the file's; refuse a header that lost a needed one."""
    twice = sorted({name or "(no name)" for name in header if header.count(name) > 1})
    if twice:
        raise InvalidInput(
            f"{file}: the header names {', '.join(twice)} twice.",
            remedy="Name every column once.",
            message_zh=f"{file}：表头中 {'、'.join(twice)} 出现了两次。",
            remedy_zh="每一列只能命名一次。",
            file=file,
            line=1,
        )
    sources, missing = {}, []
    for column in table.columns:
        short = column.name.removesuffix("_minor")
        if column.name in header:
            sources[column.name] = column.name
        elif column.kind is Kind.MONEY and short in header:
            sources[column.name] = short
        elif column.null is None:
            missing.append(column.name)
    if missing:
        message, message_zh = _missing(table, header, file, missing)
        raise InvalidInput(
            message,
            remedy="Give the columns the contract's names; their order is free.",
            message_zh=message_zh,
            remedy_zh="请使用约定的列名，顺序不限。",
            file=file,
            line=1,
            columns=missing,
        )
    extra = [name or "(no name)" for name in header if name not in sources.values()]
    absent = [c.name for c in table.columns if c.name not in sources]
    notes = []
    if extra:
        en = f"{file}: columns not of the contract were left out: {', '.join(extra)}"
        notes.append(Note(en, f"{file}：约定之外的列未采用：{'、'.join(extra)}"))
    if absent:
        en = f"{file}: optional columns are absent: {', '.join(absent)}"
        notes.append(Note(en, f"{file}：缺少可选列：{'、'.join(absent)}"))
    return sources, tuple(notes)


def _missing(
    table: Table, header: tuple[str, ...], file: str, missing: list[str]
) -> tuple[str, str]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return f"{file}: fields are not parted by commas.", f"{file}：字段不是用逗号分隔的。"
    said, said_zh = [], []
    for name in missing:
        near = difflib.get_close_matches(name, [h for h in header if h not in table.names], 1)
        said.append(f"{name} (is it {near[0]}?)" if near else name)
        said_zh.append(f"{name}（是否为 {near[0]}？）" if near else name)
    return (
        f"{file}: the header lacks {', '.join(said)}.",
        f"{file}：表头缺少 {'、'.join(said_zh)}。",
    )
