"""How is it known who sent a webhook? Standard Webhooks, signature version 1."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105  # a word, not a secret
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 24, 64
TOLERANCE_S = 300
"""So far a sender's clock may be from ours; what is older may be somebody's copy."""


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


def genuine(
    secrets: Sequence[bytes], message_id: str, at: str, signatures: str, *, now_s: int, body: bytes
) -> bool:
    """Say whether a body was signed lately under one of some secrets.

    ``at`` and ``signatures`` are as the headers have them. Every secret is compared with every
    signature, so that the time taken tells nothing.
    """
    if not at.isascii() or not at.isdigit() or len(at) > len(str(2**63)):
        return False
    right = [
        signed(secret, message_id, at_s=int(at), body=body)["webhook-signature"]
        for secret in secrets
    ]
    same = [
        hmac.compare_digest(own.encode(), other.encode())
        for own in right
        for other in signatures.split()
    ]
    return any(same) and abs(now_s - int(at)) <= TOLERANCE_S
