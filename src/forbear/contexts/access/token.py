"""How are tokens and codes drawn, kept and compared? Kept are keyed hashes alone."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode

from django.conf import settings

TOKEN_BYTES = 24
"""192 random bits: nobody finds one by trying."""
LINK_BYTES = 12
"""96 bits stand in a message, where every sign counts; they open nothing by themselves."""
DIGEST_BYTES = 32


def new_token() -> str:
    """Return a new token that can stand in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def link_token(attempt_id: int) -> str:
    """Return the token of the link in the message of a contact, always the same one.

    So the words that left can be shown again, though no token is kept.
    """
    return urlsafe_b64encode(digest_of("lead", str(attempt_id))[:LINK_BYTES]).decode()


def new_digits(digits: int) -> str:
    """Return a new code of digits."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def digest_of(use: str, said: str) -> bytes:
    """Return the keyed hash of a token or code, which is of use for nothing else."""
    text = f"forbear.access.{use}.1\n{said}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), text, "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Say whether two hashes are the same, in the same time whether they are or not."""
    return hmac.compare_digest(one, other)
