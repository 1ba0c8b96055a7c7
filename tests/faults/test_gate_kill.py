"""Killed at any point, again and again, the gate sends nothing twice and nothing above a cap."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from forbear.contexts.contact.channels.simulated.provider import Behaviour, Provider
from forbear.contexts.contact.channels.simulated.service import serving
from forbear.contexts.contact.models import Dispatch, GateDecision
from forbear.contexts.database.transaction import reading
from tests.support.database import Database
from tests.support.gate import Person, person
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
KILLS_BY_DAY, KILLS_BY_NIGHT = 60, 1_000
SOME_LOST = Behaviour(
    refused_ppt=50,
    lost_ppt=30,
    vanished_ppt=20,
    answer_after=timedelta(0),
    receipt_after=timedelta(0),
    late_after=timedelta(seconds=1),
)
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Child:
    """The process that is killed, and starts again."""

    process: subprocess.Popen[str]

    def work(self, **told: object) -> int:
        """Let it work; return how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
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


def midday_zone() -> str:
    """Return a zone in which it is about midday, so that hours refuse nothing."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def said_of(people: list[Person]) -> list[Said]:
    """Return what is said of every contact."""
    refs = {one.debtor_id: one.ref for one in people}
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


def whose(people: list[Person]) -> dict[str, str]:
    """Return to whom each address belongs."""
    from forbear.contexts.portfolio.queries.address import address_of

    now = datetime.now(UTC)
    with reading(SETUP):
        return {str(address_of(one.point_id, now=now)): one.ref for one in people}


def hold(made: Database, *, kills: int, behaviour: Behaviour) -> None:
    zone = midday_zone()
    people = [person(time_zones=(zone,)) for _ in range(12)]
    given = [(one.debtor_id, one.point_id, one.loan_id, one.ref) for one in people]
    provider = Provider(lambda: datetime.now(UTC), behaviour=behaviour)
    ended = []
    with serving(provider) as address, child(made) as worker:

        def work(seed: int, chaos: str | None, asks: int = 6) -> int:
            return worker.work(chaos=chaos, provider=address, people=given, seed=seed, asks=asks)

        for number in range(kills):
            point = POINTS[number % len(POINTS)]
            ended.append(work(number, f"{point}:{1 + number // len(POINTS) % 3}"))
        for number in range(40):
            time.sleep(0.3)
            assert work(kills + number, None, asks=4) == 0
            with reading(SETUP):
                waiting = Dispatch.objects.filter(state__in=["AUTHORISED", "CLAIMED"]).exists()
                unknown = Dispatch.objects.filter(state__in=["INTENT", "UNKNOWN"]).exists()
            if number > 5 and not waiting and not unknown:
                break
    ledger = [
        Seen(one.contact_id, one.address, one.channel.value, one.at, one.outcome)
        for one in provider.ledger
    ]

    found = faults(
        ledger,
        said_of(people),
        whose=whose(people),
        limits=Limits(6, 3, 8, 22, zone, {}),
        now=datetime.now(UTC) + timedelta(hours=1),
    )

    assert found == []
    assert set(ended) <= {0, -9}
    assert ended.count(-9) >= kills * 0.6
    assert len(ledger) > len(people)


def test_sixty_kills(portfolio):
    hold(portfolio, kills=KILLS_BY_DAY, behaviour=SOME_LOST)


@pytest.mark.nightly
def test_a_thousand_kills(portfolio):
    hold(portfolio, kills=KILLS_BY_NIGHT, behaviour=SOME_LOST)
