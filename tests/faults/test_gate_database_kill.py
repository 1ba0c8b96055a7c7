"""The database dies under load, again and again: nothing is lost, sent twice or above a cap."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from forbear.contexts.contact.channels.simulated.provider import Provider
from forbear.contexts.contact.channels.simulated.service import serving
from forbear.contexts.contact.gate import condition
from forbear.contexts.contact.gate.settle import settle
from forbear.contexts.contact.gate.worker import SENDER, Sender
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.embedded import EmbeddedServer
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.actions.creditor import record_creditor
from forbear.contexts.portfolio.said import CreditorSaid
from tests.faults.test_gate_kill import (
    SOME_LOST,
    UNSETTLED,
    Child,
    child,
    ledger_of,
    said_of,
    whose,
)
from tests.support.application import migrate, on_database
from tests.support.database import Database
from tests.support.gate import Person, compose, people, quickened
from tests.support.gate_child import FORENOON, service_at
from tests.support.gate_ledger import Limits, faults
from tests.support.portfolio import CREDITOR, NOW, SETUP, ring_in

KILLS, WORKERS = 50, 3
BACK_WITHIN_S = 30


@contextmanager
def own_server() -> Iterator[EmbeddedServer]:
    """Start a server of its own with the settings of service, so that a kill is survived."""
    with tempfile.TemporaryDirectory(prefix="forbear-tests-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        server = EmbeddedServer(home / "home", system_folder=home / "system").start()
        try:
            yield server
        finally:
            server.stop()


def made_of(server: EmbeddedServer) -> Database:
    return Database("forbear", {role: server.url(role) for role in ("owner", "app", "superuser")})


@pytest.mark.nightly
def test_a_database_that_is_killed_fifty_times_loses_and_repeats_nothing(tmp_path, monkeypatch):
    # Nights have tests of their own; here none was ever loaded.
    monkeypatch.delitem(condition._CONDITIONS, "night")
    luck = random.Random(1)
    kept = tmp_path / "kept"
    kept.touch()
    slowest_s = 0.0
    with own_server() as server, ring_in(tmp_path):
        made = made_of(server)
        migrate(made)
        with on_database(made):
            said = CreditorSaid(CREDITOR, "Example Lender (invented)", "示例放款方（虚构）")
            record_creditor(said, actor=SETUP, now=NOW)
        started = datetime.now(UTC)
        clock = quickened(started, lambda: datetime.now(UTC), since=FORENOON)
        provider = Provider(clock, behaviour=SOME_LOST)
        everybody: list[Person] = []
        with serving(provider) as address, ExitStack() as ends:
            workers = [ends.enter_context(child(made)) for _ in range(WORKERS)]
            for number in range(KILLS):
                with on_database(made_of(server)):
                    newest = people(12)
                everybody += newest
                for place, worker in enumerate(workers):
                    _begin(worker, number * WORKERS + place, newest, server, address, kept, started)
                time.sleep(luck.uniform(0.2, 1.2))
                os.kill(server.pid, signal.SIGKILL)
                dead = time.monotonic()
                assert {worker.end() for worker in workers} == {0}
                server.stop()
                server.start()
                slowest_s = max(slowest_s, time.monotonic() - dead)
            with on_database(made_of(server)):
                _finish(address, clock)
                found = faults(
                    ledger_of(provider),
                    said_of(everybody),
                    whose=whose(everybody),
                    limits=Limits(6, 3, 8, 22, "Asia/Shanghai", {}),
                    now=clock() + timedelta(hours=1),
                )
                lost = {UUID(line) for line in kept.read_text().split()} - {
                    one.id for one in said_of(everybody)
                }

    assert found == []
    assert lost == set()
    assert len(ledger_of(provider)) > KILLS
    assert slowest_s < BACK_WITHIN_S


def _begin(
    worker: Child,
    seed: int,
    persons: list[Person],
    server: EmbeddedServer,
    address: str,
    kept: Path,
    started: datetime,
) -> None:
    worker.begin(
        chaos=None,
        provider=address,
        people=[(one.debtor_id, one.point_id, one.loan_id, one.ref) for one in persons],
        seed=seed,
        asks=40,
        started=started.isoformat(),
        database=server.url("app"),
        kept=str(kept),
    )


def _finish(address: str, clock) -> None:
    """Carry and ask until nothing is open."""
    from forbear.contexts.contact.channels.registry import Providers

    providers = Providers([service_at(address)])
    sender = Sender(providers, compose, clock=clock)
    for _ in range(120):
        sender.carry(limit=100)
        settle(providers, actor=SENDER, clock=clock)
        with reading(SETUP):
            if not Dispatch.objects.filter(state__in=UNSETTLED).exists():
                return
        time.sleep(0.25)
