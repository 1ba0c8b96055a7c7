"""What must be known to place calls over somebody's trunk or telephone system?

settings:
  domain: sip.carrier.example        # host, or host:port
  transport: tls                     # udp, tcp or tls
  user: forbear
  password: "env:TRUNK_PASSWORD"     # a reference, never the password itself
  register: true                     # false where the carrier knows us by our address
  srtp: required                     # off, offered or required
  codecs: [PCMA, PCMU, G722, OPUS]
  dial: "sip:{number}@{domain}"      # {number}: +8613800000000; {digits}: without the plus
  ring_s: 45
  desk: {dial: "sip:{extension}@pbx.example", ring_s: 20, queue: "600"}
  inbound:                           # left out: calls to us are turned away
    {ring_s: 25, zone: Asia/Shanghai, weekdays: [0, 1, 2, 3, 4], opens: "09:00", closes: "18:00"}
  headset: {interface: 10.0.0.5, ports: "40000-40099"}   # left out: no browser is a telephone
  voices: {ZH: "espeak-ng -v cmn --stdout", EN: "espeak-ng -v en --stdout"}
  lines:                             # which registered numbers are shown, the first that fits
    - {law: CN, regions: ["31", "33"], numbers: ["021-0000-0001"]}
    - {law: CN, numbers: ["400-000-0000"]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from forbear.contexts.contact.channels.secret import Reference, secret_if
from forbear.contexts.contact.channels.voice.headset_setting import (
    HeadsetSettings,
    read_headset,
)
from forbear.policy.reading import Field
from forbear.values.code import Code, Jurisdiction, Language

_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,200}")
_ADDRESS = re.compile(r"sips?:[^\s<>\"]{1,200}")
_REGION = re.compile(r"\d{2,6}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9\-]{0,60}")
RING_S, DESK_RING_S, INBOUND_RING_S, RING_S_MAX = 45, 20, 25, 120
CALLS_MAX = 100


class Transport(Code):
    """How signalling travels."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Srtp(Code):
    """Whether what is said is encrypted on its way to the trunk."""

    OFF = "off"
    OFFERED = "offered"
    REQUIRED = "required"


class Codec(Code):
    """How what is said is coded; the trunk and we agree on one of them."""

    PCMA = "PCMA"
    PCMU = "PCMU"
    G722 = "G722"
    OPUS = "OPUS"


@dataclass(frozen=True, slots=True)
class Pool:
    """Numbers that are shown to persons of one law; ``regions`` empty: wherever they live."""

    law: Jurisdiction
    regions: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Staffed:
    """When somebody is there for calls to us: minutes of some weekdays (Monday is 0) on a clock.

    ``ring_s``: so long each telephone rings.
    """

    zone: str
    weekdays: tuple[int, ...]
    opens_minute: int
    closes_minute: int
    ring_s: int = INBOUND_RING_S

    def at(self, now: datetime) -> bool:
        """Say whether somebody is there."""
        here = now.astimezone(ZoneInfo(self.zone))
        minute = here.hour * 60 + here.minute
        return here.weekday() in self.weekdays and self.opens_minute <= minute < self.closes_minute


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """One trunk. ``password`` null: the carrier knows us by our address."""

    domain: str
    transport: Transport = Transport.UDP
    user: str = "forbear"
    password: Reference | None = None
    auth_user: str | None = None
    register: bool = False
    proxy: str | None = None
    srtp: Srtp = Srtp.OFF
    codecs: tuple[Codec, ...] = tuple(Codec)
    dial: str = "sip:{number}@{domain}"
    ring_s: int = RING_S
    desk_dial: str | None = None
    desk_ring_s: int = DESK_RING_S
    desk_queue: str | None = None
    voices: Mapping[Language, str] = field(default_factory=dict)
    pools: tuple[Pool, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    interface: str | None = None
    listen: str | None = None
    ca_file: str | None = None
    calls_max: int = CALLS_MAX
    inbound: Staffed | None = None
    headset: HeadsetSettings | None = None

    def numbers_for(self, law: Jurisdiction, region: str | None) -> tuple[str, ...]:
        """Return the numbers of the first pool that fits; none: nobody there may be called."""
        for pool in self.pools:
            near = not pool.regions or (region or "").startswith(pool.regions)
            if pool.law is law and near:
                return pool.numbers
        return ()


def read_settings(said: Field) -> VoiceSettings:
    """Return the settings of a file.

    Raises:
        InvalidRule: something is missing or wrong; it names the field.
    """
    said.only(
        *("domain", "transport", "user", "password", "auth_user", "register", "proxy", "srtp"),
        *("codecs", "dial", "ring_s", "desk", "lines", "headers", "interface", "listen"),
        *("ca_file", "calls_max", "voices", "inbound", "headset"),
    )
    password = secret_if(said, "password")
    desk = said.part("desk").only("dial", "ring_s", "queue") if said.has("desk") else None
    return VoiceSettings(
        domain=_matching(said, "domain", _HOST, "Write a host, or host:port."),
        transport=said.word("transport", Transport, default=Transport.UDP),
        user=said.get("user", str, default="forbear"),
        password=password,
        auth_user=said.get("auth_user", str, default=None),
        register=said.get("register", bool, default=password is not None),
        proxy=said.get("proxy", str, default=None),
        srtp=said.word("srtp", Srtp, default=Srtp.OFF),
        codecs=_codecs(said),
        dial=_pattern(said, "dial", "number", "digits") or "sip:{number}@{domain}",
        ring_s=_seconds(said, "ring_s", RING_S),
        desk_dial=None if desk is None else _pattern(desk, "dial", "extension"),
        desk_ring_s=DESK_RING_S if desk is None else _seconds(desk, "ring_s", DESK_RING_S),
        desk_queue=None if desk is None else desk.get("queue", str, default=None),
        voices=_voices(said),
        pools=tuple(_pool(each) for each in said.parts("lines")),
        headers=_headers(said),
        interface=said.get("interface", str, default=None),
        listen=said.get("listen", str, default=None),
        ca_file=said.get("ca_file", str, default=None),
        calls_max=said.count("calls_max", low=1) if said.has("calls_max") else CALLS_MAX,
        inbound=_staffed(said.part("inbound")) if said.has("inbound") else None,
        headset=read_headset(said.part("headset")) if said.has("headset") else None,
    )


def _staffed(said: Field) -> Staffed:
    said.only("zone", "weekdays", "opens", "closes", "ring_s")
    zone, days = said.get("zone", str), said.get("weekdays", list)
    if zone not in available_timezones():
        raise said.fail("zone", "is no time zone", "Write one such as Asia/Shanghai.")
    if not days or any(type(day) is not int or not 0 <= day <= 6 for day in days):
        raise said.fail("weekdays", "holds something else", "Write numbers from 0 (Monday) to 6.")
    opens, closes = said.minute("opens"), said.minute("closes")
    if opens >= closes:
        raise said.fail("closes", "is not after opens", "Write a later time of the same day.")
    ring_s = _seconds(said, "ring_s", INBOUND_RING_S)
    return Staffed(zone, tuple(days), opens, closes, ring_s)


def _codecs(said: Field) -> tuple[Codec, ...]:
    if not said.has("codecs"):
        return tuple(Codec)
    found = said.get("codecs", list)
    known = {codec.value: codec for codec in Codec}
    if not found or any(word not in known for word in found):
        raise said.fail("codecs", "names a codec that is not known", f"Use: {', '.join(known)}.")
    return tuple(known[word] for word in found)


def _seconds(said: Field, name: str, otherwise: int) -> int:
    if not said.has(name):
        return otherwise
    found = said.count(name, low=5)
    if found > RING_S_MAX:
        raise said.fail(name, "is too long", f"Let it ring for {RING_S_MAX} seconds at most.")
    return found


def _matching(said: Field, name: str, form: re.Pattern[str], remedy: str) -> str:
    found = str(said.get(name, str))
    if not form.fullmatch(found):
        raise said.fail(name, "does not have the form of one", remedy)
    return found


def _pattern(said: Field, name: str, *gaps: str) -> str | None:
    if not said.has(name):
        return None
    found = str(said.get(name, str))
    filled = found
    for gap in (*gaps, "domain"):
        filled = filled.replace(f"{{{gap}}}", "0")
    if filled == found or "{" in filled or not _ADDRESS.fullmatch(filled):
        written = " or ".join(f"{{{gap}}}" for gap in gaps)
        raise said.fail(name, "is no SIP address", f"Write sip:{written}@host.")
    return found


def _pool(said: Field) -> Pool:
    said.only("law", "regions", "numbers")
    regions = tuple(map(str, said.get("regions", list, default=[])))
    numbers = tuple(map(str, said.get("numbers", list)))
    if not all(_REGION.fullmatch(each) for each in regions):
        raise said.fail("regions", "holds something else", "Write first digits of region codes.")
    if not numbers:
        raise said.fail("numbers", "is empty", "Name registered numbers.")
    return Pool(said.word("law", Jurisdiction), regions, numbers)


def _voices(said: Field) -> dict[Language, str]:
    if not said.has("voices"):
        return {}
    voices = said.part("voices").only(*Language)
    return {Language(word): voices.get(word, str) for word in voices.value}


def _headers(said: Field) -> dict[str, str]:
    if not said.has("headers"):
        return {}
    found = said.get("headers", dict)
    for name, value in found.items():
        plain = isinstance(value, str) and value.isprintable()
        if not _HEADER.fullmatch(str(name)) or not plain:
            raise said.fail("headers", "holds no header", "Write Name: value, in one line.")
    return dict(found)
