"""What short code stands for one contact, so that whoever was contacted can check it?

A code is the attempt's own number in twelve digits, carried through a keyed permutation: ten rounds
of a Feistel network over two halves of six digits. Nothing is stored, nothing is written when a
contact is authorised, and a code leads to its row by the row's key. Whoever does not hold the key
ring can neither make a code nor tell one contact's from another's.
"""

from __future__ import annotations

import re

from cryptography.hazmat.primitives.hmac import HMAC

from forbear.contexts.protection.store import keyed_for

HALF = 10**6
ROUNDS = 10
_PURPOSE = "CALLER_CODE.1"
_DIGITS = re.compile(r"\d{12}")
_BETWEEN = re.compile(r"[\s\-–—·.]+")


def code_of(attempt_id: int) -> str:
    """Return the code of a contact, in three groups of four digits.

    Raises:
        RingMissing, RingExposed, RingUnusable: there is no key ring that can be used.
    """
    digits = f"{_forth(attempt_id % HALF**2, keyed_for(_PURPOSE)[0]):012d}"
    return f"{digits[:4]} {digits[4:8]} {digits[8:]}"


def attempts_of(code: str) -> tuple[int, ...]:
    """Return which attempts a code may stand for: one under each live key; none: it is no code.

    However it is typed: with spaces, hyphens or neither, also in full-width digits.
    """
    digits = _BETWEEN.sub("", code.strip())
    if not _DIGITS.fullmatch(digits):
        return ()
    number = int(digits)
    return tuple(_back(number, key) for key in keyed_for(_PURPOSE))


def _forth(number: int, key: HMAC) -> int:
    left, right = divmod(number, HALF)
    for turn in range(ROUNDS):
        left, right = right, (left + _mixed(turn, right, key)) % HALF
    return left * HALF + right


def _back(number: int, key: HMAC) -> int:
    left, right = divmod(number, HALF)
    for turn in reversed(range(ROUNDS)):
        left, right = (right - _mixed(turn, left, key)) % HALF, left
    return left * HALF + right


def _mixed(turn: int, half: int, key: HMAC) -> int:
    keyed = key.copy()
    keyed.update(b"%d|%d" % (turn, half))
    # Sixteen bytes for six digits: no value is likelier than another by more than 2**-108.
    return int.from_bytes(keyed.finalize()[:16], "big") % HALF
