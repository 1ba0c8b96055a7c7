"""How many calls does one switchboard carry at once without losing sound, and at which cost?

    python tests/bench/calls.py [calls]

A collector and a person in each call: both legs are real SIP, placed by the real switchboard
through the gate, bridged by its mixer and recorded, sealed, to the disk. Collectors and persons are
telephones of another process, which costs as little as it can and conceals nothing; each side says
its tone all the while. Heard is the share of pieces of 50 ms, by the clock, in which a side hears
the other's tone. Beside it, in the same run, as many bare legs of the SIP stack, whose sound a
plain loop carries across: no gate, no mixer, no recording. All share this machine's processors.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.support.application import on_database  # noqa: E402, I001  # sets Django up

from django.db import connections  # noqa: E402

from forbear.contexts.contact.call.job import DeskPhone  # noqa: E402
from forbear.contexts.contact.call.models import Call, Recording  # noqa: E402
from forbear.contexts.contact.call.recording import open_recording  # noqa: E402
from forbear.contexts.contact.channels.kind import Entry  # noqa: E402
from forbear.contexts.contact.channels.voice.recorded import sound_of_pieces  # noqa: E402
from forbear.contexts.contact.channels.voice.setting import Codec  # noqa: E402
from forbear.contexts.contact.channels.voice.sound import RATE, Samples, strength  # noqa: E402
from forbear.contexts.contact.channels.voice.switchboard import Board, Switchboard  # noqa: E402
from forbear.contexts.contact.gate import condition  # noqa: E402
from forbear.contexts.contact.gate.authorise import Asked, authorise  # noqa: E402
from forbear.contexts.contact.gate.word import Way  # noqa: E402
from forbear.contexts.database.transaction import reading  # noqa: E402
from forbear.contexts.portfolio.actions.creditor import record_creditor  # noqa: E402
from forbear.contexts.portfolio.said import CreditorSaid  # noqa: E402
from forbear.values.code import Channel  # noqa: E402
from tests.support.bench import own_server  # noqa: E402
from tests.support.desk import noon_now  # noqa: E402
from tests.support.gate import DIALLER, Said, people  # noqa: E402
from tests.support.phones import free_port, say_notice, settings_for  # noqa: E402
from tests.support.portfolio import CREDITOR, NOW, SETUP  # noqa: E402
from tests.support.rtp_crowd import DESK_HERTZ, PERSON_HERTZ  # noqa: E402

HOLD_S = 15.0
SETTLED_S = 3.0
UP_WITHIN_S = 90.0
PIECE = RATE // 20
AIM = 0.99
FORK = get_context("fork")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Row:
    """What one way of carrying calls gave. Shares are of the time, the worst call first."""

    name: str
    calls: int
    shares: list[float]
    own_ms: float
    crowd_ms: float
    peak_mib: float
    listened: tuple[datetime, datetime]
    threads: dict[str, float]
    more: str = ""


class Crowd:
    """The telephones of collectors and of persons, in a process of their own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.rtp_crowd", str(self.port)],
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def do(self, what: str) -> dict[str, Any]:
        """Tell them what to do; return what they answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


@contextmanager
def a_crowd() -> Iterator[Crowd]:
    """Start the telephones."""
    made = Crowd()
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def cpu_s(pid: int) -> float:
    """Return the processor seconds of a process so far."""
    after = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(after[11]) + int(after[12])) / _TICKS


def threads_s(pid: int) -> Counter[str]:
    """Return the processor seconds of a process by the names of its threads."""
    found: Counter[str] = Counter()
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            name, _, after = (task / "stat").read_text().partition("(")[2].rpartition(") ")
            spent = after.split()
            found[name] += (int(spent[11]) + int(spent[12])) / _TICKS
    return found


def peak_mib(pid: int) -> float:
    """Return how much memory a process had at most."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(told.split("VmHWM:")[1].split()[0]) / 1024


def held(name: str, calls: int, pid: int, there: Crowd) -> Row:
    """Wait until every call is up, then listen for a while."""
    until_s = time.monotonic() + UP_WITHIN_S
    while (up := there.do("count")["calls"] // 2) < calls and time.monotonic() < until_s:
        time.sleep(0.2)
    time.sleep(SETTLED_S)
    began_s, own_s, threads = time.monotonic(), cpu_s(pid), threads_s(pid)
    began_at, before = datetime.now(UTC), there.do("mark")
    time.sleep(HOLD_S)
    ended_at, after = datetime.now(UTC), there.do("end")
    threads = threads_s(pid) - threads
    own_s, lasted_s = cpu_s(pid) - own_s, time.monotonic() - began_s
    shares = sorted(there.do("shares")["shares"])
    shares = [0.0] * (2 * calls - len(shares)) + shares
    a_call = 1000 / lasted_s / calls
    crowd_ms = (after["cpu_s"] - before["cpu_s"]) * a_call
    found = {each: spent_s * a_call for each, spent_s in threads.most_common()}
    listened = (began_at, ended_at)
    return Row(name, up, shares, own_s * a_call, crowd_ms, peak_mib(pid), listened, found)


def _serve(board: Board, trunk: Any, ending: Event, told: Any) -> None:
    """Be a switchboard, in a process of its own."""

    async def serve() -> None:
        at_work = Switchboard(board)
        await at_work.run(lambda: not ending.is_set())
        told.put(at_work.mixer.late_turns)

    connections.close_all()
    asyncio.run(serve())
    os._exit(0)


def by_switchboard(calls: int, home: Path, there: Crowd) -> Row:
    """Carry calls as a house does."""
    record_creditor(CreditorSaid(CREDITOR, "Example Lender", "示例放款方"), actor=SETUP, now=NOW)
    crowd = people(calls, zone=noon_now())
    asked = {uuid4(): who for who in crowd}
    desks = {permit: DeskPhone(1, f"9{at:04d}") for at, permit in enumerate(asked)}
    trunk = settings_for(
        there.port,
        codecs=(Codec.PCMA,),
        calls_max=2 * calls,
    )
    prompts = home / "prompts"
    say_notice(prompts)
    entry = Entry("trunk", "sip", frozenset({Channel.VOICE}), trunk)
    board = Board((entry,), desks.get, lambda _: Said(), home / "recordings", prompts)
    ending, told = FORK.Event(), FORK.Queue()
    process = FORK.Process(target=_serve, args=(board, trunk, ending, told), daemon=True)
    connections.close_all()
    process.start()
    for permit, who in asked.items():
        answer = authorise(
            Asked(permit, who.wish(Channel.VOICE), Way.AGENDA, "trunk"), actor=DIALLER
        )
        assert answer.allowed, answer.reasons
    assert process.pid is not None
    row = held("Forbear's switchboard", calls, process.pid, there)
    there.do("hang_up")
    until_s = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < until_s and _ended() < calls:
        time.sleep(0.2)
    ending.set()
    late = told.get(timeout=60)
    process.join(20)
    row.more = f"{kept(asked, home, row.listened)}; {late} late turns of the mixer"
    return row


def _ended() -> int:
    with reading(SETUP):
        return Call.objects.filter(state="ENDED").count()


def kept(asked: dict[UUID, Any], home: Path, listened: tuple[datetime, datetime]) -> str:
    """Return what the recordings hold of the time that was listened to: both sides, by signal."""
    with reading(SETUP):
        ended = Call.objects.filter(state="ENDED", end="PERSON_HUNG_UP").count()
        rows = list(Recording.objects.filter(pk__in=asked, sha256__gt=""))
    shares = []
    for row in rows:
        sides = sound_of_pieces(
            open_recording(row.pk, home / "recordings", actor=SETUP, now=datetime.now(UTC))
        )
        # A recording's first sample is a little later than its row.
        since, until = ((each - row.began_at).total_seconds() for each in listened)
        for side, hertz in zip(sides, (PERSON_HERTZ, DESK_HERTZ), strict=True):
            shares.append(share_of(side[int((since + 1) * RATE) : int((until - 2) * RATE)], hertz))
    if not shares:
        return f"{ended} ended as they should, no recording"
    return (
        f"{ended} ended as they should, {len(rows)} recordings; in them each tone on its side for "
        f"{statistics.median(shares):.2%} of the time, worst {min(shares):.2%}"
    )


def share_of(whole: Samples, hertz: float) -> float:
    """Return in which share of pieces a tone is heard."""
    pieces = [whole[at : at + PIECE] for at in range(0, whole.size - PIECE + 1, PIECE)]
    return sum(strength(each, hertz) > 0.6 for each in pieces) / max(1, len(pieces))


def _bare(calls: int, port: int, ending: Event) -> None:
    """Dial as many pairs, and carry across what comes."""

    async def work() -> None:
        from baresip import Account, Config, Runtime, UserAgent

        runtime = Runtime()
        config = Config(
            net_interface="127.0.0.1",
            max_concurrent_calls=None,
            native_log_level="error",
            extra_config_text=f"sip_listen 127.0.0.1:{free_port()}",
        )
        await runtime.start(config)
        account = Account("bare", "127.0.0.1", "", reg_interval=0, audio_codecs=("pcma",))
        agent = await UserAgent.create(runtime, account)
        pairs: list[tuple[Any, Any]] = []
        threading.Thread(target=_carry_across, args=(pairs,), daemon=True).start()
        for at in range(calls):
            uris = [f"sip:{kind}{at:04d}@127.0.0.1:{port}" for kind in (9, 1)]
            one, other = [await agent.dial(uri) for uri in uris]
            pairs.append((one, other))
            await asyncio.sleep(0.025)
        await asyncio.to_thread(ending.wait)
        await runtime.close()

    asyncio.run(work())
    os._exit(0)


def _carry_across(pairs: list[tuple[Any, Any]]) -> None:
    from baresip import BaresipError

    due_s = time.monotonic()
    while True:
        for one, other in list(pairs):
            with suppress(BaresipError):
                other.audio.write(one.audio.read(4000))
                one.audio.write(other.audio.read(4000))
        due_s = max(due_s + 0.02, time.monotonic() - 0.1)
        time.sleep(max(0.0, due_s - time.monotonic()))


def by_bare_legs(calls: int, there: Crowd) -> Row:
    """Carry as many calls by the SIP stack alone."""
    ending = FORK.Event()
    process = FORK.Process(target=_bare, args=(calls, there.port, ending), daemon=True)
    process.start()
    assert process.pid is not None
    row = held("bare legs", calls, process.pid, there)
    there.do("hang_up")
    ending.set()
    process.join(20)
    return row


def main(calls: int) -> None:
    """Print a row for each way."""
    condition._CONDITIONS.pop("night")
    with own_server() as own:
        rows = []
        with a_crowd() as there:
            rows.append(by_bare_legs(calls, there))
        with on_database(own.database), a_crowd() as there:
            rows.append(by_switchboard(calls, own.home, there))
    load = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    print(f"{calls} calls of two legs at once, {HOLD_S:g} s; {load}")
    print(
        f"| carried by | up | heard, middle | worst | sides above {AIM:.0%} "
        "| ms of processor for a second of a call | of the telephones | peak MiB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        good = sum(share >= AIM for share in row.shares)
        print(
            f"| {row.name} | {row.calls} | {statistics.median(row.shares):.2%} "
            f"| {row.shares[0]:.2%} | {good} of {len(row.shares)} | {row.own_ms:.2f} "
            f"| {row.crowd_ms:.2f} | {row.peak_mib:.0f} |"
        )
    for row in rows:
        told = ", ".join(f"{name} {spent:.2f}" for name, spent in row.threads.items())
        print(f"  {row.name}, by kind of thread: {told}")
    print(f"  {rows[-1].more}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] else 100)
