"""Does a large file go through in bounded memory, with true line numbers to its end?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from forbear.contexts.nightly.workspace import Workspace
from tests.support.extract import Extract

# The peak of this program alone: a process inherits the figure of getrusage from its parent.
_MEASURED = """
import re, sys
from forbear.interfaces.commands.main import run
code = run()
peak_kib = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
print(peak_kib, file=sys.stderr)
sys.exit(code)
"""


def measured_import(folder: Path, home: Path) -> tuple[dict, int]:
    """Import in a process of its own; return its answer and its peak memory in bytes."""
    source = Path(__file__).resolve().parents[2] / "src"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            _MEASURED,
            "import",
            str(folder),
            "--home",
            str(home),
            "--json",
            "--partition-loans",
            "20000",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout), int(done.stderr.split()[-1]) * 1024


def with_attempts(folder: Path, *, size_bytes: int, people: int = 1_000) -> int:
    """Write an extract whose attempt.csv has a size; the last row is spoiled. Return its rows."""
    extract = Extract(people)
    extract.write(folder, without=["attempt"])
    count = 0
    with (folder / "attempt.csv").open("w", encoding="utf-8", newline="\n") as file:
        file.write(extract.text("attempt").split("\n", 1)[0] + "\n")
        while file.tell() < size_bytes:
            block = [
                f"A{n:012d},D{n % people + 1},P{n % people + 1},L{n % people + 1},VOICE,OUTBOUND,"
                f"2026-{n % 9 + 1:02d}-{n % 28 + 1:02d}T10:00:00+08:00,RANG,chengdu\n"
                for n in range(count, count + 50_000)
            ]
            file.writelines(block)
            count += len(block)
        file.write("AX,D1,P1,L1,VOICE,OUTBOUND,2026-11-20T10:00:00+08:00,MAYBE,\n")
    return count + 1


def assert_read_to_the_end(answer: dict, home: Path, rows: int) -> None:
    attempt = answer["tables"]["attempt"]
    assert (attempt["read"], attempt["kept"], attempt["rejected"]) == (rows, rows - 1, 1)
    rejects = Workspace(home).current_book().scan("reject").collect()
    assert rejects.select("line", "reason").rows() == [(rows + 1, "UNKNOWN_WORD")]


class TestALargeFile:
    @pytest.mark.nightly
    def test_of_20_megabytes_needs_little_memory(self, tmp_path):
        rows = with_attempts(tmp_path / "extract", size_bytes=20 << 20)

        answer, peak = measured_import(tmp_path / "extract", tmp_path / "home")

        assert_read_to_the_end(answer, tmp_path / "home", rows)
        assert peak < 700 << 20

    @pytest.mark.nightly
    def test_of_a_gigabyte_needs_less_than_one_and_a_half_more(self, tmp_path):
        rows = with_attempts(tmp_path / "extract", size_bytes=1 << 30)

        answer, peak = measured_import(tmp_path / "extract", tmp_path / "home")

        assert_read_to_the_end(answer, tmp_path / "home", rows)
        assert peak < 1_500 << 20

    @pytest.mark.nightly
    def test_of_a_gigabyte_in_gb18030_and_quotes_too(self, tmp_path):
        folder = tmp_path / "extract"
        rows = with_attempts(folder, size_bytes=700 << 20)
        plain = folder / "attempt.csv"
        with (
            plain.open(encoding="utf-8") as old,
            (folder / "new.csv").open("w", encoding="gb18030", newline="\r\n") as new,
        ):
            header = next(old)
            new.write(header)
            for line in old:
                fields = line.rstrip("\n").replace("chengdu", "成都").split(",")
                new.write(",".join(f'"{field}"' for field in fields) + "\n")
        (folder / "new.csv").replace(plain)

        answer, peak = measured_import(folder, tmp_path / "home")

        assert_read_to_the_end(answer, tmp_path / "home", rows)
        assert answer["quality"]["notes"][-1] == "attempt.csv: read as gb18030"
        assert peak < 1_500 << 20
        attempts = Workspace(tmp_path / "home").current_book().scan("attempt_old")
        assert attempts.select(pl.col("team").unique()).collect()["team"].to_list() == ["成都"]
