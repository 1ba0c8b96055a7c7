"""Which files did the lender hand over, and how are they read a block at a time?

A CSV file may be UTF-8, UTF-8 with a byte-order mark, or GB18030. It is cut into blocks at line
ends outside quotes; a block without anything odd takes the fast road, any other is read line by
line, so that every fault can name its line.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from forbear.engine.intake.typed import accepts
from forbear.engine.schema import CONTRACT_VERSION, Kind, Table
from forbear.engine.tables import EXTRACT
from forbear.values.errors import InvalidInput

BLOCK_BYTES = 24 << 20
QUOTED_MAX_BYTES = 64 << 20
PARQUET_ROWS = 1_000_000
# A line number is the file's position times this, plus the line in that file.
FILE_STRIDE = 10**12
csv.field_size_limit(1 << 20)


@dataclass(frozen=True)
class Source:
    """One file of a table: where it is, what its bytes are, how its columns are named."""

    table: Table
    path: Path
    position: int
    sha256: str
    encoding: str
    header: tuple[str, ...]
    sources: dict[str, str]
    notes: tuple[str, ...]

    @property
    def is_parquet(self) -> bool:
        """The file is Parquet, not CSV."""
        return self.encoding == "parquet"


@dataclass(frozen=True)
class Extract:
    """Everything the lender handed over."""

    folder: Path
    lender: str
    book_date: date | None
    files: dict[str, tuple[Source, ...]]
    claimed: dict[str, dict[str, Any]]
    """Control totals by table as the lender's manifest states them; may lack tables."""


def open_extract(folder: Path) -> Extract:
    """Find and survey every file of an extract.

    Raises:
        InvalidInput: a file is missing, unreadable, cut, or has a changed header.
    """
    if not folder.is_dir():
        raise InvalidInput(f"There is no folder {folder}.",
                           remedy="Name the folder that holds the extract's files.")
    manifest = _manifest(folder)
    stated = manifest.get("files", {})
    files = {}
    for name, table in EXTRACT.items():
        paths = _paths(folder, name, stated.get(name, {}).get("file"))
        files[name] = tuple(_survey(table, path, position) for position, path in enumerate(paths))
    book_date = manifest.get("book_date")
    return Extract(folder, str(manifest.get("lender", "")),
                   date.fromisoformat(book_date) if book_date else None, files, stated)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.exists():
        return {}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        date.fromisoformat(manifest.get("book_date", "2000-01-01"))
    except (ValueError, AttributeError, TypeError) as error:
        raise InvalidInput(f"manifest.json cannot be read: {error}.",
                           remedy="Mend it, or remove it: control totals are then computed.",
                           file="manifest.json") from None
    if str(manifest.get("contract", CONTRACT_VERSION)) != CONTRACT_VERSION:
        raise InvalidInput(
            f"manifest.json says contract {manifest['contract']}; this Forbear reads contract "
            f"{CONTRACT_VERSION}.", remedy="Export by the contract that the reference describes.")
    return dict(manifest)


def _paths(folder: Path, name: str, stated: str | list[str] | None) -> list[Path]:
    if stated:
        names = [stated] if isinstance(stated, str) else stated
        paths = [folder / Path(each).name for each in names]
    else:
        paths = [p for p in (folder / f"{name}.csv", folder / f"{name}.parquet") if p.exists()]
        paths = paths or [folder / f"{name}.csv"]
    for path in paths:
        if not path.is_file():
            raise InvalidInput(
                f"The file {path.name} is missing; table {name} has no rows to read.",
                remedy=f"Put {path.name} into {folder}. A table without rows is a file with only "
                "its header.", file=path.name, table=name)
    return paths


def _survey(table: Table, path: Path, position: int) -> Source:
    if path.suffix == ".parquet":
        header, sources, notes = _parquet_header(table, path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Source(table, path, position, digest, "parquet", header, sources, notes)
    digest, encoding = _read_through(path)
    first = _first_line(path, encoding)
    header = tuple(name.strip() for name in next(csv.reader([first]), []))
    sources, notes = _match(table, header, path.name)
    if encoding != "utf-8":
        notes = (*notes, f"{path.name}: read as {encoding}")
    return Source(table, path, position, digest, encoding, header, sources, notes)


def _read_through(path: Path) -> tuple[str, str]:
    """Hash a text file and find its encoding in one pass."""
    digest, offset = hashlib.sha256(), 0
    decoders: dict[str, Any] = {
        name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")
    }
    failed: dict[str, int] = {}
    start = b""
    with path.open("rb") as file:
        while block := file.read(8 << 20):
            start = start or block[:3]
            digest.update(block)
            for name in [n for n in decoders if n not in failed]:
                try:
                    decoders[name].decode(block)
                except UnicodeDecodeError as error:
                    failed[name] = offset + error.start
            offset += len(block)
    if not start:
        raise InvalidInput(f"{path.name} is empty.",
                           remedy="A table without rows still needs its header line.",
                           file=path.name)
    if "utf-8" not in failed:
        return digest.hexdigest(), "utf-8-sig" if start == codecs.BOM_UTF8 else "utf-8"
    if "gb18030" not in failed:
        return digest.hexdigest(), "gb18030"
    line = _line_of(path, failed["utf-8"])
    raise InvalidInput(
        f"{path.name} is neither UTF-8 nor GB18030: byte {failed['utf-8']} (line {line}) fits "
        "neither.", remedy="Export the whole file in one encoding, best UTF-8.", file=path.name,
        line=line)


def _line_of(path: Path, offset: int) -> int:
    with path.open("rb") as file:
        return file.read(offset).count(b"\n") + 1


def _first_line(path: Path, encoding: str) -> str:
    with path.open("rb") as file:
        start = file.read(1 << 16)
    text = start.decode(encoding, errors="ignore")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n", 1)[0]


def _parquet_header(
    table: Table, path: Path
) -> tuple[tuple[str, ...], dict[str, str], tuple[str, ...]]:
    try:
        schema = pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError):
        raise InvalidInput(f"{path.name} is not a whole Parquet file; it may be cut.",
                           remedy="Hand the file over again.", file=path.name) from None
    sources, notes = _match(table, tuple(schema), path.name)
    for name, source in sources.items():
        column, dtype = table.column(name), schema[source]
        if not accepts(column, dtype, major=source != name):
            raise InvalidInput(
                f"{path.name}, column {source}: type {dtype} cannot hold {column.kind.value} "
                "exactly.", remedy="Write amounts as integers of minor units or decimals, never "
                "floats; days as dates; times with a zone.", file=path.name, column=source)
    return tuple(schema), sources, notes


def _match(
    table: Table, header: tuple[str, ...], file: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Map the contract's columns to the file's; refuse a header that lost a needed one."""
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise InvalidInput(f"{file}: the header names {', '.join(twice)} twice.",
                           remedy="Name every column once.", file=file, line=1)
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
        raise InvalidInput(_missing(table, header, file, missing),
                           remedy="Give the columns the contract's names; their order is free.",
                           file=file, line=1, columns=missing)
    extra = [name for name in header if name not in sources.values()]
    absent = [c.name for c in table.columns if c.name not in sources]
    notes = []
    if extra:
        notes.append(f"{file}: columns not of the contract were left out: {', '.join(extra)}")
    if absent:
        notes.append(f"{file}: optional columns are absent: {', '.join(absent)}")
    return sources, tuple(notes)


def _missing(table: Table, header: tuple[str, ...], file: str, missing: list[str]) -> str:
    said = []
    for name in missing:
        near = difflib.get_close_matches(name, [h for h in header if h not in table.names], 1)
        said.append(f"{name} (is it {near[0]}?)" if near else name)
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return f"{file}: fields are not parted by commas."
    return f"{file}: the header lacks {', '.join(said)}."


@dataclass(frozen=True)
class Block:
    """Some rows of a file as text or typed columns with ``line``; faults found while parting."""

    rows: pl.DataFrame
    miscounted: list[int]


def blocks(source: Source) -> Iterator[Block]:
    """Read a file a block at a time.

    Raises:
        InvalidInput: the file ends in the middle of a row, or a quote is never closed.
    """
    if source.is_parquet:
        yield from _parquet_blocks(source)
        return
    base = source.position * FILE_STRIDE
    line = 1
    for body in _cut(source):
        lines = body.count(b"\n")
        if line == 1:
            head_end = body.find(b"\n") + 1
            body, lines, line = body[head_end:], lines - 1, 2
        if body:
            yield _parse(source, body, line=line, base=base)
        line += lines


def _parquet_blocks(source: Source) -> Iterator[Block]:
    scan = pl.scan_parquet(source.path)
    rows = int(scan.select(pl.len()).collect().item())
    for start in range(0, rows, PARQUET_ROWS):
        frame = scan.slice(start, PARQUET_ROWS).select(*source.sources.values()).collect()
        first = source.position * FILE_STRIDE + start + 1
        line = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True)
        yield Block(frame.with_columns(line=line), [])


def _cut(source: Source) -> Iterator[bytes]:
    """Yield UTF-8 bytes of whole lines; the last one ends with a line end even if the file not."""
    decoder = codecs.getincrementaldecoder(source.encoding)()
    kept = b""
    with source.path.open("rb") as file:
        while raw := file.read(BLOCK_BYTES):
            text = raw if source.encoding == "utf-8" else decoder.decode(raw).encode()
            kept += text
            if kept.endswith(b"\r"):
                kept += file.read(1)
            kept = kept.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            end = _last_line_end(kept)
            if end:
                yield kept[:end]
                kept = kept[end:]
            elif len(kept) > QUOTED_MAX_BYTES:
                raise _never_closed(source)
    if kept:
        _refuse_if_cut(source, kept)
        yield kept + b"\n"


def _last_line_end(body: bytes) -> int:
    """Return where the last line that is outside quotes ends; 0 when there is none."""
    end = body.rfind(b"\n") + 1
    while end and body.count(b'"', 0, end) % 2:
        quote = body.rfind(b'"', 0, end)
        end = body.rfind(b"\n", 0, quote) + 1
    return end


def _refuse_if_cut(source: Source, rest: bytes) -> None:
    if rest.count(b'"') % 2:
        raise _never_closed(source)
    fields = next(csv.reader(io.StringIO(rest.decode(), newline="")), [])
    if len(fields) < len(source.header):
        raise InvalidInput(
            f"{source.path.name} ends in the middle of a row: its last line has {len(fields)} of "
            f"{len(source.header)} fields.", remedy="Hand the whole file over again.",
            file=source.path.name)


def _never_closed(source: Source) -> InvalidInput:
    return InvalidInput(
        f"{source.path.name}: a quoted field is never closed, so the file's end cannot be told "
        "from its middle.", remedy="Hand the whole file over again, with quotes in pairs.",
        file=source.path.name)


def _parse(source: Source, body: bytes, *, line: int, base: int) -> Block:
    width, lines = len(source.header), body.count(b"\n")
    plain = (
        width > 1 and b'"' not in body and b"\0" not in body and b"\n\n" not in body
        and not body.startswith(b"\n") and body.count(b",") == lines * (width - 1)
    )
    if plain:
        try:
            rows = pl.read_csv(
                body, has_header=False, new_columns=list(source.header), infer_schema=False,
                quote_char=None,
            )
            first = base + line
            number = pl.int_range(first, first + rows.height, dtype=pl.Int64, eager=True)
            if rows.height == lines:
                return Block(rows.with_columns(line=number), [])
        except pl.exceptions.PolarsError:
            pass  # a line has too many fields and another too few: find out which
    return _parse_slowly(source, body, line=line, base=base)


def _parse_slowly(source: Source, body: bytes, *, line: int, base: int) -> Block:
    width = len(source.header)
    reader = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    fields: list[list[str]] = []
    lines: list[int] = []
    miscounted: list[int] = []
    while True:
        at = base + line + reader.line_num
        try:
            row = next(reader, None)
        except csv.Error:
            miscounted.append(at)
            continue
        if row is None:
            break
        if len(row) == width:
            fields.append(row)
            lines.append(at)
        elif row:
            miscounted.append(at)
    frame = pl.DataFrame(
        fields, schema=dict.fromkeys(source.header, pl.String), orient="row"
    ).with_columns(line=pl.Series(lines, dtype=pl.Int64))
    return Block(frame, miscounted)
