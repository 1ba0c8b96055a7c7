"""A file for a bureau under kills: it is there whole, or not at all, and no line goes twice."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from forbear.contexts.bureau.actions.export_file import export_file
from forbear.contexts.bureau.models import Export, Line, Run, Sent
from forbear.contexts.cases.actions.record_posting import record_posting
from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.models import PostingSource
from forbear.contexts.ledger.post import Payment
from tests.support.bureau import NOW, SEPTEMBER, TODAY, lines_made
from tests.support.case import new_late_person
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{Path('src').resolve()}{os.pathsep}."}
# What stands after a kill at each point: runs of the month, files made, files at their place.
AFTER = {
    "bureau.lines.batch": (0, 0, 0),
    "bureau.export.before_commit": (1, 0, 0),
    "bureau.export.after_commit": (1, 1, 0),
}


def child(ring, url: str, place: Path, point: str) -> int:
    command = [sys.executable, "-m", "tests.support.bureau_child", ring.path, url, str(place)]
    told = {**ENVIRONMENT, "FORBEAR_CHAOS": point}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=told)
    return done.returncode


@pytest.mark.parametrize(
    "point",
    [
        "bureau.export.after_commit",
        *(
            pytest.param(point, marks=pytest.mark.nightly)
            for point in AFTER
            if point != "bureau.export.after_commit"
        ),
    ],
)
def test_nothing_half_done_remains_and_the_same_command_finishes(portfolio, ring, tmp_path, point):
    who = new_late_person()
    payment = Payment("P-1", who.loan, date(2026, 9, 6), 41_000, posting_date=TODAY)
    record_posting(payment, source=PostingSource.API, actor=SETUP, today=TODAY, now=NOW)
    folder = tmp_path / "out"
    folder.mkdir()
    place = folder / "september.csv"

    assert child(ring, portfolio.urls["app"], place, point) == -9

    with reading(SETUP):
        found = (Run.objects.count(), Export.objects.count(), len(list(folder.iterdir())))
        assert found == AFTER[point]
        assert Sent.objects.count() == Export.objects.count()

    lines_made(SEPTEMBER)
    told = {"actor": SETUP, "today": TODAY, "now": NOW}
    done = export_file("CN_CREDIT", SEPTEMBER, place, **told)

    assert (done.lines, done.part) == (1, 1)
    assert [each.name for each in folder.iterdir()] == [place.name]
    with reading(SETUP):
        assert (Line.objects.count(), Sent.objects.count(), Export.objects.count()) == (1, 1, 1)
