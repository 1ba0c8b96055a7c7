"""What do browser headsets cost, and how late is what is said? Both ends on this machine.

python -m tests.bench.headset [HEADSETS]

The processor's time is that of the process of the switchboard's side alone. Late is the way there
and back: a burst is said by a browser's end, given back at once by the mixing thread, and heard.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

import numpy as np

from forbear.contexts.contact.channels.voice.headset_setting import HeadsetSettings
from forbear.contexts.contact.channels.voice.line import Line
from forbear.contexts.contact.channels.voice.sound import RATE
from forbear.interfaces.start import set_up

SECONDS, SIZE = 15.0, RATE // 50


def carry(pipe: Any, many: int) -> None:
    """Answer browsers, and give back what each says, fifty times a second."""
    from forbear.contexts.contact.channels.voice.rtc import Browsers

    browsers = Browsers(HeadsetSettings(interface="127.0.0.1"))
    browsers.start()
    lines = [Line() for _ in range(many)]
    going, late = threading.Event(), [0]

    async def answer() -> None:
        for line in lines:
            pipe.send((await browsers.answer(pipe.recv(), line, now=datetime.now(UTC)))[1])
            line.open()

    def mix() -> None:
        due_s = time.monotonic()
        while not going.is_set():
            for line in lines:
                line.say(line.hear())
            due_s += 0.02
            rest_s = due_s - time.monotonic()
            late[0] += rest_s <= 0
            time.sleep(max(0.0, rest_s))

    asyncio.run(answer())
    threading.Thread(target=mix, daemon=True).start()
    pipe.recv()
    began, used = time.perf_counter(), time.process_time()
    pipe.recv()
    going.set()
    share = (time.process_time() - used) / (time.perf_counter() - began)
    pipe.send((share, late[0], sum(line.lost_ms for line in lines)))


async def speak(pipe: Any, many: int) -> None:
    """Be the browsers, and print what was found."""
    from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

    from tests.support.headset import speaking

    tasks: list[asyncio.Task[None]] = []
    bursts: list[float] = []
    heard: list[float] = []

    async def hear(track: Any) -> None:
        quiet = True
        while True:
            samples = (await track.recv()).to_ndarray().reshape(-1)
            loud = int(np.abs(samples.astype(np.int32)).max()) > 4_000
            if loud and quiet:
                heard.append(time.perf_counter())
            quiet = not loud

    peers = []
    for number in range(many):
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peers.append(peer)
        track = speaking(700.0)
        if number == 0:
            track = _bursting(track, bursts)
            peer.on("track", lambda heard_of: tasks.append(asyncio.ensure_future(hear(heard_of))))
        peer.addTrack(track)
        await peer.setLocalDescription(await peer.createOffer())
        pipe.send(peer.localDescription.sdp)
        answer = await asyncio.to_thread(pipe.recv)
        await peer.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
    await asyncio.sleep(4.0)
    pipe.send("begin")
    await asyncio.sleep(SECONDS)
    pipe.send("end")
    share, late, lost = await asyncio.to_thread(pipe.recv)
    trips = [min(h - b for h in heard if h > b) for b in bursts if any(h > b for h in heard)]
    said = f"there and back {np.median(trips) * 1000:.0f} ms" if trips else "nothing came back"
    print(f"{many} headsets: {share:.1%} of one core, {late} late turns, {lost} ms lost, {said}")


def _bursting(track: Any, bursts: list[float]) -> Any:
    """Let a track be silent, but for a fifth of each second."""
    whole = track.recv

    async def recv() -> Any:
        frame = await whole()
        turn = frame.pts // SIZE % 50
        if turn == 0:
            bursts.append(time.perf_counter())
        if turn >= 10:
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
        return frame

    track.recv = recv
    return track


def main() -> None:
    """Measure."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings.dev")
    set_up()
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    other = multiprocessing.get_context("spawn").Process(target=carry, args=(theirs, many))
    other.start()
    asyncio.run(speak(ours, many))
    other.terminate()


if __name__ == "__main__":
    main()
