"""How is the key of a lender's system written, and what of it is kept?

``fb_1a2b3c4d_<43 characters>``: the part before the second ``_`` is shown and looked up by; the
rest is 256 random bits. Only a SHA-256 of the whole is kept; so many random bits
cannot be guessed from it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import NamedTuple

PREFIX_LENGTH = 11
_WRITTEN = re.compile(r"(fb_[0-9a-f]{8})_[A-Za-z0-9_-]{43}")


class NewToken(NamedTuple):
    """A key as it is shown once, and what is kept of it."""

    text: str
    prefix: str
    sha256: bytes


def new_token() -> NewToken:
    """Return a fresh random key."""
    prefix = f"fb_{secrets.token_hex(4)}"
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    return NewToken(text, prefix, token_hash(text))


def token_hash(text: str) -> bytes:
    """Return what is kept of a key."""
    return hashlib.sha256(text.encode()).digest()


def prefix_of(text: str) -> str | None:
    """Return the part by which a key is looked up; None: this is not written like a key."""
    found = _WRITTEN.fullmatch(text)
    return None if found is None else found[1]
