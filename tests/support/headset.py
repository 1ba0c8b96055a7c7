"""A browser without a browser: WebRTC from this process, asked for as its page does."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from fractions import Fraction
from typing import Any
from uuid import uuid4

import numpy as np

from forbear.contexts.contact.channels.voice.headset import Seat
from forbear.contexts.contact.channels.voice.line import Line
from forbear.contexts.contact.channels.voice.sound import RATE, mono, tone
from tests.support.phones import until
from tests.support.sip_peer import lasting


class Browser:
    """Says one tone, and keeps what it hears as 8,000 samples a second."""

    def __init__(self, client: Any, hertz: float) -> None:
        self.client, self.hertz = client, hertz
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
        told = {"offer": self._do(self._offer())}
        self.id = self.client.post("/headset/offer/", told).json()["id"]

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

    async def _offer(self) -> str:
        from aiortc import RTCConfiguration, RTCPeerConnection

        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
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
