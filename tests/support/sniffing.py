"""Files that somebody may hand in, good ones and bad ones, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

from forbear.contexts.rights.sniff import Refusal

R = Refusal


@dataclass(frozen=True)
class File:
    """One file. ``why`` null: it is taken."""

    what: str
    name: str
    content: bytes = field(repr=False)
    why: Refusal | None = None


def pdf(*objects: bytes, tail: bytes = b"%%EOF\n") -> bytes:
    """A PDF of some objects, as loosely as readers take it."""
    numbered = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, start=1)
    )
    return b"%PDF-1.7\n" + numbered + b"trailer\n<< /Root 1 0 R >>\n" + tail


def stream(content: bytes, head: bytes = b"", *, times: int = 1) -> bytes:
    """A stream object, deflated so many times."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (
        len(content),
        head,
        content,
    )


def png(width: int = 2, height: int = 2, *, tail: bytes = b"") -> bytes:
    """A picture, of which only the frame is looked at."""

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0\0" * 2)
    frame = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + frame + tail


def jpeg(width: int = 2, height: int = 2, *, tail: bytes = b"\xff\xd9") -> bytes:
    """A photograph, of which only the frame is looked at."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9
    size = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + app + size + b"\xff\xda\x00\x02data" + tail


def archive(**files: bytes) -> bytes:
    """A zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PLAIN_PDF = pdf(CATALOG, b"<< /Type /Pages /Count 0 >>", stream(b"BT (hello) Tj ET" * 40))
SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
ZEROS = b"\0" * (40 * 1024 * 1024)
FILES = [
    File("a page", "page.pdf", PLAIN_PDF),
    File("a page whose action goes to a page", "go.pdf", pdf(CATALOG, b"<< /S /GoTo /D [3] >>")),
    File("a picture", "photo.png", png()),
    File("a photograph", "photo.JPG", jpeg()),
    File("words", "words.txt", "已于三月六日还清。\n1 < 2 & 3 > 2".encode()),
    File("words with a mark of order", "bom.txt", b"\xef\xbb\xbfpaid"),
    File("a page of several pieces", "long.pdf", pdf(CATALOG) + b"%" * 120_000 + b"\n%%EOF\n"),
    File("nothing", "empty.txt", b"", R.EMPTY),
    File("too much", "large.txt", b"a" * (8 * 1024 * 1024 + 1), R.TOO_LARGE),
    File("an archive", "papers.zip", archive(a=b"x"), R.ARCHIVE),
    File("a zip bomb", "bomb.zip", archive(a=ZEROS), R.ARCHIVE),
    File("an archive called a page", "papers.pdf", archive(a=b"x"), R.ARCHIVE),
    File("an office file", "letter.docx", archive(**{"word/document.xml": b"<w/>"}), R.ARCHIVE),
    File("an old office file", "letter.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 64, R.ARCHIVE),
    File("a program", "program.exe", b"MZ\x90\0" + b"\0" * 60, R.EXECUTABLE),
    File("a program called a picture", "photo.png", b"\x7fELF" + b"\0" * 60, R.EXECUTABLE),
    File("a script", "run.sh", b"#!/bin/sh\nrm -rf x\n", R.SCRIPT),
    File("a script called a photograph", "photo.jpg", b"#!/bin/sh\n", R.SCRIPT),
    File("a script behind a mark of order", "a.txt", b"\xef\xbb\xbf#!/bin/sh\n", R.SCRIPT),
    File("a web page called words", "words.txt", b"<html><script>x()</script>", R.SCRIPT),
    File("a web picture", "picture.txt", b"<SVG onload=x()>", R.SCRIPT),
    File("server code", "words.txt", b"<?php system($_GET[0]);", R.SCRIPT),
    File("bytes", "bytes.txt", bytes(range(256)), R.UNKNOWN),
    File("words with a zero", "words.txt", b"paid\0", R.UNKNOWN),
    File("a page called words", "page.txt", PLAIN_PDF, R.MISNAMED),
    File("words called a page", "words.pdf", b"paid", R.MISNAMED),
    File("a page cut off", "cut.pdf", pdf(CATALOG, tail=b""), R.DAMAGED),
    File("a locked page", "locked.pdf", pdf(CATALOG, b"<< /Encrypt 9 0 R >>"), R.LOCKED),
    File("a page with a script", "script.pdf", pdf(CATALOG, SCRIPT), R.ACTIVE),
    File("a script under escapes", "e.pdf", pdf(CATALOG, b"<< /S /J#61vaScript >>"), R.ACTIVE),
    File("a script in short", "js.pdf", pdf(CATALOG, b"<< /A << /JS 7 0 R >> >>"), R.ACTIVE),
    File("a script packed", "packed.pdf", pdf(CATALOG, stream(SCRIPT)), R.ACTIVE),
    File("a script packed twice", "twice.pdf", pdf(CATALOG, stream(SCRIPT, times=2)), R.ACTIVE),
    File(
        "a script in short among packed objects",
        "objects.pdf",
        pdf(CATALOG, stream(b"1 0 << /JS (x) >>", b"/Type /ObjStm")),
        R.ACTIVE,
    ),
    File("a page that starts a program", "l.pdf", pdf(CATALOG, b"<< /S /Launch >>"), R.ACTIVE),
    File("a page with a file inside", "f.pdf", pdf(b"<< /EmbeddedFiles 3 0 R >>"), R.ACTIVE),
    File("a form that runs", "x.pdf", pdf(b"<< /AcroForm << /XFA 3 0 R >> >>"), R.ACTIVE),
    File("a page that unpacks to far more", "bomb.pdf", pdf(CATALOG, stream(ZEROS)), R.BOMB),
    File("a picture with a tail", "tail.png", png(tail=b"MZ"), R.DAMAGED),
    File("a picture of endless size", "endless.png", png(100_000, 100_000), R.BOMB),
    File("a picture of no size", "none.png", png(0, 5), R.DAMAGED),
    File("a picture cut off", "cut.png", png()[:-6], R.DAMAGED),
    File("a photograph with a tail", "tail.jpg", jpeg(tail=b"\xff\xd9<script>"), R.DAMAGED),
    File("a photograph of endless size", "endless.jpg", jpeg(60_000, 60_000), R.BOMB),
    File("a photograph without a size", "none.jpg", b"\xff\xd8\xff\xe0\0\x02\xff\xd9", R.DAMAGED),
]
