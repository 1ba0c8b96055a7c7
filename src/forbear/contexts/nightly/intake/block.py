"""How are a file's rows read a block at a time, each with its true line?

A CSV file is cut into blocks at line ends outside quotes. In each block the places of quotes,
commas and line ends are found at once, so lines with another number of fields than the header are
told apart before anything is parsed, and a line number counts the line ends inside quotes too. A
block whose quotes do not stand at the edges of fields is read patiently, record by record.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from forbear.contexts.nightly.intake.source import FILE_STRIDE, Source
from forbear.engine.intake.reason import Reason
from forbear.engine.intake.relate import FAULT_SCHEMA, faults
from forbear.values.errors import InvalidInput

BLOCK_BYTES = 24 << 20
QUOTED_BYTES_MAX = 64 << 20
FIELD_BYTES_MAX = 1 << 20
PARQUET_ROWS = 1_000_000
_LF, _COMMA, _QUOTE = 10, 44, 34


@dataclass(frozen=True)
class Block:
    """Some rows of a file with ``line``, and the faults of lines that are no rows."""

    rows: pl.DataFrame
    faults: pl.DataFrame
    blank: int = 0


def blocks(source: Source) -> Iterator[Block]:
    """Read a file a block at a time.

    Raises:
        InvalidInput: the file ends in the middle of a row, a quote is never closed, or the file
            changed since it was surveyed.
    """
    if source.is_parquet:
        yield from _parquet_blocks(source)
    else:
        yield from _csv_blocks(source)
    source.refuse_if_changed()


def _parquet_blocks(source: Source) -> Iterator[Block]:
    try:
        scan = pl.scan_parquet(source.path)
        rows = int(scan.select(pl.len()).collect().item())
        for start in range(0, rows, PARQUET_ROWS):
            frame = scan.slice(start, PARQUET_ROWS).select(*source.sources.values()).collect()
            first = source.position * FILE_STRIDE + start + 1
            line = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True)
            yield Block(frame.with_columns(line=line), pl.DataFrame(schema=FAULT_SCHEMA))
    except pl.exceptions.PolarsError:
        raise InvalidInput(
            f"{source.path.name} is damaged and cannot be read to its end.",
            remedy="Hand the file over again.",
            message_zh=f"{source.path.name} 已损坏，无法读到末尾。",
            remedy_zh="请重新提供该文件。",
            file=source.path.name,
        ) from None


def _csv_blocks(source: Source) -> Iterator[Block]:
    line = 1
    for piece in _cut(source):
        body = piece
        if line == 1:
            body = piece[piece.find(b"\n") + 1 :]
            line = 2
        if body:
            yield _parse(source, body, line=line)
        line += body.count(b"\n")


def _cut(source: Source) -> Iterator[bytes]:
    """Yield UTF-8 bytes of whole rows; the last one ends with a line end even if the file not."""
    decoder = codecs.getincrementaldecoder("gb18030")() if source.encoding == "gb18030" else None
    kept, line = b"", 1
    with source.path.open("rb") as file:
        file.seek(len(codecs.BOM_UTF8) if source.encoding == "utf-8-sig" else 0)
        while raw := file.read(BLOCK_BYTES):
            kept += raw if decoder is None else decoder.decode(raw).encode()
            # A CR at the end waits: its LF may be the next block's first byte.
            waiting = b"\r" if kept.endswith(b"\r") else b""
            kept = _with_lf(kept.removesuffix(b"\r"))
            end = _last_row_end(kept)
            if end:
                yield kept[:end]
                line += kept.count(b"\n", 0, end)
            elif len(kept) > QUOTED_BYTES_MAX:
                raise _never_closed(source, kept, line=line)
            kept = kept[end:] + waiting
    kept = _with_lf(kept)
    if kept:
        _refuse_if_cut(source, kept, line=line)
        yield kept if kept.endswith(b"\n") else kept + b"\n"


def _with_lf(body: bytes) -> bytes:
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in body else body


def _last_row_end(body: bytes) -> int:
    """Return where the last line that ends outside quotes ends; 0 when there is none."""
    end = body.rfind(b"\n") + 1
    if body.count(b'"', 0, end) % 2 == 0:
        return end
    data = np.frombuffer(body, np.uint8)
    ends = np.flatnonzero((data == _LF) & ~_inside_quotes(data))
    return int(ends[-1]) + 1 if len(ends) else 0


def _inside_quotes(data: np.ndarray) -> np.ndarray:
    """Say of every byte whether an odd number of quotes stands up to it."""
    return np.logical_xor.accumulate(data == _QUOTE)


def _refuse_if_cut(source: Source, rest: bytes, *, line: int) -> None:
    """Refuse a file whose last line was not finished; ``rest`` is what follows the last row."""
    if rest.count(b'"') % 2:
        raise _never_closed(source, rest, line=line)
    if rest.endswith(b"\n") or not rest.strip():
        return
    fields = next(csv.reader(io.StringIO(rest.decode(), newline="")), [])
    if len(fields) < len(source.header):
        raise InvalidInput(
            f"{source.path.name} ends in the middle of a row: line {line} has {len(fields)} of "
            f"{len(source.header)} fields.",
            remedy="Hand the whole file over again.",
            message_zh=f"{source.path.name} 在一行中间结束：第 {line} 行只有 {len(fields)} 个字段，"
            f"应有 {len(source.header)} 个。",
            remedy_zh="请重新提供完整的文件。",
            file=source.path.name,
            line=line,
        )


def _never_closed(source: Source, rest: bytes, *, line: int) -> InvalidInput:
    """Name the first line from which on no line end stands outside quotes."""
    data = np.frombuffer(rest, np.uint8)
    ends = np.flatnonzero((data == _LF) & ~_inside_quotes(data))
    start = int(ends[-1]) + 1 if len(ends) else 0
    at = line + rest.count(b"\n", 0, start)
    return InvalidInput(
        f"{source.path.name}: a quote in line {at} is never closed, so the file's end cannot be "
        "told from its middle.",
        remedy="Hand the whole file over again, with quotes in pairs.",
        message_zh=f"{source.path.name}：第 {at} 行有引号始终没有闭合，无法分辨文件的末尾与中间。",
        remedy_zh="请重新提供完整的文件，引号须成对。",
        file=source.path.name,
        line=at,
    )


@dataclass(frozen=True)
class _Shape:
    """Where the records of a block lie: start, end, number of fields, line within the block."""

    data: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    fields: np.ndarray
    lines: np.ndarray
    regular: bool

    @property
    def blank(self) -> np.ndarray:
        return self.starts == self.ends


def _shape(body: bytes) -> _Shape:
    data = np.frombuffer(body, np.uint8)
    line_ends, commas = np.flatnonzero(data == _LF), np.flatnonzero(data == _COMMA)
    ends, regular = line_ends, True
    if b'"' in body:
        inside = _inside_quotes(data)
        ends, commas = line_ends[~inside[line_ends]], commas[~inside[commas]]
        regular = _at_edges(data)
    starts = np.concatenate(([0], ends[:-1] + 1))
    fields = np.diff(np.searchsorted(commas, ends), prepend=0) + 1
    return _Shape(data, starts, ends, fields, np.searchsorted(line_ends, starts), regular)


def _at_edges(data: np.ndarray) -> bool:
    """Say whether every quote opens or closes a whole field, or stands twice inside one."""
    quotes = np.flatnonzero(data == _QUOTE)
    opening, closing = quotes[::2], quotes[1::2]
    edges = np.zeros(256, dtype=bool)
    edges[[_LF, _COMMA, _QUOTE]] = True
    before = edges[data[np.maximum(opening - 1, 0)]] | (opening == 0)
    after = edges[data[np.minimum(closing + 1, len(data) - 1)]]
    return bool(before.all() and after.all())


def _parse(source: Source, body: bytes, *, line: int) -> Block:
    base = source.position * FILE_STRIDE + line
    shape = _shape(body)
    blank = shape.blank
    good = (shape.fields == len(source.header)) & ~blank
    if shape.regular and len(source.header) > 1:
        text = body
        if not good.all():
            text = shape.data[np.repeat(good, shape.ends + 1 - shape.starts)].tobytes()
        rows = (
            _fast(text, source.header)
            if text
            else pl.DataFrame(schema=dict.fromkeys(source.header, pl.String))
        )
        if rows is not None and rows.height == good.sum():
            found = faults(
                pl.Series(base + shape.lines[~good & ~blank]), column="", reason=Reason.FIELD_COUNT
            )
            lines = pl.Series("line", base + shape.lines[good], dtype=pl.Int64)
            return Block(rows.with_columns(lines), found, int(blank.sum()))
    return _patient(source, body, base=base)


def _fast(text: bytes, header: tuple[str, ...]) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            text, has_header=False, new_columns=list(header), infer_schema=False, quote_char='"'
        )
    except pl.exceptions.PolarsError:
        return None  # read record by record, its lines tell what the parser could not


def _patient(source: Source, body: bytes, *, base: int) -> Block:
    width = len(source.header)
    csv.field_size_limit(FIELD_BYTES_MAX)
    reader = csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    wrong: dict[Reason, list[int]] = {Reason.FIELD_COUNT: [], Reason.BAD_QUOTES: []}
    blank = 0
    while True:
        at = base + reader.line_num
        try:
            row = next(reader, None)
        except csv.Error:
            wrong[Reason.BAD_QUOTES].append(at)
            continue
        if row is None:
            break
        if len(row) == width:
            rows.append(row)
            lines.append(at)
        elif row:
            wrong[Reason.FIELD_COUNT].append(at)
        else:
            blank += 1
    frame = pl.DataFrame(rows, schema=dict.fromkeys(source.header, pl.String), orient="row")
    found = [
        faults(pl.Series(bad, dtype=pl.Int64), column="", reason=reason)
        for reason, bad in wrong.items()
    ]
    return Block(
        frame.with_columns(pl.Series("line", lines, dtype=pl.Int64)), pl.concat(found), blank
    )
