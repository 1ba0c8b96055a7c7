"""Are the pages of a PDF the very bytes that were signed, by the key that their data name?

A part of the offline verifier, which is handed out as one file: it needs Python alone. It reads as
much of the signature's form (CMS in DER, ECDSA on the curve P-256) as signed pages have, no more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_DIGEST_OF = bytes.fromhex("06092a864886f70d010904")
Piece = tuple[int, bytes, bytes]
"""Tag, content, and the whole with its head."""


def pages_fault(content: bytes, key_sha256: str) -> str | None:
    """Return what is wrong with a PDF's signature; None: nothing.

    UNSIGNED: there is none that covers the whole file. OTHER_KEY: it is not by the key whose
    public half has this hash. ALTERED: the pages are not those that were signed.
    """
    found = list(_RANGE.finditer(content))
    if len(found) != 1:
        return "UNSIGNED"
    first, length, second, rest = (int(number) for number in found[0].groups())
    if first != 0 or not 0 < length < second or second + rest != len(content):
        return "UNSIGNED"
    covered = content[:length] + content[second:]
    try:
        key, told, signed_part, signature = _parts(bytes.fromhex(_hex(content[length:second])))
        if hashlib.sha256(key).hexdigest() != key_sha256:
            return "OTHER_KEY"
        good = told == hashlib.sha256(covered).digest()
        return None if good and _ecdsa(key[-64:], signed_part, signature) else "ALTERED"
    except (ValueError, IndexError, StopIteration):
        return "ALTERED"


def _hex(text: bytes) -> str:
    if text[:1] != b"<" or text[-1:] != b">":
        raise ValueError("no signature in its place")
    digits = text[1:-1].decode("ascii")
    if not re.fullmatch(r"(?:[0-9a-f]{2})+|(?:[0-9A-F]{2})+", digits):
        raise ValueError("not written as it was")
    return digits


def _parts(cms: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the public key, the digest that is told, the attributes signed, and the signature."""
    outer = next(_pieces(cms))
    if cms[len(outer[2]) :].strip(b"\0"):
        raise ValueError("something stands behind the signature")
    _, explicit = _pieces(outer[1])
    (data,) = _pieces(explicit[1])
    parts = list(_pieces(data[1]))
    certificates = next(part for part in parts if part[0] == 0xA0)
    (signer,) = _pieces(parts[-1][1])
    fields = list(_pieces(signer[1]))
    attributes = next(field for field in fields if field[0] == 0xA0)
    signature = next(field for field in fields if field[0] == 0x04)
    told = b""
    for attribute in _pieces(attributes[1]):
        kind, values = _pieces(attribute[1])
        if kind[2] == _DIGEST_OF:
            ((_, told, _),) = _pieces(values[1])
    certificate = next(_pieces(certificates[1]))
    if hashlib.sha256(certificate[2]).digest() not in attributes[1]:
        raise ValueError("another certificate")
    body = next(_pieces(certificate[1]))
    # Version, number, algorithm, issuer, validity, subject, and then the public key.
    key = list(_pieces(body[1]))[6]
    # What is signed is the set of attributes under its own tag.
    return key[2], told, b"\x31" + attributes[2][1:], signature[1]


def _pieces(data: bytes) -> Iterator[Piece]:
    at = 0
    while at < len(data):
        begin, tag, size = at, data[at], data[at + 1]
        at += 2
        if size & 0x80:
            count = size & 0x7F
            size = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + size > len(data):
            raise ValueError("cut off")
        yield tag, data[at : at + size], data[begin : at + size]
        at += size


# --- ECDSA on P-256, only to verify ---------------------------------------------------------------

_FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
_A = _FIELD - 3
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Spot = tuple[int, int] | None
"""A point of the curve; none: the point far away."""


def _ecdsa(key: bytes, message: bytes, signature: bytes) -> bool:
    (pair,) = _pieces(signature)
    r, s = (int.from_bytes(number[1], "big") for number in _pieces(pair[1]))
    x, y = int.from_bytes(key[:32], "big"), int.from_bytes(key[32:], "big")
    on_curve = (y * y - x * x * x - _A * x - _B) % _FIELD == 0
    if not on_curve or not 0 < r < _N or not 0 < s < _N:
        return False
    told = int.from_bytes(hashlib.sha256(message).digest(), "big")
    inverse = pow(s, -1, _N)
    one, two = _times(told * inverse % _N, _BASE), _times(r * inverse % _N, (x, y))
    found = _sum(one, two)
    return found is not None and found[0] % _N == r


def _times(factor: int, spot: Spot) -> Spot:
    found: Spot = None
    for bit in f"{factor:b}":
        found = _sum(found, found)
        if bit == "1":
            found = _sum(found, spot)
    return found


def _sum(one: Spot, two: Spot) -> Spot:
    if one is None or two is None:
        return two if one is None else one
    if one[0] == two[0] and (one[1] + two[1]) % _FIELD == 0:
        return None
    if one == two:
        slope = (3 * one[0] * one[0] + _A) * pow(2 * one[1], -1, _FIELD) % _FIELD
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, _FIELD) % _FIELD
    x = (slope * slope - one[0] - two[0]) % _FIELD
    return x, (slope * (one[0] - x) - one[1]) % _FIELD
