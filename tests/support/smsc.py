"""Carriers for tests: two that were written by others, and a wire that is cut at a step."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

NODE_SERVER = Path(__file__).parent / "smsc.js"
INSTALLED = Path(__file__).parents[2] / ".venv" / "node"
"""Where ``tools/node.py`` puts the package, or says why it could not."""
HEADER = struct.Struct(">IIII")
SUBMIT, DELIVER, ANSWER = 0x4, 0x5, 0x80000000


# The library calls back into its loop after it was stopped, so none is ever closed.
_LOOPS: list[asyncio.AbstractEventLoop] = []


@dataclass
class Taken:
    """One message that a carrier was given."""

    message_id: str
    source: str
    target: str
    octets: bytes
    esm: int
    coding: int
    reference: int | None = None


@dataclass
class Smsc:
    """A carrier: what it took, and how it is told what to do next."""

    port: int
    taken: list[Taken] = field(default_factory=list)
    refuses: list[int] = field(default_factory=list)
    """Statuses with which the next messages are refused; 0: taken."""
    deliver: Callable[..., int] = lambda **_: 0
    receipts: Callable[[list[Taken]], None] = lambda _: None
    """Delivers the receipts of many messages, several under way at a time."""
    stop: Callable[[], None] = lambda: None

    def receipt(self, one: Taken, state: str = "DELIVRD", **given: object) -> int:
        """Deliver the receipt of a message; return how it was answered."""
        text = (
            f"id:{one.message_id} sub:001 dlvrd:001 submit date:2611251200 "
            f"done date:2611251201 stat:{state} err:000 text:"
        )
        return self.deliver(
            source=one.target, target=one.source, octets=text.encode(), esm=4, **given
        )

    def waits_for(self, count: int, seconds: float = 5) -> list[Taken]:
        """Return what was taken once there are so many."""
        until = time.monotonic() + seconds
        while len(self.taken) < count and time.monotonic() < until:
            time.sleep(0.005)
        assert len(self.taken) >= count, f"only {len(self.taken)} were taken"
        return self.taken


@contextmanager
def rust_smsc(*, port: int = 0) -> Iterator[Smsc]:
    """The server of smpp34, in a thread of its own."""
    smpp34 = pytest.importorskip("smpp34")
    smsc = Smsc(port or free_port())
    loop = asyncio.new_event_loop()
    _LOOPS.append(loop)
    sessions: dict[str, object] = {}
    ready = threading.Event()

    async def serve() -> None:
        server = smpp34.Server(host="127.0.0.1", port=smsc.port, system_id="rust")
        await server.start()
        smsc.stop = lambda: asyncio.run_coroutine_threadsafe(server.stop(), loop).result(5)
        ready.set()
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                sessions[event.session_id] = event
            elif isinstance(event, smpp34.Unbound):
                sessions.pop(event.session_id, None)
            elif isinstance(event, smpp34.SubmitSmEvent):
                _take(event)

    def _take(event: object) -> None:
        status = smsc.refuses.pop(0) if smsc.refuses else 0
        if status:
            event.reject(status)
            return
        tags = {tlv.tag: tlv.value for tlv in event.tlvs}
        octets = tags.get(smpp34.TLV_MESSAGE_PAYLOAD, event.short_message)
        mine = tags.get(smpp34.TLV_USER_MESSAGE_REFERENCE)
        one = Taken(
            f"R{len(smsc.taken) + 1:06d}",
            event.source_addr,
            event.destination_addr,
            octets,
            event.esm_class,
            event.data_coding,
            None if mine is None else int.from_bytes(mine, "big"),
        )
        smsc.taken.append(one)
        event.accept(one.message_id)

    def deliver(*, source: str, target: str, octets: bytes, esm: int = 0, **given: object) -> int:
        end = time.monotonic() + 5
        while not (able := [one for one in list(sessions.values()) if one.can_receive]):
            assert time.monotonic() < end, "nobody is bound who receives"
            time.sleep(0.01)
        tlvs = [smpp34.Tlv(tag, value) for tag, value in dict(given.get("tlvs") or {}).items()]

        async def send() -> int:
            answer = await able[-1].deliver_sm(
                destination_addr=target,
                short_message=octets,
                source_addr=source,
                source_addr_ton=1,
                source_addr_npi=1,
                esm_class=esm,
                data_coding=int(given.get("coding", 0)),
                tlvs=tlvs,
            )
            return answer.command_status

        return asyncio.run_coroutine_threadsafe(send(), loop).result(10)

    def receipts(many: list[Taken]) -> None:
        async def one(gate: asyncio.Semaphore, taken: Taken) -> None:
            text = f"id:{taken.message_id} stat:DELIVRD err:000"
            async with gate:
                (session,) = [each for each in sessions.values() if each.can_receive]
                answer = await session.deliver_sm(
                    destination_addr=taken.source,
                    short_message=text.encode(),
                    source_addr=taken.target,
                    source_addr_ton=1,
                    source_addr_npi=1,
                    esm_class=4,
                )
                assert answer.command_status == 0

        async def all_of_them() -> None:
            gate = asyncio.Semaphore(50)
            await asyncio.gather(*[one(gate, each) for each in many])

        asyncio.run_coroutine_threadsafe(all_of_them(), loop).result(120)

    smsc.deliver, smsc.receipts = deliver, receipts
    thread = threading.Thread(target=_run, args=(loop, serve()), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield smsc
    finally:
        with suppress(Exception):
            smsc.stop()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def _run(loop: asyncio.AbstractEventLoop, work: object) -> None:
    asyncio.set_event_loop(loop)
    loop.create_task(work)
    loop.run_forever()


def node_modules() -> Path | None:
    """Return where Node finds the package smpp; None: Node or the package is not here."""
    chosen = os.environ.get("NODE_PATH")
    place = Path(chosen) if chosen else INSTALLED / "node_modules"
    whole = (place / "smpp").is_dir() and (chosen or (INSTALLED / "installed.stamp").exists())
    return place if whole and shutil.which("node") else None


def _why_none() -> str:
    """Say why there is no second carrier, in the words of what was to install it."""
    why = INSTALLED / "why.txt"
    return why.read_text() if why.exists() else "python3 tools/node.py installs it"


@contextmanager
def node_smsc() -> Iterator[Smsc]:
    """The server of Node's package smpp, in a process of its own; skipped where it is not here."""
    place = node_modules()
    if place is None:
        pytest.skip(f"no second carrier: {_why_none()}")
    smsc = Smsc(free_port())
    process = subprocess.Popen(
        ["node", str(NODE_SERVER), str(smsc.port)],
        env={**os.environ, "NODE_PATH": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    answers: list[int] = []
    told, ready = threading.Condition(), threading.Event()

    def read() -> None:
        for line in process.stdout:
            said = json.loads(line)
            if said["what"] == "ready":
                ready.set()
            elif said["what"] == "taken":
                said.pop("what")
                smsc.taken.append(Taken(**{**said, "octets": bytes.fromhex(said["octets"])}))
            else:
                with told:
                    answers.append(said["status"])
                    told.notify_all()

    def deliver(*, source: str, target: str, octets: bytes, esm: int = 0, **given: object) -> int:
        asked = {
            "source": source,
            "target": target,
            "octets": octets.hex(),
            "esm": esm,
            "coding": given.get("coding", 0),
        }
        with told:
            before = len(answers)
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            assert told.wait_for(lambda: len(answers) > before, timeout=10)
            return answers[-1]

    smsc.deliver, smsc.stop = deliver, process.kill
    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield smsc
    finally:
        process.kill()
        process.wait(5)
        thread.join(5)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


class Wire:
    """A line to a carrier that is cut once, at the step that ``cut`` names.

    Steps: ``connect``, ``bind``, ``bound`` (the answer to a bind is lost), ``submit`` (it never
    arrives), ``response`` (it arrives, and its answer is lost), ``receipt`` (the carrier's receipt
    is lost), ``receipt_answer`` (ours is). After the cut the line is as good as new.
    """

    def __init__(self, target: int) -> None:
        self.target, self.cut, self.cuts = target, "", 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take the line down."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.drop()

    def drop(self) -> None:
        """Cut every connection."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self._cuts("connect"):
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self._open += [near, far]
            for one, other, outward in ((near, far, True), (far, near, False)):
                threading.Thread(
                    target=self._relay, args=(one, other), kwargs={"out": outward}, daemon=True
                ).start()

    def _relay(self, one: socket.socket, other: socket.socket, *, out: bool) -> None:
        held = bytearray()
        with suppress(OSError):
            while came := one.recv(65_536):
                held += came
                while len(held) >= HEADER.size and len(held) >= HEADER.unpack(held[:16])[0]:
                    length, command, _, _ = HEADER.unpack(held[:16])
                    if self._cuts(self._step(command, out=out)):
                        self.drop()
                        return
                    other.sendall(held[:length])
                    del held[:length]
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _step(command: int, *, out: bool) -> str:
        if command in {0x1, 0x2, 0x9}:
            return "bind"
        if command in {0x80000001, 0x80000002, 0x80000009}:
            return "bound"
        named = {SUBMIT: "submit", SUBMIT | ANSWER: "response", DELIVER: "receipt"}
        named[DELIVER | ANSWER] = "receipt_answer"
        return named.get(command, "") if out or command != SUBMIT else ""

    def _cuts(self, step: str) -> bool:
        if not step or step != self.cut:
            return False
        self.cut, self.cuts = "", self.cuts + 1
        return True
