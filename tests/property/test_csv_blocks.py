"""Do blocks of any size give the rows and lines that a plain reader gives over the whole file?"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.contexts.nightly.intake import block
from forbear.contexts.nightly.intake.source import Source
from forbear.engine.tables import EXTRACT
from forbear.values.errors import InvalidInput

HEADER = ("a", "b", "c")
# Fields of all that makes a CSV file hard to cut; a blank line is passed over and so is not drawn.
FIELD = st.text(st.sampled_from(list('x1,"\n\r 名')), max_size=6)
ROWS = st.lists(st.lists(FIELD, min_size=2, max_size=4), max_size=12)


def source(path: Path, encoding: str) -> Source:
    status = path.stat()
    return Source(
        EXTRACT["hold"],
        path,
        0,
        "",
        (status.st_size, status.st_mtime_ns),
        encoding,
        HEADER,
        {name: name for name in HEADER},
        (),
    )


def read(path: Path, encoding: str) -> tuple[list[tuple], list[int]]:
    rows, wrong = [], []
    for each in block.blocks(source(path, encoding)):
        rows += each.rows.select("line", *HEADER).rows()
        wrong += each.faults["line"].to_list()
    return [(line, *(value or "" for value in values)) for line, *values in rows], wrong


def slowly(text: str) -> tuple[list[tuple], list[int]]:
    """The twin: one reader over the whole text, which counts physical lines itself."""
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""))
    rows, wrong = [], []
    next(reader)
    while True:
        line = reader.line_num + 1
        row = next(reader, None)
        if row is None:
            return rows, wrong
        if len(row) == len(HEADER):
            rows.append((line, *row))
        elif row:
            wrong.append(line)


class TestBlocks:
    @settings(
        max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(
        rows=ROWS,
        ends=st.sampled_from(["\n", "\r\n", "\r"]),
        quoted=st.booleans(),
        encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
        size=st.integers(8, 80),
    )
    def test_equal_one_plain_reading(
        self, rows, ends, quoted, encoding, size, tmp_path, monkeypatch
    ):
        file = io.StringIO()
        writer = csv.writer(
            file, lineterminator=ends, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        )
        writer.writerow(HEADER)
        writer.writerows(rows)
        path = tmp_path / "hold.csv"
        path.write_bytes(file.getvalue().encode(encoding))
        monkeypatch.setattr(block, "BLOCK_BYTES", size)

        found, wrong = read(path, encoding)

        expected, miscounted = slowly(file.getvalue())
        assert found == expected
        assert sorted(wrong) == miscounted

    @settings(
        max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(text=st.text(st.sampled_from(list('x1,"\n\r')), max_size=60), size=st.integers(4, 40))
    def test_lose_no_line_of_any_text(self, text, size, tmp_path, monkeypatch):
        """Every line with anything in it is read, or named as wrong, or the file is refused."""
        path = tmp_path / "hold.csv"
        path.write_bytes(("a,b,c\n" + text).encode())
        monkeypatch.setattr(block, "BLOCK_BYTES", size)

        try:
            found, wrong = read(path, "utf-8")
        except InvalidInput as refused:
            assert re.search("never closed|middle of a row", refused.message)
            return  # which of the two outcomes it is depends on the text

        told = {row[0]: row for row in found}
        assert not set(told) & set(wrong)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for at, content in enumerate(lines, start=2):
            known = max((line for line in [*told, *wrong] if line <= at), default=None)
            covered = known is not None and (
                known == at or known in wrong or "\n" in "".join(told[known][1:])
            )
            assert covered or not content

    def test_are_typed_text_even_when_there_is_no_row(self, tmp_path):
        path = tmp_path / "hold.csv"
        path.write_bytes(b"a,b,c\nonly-one\n")

        made = list(block.blocks(source(path, "utf-8")))

        assert made[0].rows.schema == {**dict.fromkeys(HEADER, pl.String), "line": pl.Int64}
        assert made[0].faults["line"].to_list() == [2]
