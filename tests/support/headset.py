"""A browser without a browser: WebRTC from this process, asked for as its page does."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from forbear.contexts.contact.channels.voice.headset import Seat
from forbear.contexts.contact.channels.voice.line import Line
from forbear.contexts.contact.channels.voice.sound import RATE, mono, tone
from tests.support.phones import until
from tests.support.sip_peer import lasting


class Browser:
    """Says one tone, and keeps what it hears as 8,000 samples a second."""

    def __init__(self, client: Any, hertz: float, *, relayed: bool = False) -> None:
        """``relayed``: it finds no way but by the servers that its page is told."""
        self.client, self.hertz, self.relayed = client, hertz, relayed
        self.id, self.peer = "", None
        self.heard: list[Any] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._tasks: list[Any] = []

    def state(self) -> dict[str, Any]:
        return self.client.post("/headset/state/", {"id": self.id}).json()

    def connect(self) -> None:
        self.offer()
        answer = until(lambda: self.state()["answer"])
        self._do(self._accept(answer))
        until(lambda: self.state()["state"] in {"connected", "calls"})

    def offer(self) -> None:
        servers = self.client.get("/headset/servers/").json()["servers"]
        told = {"offer": self._do(self._offer(servers))}
        self.id = self.client.post("/headset/offer/", told).json()["id"]

    def offered(self, servers: list[dict[str, Any]]) -> str:
        """Return what it would offer, with servers of the test's own."""
        return str(self._do(self._offer(servers)))

    def die(self) -> None:
        """Be gone without a word, as a killed process."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)

    def close(self) -> None:
        if self._thread.is_alive():
            if self.peer is not None:
                self._do(self.peer.close())
            self.die()

    @property
    def loudest(self) -> int:
        """The loudest sample that it heard."""
        return int(max((np.abs(each).max() for each in list(self.heard)), default=0))

    @property
    def lasts(self) -> dict[str, float]:
        """For how many seconds each tone was the only one."""
        return lasting(np.concatenate([*self.heard, np.zeros(0, np.int16)]))

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(15)

    async def _offer(self, servers: list[dict[str, Any]]) -> str:
        from aiortc import RTCConfiguration, RTCIceServer, RTCIceTransportPolicy, RTCPeerConnection

        ways = RTCIceTransportPolicy.RELAY if self.relayed else RTCIceTransportPolicy.ALL
        asked = [RTCIceServer(**each) for each in servers]
        told = RTCConfiguration(iceServers=asked, iceTransportPolicy=ways)
        self.peer = RTCPeerConnection(told)
        self.peer.addTrack(speaking(self.hertz))
        self.peer.on(
            "track", lambda track: self._tasks.append(asyncio.ensure_future(self._hear(track)))
        )
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return str(self.peer.localDescription.sdp)

    async def _accept(self, answer: str) -> None:
        from aiortc import RTCSessionDescription

        await self.peer.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))

    async def _hear(self, track: Any) -> None:
        from aiortc.mediastreams import MediaStreamError

        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                self.heard.append(mono(frame.to_ndarray().tobytes(), 1))


def speaking(hertz: float) -> Any:
    """Return a track that says a tone without end."""
    from aiortc import AudioStreamTrack
    from av import AudioFrame

    says, size = tone(hertz, 1.0), RATE // 50

    class Says(AudioStreamTrack):
        at = 0
        begun = 0.0

        async def recv(self) -> Any:
            loop = asyncio.get_running_loop()
            self.begun = self.begun or loop.time()
            await asyncio.sleep(max(0.0, self.begun + self.at / RATE - loop.time()))
            part = np.take(says, range(self.at, self.at + size), mode="wrap")
            frame = AudioFrame.from_ndarray(part.reshape(1, -1), format="s16", layout="mono")
            frame.pts, frame.time_base, frame.sample_rate = self.at, Fraction(1, RATE), RATE
            self.at += size
            return frame

    return Says()


TURN_SERVER = shutil.which("turnserver")


@contextlib.contextmanager
def turn_server(port: int, secret: str, folder: Path) -> Iterator[None]:
    """Run coturn, which carries sound between ends that do not reach each other."""
    if TURN_SERVER is None:
        pytest.skip("coturn is not installed: apt-get install coturn")
    # The secret stands in a file, as it should: a command is seen by whoever looks.
    config = folder / "turn.conf"
    config.write_text(
        f"listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlistening-port={port}\n"
        f"use-auth-secret\nstatic-auth-secret={secret}\nrealm=forbear.test\nno-tls\nno-dtls\n"
        f"no-cli\nallow-loopback-peers\ncli-password=unused\nuserdb={folder / 'turn.db'}\n"
        f"pidfile={folder / 'turn.pid'}\nlog-file=stdout\n"
    )
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([TURN_SERVER, "-c", str(config)], cwd=folder, **quiet) as server:  # type: ignore[call-overload]
        try:
            until(lambda: _listens(port))
            yield
        finally:
            server.kill()


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


class Ear:
    """A browser without its network: a line that says one tone, and keeps what it is told."""

    def __init__(self, board: Any, staff_id: int, hertz: float) -> None:
        self.line, self._says = Line(), tone(hertz, 1.0)
        self.heard: list[Any] = []
        self._ending = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()
        until(lambda: self.line.silent_s is not None)
        board.headsets.seats[staff_id] = Seat(staff_id, uuid4(), self.line, None)

    def die(self) -> None:
        """Be heard no more, without a word."""
        self._ending.set()

    @property
    def lasts(self) -> dict[str, float]:
        """For how many seconds each tone was the only one."""
        return lasting(np.concatenate([*self.heard, np.zeros(0, np.int16)]))

    def _run(self) -> None:
        at, size = 0, RATE // 50
        while not self._ending.wait(0.02):
            self.line.take(np.take(self._says, range(at, at + size), mode="wrap"))
            at += size
            said = self.line.give(size)
            if said is not None:
                self.heard.append(said)
