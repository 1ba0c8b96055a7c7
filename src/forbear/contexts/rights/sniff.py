"""What is a file that somebody hands in, whatever it is called, and is it harmless to keep?

Only what its own bytes show to be a PDF, a PNG, a JPEG or plain text is taken, and of these only
what runs nothing when it is opened. Nothing is unpacked beyond a bound.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import islice

from forbear.contexts.cases.transition import Said
from forbear.values.code import Code
from forbear.values.errors import InvalidInput

BYTES_MAX = 8 * 1024 * 1024
PIXELS_MAX = 60_000_000
UNPACKED_BYTES_MAX = 64 * 1024 * 1024
UNPACKED_TIMES_MAX = 200
"""So many times its own size a part may unpack to; honest pages stay far below."""
_STREAMS_MAX = 20_000


class FileKind(Code):
    """What is taken."""

    PDF = "PDF"
    PNG = "PNG"
    JPEG = "JPEG"
    TEXT = "TEXT"


class Refusal(Code):
    """Why a file is not taken."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    ARCHIVE = "ARCHIVE"
    EXECUTABLE = "EXECUTABLE"
    SCRIPT = "SCRIPT"
    ACTIVE = "ACTIVE"
    LOCKED = "LOCKED"
    BOMB = "BOMB"
    DAMAGED = "DAMAGED"
    UNKNOWN = "UNKNOWN"
    MISNAMED = "MISNAMED"


ENDINGS = {
    FileKind.PDF: (".pdf",),
    FileKind.PNG: (".png",),
    FileKind.JPEG: (".jpg", ".jpeg"),
    FileKind.TEXT: (".txt",),
}
TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.TEXT: "text/plain; charset=utf-8",
}
REFUSALS = {
    Refusal.EMPTY: Said("The file is empty", "文件为空"),
    Refusal.TOO_LARGE: Said("The file is too large", "文件过大"),
    Refusal.ARCHIVE: Said("Archives and office files are not taken", "不接收压缩包与办公文档"),
    Refusal.EXECUTABLE: Said("The file is a program", "文件是程序"),
    Refusal.SCRIPT: Said("The file holds a script or a web page", "文件含有脚本或网页代码"),
    Refusal.ACTIVE: Said(
        "The PDF would run or carry something when it is opened",
        "该 PDF 打开时会运行或携带其他内容",
    ),
    Refusal.LOCKED: Said("The PDF is locked with a password", "该 PDF 已加密"),
    Refusal.BOMB: Said("The file unpacks to far more than it should", "文件解压后异常庞大"),
    Refusal.DAMAGED: Said(
        "The file is damaged or has something behind its end", "文件损坏或尾部有多余内容"
    ),
    Refusal.UNKNOWN: Said("This kind of file is not taken", "不接收此类文件"),
    Refusal.MISNAMED: Said("The file is not what its name says", "文件内容与名称不符"),
}


class FileRefused(InvalidInput):
    """The file is not taken; nothing of it was kept."""

    code = "FILE_REFUSED"

    def __init__(self, why: Refusal | str) -> None:
        words = REFUSALS[Refusal(why) if why in set(Refusal) else Refusal.UNKNOWN]
        super().__init__(
            f"{words.en}.",
            remedy=f"Hand in a PDF, PNG, JPEG or plain text of at most {BYTES_MAX:,} bytes; a "
            "photograph of the page is enough.",
            message_zh=f"{words.zh}。",
            remedy_zh=f"请提交不超过 {BYTES_MAX:,} 字节的 PDF、PNG、JPEG 或纯文本；拍照即可。",
            field="file",
            why=str(why),
        )


def sniffed(name: str, content: bytes) -> FileKind:
    """Return what a file is by its own bytes.

    Raises:
        FileRefused: it is nothing that is taken, or not what its name says.
    """
    if not content:
        raise FileRefused(Refusal.EMPTY)
    if len(content) > BYTES_MAX:
        raise FileRefused(Refusal.TOO_LARGE)
    for mark, why in _MARKS:
        if content.startswith(mark):
            raise FileRefused(why)
    kind = _kind(content)
    if not name.lower().endswith(ENDINGS[kind]):
        raise FileRefused(Refusal.MISNAMED)
    _CHECKS[kind](content)
    return kind


_MARKS = (
    (b"PK\x03\x04", Refusal.ARCHIVE),
    (b"PK\x05\x06", Refusal.ARCHIVE),
    (b"Rar!", Refusal.ARCHIVE),
    (b"7z\xbc\xaf", Refusal.ARCHIVE),
    (b"\x1f\x8b", Refusal.ARCHIVE),
    (b"BZh", Refusal.ARCHIVE),
    (b"\xfd7zXZ", Refusal.ARCHIVE),
    (b"\xd0\xcf\x11\xe0", Refusal.ARCHIVE),
    (b"MZ", Refusal.EXECUTABLE),
    (b"\x7fELF", Refusal.EXECUTABLE),
    (b"\xfe\xed\xfa", Refusal.EXECUTABLE),
    (b"\xcf\xfa\xed\xfe", Refusal.EXECUTABLE),
    (b"\xca\xfe\xba\xbe", Refusal.EXECUTABLE),
    (b"#!", Refusal.SCRIPT),
)


def _kind(content: bytes) -> FileKind:
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if _is_text(content):
        return FileKind.TEXT
    raise FileRefused(Refusal.UNKNOWN)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(sign) < ord(" ") and sign not in "\t\n\r\f" for sign in text)


_WEB = re.compile(
    rb"<\s*(script|html|svg|iframe|body|object|embed|meta|\?php|!doctype|%)|javascript\s*:",
    re.IGNORECASE,
)


def _check_text(content: bytes) -> None:
    if _WEB.search(content) or content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"#!"):
        raise FileRefused(Refusal.SCRIPT)


_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Movie|Sound)"
    rb"(?![A-Za-z0-9])"
)
_SHORT = re.compile(rb"/JS(?![A-Za-z0-9])")
_STREAM = re.compile(rb"stream\r?\n")
_STREAM_ENDS = b"endstream"
_LOCK = re.compile(rb"/Encrypt(?![A-Za-z0-9])")


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-1024:]:
        raise FileRefused(Refusal.DAMAGED)
    if _LOCK.search(_plain(content)):
        raise FileRefused(Refusal.LOCKED)
    streams = list(islice(_streams(content), _STREAMS_MAX + 1))
    if len(streams) > _STREAMS_MAX:
        raise FileRefused(Refusal.BOMB)
    # What two readers could take for a stream or not is looked at both ways.
    outside = _plain(_outside(content, streams))
    if _ACTIVE.search(_plain(content)) or _SHORT.search(outside):
        raise FileRefused(Refusal.ACTIVE)
    left = min(UNPACKED_BYTES_MAX, UNPACKED_TIMES_MAX * len(content))
    for start, end in streams:
        unpacked = _inflated(content[start:end], left)
        left -= len(unpacked)
        if _ACTIVE.search(_plain(unpacked)) or _in_objects(content, start, unpacked):
            raise FileRefused(Refusal.ACTIVE)


def _streams(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each stream's bytes begin and end; one pass, however many begin and never end."""
    at = 0
    while found := _STREAM.search(content, at):
        end = content.find(_STREAM_ENDS, found.end())
        if end < 0:
            return
        yield found.end(), end
        at = end + len(_STREAM_ENDS)


def _outside(content: bytes, streams: list[tuple[int, int]]) -> bytes:
    bounds = [0, *(edge for stream in streams for edge in stream), len(content)]
    spans = zip(bounds[::2], bounds[1::2], strict=True)
    return b" ".join(content[start:end] for start, end in spans)


def _in_objects(content: bytes, at: int, unpacked: bytes) -> bool:
    """Say whether a stream that holds objects names a script in the short way."""
    head = _plain(content[max(0, at - 400) : at])
    return b"/ObjStm" in head and bool(_SHORT.search(_plain(unpacked)))


def _plain(content: bytes) -> bytes:
    """Return names without the escapes behind which one may hide."""
    return _ESCAPED.sub(lambda found: bytes([int(found.group(1), 16)]), content)


def _inflated(packed: bytes, most: int) -> bytes:
    """Return what a deflated stream unpacks to; nothing where it is packed in another way."""
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(packed, most + 1)
    except zlib.error:
        return b""
    if len(unpacked) > most:
        raise FileRefused(Refusal.BOMB)
    # A stream packed twice would hide from one look what it holds.
    if unpacked[:2] in {b"\x78\x01", b"\x78\x9c", b"\x78\xda"}:
        return unpacked + _inflated(unpacked, most - len(unpacked))
    return unpacked


def _check_png(content: bytes) -> None:
    at, first = 8, True
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            break
        if first:
            if name != b"IHDR" or length != 13:
                break
            _check_pixels(*struct.unpack(">II", content[at + 8 : at + 16]))
            first = False
        if name == b"IEND":
            if end == len(content):
                return
            break
        at = end
    raise FileRefused(Refusal.DAMAGED)


def _check_jpeg(content: bytes) -> None:
    if not content.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise FileRefused(Refusal.DAMAGED)
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        mark = content[at + 1]
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if 0xC0 <= mark <= 0xCF and mark not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            _check_pixels(width, height)
            return
        at += 2 + length
    raise FileRefused(Refusal.DAMAGED)


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise FileRefused(Refusal.DAMAGED)
    if width * height > PIXELS_MAX:
        raise FileRefused(Refusal.BOMB)


_CHECKS = {
    FileKind.PDF: _check_pdf,
    FileKind.PNG: _check_png,
    FileKind.JPEG: _check_jpeg,
    FileKind.TEXT: _check_text,
}
