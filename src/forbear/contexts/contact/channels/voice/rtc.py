"""How does sound travel between this process and a browser?

By WebRTC: encrypted always, one port of this machine for each browser, and G.711 as codec, which
every browser must have and which needs no conversion here. Everything runs in a thread of its own;
the thread that mixes never waits for it. This is the only module that names aiortc.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime
from fractions import Fraction
from typing import Any

import numpy as np
from aioice import ice
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from av.packet import Packet

from forbear.contexts.contact.channels.voice.headset_setting import HeadsetSettings
from forbear.contexts.contact.channels.voice.line import Line
from forbear.contexts.contact.channels.voice.sound import RATE, TICK_S, Samples, to_mulaw
from forbear.values.errors import InvalidInput

_TURN_SAMPLES = int(RATE * TICK_S)
_BEHIND_S_MAX = 0.2
_SILENCE = to_mulaw(np.zeros(_TURN_SAMPLES, np.int16)).tobytes()
_VOICE = "audio/PCMU"
_LOG = logging.getLogger("forbear.voice")
Peer = RTCPeerConnection


class UnusableOffer(Exception):
    """What a browser offered cannot be answered."""


class Browsers(threading.Thread):
    """The thread in which the sound of browsers travels."""

    def __init__(self, settings: HeadsetSettings) -> None:
        super().__init__(name="browsers", daemon=True)
        self._settings = settings
        self._loop = _Loop(settings.ports)
        for name in ("aiortc", "aioice"):
            # Addresses of colleagues stand in their lines.
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        if settings.interface is not None:
            ice.get_host_addresses = lambda **_: [settings.interface]

    def run(self) -> None:
        """Carry what there is, until closed."""
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    async def answer(self, offer: str, line: Line, *, now: datetime) -> tuple[Peer, str]:
        """Answer a browser's offer: its sound goes by the line; called from another loop.

        Raises:
            UnusableOffer: it cannot be answered.
        """
        return await self._over_there(self._answer(offer, line, now))

    async def let_go(self, peer: Peer) -> None:
        """End the connection with a browser."""
        await self._over_there(peer.close())

    def end(self) -> None:
        """Stop; whoever is still connected hears no more."""
        self._loop.set_exception_handler(lambda *_: None)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join(2.0)

    async def _over_there(self, work: Any) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def _answer(self, offer: str, line: Line, now: datetime) -> tuple[Peer, str]:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=self._servers(now)))
        try:
            _takes_voices(peer, line)
            sender = peer.addTransceiver(_voice_of(line), direction="sendrecv")
            spoken = RTCRtpSender.getCapabilities("audio").codecs
            sender.setCodecPreferences([each for each in spoken if each.mimeType == _VOICE])
            said = RTCSessionDescription(sdp=without_names(offer), type="offer")
            await peer.setRemoteDescription(said)
            await peer.setLocalDescription(await peer.createAnswer())
        except Exception as error:  # noqa: BLE001  # whatever a browser sends, the others talk on
            await peer.close()
            raise UnusableOffer(type(error).__name__) from None
        answer = peer.localDescription.sdp
        if len(peer.getTransceivers()) != 1 or "PCMU/8000" not in answer:
            await peer.close()
            raise UnusableOffer("NO_COMMON_CODEC")
        return peer, answer

    def _servers(self, now: datetime) -> list[RTCIceServer]:
        """Return what this end asks for its own addresses; without a secret it asks nothing."""
        try:
            told = self._settings.servers("switchboard", now=now)
        except InvalidInput:
            # Browsers that find a straight way still come; whoever looks is told by doctor.
            _LOG.warning("the secret of the TURN server cannot be had")
            return []
        return [RTCIceServer(**each) for each in told]


def without_names(offer: str) -> str:
    """Return an offer without addresses that only a question to the whole network would resolve."""
    lines = offer.splitlines(keepends=True)
    return "".join(
        line for line in lines if not (line.startswith("a=candidate") and ".local " in line)
    )


def _takes_voices(peer: Peer, line: Line) -> None:
    hearing: list[asyncio.Task[None]] = []

    def begin(track: Any) -> None:
        hearing.append(asyncio.get_running_loop().create_task(_hear(track, line)))

    peer.on("track", begin)


async def _hear(track: Any, line: Line) -> None:
    with contextlib.suppress(MediaStreamError):
        while True:
            frame = await track.recv()
            samples: Samples = frame.to_ndarray().reshape(-1)
            line.take(samples)


def _voice_of(line: Line) -> MediaStreamTrack:
    return _Voice(line)


class _Voice(MediaStreamTrack):  # type: ignore[misc]  # the library bears no types
    """What a browser is to hear, fifty times a second, coded already."""

    kind = "audio"

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line
        self._due_s: float | None = None
        self._at = 0

    async def recv(self) -> Packet:
        """Return the next turn when it is due; what is silent is sent as silence."""
        if self.readyState != "live":
            raise MediaStreamError
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        if self._due_s is None or now_s - self._due_s > _BEHIND_S_MAX:
            self._due_s = now_s
        self._due_s += TICK_S
        await asyncio.sleep(max(0.0, self._due_s - now_s))
        said = self._line.give(_TURN_SAMPLES)
        packet = Packet(_SILENCE if said is None else to_mulaw(said).tobytes())
        packet.pts, packet.time_base = self._at, Fraction(1, RATE)
        self._at += _TURN_SAMPLES
        return packet


class _Loop(asyncio.SelectorEventLoop):
    """A loop whose ports lie within a range, so that a firewall can be written."""

    def __init__(self, ports: range | None) -> None:
        super().__init__()
        self._ports, self._next = ports, 0

    async def create_datagram_endpoint(
        self,
        protocol_factory: Callable[[], Any],
        local_addr: Any = None,
        **more: Any,
    ) -> Any:
        """Open a port of the range where any would do."""
        open_one: Callable[..., Awaitable[Any]] = super().create_datagram_endpoint
        if self._ports is None or local_addr is None or local_addr[1] != 0:
            return await open_one(protocol_factory, local_addr=local_addr, **more)
        for _try in self._ports:
            port = self._ports[self._next % len(self._ports)]
            self._next += 1
            with contextlib.suppress(OSError):
                return await open_one(protocol_factory, local_addr=(local_addr[0], port), **more)
        raise OSError("no port of the range is free")
