"""How does a text become the messages that leave, and how is one that comes in read?"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from forbear.contexts.contact.channels.smpp.pdu import Message, Numbered, Tag
from forbear.contexts.protection.normal import NotIndexable, normal_phone
from forbear.values.sms import Alphabet, read_gsm7, split

_UCS2 = 8
_GSM7 = 0
_LATIN = {1, 3}
_HEADER_INSIDE = 0x40
_SHORT_PART, _LONG_PART = 0x00, 0x08
_WITH_RECEIPT = 1
INTERNATIONAL = (1, 1)
_NATIONAL = (2, 1)


@dataclass(frozen=True, slots=True)
class Form:
    """How a carrier wants messages.

    ``long``: header (the parts' own header), sar (optional parameters) or payload (all at once).
    ``numbers``: international or national. ``wide``: 16-bit numbers in the parts' header.
    """

    source: Numbered
    numbers: str = "international"
    calling_code: str = "86"
    long: str = "header"
    wide: bool = False


def target_of(address: str, form: Form) -> Numbered:
    """Return a number as the carrier wants it.

    Raises:
        NotIndexable: it is no telephone number.
    """
    plain = normal_phone(address, calling_code=form.calling_code).removeprefix("+")
    if form.numbers == "national" and plain.startswith(form.calling_code):
        return Numbered(plain.removeprefix(form.calling_code), *_NATIONAL)
    return Numbered(plain, *INTERNATIONAL)


def messages_of(text: str, target: Numbered, *, reference: int, form: Form) -> list[Message]:
    """Return the messages that carry a text, in order; each asks for a receipt."""
    alphabet, parts = split(text, header=7 if form.wide else 6)
    coding = _GSM7 if alphabet is Alphabet.GSM7 else _UCS2
    known: dict[int, bytes] = {Tag.USER_REFERENCE: struct.pack(">H", reference)}
    if form.long == "payload":
        whole = b"".join(parts)
        return [Message(form.source, target, whole, 0, coding, _WITH_RECEIPT, known)]
    if len(parts) == 1:
        return [Message(form.source, target, parts[0], 0, coding, _WITH_RECEIPT, known)]
    found = []
    for number, part in enumerate(parts, start=1):
        octets, esm, more = part, 0, dict(known)
        if form.long == "sar":
            more[Tag.SAR_REFERENCE] = struct.pack(">H", reference)
            more[Tag.SAR_TOTAL], more[Tag.SAR_NUMBER] = bytes([len(parts)]), bytes([number])
        else:
            octets, esm = _header(reference, len(parts), number, wide=form.wide) + part, 0x40
        found.append(Message(form.source, target, octets, esm, coding, _WITH_RECEIPT, more))
    return found


def _header(reference: int, total: int, number: int, *, wide: bool) -> bytes:
    if wide:
        return bytes([6, _LONG_PART, 4]) + struct.pack(">HBB", reference, total, number)
    return bytes([5, _SHORT_PART, 3, reference & 0xFF, total, number])


@dataclass(frozen=True, slots=True)
class Piece:
    """What somebody wrote, or a part of it. ``group`` "": it is whole."""

    text: str
    group: str = ""
    number: int = 1
    total: int = 1


def read_piece(message: Message) -> Piece:
    """Return the words of a message that came in; what cannot be read becomes U+FFFD."""
    octets, group, number, total = message.octets, "", 1, 1
    if message.esm & _HEADER_INSIDE and octets:
        header, octets = octets[1 : 1 + octets[0]], octets[1 + octets[0] :]
        group, number, total = _read_header(header)
    elif Tag.SAR_REFERENCE in message.tlvs:
        reference = int.from_bytes(message.tlvs[Tag.SAR_REFERENCE], "big")
        total = int.from_bytes(message.tlvs.get(Tag.SAR_TOTAL, b"\1"), "big")
        number = int.from_bytes(message.tlvs.get(Tag.SAR_NUMBER, b"\1"), "big")
        group = f"{reference}/{total}"
    if total <= 1:
        group, number, total = "", 1, 1
    return Piece(_words(octets, message.coding), group, number, total)


def _read_header(header: bytes) -> tuple[str, int, int]:
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if kind == _SHORT_PART and len(value) == 3:
            return f"{value[0]}/{value[1]}", value[2], value[1]
        if kind == _LONG_PART and len(value) == 4:
            return f"{int.from_bytes(value[:2], 'big')}/{value[2]}", value[3], value[2]
        at += 2 + length
    return "", 1, 1


def _words(octets: bytes, coding: int) -> str:
    # The two highest bits say what kind of coding it is; in these kinds bits 2 and 3 hold it.
    if coding >= 0xF0:
        coding = _GSM7 if not coding & 0x04 else 4
    if coding & 0x0C == _UCS2:
        return octets.decode("utf-16-be", "replace")
    if coding in _LATIN or coding & 0x0C == 4:
        return octets.decode("latin-1")
    return read_gsm7(octets)


def sender_of(source: Numbered) -> str:
    """Return who wrote, as a number is written by hand."""
    if source.ton == INTERNATIONAL[0] and not source.address.startswith("+"):
        return f"+{source.address}"
    return source.address


def is_number(address: str, form: Form) -> bool:
    """Say whether an address is a telephone number at all."""
    try:
        normal_phone(address, calling_code=form.calling_code)
    except NotIndexable:
        return False
    return True
