"""Killed at any step of a call, the switchboard dials nobody twice, and what it says is true."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGKILL
from uuid import uuid4

import pytest
from django.conf import settings

from forbear.contexts.cases.campaign.menu import menu_message
from forbear.contexts.contact.call.models import Call
from forbear.contexts.contact.gate.authorise import Asked, authorise
from forbear.contexts.contact.gate.clock import database_clock
from forbear.contexts.contact.gate.word import Way
from forbear.contexts.contact.models import Dispatch, GateDecision
from forbear.contexts.database.transaction import reading
from forbear.values.code import Channel, Jurisdiction
from tests.support.desk import new_shop, noon_now
from tests.support.gate import DIALLER
from tests.support.gate_ledger import Limits, Said, Seen, faults
from tests.support.phones import (
    PORTS_TRIED,
    ROOT,
    VOICE,
    free_port,
    number_of,
    settings_for,
    switchboard,
    telephones,
    until,
)
from tests.support.portfolio import SETUP, portfolio, ring

__all__ = ["portfolio", "ring"]
pytestmark = pytest.mark.usefixtures("portfolio")
BY_DAY = ("voice.dialling.after_commit",)
BY_NIGHT = (
    "gate.intent.after_commit",
    "voice.ringing.after_commit",
    "gate.claim.after_commit",
    "voice.open.after_commit",
    "voice.dialling.before_commit",
    "gate.send.after_call",
    "gate.keep.after_commit",
    "voice.answered.after_commit",
    "gate.receipt.after_commit",
    "voice.ended.after_commit",
)
NOT_BEGUN = 1
"""How the process ends that could not begin."""
LATER = timedelta(minutes=10)
"""By then every lease, permit and sign of life of the dead process has run out."""
CHANNELS = """channels:
  - name: trunk
    kind: sip
    carries: [BOT]
    settings:
      domain: "127.0.0.1:{port}"
      interface: "127.0.0.1"
      listen: "127.0.0.1:{own}"
      voices: {{ZH: "{voice}", EN: "{voice}"}}
      lines: [{{law: CN, numbers: ["021-0000-0001"]}}]
"""


def _ask(late):
    message = menu_message(Jurisdiction.CN, Channel.BOT, 12, as_of=datetime.now(UTC).date())
    request = uuid4()
    asked = Asked(request, late.who.wish(Channel.BOT), Way.AGENDA, "trunk", message=message)
    answer = authorise(asked, actor=DIALLER)
    assert answer.allowed, answer.reasons
    return request


def _die(made, point: str, port: int, folder: Path) -> int:
    """Run a real switchboard until it is killed at a point; return how it ended."""
    filed = folder / f"{uuid4()}.yaml"
    filed.write_text(CHANNELS.format(port=port, own=free_port(), voice=VOICE))
    env = {
        **os.environ,
        "DATABASE_URL": made.urls["app"],
        "FORBEAR_KEYRING_FILE": str(settings.FORBEAR_KEYRING),
        "DJANGO_SETTINGS_MODULE": "forbear.settings.test",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "FORBEAR_CHANNELS": str(filed),
        "FORBEAR_RECORDINGS": str(folder / "dead"),
        "FORBEAR_PROMPTS": str(folder / "prompts"),
        "FORBEAR_CHAOS": point,
        "FORBEAR_POOL": "0",
        "FORBEAR_HOME": str(folder),
    }
    command = [sys.executable, "-m", "forbear.interfaces.workers.switchboard"]
    with subprocess.Popen(command, env=env, cwd=ROOT) as process:
        until_s = time.monotonic() + 45
        while process.poll() is None and time.monotonic() < until_s:
            time.sleep(0.05)
        process.kill()
    return process.returncode


def _settled(requests) -> bool:
    with reading(SETUP):
        rows = Dispatch.objects.filter(permit_id__in=requests).values_list("state", flat=True)
        calls = Call.objects.filter(permit_id__in=requests).exclude(state="ENDED")
        return not set(rows) & {"AUTHORISED", "CLAIMED", "INTENT"} and not calls.exists()


def _said(requests, refs) -> list[Said]:
    with reading(SETUP):
        decided = set(
            GateDecision.objects.filter(allowed=True).values_list("attempt_id", flat=True)
        )
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
            for row in Dispatch.objects.select_related("attempt").filter(permit_id__in=requests)
        ]


@pytest.mark.parametrize(
    "points", [BY_DAY, pytest.param(BY_NIGHT, marks=pytest.mark.nightly)], ids=["day", "night"]
)
def test_a_death_at_any_step_dials_nobody_twice(portfolio, points, tmp_path):
    shop, refs, requests, numbers, ledger = new_shop(), {}, [], {}, []
    with telephones() as phones:
        for point in points:
            late = shop.late()
            number = number_of(late.who)
            phones.do("be", number, hertz=0.0, hangs_up_s=1.0)
            refs[late.who.debtor_id] = late.who.ref
            requests.append(_ask(late))
            numbers[requests[-1]] = (number, late.who.ref)
            ends = (_die(portfolio, point, phones.port, tmp_path) for _try in range(PORTS_TRIED))
            # Another program may take the port that was free: then it never began.
            end = next((each for each in ends if each != NOT_BEGUN), NOT_BEGUN)
            assert end == -SIGKILL, point
        trunk = settings_for(phones.port)
        with switchboard(trunk, tmp_path, clock=lambda: database_clock() + LATER):
            until(lambda: _settled(requests), within_s=40)
        counts = {one: phones.calls(numbers[one][0]) for one in requests}
    states = {each.id: each.state for each in _said(requests, refs)}
    for one, count in counts.items():
        number, _ = numbers[one]
        ledger += [Seen(one, number, "BOT", datetime.now(UTC) + LATER, "ANSWERED")] * count
        assert count <= 1, one
        # What is said not to have left did not ring, and what rang is not said not to have left.
        assert (states[one] in {"REJECTED", "WITHDRAWN"}) <= (count == 0)
    limits = Limits(3, 3, 0, 24, noon_now(), {})
    whose = dict(numbers.values())
    found = faults(
        ledger,
        _said(requests, refs),
        whose=whose,
        limits=limits,
        now=datetime.now(UTC) + LATER,
        answers_surely=False,
    )
    assert found == []
