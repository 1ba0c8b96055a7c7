"""A sequencer killed at each of its steps leaves nothing half-done, and the next one goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import psycopg
import pytest

from forbear.contexts.audit.check import check_record
from forbear.contexts.audit.checkpoint import as_signed, copy_key
from forbear.contexts.audit.folder import Folder
from forbear.contexts.audit.models import Checkpoint, Leaf
from forbear.contexts.database.chaos import VARIABLE
from tests.support.record import DOER, insert_entry
from tests.support.sequencing import ORIGIN, SeededSigner

POINTS = (
    "audit_leaves_written",
    "audit_leaves_committed",
    "audit_checkpoint_signed",
    "audit_checkpoint_committed",
    "audit_copy_written",
)
SEED = "0b" * 32
_NUMBERS = count(1)


def started(url: str, folder: Path, chaos: str = "") -> subprocess.Popen[str]:
    """Start a process that does everything that is due."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{Path('src').resolve()}{os.pathsep}.",
        "DJANGO_SETTINGS_MODULE": "forbear.settings.test",
        "DATABASE_URL": url,
        "FORBEAR_HOME": str(folder.parent),
        "FORBEAR_POOL": "0",
        VARIABLE: chaos,
    }
    command = [sys.executable, "-m", "tests.support.sequencing", str(folder), SEED]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **pipes)


def run(url: str, folder: Path, chaos: str = "") -> tuple[int, str, str]:
    """Wait for one; return its code and what it said."""
    process = started(url, folder, chaos)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def entries(url: str, several: int) -> list[int]:
    with psycopg.connect(url, autocommit=False) as app:
        return [insert_entry(app, f"attempt:{next(_NUMBERS)}") for _ in range(several)]


def examined(folder: Path):
    signer = SeededSigner(SEED)
    copies = Folder(folder).read() if folder.is_dir() else []
    return check_record(copies, lambda _: [(ORIGIN, signer.public_key)], actor=DOER)


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(POINTS, marks=pytest.mark.nightly),
        *(
            pytest.param([f"{point}:{number}" for point in POINTS], marks=pytest.mark.nightly)
            for number in (2, 3)
        ),
    ],
    ids=["first", "second", "third"],
)
def test_killed_at_every_step_nothing_is_lost_or_moved(application, tmp_path, points):
    url, folder = application.urls["app"], tmp_path / "copies"
    written: list[int] = []
    for point in points:
        before = dict(Leaf.objects.values_list("id", "entry_id"))
        written += entries(url, 16)

        code, _, said = run(url, folder, point)

        # A step that comes less often than asked for is not reached; then all is done.
        assert code == -9 or (":" in point and code == 0), said
        assert before.items() <= dict(Leaf.objects.values_list("id", "entry_id")).items()
        assert examined(folder).findings == []
    code, told, said = run(url, folder)

    assert code == 0, said
    assert int(told) == max(written)
    places = list(Leaf.objects.order_by("id").values_list("id", "entry_id"))
    assert [index for index, _ in places] == list(range(len(written)))
    assert sorted(entry_id for _, entry_id in places) == sorted(written)
    report = examined(folder)
    assert (report.findings, report.waiting) == ([], 0)
    rows = [as_signed(row) for row in Checkpoint.objects.all()]
    assert {each.name for each in folder.iterdir()} == {f"{copy_key(row)}.txt" for row in rows}
    assert rows[-1].size == len(written)


@pytest.mark.nightly
def test_two_sequencers_and_ten_kills_while_writers_write(application, tmp_path):
    url, folder = application.urls["app"], tmp_path / "copies"
    written: list[int] = []
    for number in range(10):
        written += entries(url, 20)
        point = POINTS[number % len(POINTS)]
        others = [started(url, folder, chaos) for chaos in ("", point)]
        written += entries(url, 20)
        for other in others:
            _, said = other.communicate(timeout=120)
            assert other.returncode in {0, -9}, said
        assert examined(folder).findings == []
    assert run(url, folder)[0] == 0

    assert sorted(Leaf.objects.values_list("entry_id", flat=True)) == sorted(written)
    assert examined(folder).findings == []
