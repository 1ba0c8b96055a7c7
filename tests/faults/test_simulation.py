"""Simulated days: deaths, lost answers, late receipts and stops, and a ledger without a fault."""

from __future__ import annotations

import importlib
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from forbear.contexts.contact.gate import condition
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from forbear.values.code import Outcome
from tests.faults.test_gate_kill import ledger_of, said_of, whose
from tests.support.application import on_database
from tests.support.database import Database
from tests.support.effort import worked_s
from tests.support.gate import FILLED, people
from tests.support.gate_ledger import Limits, faults
from tests.support.portfolio import CREDITOR, NOW, SETUP, ring_in
from tests.support.simulation import INTENSE, ORDINARY, Book, Lives, kept

# Of both books together.
SECONDS_BY_DAY, SECONDS_BY_NIGHT = 20, 300
LIMITS = Limits(6, 3, 8, 22, "Asia/Shanghai", {})
BOOKS = {"intense": INTENSE, "ordinary": ORDINARY}


@pytest.fixture(autouse=True)
def _no_night(monkeypatch):
    """Nights have tests of their own; here none was ever loaded."""
    monkeypatch.delitem(condition._CONDITIONS, "night")


def live(made: Database, seed: int, book: Book = INTENSE) -> Lives:
    lives = Lives(people(book.people), seed, book)
    made.learn_sizes(*FILLED)
    lives.run()
    found = faults(
        ledger_of(lives.desk.provider),
        said_of(lives.people),
        whose=whose(lives.people),
        limits=LIMITS,
        now=lives.desk.hand.at + timedelta(hours=1),
    )
    assert found == [], f"seed {seed}"
    return lives


def live_some(made: Database, seeds: range) -> None:
    for seed in seeds:
        live(made, seed)


def hold(made: Database, name: str, seconds: float, tell) -> None:
    """Live one life after another for so long, and tell how fast that was."""
    seed = int(os.environ.get("FORBEAR_SEED", "0")) or int(time.time())
    until, days, deaths, worked = time.monotonic() + seconds, 0, 0, worked_s()
    while time.monotonic() < until:
        print(f"seed {seed}")
        lives = live(made, seed, BOOKS[name])
        days += lives.book.debtor_days
        deaths += lives.deaths
        seed += 1
    rate = days / (worked_s() - worked)
    tell(f"{name} lives: {days} debtor-days, {deaths} deaths, {rate:.0f} debtor-days a core-second")
    assert deaths > 0


@pytest.mark.first
@pytest.mark.parametrize("name", BOOKS)
def test_simulated_days_leave_no_fault(portfolio, tell, name):
    hold(portfolio, name, SECONDS_BY_DAY / len(BOOKS), tell)


@pytest.mark.nightly
@pytest.mark.parametrize("name", BOOKS)
def test_simulated_days_leave_no_fault_for_long(portfolio, tell, name):
    hold(portfolio, name, SECONDS_BY_NIGHT / len(BOOKS), tell)


@pytest.mark.parametrize(
    ("place", "name", "broken", "fault"),
    [
        ("ask", "_events", lambda *_a, **_k: (), "times on"),
        pytest.param(
            "gate.ask",
            "stopped",
            lambda *_a: None,
            "while all was stopped",
            marks=pytest.mark.nightly,
        ),
        pytest.param(
            "gate.settle",
            "ASK_UNTIL",
            timedelta(0),
            "although the provider knows",
            marks=pytest.mark.nightly,
        ),
        pytest.param(
            "gate.send",
            "_outcome",
            lambda *_a: Outcome.FAILED,
            "counts as nothing",
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_a_planted_defect_is_found(portfolio, monkeypatch, place, name, broken, fault):
    module = importlib.import_module(f"forbear.contexts.contact.{place}")
    monkeypatch.setattr(module, name, broken)

    with pytest.raises(AssertionError, match=fault):
        live_some(portfolio, range(7, 10))


@pytest.mark.first
@pytest.mark.nightly
def test_a_seed_replays_its_days(cluster, application_template, tmp_path):
    first, second = (
        apart(cluster, application_template, tmp_path / name) for name in ("first", "second")
    )

    assert first == second
    assert len(first) > INTENSE.people


def apart(cluster, template: str, folder: Path) -> list[str]:
    """Live through the days of one seed on a database of its own; return all that happened."""
    folder.mkdir()
    with cluster.database(template=template) as made, on_database(made), ring_in(folder):
        said = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
        record_creditor(said, actor=SETUP, now=NOW)
        lives = live(made, 7)
        return [*lives.trace, *kept(lives)]
