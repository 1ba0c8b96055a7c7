"""How does a receiver know that a webhook is from here? Standard Webhooks, signature version 1."""

from __future__ import annotations

import base64
import binascii
import hmac

SECRET_PREFIX = "whsec_"  # noqa: S105  # a word, not a secret
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64


def secret_bytes(secret: str) -> bytes | None:
    """Return the bytes of a secret as it is written; None: it is not one, or of another length."""
    try:
        raw = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    fits = secret.startswith(SECRET_PREFIX) and SECRET_BYTES_MIN <= len(raw) <= SECRET_BYTES_MAX
    return raw if fits else None


def signed(secret: bytes, message_id: str, *, at_s: int, body: bytes) -> dict[str, str]:
    """Return the headers that go with a body; ``at_s``: seconds since 1970."""
    said = f"{message_id}.{at_s}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, said, "sha256")).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": f"v1,{signature}",
    }
