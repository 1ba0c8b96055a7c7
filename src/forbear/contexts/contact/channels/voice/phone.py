"""How are calls placed, heard and ended over SIP?

One process has one telephone, since the SIP stack below is one a process. It runs in the asyncio
loop that starts it; its sound is read and written from any thread. Numbers are never logged: the
stack's own log is silenced.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from forbear.contexts.contact.call.word import CallEnd
from forbear.contexts.contact.channels.install import CALLS, CALLS_ZH
from forbear.contexts.contact.channels.voice.ending import end_of_answered, end_of_unanswered
from forbear.contexts.contact.channels.voice.setting import Codec, Srtp, Transport, VoiceSettings
from forbear.contexts.contact.channels.voice.sound import (
    RATE,
    Converter,
    Samples,
    interleaved,
    mono,
)
from forbear.values.errors import InvalidInput, Transient

MEDIA_SILENT_S = 20
"""So long nothing may be heard from the far side, not even packets of silence."""
REGISTER_S, ANSWER_S = 10.0, 5.0
_CODECS = {
    Codec.PCMA: "pcma",
    Codec.PCMU: "pcmu",
    Codec.G722: "g722/16000/1",
    Codec.OPUS: "opus/48000/2",
}
_SRTP = {Srtp.OFFERED: "mediaenc=srtp", Srtp.REQUIRED: "mediaenc=srtp-mand"}
_log = logging.getLogger("forbear.voice")


class NoTelephone(InvalidInput):
    """What calls need is not installed."""

    code = "NO_TELEPHONE"


class TrunkRefused(Transient):
    """The trunk does not let us in."""

    code = "TRUNK_REFUSED"


class NotDialled(Exception):
    """A call was not begun: nothing left."""


@dataclass(eq=False)
class Leg:
    """One side of a conversation."""

    call: Any
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    reason: str = ""
    digits: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    hung_up: bool = False
    lost_ms: int = 0
    _edge: _Edge | None = None

    def __post_init__(self) -> None:
        from baresip import CallState

        self.call.on(self.hear_of)
        self.call.on_dtmf(lambda press: self.digits.put_nowait(press.digit))
        if self.call.state is CallState.ESTABLISHED:
            self.answered.set()

    def hear_of(self, event: Any) -> None:
        """Take in what the stack tells of this call; twice is as once."""
        from baresip import Event

        if event.event in {Event.CALL_RINGING, Event.CALL_PROGRESS}:
            self.rung.set()
        elif event.event is Event.CALL_ESTABLISHED:
            self.answered.set()
        elif event.event is Event.CALL_CLOSED:
            self.reason = event.text or ""
            self.closed.set()

    async def first_sign(self, within_s: float) -> None:
        """Wait until anything is heard of the call, but not for long."""
        await _any_of(self.rung, self.answered, self.closed, within_s=within_s)

    async def picked_up(self, within_s: float) -> CallEnd | None:
        """Wait until it is answered; else say how it ended. Null: it was answered."""
        await _any_of(self.answered, self.closed, within_s=within_s)
        if self.answered.is_set():
            return None
        if not self.closed.is_set():
            await self.hang_up()
            return CallEnd.NO_ANSWER
        if self.hung_up:
            return CallEnd.NO_ANSWER
        return end_of_unanswered(self.reason)

    @property
    def there(self) -> bool:
        """Whether it has not ended."""
        return not self.closed.is_set()

    @property
    def lost(self) -> bool:
        """Whether it ended because nothing was heard any more."""
        return self.closed.is_set() and not self.hung_up and self.end is CallEnd.MEDIA_LOST

    async def gone(self) -> None:
        """Wait until it has ended."""
        await self.closed.wait()

    async def over(self) -> None:
        """Wait until it has ended."""
        await self.closed.wait()

    @property
    def end(self) -> CallEnd:
        """How a call ended that was answered and is closed, not by us."""
        return end_of_answered(self.reason)

    async def hang_up(self) -> None:
        """End the call; one that has ended is left alone."""
        from baresip import BaresipError

        self.hung_up = True
        if not self.closed.is_set():
            with contextlib.suppress(BaresipError):
                await self.call.hangup()

    async def answer(self) -> bool:
        """Take a call that came to us; False: the caller has gone."""
        from baresip import BaresipError

        try:
            await self.call.answer()
        except BaresipError:
            return False
        await _any_of(self.answered, self.closed, within_s=ANSWER_S)
        return self.answered.is_set() and not self.closed.is_set()

    async def turn_away(self) -> None:
        """Refuse a call that came to us; the caller hears that the line is busy."""
        from baresip import BaresipError

        with contextlib.suppress(BaresipError):
            await self.call.reject()

    async def press(self, keys: str) -> None:
        """Press keys for the far side."""
        from baresip import BaresipError

        with contextlib.suppress(BaresipError, ValueError):
            await self.call.send_dtmf(keys)

    def hear(self) -> Samples:
        """Return what was said since the last time; from any one thread."""
        edge = self._at_edge()
        if edge is None:
            return _NOTHING
        raw = self._safely(lambda: self.call.audio.read(edge.read_bytes)) or b""
        return edge.inward(mono(raw, edge.channels_in)) if raw else _NOTHING

    def say(self, samples: Samples) -> None:
        """Let the far side hear this; what does not fit is lost, and counted."""
        edge = self._at_edge()
        if edge is None or samples.size == 0:
            return
        raw = interleaved(edge.outward(samples), edge.channels_out)
        taken = self._safely(lambda: self.call.audio.write(raw))
        if taken is not None and taken < len(raw):
            self.lost_ms += (len(raw) - taken) * 1000 // edge.write_bytes_a_s

    def hush(self) -> None:
        """Drop what was to be said and has not left."""
        self._safely(self.call.audio.flush_tx)

    def damage(self) -> tuple[int, int]:
        """Return how many bytes heard were lost, and frames said with a hole, so far."""
        stats = self._safely(self.call.audio.stats)
        if stats is None:
            return 0, 0
        return stats.rx_dropped_bytes + stats.rx_discarded_bytes, stats.tx_starved_frames

    def _at_edge(self) -> _Edge | None:
        if self._edge is None and not self.closed.is_set():
            info = self._safely(self.call.audio.info)
            if info is not None and info.tx_ready and info.rx_ready:
                self._edge = _Edge.of(info)
        return self._edge

    def _safely(self, do: Callable[[], Any]) -> Any:
        restarted, not_active = _silences()
        try:
            return do()
        except restarted:
            # The far side changed the sound's form, or its address, in mid-call.
            self._edge = None
        except not_active:
            pass
        return None


@cache
def _silences() -> tuple[type[Exception], type[Exception]]:
    """Return what the stack raises where there is no sound; asked for with every turn of a call."""
    from baresip import AudioNotActive, AudioRestarted

    return AudioRestarted, AudioNotActive


class _Edge:
    """Where a leg's own rate meets ours."""

    def __init__(self, rate_in: int, channels_in: int, rate_out: int, channels_out: int) -> None:
        self.channels_in, self.channels_out = channels_in, channels_out
        self.inward, self.outward = Converter(rate_in, RATE), Converter(RATE, rate_out)
        self.read_bytes = rate_in * channels_in * 2 // 4
        self.write_bytes_a_s = rate_out * channels_out * 2

    @classmethod
    def of(cls, info: Any) -> _Edge:
        sides = (info.rx_sample_rate, info.rx_channels, info.tx_sample_rate, info.tx_channels)
        return cls(*sides)


class Phone:
    """The telephone of this process; ``trunks`` by name."""

    def __init__(self, trunks: Mapping[str, VoiceSettings]) -> None:
        self._trunks = dict(trunks)
        self._runtime: Any = None
        self._agents: dict[tuple[str, str], Any] = {}
        self._latest: deque[Any] = deque(maxlen=256)
        self.on_incoming: Callable[[str, Leg, str], None] | None = None

    async def start(self) -> None:
        """Begin, and register where that is asked for.

        Raises:
            NoTelephone: the extra ``voice`` is not installed.
            TrunkRefused: a registrar does not let us in.
        """
        try:
            from baresip import Runtime
        except ImportError:
            raise _not_installed() from None
        logging.getLogger("baresip").setLevel(logging.CRITICAL + 1)
        self._runtime = Runtime()
        await self._runtime.start(self._config())
        self._runtime.subscribe(self._latest.append)
        for name, trunk in self._trunks.items():
            agent = await self._agent(name, trunk.user)
            agent.on_incoming(self._taker(name))
            if trunk.register:
                await _register(agent, name)

    async def close(self) -> None:
        """End everything."""
        if self._runtime is not None:
            await self._runtime.close()
            self._runtime = None

    async def dial(self, trunk: str, uri: str, *, shown: str, headers: Mapping[str, str]) -> Leg:
        """Place a call and return at once; ``shown``: the number or name that it comes from.

        Raises:
            NotDialled: nothing left.
        """
        from baresip import BaresipError

        try:
            agent = await self._agent(trunk, shown)
            more = {**self._trunks[trunk].headers, **headers}
            call = await agent.dial(uri, headers=more)
        except (BaresipError, ValueError) as error:
            raise NotDialled(type(error).__name__) from None
        leg = Leg(call)
        # What came back before anybody could listen to this very call.
        for event in [each for each in self._latest if each.call == call.handle]:
            leg.hear_of(event)
        return leg

    async def _agent(self, name: str, user: str) -> Any:
        from baresip import UserAgent

        key = (name, user)
        if key not in self._agents:
            self._agents[key] = await UserAgent.create(
                self._runtime, self._account(self._trunks[name], user), transfer_policy="reject"
            )
        return self._agents[key]

    def _account(self, trunk: VoiceSettings, user: str) -> Any:
        from baresip import Account

        secret = trunk.password.open() if trunk.password is not None else ""
        own = user == trunk.user
        more = [_SRTP[trunk.srtp]] if trunk.srtp in _SRTP else []
        return Account(
            user=user,
            domain=trunk.domain,
            password=secret,
            auth_user=trunk.auth_user or (trunk.user if secret else None),
            registrar=trunk.proxy,
            reg_interval=600 if own and trunk.register else 0,
            transport=trunk.transport.value,
            audio_codecs=tuple(_CODECS[codec] for codec in trunk.codecs),
            extra_params=(*more, *(("catchall=yes",) if own else ())),
        )

    def _config(self) -> Any:
        from baresip import Config

        trunks = list(self._trunks.values())
        lines = [f"sip_listen {each.listen}" for each in trunks if each.listen]
        authority = next((each.ca_file for each in trunks if each.ca_file), None)
        if any(each.transport is Transport.TLS for each in trunks):
            lines.append("sip_verify_server yes")
        if authority:
            lines.append(f"sip_cafile {authority}")
        return Config(
            net_interface=next((each.interface for each in trunks if each.interface), None),
            max_concurrent_calls=None,
            rtp_timeout=MEDIA_SILENT_S,
            native_log_level="error",
            expose_headers=("P-Asserted-Identity",),
            extra_config_text="\n".join(lines),
        )

    def _taker(self, trunk: str) -> Callable[[Any], None]:
        def taken(call: Any) -> None:
            if self.on_incoming is not None:
                said = call.headers.get("P-Asserted-Identity") or call.peer or ""
                self.on_incoming(trunk, Leg(call), said)

        return taken


async def _register(agent: Any, name: str) -> None:
    from baresip import RegistrationError

    try:
        await agent.register(timeout=REGISTER_S)
    except RegistrationError as error:
        code = error.status or "no answer"
        raise TrunkRefused(
            f"The trunk {name} does not let us in: {code}.",
            remedy="Look at user, password and domain in the file of channels.",
            message_zh=f"线路 {name} 注册失败：{code}。",
            remedy_zh="请检查渠道文件中的用户名、密码和域名。",
        ) from None


async def _any_of(*events: asyncio.Event, within_s: float) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _not_installed() -> NoTelephone:
    return NoTelephone(
        "What telephone calls need is not installed.",
        remedy=f"Install it: {CALLS}.",
        message_zh="未安装电话呼叫所需的组件。",
        remedy_zh=f"请安装：{CALLS_ZH}。",
    )


_NOTHING: Samples = mono(b"", 1)
