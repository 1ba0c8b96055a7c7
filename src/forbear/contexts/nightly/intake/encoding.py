"""In which encoding is a text file, and is it whole?

UTF-8 with or without a byte-order mark, or GB18030. A file is read through once: that also gives
the hash by which a book knows its extract.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from pathlib import Path
from typing import Any

from forbear.values.errors import InvalidInput

_BLOCK_BYTES = 8 << 20
_LOOK_BACK_BYTES = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Text in GB18030 hardly ever looks like this many three-byte characters of UTF-8 by chance.
_MIXED_MIN = 3
_THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")


class UnreadableText(InvalidInput):
    """The file's bytes are not text in an encoding of the contract."""


def read_through(path: Path) -> tuple[str, str]:
    """Return a text file's SHA-256 and its encoding: utf-8, utf-8-sig or gb18030.

    Raises:
        UnreadableText: it is empty, cut inside a character, or in none or two of the encodings.
    """
    digest, size, start = hashlib.sha256(), 0, b""
    decoders: dict[str, Any] = {
        name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")
    }
    failed: dict[str, int] = {}
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            start = start or block[:3]
            digest.update(block)
            _feed(decoders, failed, block, offset=size)
            size += len(block)
    cut = set(decoders) - set(failed)
    _feed(decoders, failed, b"", offset=size)
    if not start:
        raise _unreadable(
            path,
            "is empty",
            "A table without rows still needs its header line.",
            what_zh="是空文件",
            remedy_zh="没有数据行的表也需要表头。",
        )
    if start.startswith(_UTF16):
        raise _unreadable(
            path,
            "is UTF-16 (a spreadsheet's Unicode text)",
            "Export it as CSV UTF-8.",
            what_zh="是 UTF-16（电子表格的 Unicode 文本）",
            remedy_zh="请导出为 CSV UTF-8。",
        )
    if "utf-8" not in failed:
        return digest.hexdigest(), "utf-8-sig" if start == codecs.BOM_UTF8 else "utf-8"
    if "utf-8" in cut and ("gb18030" in failed or _was_utf8(path, failed["utf-8"])):
        raise _cut(path)
    if "utf-8" not in cut and _was_utf8(path, failed["utf-8"]):
        raise _mixed(path, failed["utf-8"])
    if "gb18030" not in failed:
        return digest.hexdigest(), "gb18030"
    if "gb18030" in cut:
        raise _cut(path)
    at = max(failed.values())
    raise _unreadable(
        path,
        f"is neither UTF-8 nor GB18030: byte {at} (line {_line_of(path, at)}) fits neither",
        "Export the whole file in one encoding, best UTF-8.",
        what_zh=f"既不是 UTF-8 也不是 GB18030：第 {at} 字节（第 {_line_of(path, at)} 行）都不符合",
        remedy_zh="请将整个文件以同一种编码导出，最好是 UTF-8。",
    )


def _feed(decoders: dict[str, Any], failed: dict[str, int], block: bytes, *, offset: int) -> None:
    for name in [each for each in decoders if each not in failed]:
        try:
            decoders[name].decode(block, final=not block)
        except UnicodeDecodeError as error:
            # What a decoder held back from the block before counts into its position.
            held = len(error.object) - len(block)
            failed[name] = max(0, offset - held + error.start)


def _was_utf8(path: Path, at: int) -> bool:
    """Say whether a file was UTF-8 up to a byte, so that something else follows there."""
    with path.open("rb") as file:
        file.seek(max(0, at - _LOOK_BACK_BYTES))
        before = file.read(min(at, _LOOK_BACK_BYTES))
    return len(_THREE_BYTES.findall(before)) >= _MIXED_MIN


def _mixed(path: Path, at: int) -> UnreadableText:
    return _unreadable(
        path,
        f"begins in UTF-8, but byte {at} (line {_line_of(path, at)}) is not UTF-8",
        "Export the whole file in one encoding, best UTF-8.",
        what_zh=f"开头是 UTF-8，但第 {at} 字节（第 {_line_of(path, at)} 行）不是 UTF-8",
        remedy_zh="请将整个文件以同一种编码导出，最好是 UTF-8。",
    )


def _cut(path: Path) -> UnreadableText:
    return _unreadable(
        path,
        "ends in the middle of a character; it was cut",
        "Hand the whole file over again.",
        what_zh="在一个字符中间结束，已被截断",
        remedy_zh="请重新提供完整的文件。",
    )


def _unreadable(
    path: Path, what: str, remedy: str, *, what_zh: str, remedy_zh: str
) -> UnreadableText:
    return UnreadableText(
        f"{path.name} {what}.",
        remedy=remedy,
        message_zh=f"{path.name} {what_zh}。",
        remedy_zh=remedy_zh,
        file=path.name,
    )


def _line_of(path: Path, offset: int) -> int:
    line, kept = 1, b""
    with path.open("rb") as file:
        while offset > 0 and (block := file.read(min(offset, _BLOCK_BYTES))):
            offset -= len(block)
            # A CR at the end of one block and its LF at the start of the next are one line end.
            both = kept + block
            line += both.count(b"\n") + both.count(b"\r") - both.count(b"\r\n") - len(kept)
            kept = b"\r" if block.endswith(b"\r") else b""
    return line
