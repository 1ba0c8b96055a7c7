"""What a second day's extract tells late puts contacts of the first day in another light."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forbear.contexts.audit.models import Entry
from forbear.contexts.cases.models import WrongBasis
from forbear.contexts.contact.models import Attempt
from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.models import Standing
from forbear.contexts.nightly.bridge import late
from forbear.contexts.nightly.bridge.morning import Morning, begin_day
from tests.support.application import on_database
from tests.support.database import Cluster
from tests.support.morning import ACTOR, TODAY, extract_of, morning, own_ring

TOMORROW = TODAY + timedelta(days=1)
NEXT = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
PAID_AGO, PAUSED_AGO = 10, 30


class Interrupted(Exception):
    """Somebody pulled the plug."""


@dataclass
class Days:
    """A lender on the morning of the second day, not yet begun; rows by why they are there."""

    home: Path
    extract: Path
    attempts: dict[str, list[str]] = field(default_factory=dict)

    @property
    def second(self) -> Morning:
        begun = morning(self.home, self.extract, as_of=TOMORROW)
        return replace(begun, clock=lambda: NEXT)


@pytest.fixture(scope="module")
def days(
    cluster: Cluster, application_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Days]:
    folder = tmp_path_factory.mktemp("late")
    with (
        cluster.database(template=application_template) as made,
        on_database(made),
        own_ring(folder),
    ):
        first = extract_of(folder / "first", loans=400)
        begin_day(morning(folder / "home", first))
        yield _second_day(Days(folder / "home", folder / "second"), first)


def _second_day(days: Days, first: Path) -> Days:
    """Write the extract of the next day: as the first, with some rows more."""
    shutil.copytree(first, days.extract)
    told = json.loads((first / "manifest.json").read_text())
    told = {name: value for name, value in told.items() if name != "files"}
    told["book_date"] = TOMORROW.isoformat()
    (days.extract / "manifest.json").write_text(json.dumps(told, ensure_ascii=False))
    loans = _late_loans()
    assert len(loans) >= 4
    chosen = dict(zip(("late", "same day", "paused", "nothing"), loans, strict=False))
    paid = {"late": TODAY - timedelta(days=PAID_AGO), "same day": TODAY}
    payments, holds, attempts = [], [], []
    for why, (loan, debtor, payoff) in chosen.items():
        if why in paid:
            amount = f"{payoff // 100}.{payoff % 100:02d}"
            day = paid[why].isoformat()
            payments.append([f"NEW-{why}", loan, day, TOMORROW.isoformat(), amount, "SCHEDULE", ""])
        if why == "paused":
            start = TODAY - timedelta(days=PAUSED_AGO)
            recorded = "2026-11-24T20:00:00Z"
            holds.append([f"NEW-{why}", debtor, loan, "", "PAUSE", str(start), "", recorded])
        for when in ("2026-11-24T03:00:00Z", f"{TODAY - timedelta(days=5)}T03:00:00Z"):
            ref = f"{why}-{when[:10]}"
            days.attempts.setdefault(why, []).append(ref)
            attempts.append([ref, debtor, "", loan, "VOICE", "OUTBOUND", when, "RANG", ""])
    for name, rows in (("payment", payments), ("hold", holds), ("attempt", attempts)):
        with (days.extract / f"{name}.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return days


def _late_loans() -> list[tuple[str, str, int]]:
    """Return loans that are well overdue, each of another person, and what would settle them."""
    with reading(ACTOR):
        rows = Standing.objects.filter(days_past_due__gt=20).order_by("loan_id")
        found = rows.values_list("loan__ref", "loan__debtor__ref", "payoff_minor")
        return list({debtor: (loan, debtor, owed) for loan, debtor, owed in found}.values())


def _listed() -> list[tuple[str, int, int]]:
    """Return the attempts that are listed, what was believed to be overdue, and what was."""
    with reading(ACTOR):
        refs = dict(Attempt.objects.values_list("id", "ref"))
        return sorted(
            (refs[row.attempt_id], row.believed_days_past_due, row.true_days_past_due)
            for row in WrongBasis.objects.all()
        )


def _corrected() -> int:
    with reading(ACTOR):
        return Entry.objects.filter(event="standing.corrected").count()


def test_a_second_day_lists_each_contact_once_also_after_an_interruption(days, monkeypatch):
    monkeypatch.setattr(late, "BATCH_LOANS", 1)

    def stop(step: str, done: int, _all: int) -> None:
        if (step, done) == ("late", 1):
            raise Interrupted

    assert late.list_late("no book", as_of=TODAY, actor=ACTOR, clock=lambda: NEXT) == 0
    assert _listed() == []
    with pytest.raises(Interrupted):
        begin_day(days.second, progress=stop)
    half = {ref for ref, _, _ in _listed()}
    begin_day(days.second)
    whole = _listed()
    entries = _corrected()
    begin_day(days.second)

    told = {ref for ref, _, _ in whole}
    assert set() < half < told
    # The sample's own contacts with the two persons are listed as well.
    assert {*days.attempts["late"], *days.attempts["paused"]} <= told
    assert not told & {*days.attempts["same day"], *days.attempts["nothing"]}
    assert len(told) == len(whole)
    assert all(believed > true for _, believed, true in whole)
    assert {true for ref, _, true in whole if ref.startswith("late")} == {0}
    assert (_listed(), _corrected()) == (whole, entries)
    assert entries == 2


def test_a_night_remembers_up_to_where_the_facts_were_known(days):
    found = late.list_late("another book", as_of=TOMORROW, actor=ACTOR, clock=lambda: NEXT)

    assert found == 0
