"""A second SIP user agent, in a process of its own: telephones of persons and of collectors.

It takes every call to its port; the called number tells what it does. Lines on its input are JSON
commands, lines on its output JSON events. Whoever answers says one tone, so that who hears whom is
told by its frequency.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forbear.contexts.contact.channels.voice.sound import RATE, read_wav, strength, tone

TONES = (350.0, 450.0, 700.0, 850.0, 1000.0, 1150.0, 1300.0)


@dataclass
class Telephone:
    """What a number does. ``does``: answer, busy or ring. ``hertz`` 0: it is silent.

    ``keys``: which are pressed as soon as a tone is heard, one after another.
    """

    does: str = "answer"
    hertz: float = 700.0
    after_s: float = 0.0
    hangs_up_s: float = 0.0
    starts_s: float = 0.0
    says: list[int] = field(default_factory=list)
    keys: list[tuple[float, str]] = field(default_factory=list)
    call: Any = None
    heard: list[Any] = field(default_factory=list)
    pressed: str = ""
    calls: int = 0


class Peer:
    """All telephones of one process."""

    def __init__(self) -> None:
        self.telephones: dict[str, Telephone] = {}
        self.tasks: set[Any] = set()
        self.agent: Any = None

    def at(self, number: str) -> Telephone:
        digits = number.lstrip("+")
        return self.telephones.setdefault(digits, Telephone())

    def tell(self, event: str, number: str, **more: object) -> None:
        print(json.dumps({"event": event, "number": number.lstrip("+"), **more}), flush=True)

    async def take(self, call: Any) -> None:
        number, shown = (_user(call.headers.get(name, "")) for name in ("To", "From"))
        phone = self.at(number)
        phone.call, phone.heard, phone.pressed = call, [], ""
        phone.calls += 1
        self.tell("rings", number, shown=shown)
        if phone.does == "busy":
            await call.reject()
            return
        if phone.does == "ring":
            return
        await asyncio.sleep(phone.after_s)
        try:
            await call.answer()
            await call.wait_established(5)
        except Exception as error:  # noqa: BLE001  # the caller may be gone; the test is told
            self.tell("missed", number, why=type(error).__name__)
            return
        self.tell("answered", number)
        call.on_dtmf(lambda press: self.digit(number, phone, press.digit))
        await self.speak(number, phone)
        self.tell("closed", number, seconds=len(np.concatenate([*phone.heard, _NOTHING])) / RATE)

    async def dial(self, number: str, uri: str, says: str) -> None:
        """Call somebody; ``says``: how the trunk names the caller."""
        from baresip import Event

        phone = self.at(number)
        headers = {"P-Asserted-Identity": says} if says else {}
        phone.call, phone.heard = await self.agent.dial(uri, headers=headers), []
        call = phone.call

        def heard_of(event: Any) -> None:
            if event.event is Event.CALL_RINGING:
                self.tell("ringing", number)
            elif event.event is Event.CALL_ESTABLISHED:
                self.tell("taken", number)
                self.tasks.add(asyncio.get_running_loop().create_task(self.speak(number, phone)))
            elif event.event is Event.CALL_CLOSED:
                self.tell("over", number, why=event.text or "")

        call.on(heard_of)

    def digit(self, number: str, phone: Telephone, digit: str) -> None:
        phone.pressed += digit
        self.tell("digit", number, digit=digit)

    async def speak(self, number: str, phone: Telephone) -> None:
        from baresip import BaresipError

        says = np.array(phone.says, np.int16) if phone.says else tone(phone.hertz or 1.0, 1.0)
        if not phone.says and phone.hertz == 0:
            says = says * 0
        at, loop = 0, asyncio.get_running_loop()
        says = np.concatenate((np.zeros(int(phone.starts_s * RATE), np.int16), says))
        began, due_keys = loop.time(), list(phone.keys)
        while phone.call.state.value == "established":
            now = loop.time() - began
            wanted = int((now + 0.06) * RATE) - at
            part = np.take(says, range(at, at + max(wanted, 0)), mode="wrap")
            if phone.says and at >= len(says):
                part = part * 0
            at += len(part)
            try:
                phone.call.audio.write(part.astype(np.int16).tobytes())
                raw = phone.call.audio.read(8192)
                if raw:
                    phone.heard.append(np.frombuffer(raw, np.int16))
            except BaresipError:
                pass
            if due_keys and _hears(phone.heard, due_keys[0][0]):
                keys = due_keys.pop(0)[1]
                task = loop.create_task(phone.call.send_dtmf(keys))
                self.tasks.add(task)
            if phone.hangs_up_s and now >= phone.hangs_up_s:
                await phone.call.hangup()
                return
            await asyncio.sleep(0.02)

    async def do(self, told: dict[str, Any]) -> None:
        number = told.pop("number", "")
        phone, what = self.at(number), told.pop("do")
        if what == "be":
            sound = told.pop("wav", None)
            self.telephones[number.lstrip("+")] = Telephone(**told)
            if sound:
                with open(sound, "rb") as file:  # noqa: ASYNC230, PTH123  # a test's own file
                    self.at(number).says = read_wav(file.read()).tolist()
        elif what == "dial":
            await self.dial(number, told["uri"], told["says"])
        elif what == "press":
            await phone.call.send_dtmf(told["keys"])
        elif what == "hang_up":
            await phone.call.hangup()
        elif what == "heard":
            whole = np.concatenate([*phone.heard, _NOTHING])[int(told["since_s"] * RATE) :]
            found = {str(int(hertz)): round(strength(whole, hertz), 3) for hertz in TONES}
            seconds = len(whole) / RATE
            self.tell("heard", number, strong=found, lasts=lasting(whole), seconds=seconds)
        elif what == "calls":
            self.tell("calls", number, count=phone.calls)


def lasting(whole: Any) -> dict[str, float]:
    """Return for how many seconds each tone was the only one."""
    size = RATE // 20
    parts = [whole[at : at + size] for at in range(0, len(whole) - size, size)]
    return {
        str(int(hertz)): round(sum(strength(part, hertz) > 0.6 for part in parts) / 20, 2)
        for hertz in TONES
    }


def _hears(heard: list[Any], hertz: float) -> bool:
    """Say whether the last 200 ms were one tone."""
    last = np.concatenate([*heard[-16:], _NOTHING])[-RATE // 5 :]
    return len(last) == RATE // 5 and strength(last, hertz) > 0.6


def _user(address: str) -> str:
    return address.partition("sip:")[2].partition("@")[0]


async def main(port: int, account: str, certificate: str) -> None:
    """``certificate``: a file with key and certificate; then TLS is spoken on the next port."""
    from baresip import Account, Config, Runtime, UserAgent

    peer, runtime = Peer(), Runtime()
    secure = f"sip_certificate {certificate}\n" if certificate else ""
    await runtime.start(
        Config(
            net_interface="127.0.0.1",
            max_concurrent_calls=None,
            native_log_level="error",
            expose_headers=("To", "From"),
            extra_config_text=f"sip_listen 127.0.0.1:{port}\n{secure}",
        )
    )
    extra = ("catchall=yes", *((account,) if account else ()))
    codecs = ("pcmu", "pcma", "g722/16000/1", "opus/48000/2")
    user = Account(
        "peer",
        "127.0.0.1",
        "",
        reg_interval=0,
        audio_codecs=codecs,
        extra_params=extra,
        transport="tls" if certificate else "udp",
    )
    agent = await UserAgent.create(runtime, user)
    peer.agent = agent
    loop = asyncio.get_running_loop()
    agent.on_incoming(lambda call: peer.tasks.add(loop.create_task(peer.take(call))))
    peer.tell("ready", "")
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            await peer.do(json.loads(line))
        except Exception as error:  # noqa: BLE001  # the test is told
            peer.tell("fault", "", why=repr(error))
    await runtime.close()


_NOTHING = np.zeros(0, np.int16)

if __name__ == "__main__":
    port, account, certificate = [*sys.argv[1:], "", ""][:3]
    asyncio.run(main(int(port), account, certificate))
