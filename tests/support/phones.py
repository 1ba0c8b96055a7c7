"""Real calls on this machine: a switchboard in this process, and telephones in another."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from forbear.contexts.cases.campaign.menu import compose_call
from forbear.contexts.cases.desk.talk import wanted_by
from forbear.contexts.contact.call.models import Call
from forbear.contexts.contact.channels.kind import Entry
from forbear.contexts.contact.channels.voice.desk import VOICE_WORDS
from forbear.contexts.contact.channels.voice.prompt import name_of
from forbear.contexts.contact.channels.voice.setting import Pool, VoiceSettings
from forbear.contexts.contact.channels.voice.sound import plain_wav, tone
from forbear.contexts.contact.channels.voice.switchboard import SWITCHBOARD, Board, Switchboard
from forbear.contexts.database.transaction import reading
from forbear.contexts.portfolio.queries.address import address_of
from forbear.contexts.rulebook.library import open_documents
from forbear.values.code import Channel, Jurisdiction, Language
from tests.support.gate import Person
from tests.support.portfolio import NOW, SETUP

ROOT = Path(__file__).resolve().parents[2]
LINE = "021-0000-0001"
VOICE = f"{sys.executable} -S {ROOT / 'tests' / 'support' / 'voice_program.py'}"
NOTICE_HERTZ = 1300.0


def free_port() -> int:
    """Return a port that nobody uses, with the one after it; SIP takes both of UDP and TCP."""
    while True:
        with ExitStack() as taken:
            first = taken.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            others = [(port, socket.SOCK_STREAM)]
            others += [(port + 1, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)]
            with suppress(OSError):
                for number, kind in others:
                    other = taken.enter_context(socket.socket(socket.AF_INET, kind))
                    other.bind(("127.0.0.1", number))
                return port


@dataclass
class Telephones:
    """The other process, and what it told so far."""

    port: int
    process: subprocess.Popen[str]
    told: list[dict[str, Any]] = field(default_factory=list)
    _new: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)

    def do(self, what: str, number: str, **more: object) -> None:
        """Tell a telephone what to do."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, "number": number, **more}) + "\n")
        self.process.stdin.flush()

    def listen(self) -> None:
        """Read what is told; in a thread of its own."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._new.put(json.loads(line))

    def wait(self, event: str, number: str = "", *, within_s: float = 20.0) -> dict[str, Any]:
        """Wait until something was told of a number; each is found once."""
        until_s = time.monotonic() + within_s
        while True:
            for told in self.told:
                if told["event"] == event and told["number"] == number.lstrip("+"):
                    self.told.remove(told)
                    return told
            try:
                self.told.append(self._new.get(timeout=max(0.01, until_s - time.monotonic())))
            except queue.Empty:
                pytest.fail(f"no {event} of {number}; told: {self.told}")

    def heard(self, number: str, *, since_s: float = 0.0) -> dict[str, Any]:
        """Return which tones a telephone has heard, and how strongly."""
        self.do("heard", number, since_s=since_s)
        return self.wait("heard", number)

    def wait_for_tone(self, number: str, hertz: float, *, lasts_s: float) -> None:
        """Wait until a telephone has heard a tone, and nothing beside it, for so long in all."""
        until_s = time.monotonic() + 20.0
        while (found := self.heard(number))["lasts"][f"{hertz:.0f}"] < lasts_s:
            assert time.monotonic() < until_s, f"{hertz:.0f} Hz not heard; told: {found}"
            time.sleep(0.1)

    @property
    def silent(self) -> bool:
        """Whether nothing was told yet."""
        return self._new.empty()

    def calls(self, number: str) -> int:
        """Return how often a telephone was called."""
        self.do("calls", number)
        return int(self.wait("calls", number)["count"])


@contextmanager
def telephones(account: str = "", certificate: str = "") -> Iterator[Telephones]:
    """Start the other process; with a certificate it speaks TLS on the port after its own."""
    pytest.importorskip("baresip", reason="the extra 'voice' is not installed")
    with ExitStack() as stack:
        for _try in range(PORTS_TRIED):
            phones = _begun(stack, account, certificate)
            while phones.process.poll() is None and phones.silent:
                time.sleep(0.02)
            if phones.process.poll() is None:
                break
        phones.wait("ready", within_s=15)
        try:
            yield phones
        finally:
            phones.process.kill()


def _begun(stack: ExitStack, account: str, certificate: str) -> Telephones:
    """Begin the process on a port that was free; another program may take it meanwhile."""
    port = free_port()
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tests.support.sip_peer", str(port), account, certificate]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = stack.enter_context(subprocess.Popen(command, env=env, cwd=ROOT, **pipes))  # type: ignore[call-overload]
    phones = Telephones(port, process)
    threading.Thread(target=phones.listen, daemon=True).start()
    return phones


PORTS_TRIED = 3
SAID_HERTZ = {"closed": 850.0, "nobody_free": 1150.0, "callback_kept": 450.0}
"""By which tone tests tell which words were said."""


def settings_for(port: int, **given: object) -> VoiceSettings:
    """Return the settings of a trunk on this machine."""
    facts: dict[str, Any] = {
        "domain": f"127.0.0.1:{port}",
        "interface": "127.0.0.1",
        "listen": f"127.0.0.1:{free_port()}",
        "ring_s": 40,
        "desk_ring_s": 40,
        "desk_dial": "sip:{extension}@{domain}",
        "voices": dict.fromkeys(Language, VOICE),
        "pools": (Pool(Jurisdiction.CN, (), (LINE,)),),
        **given,
    }
    return VoiceSettings(**facts)


def number_of(who: Person) -> str:
    """Return a person's number as it is dialled."""
    with reading(SETUP):
        return f"+86{address_of(who.point_id, now=NOW)}"


def say_notice(folder: Path) -> None:
    """Give the notice of recording a sound."""
    folder.mkdir(exist_ok=True)
    for name, said in open_documents().newest(VOICE_WORDS).says.items():
        for language in Language:
            path = folder / name_of(said.of(language), language)
            lasts_s = 1.0 if name in SAID_HERTZ else 0.4
            hertz = SAID_HERTZ.get(name, NOTICE_HERTZ)
            path.write_bytes(plain_wav(tone(hertz, lasts_s)))


@contextmanager
def switchboard(trunk: VoiceSettings, folder: Path, **given: Any) -> Iterator[Switchboard]:
    """Run a switchboard in a thread of this process, on the test's database."""
    say_notice(folder / "prompts")
    entry = Entry("trunk", "sip", frozenset({Channel.VOICE, Channel.BOT}), trunk)
    told: dict[str, Any] = {
        "desk_of": lambda permit: wanted_by(permit, actor=SWITCHBOARD),
        "compose": compose_call,
        **given,
    }
    board = Board((entry,), folder=folder / "recordings", prompts=folder / "prompts", **told)
    going, made, fault = threading.Event(), queue.Queue[Any](), []

    def run() -> None:
        async def serve() -> None:
            at_work = Switchboard(board)
            made.put(at_work)
            await at_work.run(lambda: not going.is_set())

        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test must know
            fault.append(error)
            made.put(None)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        at_work = made.get(timeout=10)
        assert at_work is not None, fault
        yield at_work
    finally:
        going.set()
        thread.join(15)
        assert not thread.is_alive()
        if fault:
            raise fault[0]


def until(what: Callable[[], Any], *, within_s: float = 20.0) -> Any:
    """Wait until something holds, and return it."""
    until_s = time.monotonic() + within_s
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < until_s, f"it did not come to pass; calls: {_calls()}"
        time.sleep(0.05)


def _calls() -> list[tuple[object, ...]]:
    with reading(SETUP):
        return list(
            Call.objects.values_list("permit_id", "state", "end", "dialled_at", "answered_at")
        )
