"""How is a reference written that people copy by hand into a transfer?

Twelve signs without I, L, O and U, the last of which checks the others: a slip of the pen names
no other loan. It tells nothing about a person.
"""

from __future__ import annotations

import secrets
import unicodedata

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_reference() -> str:
    """Return a new reference as it is kept, without spaces."""
    drawn = "".join(secrets.choice(SIGNS) for _ in range(LENGTH - 1))
    return drawn + _check_sign(drawn)


def read_reference(said: str) -> str | None:
    """Return the reference that somebody typed; None: it is none, or a slip of the pen."""
    plain = unicodedata.normalize("NFKC", said).upper().translate(_MISREAD)
    if len(plain) != LENGTH or any(sign not in SIGNS for sign in plain):
        return None
    return plain if _check_sign(plain[:-1]) == plain[-1] else None


def shown_reference(reference: str) -> str:
    """Return a reference in groups of four, as people read it."""
    return " ".join(reference[at : at + _GROUP] for at in range(0, LENGTH, _GROUP))


def _check_sign(signs: str) -> str:
    """Return the sign with which the weighted sum comes out even (Luhn's way, in base 32)."""
    base, total = len(SIGNS), 0
    for place, sign in enumerate(reversed(signs)):
        value = SIGNS.index(sign) * (2 if place % 2 == 0 else 1)
        total += value // base + value % base
    return SIGNS[-total % base]
