"""How does one SMPP 3.4 message look on the wire?

Only what an ESME sends and takes. Numbers and layouts are those of the specification, version 3.4,
issue 1.2. A message of 16 octets of header and its body; texts end with a zero octet.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

HEADER = struct.Struct(">IIII")
LENGTH_MAX = 70_000
"""Above the longest body that any of these may have: a message_payload of 65 535 octets."""


class Command(IntEnum):
    """What a message is; an answer has the highest bit set."""

    NACK = 0x80000000
    BIND_RECEIVER = 0x1
    BIND_TRANSMITTER = 0x2
    QUERY = 0x3
    SUBMIT = 0x4
    DELIVER = 0x5
    UNBIND = 0x6
    BIND_TRANSCEIVER = 0x9
    ENQUIRE = 0x15


ANSWER = 0x80000000


class Status(IntEnum):
    """What an answer says; only those that are treated apart."""

    OK = 0x00
    UNKNOWN_COMMAND = 0x03
    SYSTEM_ERROR = 0x08
    QUEUE_FULL = 0x14
    THROTTLED = 0x58
    TRY_LATER = 0x64
    UNKNOWN_ERROR = 0xFF


class Tag(IntEnum):
    """Optional parameters that are read or written here."""

    RECEIPTED_MESSAGE_ID = 0x001E
    USER_REFERENCE = 0x0204
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class Malformed(ValueError):
    """What came is not a message of this protocol."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """A message: what it is, how it answered, its number on this connection, and its body."""

    command: int
    status: int
    number: int
    body: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """Return the octets."""
        return HEADER.pack(16 + len(self.body), self.command, self.status, self.number) + self.body


def head(octets: bytes) -> tuple[int, int, int, int]:
    """Return a header's length, command, status and number.

    Raises:
        Malformed: the length cannot be that of a message.
    """
    length, command, status, number = HEADER.unpack(octets)
    if not HEADER.size <= length <= LENGTH_MAX:
        raise Malformed(f"a length of {length}")
    return length, command, status, number


def text(said: str) -> bytes:
    """Return a text with its end."""
    return said.encode("latin-1", "replace") + b"\0"


def tlv(tag: int, value: bytes) -> bytes:
    """Return an optional parameter."""
    return struct.pack(">HH", tag, len(value)) + value


class Reader:
    """Takes a body apart, from its beginning."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    def text(self) -> str:
        """Return a text up to its end."""
        end = self._body.find(b"\0", self._at)
        if end < 0:
            raise Malformed("a text without an end")
        found, self._at = self._body[self._at : end], end + 1
        return found.decode("latin-1")

    def octets(self, count: int) -> bytes:
        """Return so many octets."""
        found = self._body[self._at : self._at + count]
        if len(found) < count:
            raise Malformed("a body that ends too soon")
        self._at += count
        return found

    def number(self) -> int:
        """Return a number of one octet."""
        return self.octets(1)[0]

    def tlvs(self) -> dict[int, bytes]:
        """Return the optional parameters that follow, by tag."""
        found = {}
        while self._at < len(self._body):
            tag, length = struct.unpack(">HH", self.octets(4))
            found[tag] = self.octets(length)
        return found


def bind_body(system_id: str, password: str, system_type: str, addresses: str) -> bytes:
    """Return the body of a bind: protocol 3.4, any kind of number."""
    named = text(system_id) + text(password) + text(system_type)
    return named + bytes([0x34, 0, 0]) + text(addresses)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number with its type (TON) and plan (NPI)."""

    address: str = field(repr=False)
    ton: int = 0
    npi: int = 0

    def encode(self) -> bytes:
        """Return the octets."""
        return bytes([self.ton, self.npi]) + text(self.address)


@dataclass(frozen=True, slots=True)
class Message:
    """A short message, one way or the other.

    ``esm``: its class (0x40: the message begins with a header of parts; 0x04: a receipt).
    ``coding``: its alphabet; ``receipt``: whether a receipt is wanted.
    """

    source: Numbered
    target: Numbered
    octets: bytes = field(repr=False)
    esm: int = 0
    coding: int = 0
    receipt: int = 0
    tlvs: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    def encode(self, *, service: str = "", validity: str = "") -> bytes:
        """Return the body of a submit or deliver; a longer text goes as a payload."""
        short, more = self.octets, dict(self.tlvs)
        if len(short) > 254:
            more[Tag.PAYLOAD], short = short, b""
        return b"".join(
            (
                text(service),
                self.source.encode(),
                self.target.encode(),
                bytes([self.esm, 0, 0]),
                text(""),
                text(validity),
                bytes([self.receipt, 0, self.coding, 0, len(short)]),
                short,
                *(tlv(tag, value) for tag, value in more.items()),
            )
        )


def read_message(body: bytes) -> Message:
    """Return the message of a submit's or deliver's body.

    Raises:
        Malformed: it is none.
    """
    read = Reader(body)
    read.text()
    source, target = (_numbered(read) for _ in range(2))
    esm, _, _ = read.octets(3)
    read.text()
    read.text()
    receipt, _, coding, _, length = read.octets(5)
    octets = read.octets(length)
    tlvs = read.tlvs()
    octets = octets or tlvs.get(Tag.PAYLOAD, b"")
    return Message(source, target, octets, esm, coding, receipt, tlvs)


def _numbered(read: Reader) -> Numbered:
    ton, npi = read.number(), read.number()
    return Numbered(read.text(), ton, npi)
