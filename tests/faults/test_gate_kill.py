"""Killed at any point, again and again, the gate sends nothing twice and nothing above a cap."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL

import pytest
from django.conf import settings

from forbear.contexts.contact.channels.simulated.provider import Behaviour, Provider
from forbear.contexts.contact.channels.simulated.service import serving
from forbear.contexts.contact.gate.permit import LOST_AFTER
from forbear.contexts.contact.models import Dispatch, GateDecision
from forbear.contexts.database.transaction import reading
from tests.support.database import Database
from tests.support.gate import Person, people, quickened
from tests.support.gate_child import FORENOON
from tests.support.gate_ledger import Limits, Said, Seen, faults
from tests.support.portfolio import SETUP

POINTS = (
    "gate.authorise.before_commit",
    "gate.authorise.after_commit",
    "gate.claim.before_commit",
    "gate.claim.after_commit",
    "gate.intent.before_commit",
    "gate.intent.after_commit",
    "gate.send.before_call",
    "gate.send.after_call",
    "gate.keep.before_commit",
    "gate.keep.after_commit",
    "gate.receipt.before_commit",
    "gate.receipt.after_commit",
    "gate.settle.before_commit",
    "gate.ask.before_commit",
)
LATE = POINTS[-2:]
KILLS_BY_DAY, KILLS_BY_NIGHT = 60, 1_000
ROUNDS_A_KILL_MAX = 2
ROUNDS_A_DOZEN = 6
"""After so many rounds there are twelve new people, since the caps of the last are used up."""
UNSETTLED = ("AUTHORISED", "CLAIMED", "INTENT", "UNKNOWN")
SOME_LOST = Behaviour(
    refused_ppt=50,
    lost_ppt=60,
    vanished_ppt=60,
    answer_after=timedelta(0),
    receipt_after=timedelta(0),
    late_after=timedelta(minutes=1),
)
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Child:
    """The process that is killed, and starts again."""

    process: subprocess.Popen[str]

    def work(self, **told: object) -> int:
        """Let it work; return how it ended."""
        self.begin(**told)
        return self.end()

    def begin(self, **told: object) -> None:
        """Let it work meanwhile."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()

    def end(self) -> int:
        """Wait until its work is done; return how it ended."""
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@contextmanager
def child(made: Database) -> Iterator[Child]:
    """Start it on a database."""
    env = {
        **os.environ,
        "DATABASE_URL": made.urls["app"],
        "FORBEAR_KEYRING_FILE": str(settings.FORBEAR_KEYRING),
        "DJANGO_SETTINGS_MODULE": "forbear.settings.test",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "tests.support.gate_child"]
    with subprocess.Popen(
        command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Child(process)
        assert process.stdin is not None
        process.stdin.close()


def ledger_of(provider: Provider) -> list[Seen]:
    """Return what a provider has in its ledger."""
    return [
        Seen(one.contact_id, one.address, one.channel.value, one.at, one.outcome)
        for one in provider.ledger
    ]


def said_of(persons: list[Person]) -> list[Said]:
    """Return what is said of every contact."""
    refs = {one.debtor_id: one.ref for one in persons}
    with reading(SETUP):
        allowed = GateDecision.objects.filter(allowed=True)
        decided = set(allowed.values_list("attempt_id", flat=True))
        rows = Dispatch.objects.select_related("attempt").filter(debtor_id__in=refs)
        return [
            Said(
                row.permit_id,
                refs[row.debtor_id],
                row.channel,
                row.state,
                row.attempt.outcome,
                row.intent_at,
                row.pk in decided,
            )
            for row in rows
        ]


def whose(persons: list[Person]) -> dict[str, str]:
    """Return to whom each address belongs."""
    from forbear.contexts.portfolio.queries.address import address_of

    now = datetime.now(UTC)
    with reading(SETUP):
        return {str(address_of(one.point_id, now=now)): one.ref for one in persons}


def reachable(now: datetime) -> list[str]:
    """Return the points that a worker can come to; two only after another's death or silence."""
    with reading(SETUP):
        lost = Dispatch.objects.filter(state="INTENT", intent_at__lte=now - LOST_AFTER)
        silent = Dispatch.objects.filter(state="UNKNOWN", ask_at__lte=now)
        there = dict(zip(LATE, (lost.exists(), silent.exists()), strict=True))
    return [point for point in POINTS if there.get(point, True)]


def hold(made: Database, *, kills: int, seed: int = 0) -> None:
    """Kill so often, and at every point, and then let everything be settled."""
    started = datetime.now(UTC)
    clock = quickened(started, lambda: datetime.now(UTC), since=FORENOON)
    provider = Provider(clock, behaviour=SOME_LOST)
    everybody: list[Person] = []
    killed: Counter[str] = Counter()
    with serving(provider) as address, child(made) as worker:

        def work(seed: int, chaos: str | None, asks: int) -> int:
            given = [(one.debtor_id, one.point_id, one.loan_id, one.ref) for one in newest]
            return worker.work(
                chaos=chaos,
                provider=address,
                people=given,
                seed=seed,
                asks=asks,
                started=started.isoformat(),
            )

        for number in range(ROUNDS_A_KILL_MAX * kills):
            if killed.total() >= kills and all(killed[point] for point in POINTS):
                break
            if number % ROUNDS_A_DOZEN == 0:
                newest = people(12)
                everybody += newest
            point = min(reachable(clock()), key=killed.__getitem__)
            ended = work(
                seed + number, f"{point}:{1 + killed[point] % 3 * (point not in LATE)}", 10
            )
            assert ended in {0, -SIGKILL}
            killed[point] += ended == -SIGKILL
        for number in range(60):
            assert work(seed + ROUNDS_A_KILL_MAX * kills + number, None, 2) == 0
            with reading(SETUP):
                if not Dispatch.objects.filter(state__in=UNSETTLED).exists():
                    break
            time.sleep(0.2)
    ledger = ledger_of(provider)

    found = faults(
        ledger,
        said_of(everybody),
        whose=whose(everybody),
        limits=Limits(6, 3, 8, 22, "Asia/Shanghai", {}),
        now=clock() + timedelta(hours=1),
    )

    assert found == []
    assert killed.total() >= kills
    assert all(killed[point] for point in POINTS), killed
    assert len(ledger) > kills / 2


@pytest.mark.first
def test_sixty_kills(portfolio):
    hold(portfolio, kills=KILLS_BY_DAY)


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(1, 6))
def test_a_thousand_kills(portfolio, part):
    hold(portfolio, kills=KILLS_BY_NIGHT // 5, seed=part * 10_000)
