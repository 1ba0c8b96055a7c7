"""How many parts does a text message take on the air?

A part holds 140 bytes. In the GSM 7-bit alphabet that is 160 septets; one character outside the
alphabet, such as any Chinese one, turns the whole message into UCS-2 with 70 units of 16 bits.
A longer message pays six bytes of every part for the header that joins them: 153 or 67 remain.
Source: 3GPP TS 23.038 (alphabets), TS 23.040 9.2.3.24.1 (concatenation).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each is sent as an escape and a letter: two septets that may not be parted.
_EXTENSION = frozenset("\f^{}\\[~]|€")


class Encoding(StrEnum):
    """How the characters travel."""

    GSM_7 = "GSM_7"
    UCS_2 = "UCS_2"


_ALONE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_JOINED = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}


@dataclass(frozen=True, slots=True)
class SmsLength:
    """What a text costs: ``units`` are septets or 16-bit units, without headers."""

    encoding: Encoding
    units: int
    parts: int


def sms_length(text: str) -> SmsLength:
    """Count the parts of a text message; an empty one still takes one.

    >>> sms_length("Your payment is due on 5 March.")
    SmsLength(encoding=<Encoding.GSM_7: 'GSM_7'>, units=31, parts=1)
    >>> sms_length("还" * 71)
    SmsLength(encoding=<Encoding.UCS_2: 'UCS_2'>, units=71, parts=2)
    """
    gsm = all(each in _BASIC or each in _EXTENSION for each in text)
    encoding = Encoding.GSM_7 if gsm else Encoding.UCS_2
    sizes = [_size(each, encoding) for each in text]
    units = sum(sizes)
    parts = 1 if units <= _ALONE[encoding] else _joined(sizes, room=_JOINED[encoding])
    return SmsLength(encoding, units, parts)


def _size(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if character in _EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _joined(sizes: Iterable[int], *, room: int) -> int:
    """Fill part after part; a character of two units is never cut in half."""
    parts, used = 1, 0
    for size in sizes:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts
