"""A PDF's own evidence is found in it, however it happens to be packed."""

from __future__ import annotations

import json
import zlib
from itertools import count

import pytest

from forbear.contexts.evidence.verify_pack import FORMAT, read_pack


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\0"])
@pytest.mark.parametrize("line", [b"\n", b"\r\n"])
def test_a_file_is_read_whatever_the_last_byte_of_its_packed_part_is(end, line):
    packs = ({"as_of": number, "format": FORMAT} for number in count())
    packed = ((pack, zlib.compress(json.dumps(pack).encode())) for pack in packs)
    pack, stream = next(pair for pair in packed if pair[1].endswith(end))
    content = b"%PDF-1.7" + line + b"stream" + line + stream + line + b"endstream"
    assert read_pack(content) == pack
