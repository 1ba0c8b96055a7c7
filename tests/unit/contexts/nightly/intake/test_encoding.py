"""Unit tests of encodings: which is told from which, and where a fault lies."""

from __future__ import annotations

import hashlib

import pytest

from forbear.contexts.nightly.intake import encoding
from forbear.contexts.nightly.intake.encoding import UnreadableText, read_through


def told(tmp_path, body: bytes) -> str:
    path = tmp_path / "debtor.csv"
    path.write_bytes(body)
    digest, name = read_through(path)
    assert digest == hashlib.sha256(body).hexdigest()
    return name


class TestReadThrough:
    @pytest.mark.parametrize(
        ("body", "name"),
        [
            (b"plain\n", "utf-8"),
            ("中文\n".encode(), "utf-8"),
            ("中文\n".encode("utf-8-sig"), "utf-8-sig"),
            ("中文\n".encode("gb18030"), "gb18030"),
            ("𠮷野家\n".encode("gb18030"), "gb18030"),
            # These bytes of GB18030 look like two-byte characters of UTF-8 at first.
            ("联通，中国移动\n".encode("gb18030"), "gb18030"),
        ],
    )
    def test_tells_the_encoding(self, body, name, tmp_path):
        assert told(tmp_path, body) == name

    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
    def test_is_not_misled_by_where_blocks_end(self, size, tmp_path, monkeypatch):
        monkeypatch.setattr(encoding, "_BLOCK_BYTES", size)

        assert told(tmp_path, "a\r\n中文字\r\n".encode()) == "utf-8"
        assert told(tmp_path, "a\r\n中文字\r\n".encode("gb18030")) == "gb18030"
        with pytest.raises(UnreadableText, match=r"byte 9 \(line 3\)"):
            told(tmp_path, b"aa\r\nbb\r\nc\xff\xff\r\n")

    @pytest.mark.parametrize("code", ["utf-8", "gb18030"])
    def test_refuses_a_file_that_ends_inside_a_character(self, code, tmp_path):
        with pytest.raises(UnreadableText, match="ends in the middle of a character"):
            told(tmp_path, "a,中文中文".encode(code)[:-1])

    def test_refuses_two_encodings_in_one_file(self, tmp_path):
        body = "中文中文\n".encode() + "中文\n".encode("gb18030")

        with pytest.raises(UnreadableText, match=r"begins in UTF-8, but byte 13 \(line 2\)"):
            told(tmp_path, body)
