"""Into how many parts does a text message fall, in which alphabet, and what does it cost?

Numbers are those of 3GPP TS 23.038 (the alphabets) and TS 23.040 (long messages): 140 octets a
part, which are 160 signs of seven bits or 70 units of UCS-2; a part of a long message carries a
header of 6 or 7 octets that says which part of which message it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_OCTETS = 140
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_ESCAPE = 0x1B
_CODES = {sign: bytes([code]) for code, sign in enumerate(_BASIC) if code != _ESCAPE} | {
    sign: bytes([_ESCAPE, code]) for sign, code in _EXTENDED.items()
}
_SIGNS = {code: sign for sign, code in _EXTENDED.items()}


class Alphabet(StrEnum):
    """In which alphabet a message travels."""

    GSM7 = "GSM7"
    UCS2 = "UCS2"


@dataclass(frozen=True, slots=True)
class Measured:
    """How long a message is.

    ``units``: septets or UCS-2 units in all; ``left``: how many more the last part would hold.
    """

    alphabet: Alphabet
    units: int
    parts: int
    left: int


def alphabet_of(text: str) -> Alphabet:
    """Return the alphabet that a text needs; one sign outside GSM 7-bit makes it UCS-2."""
    return Alphabet.GSM7 if all(sign in _CODES for sign in text) else Alphabet.UCS2


def split(text: str, *, header: int = 6) -> tuple[Alphabet, tuple[bytes, ...]]:
    """Return a message's parts as they travel; no sign is cut in two.

    A septet is an octet; of UCS-2 the high octet comes first.
    ``header``: octets of the header of each part of a long message: 6, or 7 with long numbers.
    """
    alphabet = alphabet_of(text)
    if alphabet is Alphabet.GSM7:
        signs, whole, room = [_CODES[sign] for sign in text], 160, (_OCTETS - header) * 8 // 7
    else:
        signs = [sign.encode("utf-16-be", "surrogatepass") for sign in text]
        whole, room = _OCTETS, (_OCTETS - header) // 2 * 2
    if sum(len(sign) for sign in signs) <= whole:
        return alphabet, (b"".join(signs),)
    parts, part = [], b""
    for sign in signs:
        if len(part) + len(sign) > room:
            parts.append(part)
            part = b""
        part += sign
    return alphabet, (*parts, part)


def measure(text: str, *, header: int = 6) -> Measured:
    """Return how many parts a text falls into, and how much room is left in the last."""
    alphabet, parts = split(text, header=header)
    wide = 1 if alphabet is Alphabet.GSM7 else 2
    if len(parts) == 1:
        room = 160 if wide == 1 else 70
    else:
        room = (_OCTETS - header) * 8 // 7 if wide == 1 else (_OCTETS - header) // 2
    units = sum(len(part) for part in parts) // wide
    return Measured(alphabet, units, len(parts), room - len(parts[-1]) // wide)


def cost_minor(text: str, per_part_minor: int, *, header: int = 6) -> int:
    """Return what a message costs, in minor units."""
    return measure(text, header=header).parts * per_part_minor


def read_gsm7(octets: bytes) -> str:
    """Return the text of septets that travelled an octet each; what is none becomes U+FFFD."""
    found, escaped = [], False
    for octet in octets:
        if escaped:
            found.append(_SIGNS.get(octet, "\ufffd"))
            escaped = False
        elif octet == _ESCAPE:
            escaped = True
        else:
            found.append(_BASIC[octet] if octet < len(_BASIC) else "\ufffd")
    return "".join(found)
