"""How is a carrier that speaks SMPP 3.4 set up?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from forbear.contexts.contact.channels.kind import Entry, Kind, Setting
from forbear.contexts.contact.channels.port import Adapter
from forbear.contexts.contact.channels.secret import Reference, secret_in
from forbear.policy.reading import Field
from forbear.values.code import Channel

_FIELDS = (
    "host",
    "port",
    "tls",
    "ca_file",
    "system_id",
    "password",
    "system_type",
    "service_type",
    "bind",
    "receiver_host",
    "receiver_port",
    "window",
    "per_second_max",
    "timeout_s",
    "idle_s",
    "again_s_max",
    "source",
    "source_ton",
    "source_npi",
    "numbers",
    "calling_code",
    "long",
    "long_numbers",
    "valid_minutes",
    "answer_ids",
    "receipt_ids",
    "query_after_minutes",
)
_TIMEOUT_S_MAX = 30
_VALID_MINUTES_MAX = 3 * 24 * 60
_IDS = ("text", "hex", "decimal")


@dataclass(frozen=True, slots=True)
class Read:
    """What the file says, and where the password is."""

    said: dict[str, Any]
    password: Reference


def _read(settings: Field) -> Read:
    settings.only(*_FIELDS)
    said: dict[str, Any] = {
        "host": settings.get("host", str),
        "port": _number(settings, "port", 2775, 1, 65535),
        "tls": settings.flag("tls", default=False),
        "ca_file": settings.get("ca_file", str, default=None),
        "system_id": settings.get("system_id", str),
        "system_type": settings.get("system_type", str, default=""),
        "service_type": settings.get("service_type", str, default=""),
        "bind": _one_of(settings, "bind", ("transceiver", "pair")),
        "window": _number(settings, "window", 10, 1, 1000),
        "per_second_max": _number(settings, "per_second_max", 10, 1, 10_000),
        "timeout_s": _number(settings, "timeout_s", 10, 1, _TIMEOUT_S_MAX),
        "idle_s": _number(settings, "idle_s", 30, 1, 3600),
        "again_s_max": _number(settings, "again_s_max", 60, 1, 3600),
        "source": settings.get("source", str),
        "source_ton": _number(settings, "source_ton", 0, 0, 6),
        "source_npi": _number(settings, "source_npi", 1, 0, 18),
        "numbers": _one_of(settings, "numbers", ("international", "national")),
        "calling_code": settings.get("calling_code", str, default="86"),
        "long": _one_of(settings, "long", ("header", "sar", "payload")),
        "long_numbers": _number(settings, "long_numbers", 8, 8, 16),
        "valid_minutes": _number(settings, "valid_minutes", 120, 1, _VALID_MINUTES_MAX),
        "answer_ids": _one_of(settings, "answer_ids", _IDS),
        "receipt_ids": _one_of(settings, "receipt_ids", _IDS),
        "query_after_minutes": _number(settings, "query_after_minutes", 0, 0, 24 * 60),
    }
    said["receiver_host"] = settings.get("receiver_host", str, default=said["host"])
    said["receiver_port"] = _number(settings, "receiver_port", said["port"], 1, 65535)
    if not said["calling_code"].isdecimal():
        raise settings.fail("calling_code", "is no calling code", 'Write its digits, as "86".')
    if said["query_after_minutes"] and {said["answer_ids"], said["receipt_ids"]} != {"text"}:
        remedy = "Leave answer_ids and receipt_ids out, or leave this out."
        raise settings.fail("query_after_minutes", "needs ids that are alike everywhere", remedy)
    if len(said["system_id"]) > 15:
        raise settings.fail(
            "system_id", "is longer than 15 signs", "Write the name that the carrier gave you."
        )
    return Read(said, secret_in(settings, "password"))


def _number(settings: Field, name: str, otherwise: int, low: int, high: int) -> int:
    found: int = settings.get(name, int, default=otherwise)
    if not low <= found <= high:
        raise settings.fail(name, "is out of range", f"Write a number from {low} to {high}.")
    return found


def _one_of(settings: Field, name: str, words: tuple[str, ...]) -> str:
    found: str = settings.get(name, str, default=words[0])
    if found not in words:
        raise settings.fail(name, f"'{found[:20]}' is not known", f"Use: {', '.join(words)}.")
    return found


def _make(entry: Entry, setting: Setting) -> Adapter:
    from dataclasses import replace

    from forbear.contexts.contact.channels.smpp.adapter import Settings, SmppAdapter
    from forbear.contexts.contact.channels.smpp.craft import Form
    from forbear.contexts.contact.channels.smpp.pdu import Numbered
    from forbear.contexts.contact.channels.smpp.session import Peer

    read: Read = entry.settings
    said = read.said
    peer = Peer(
        host=said["host"],
        port=said["port"],
        system_id=said["system_id"],
        password=read.password.open(),
        system_type=said["system_type"],
        tls=said["tls"],
        ca_file=said["ca_file"],
        window=said["window"],
        wait_s=float(said["timeout_s"]),
        idle_s=float(said["idle_s"]),
        again_s=(min(1.0, said["again_s_max"]), float(said["again_s_max"])),
    )
    receiver = None
    if said["bind"] == "pair":
        receiver = replace(peer, host=said["receiver_host"], port=said["receiver_port"])
    minutes = said["query_after_minutes"]
    settings = Settings(
        peer=peer,
        receiver=receiver,
        form=Form(
            source=Numbered(said["source"], said["source_ton"], said["source_npi"]),
            numbers=said["numbers"],
            calling_code=said["calling_code"],
            long=said["long"],
            wide=said["long_numbers"] == 16,
        ),
        per_second_max=float(said["per_second_max"]),
        valid_minutes=said["valid_minutes"],
        service=said["service_type"],
        answer_ids=said["answer_ids"],
        receipt_ids=said["receipt_ids"],
        query_after=timedelta(minutes=minutes) if minutes else None,
    )
    return SmppAdapter(entry, settings, setting)


KIND = Kind(frozenset({Channel.SMS}), _read, _make)
