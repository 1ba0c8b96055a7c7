"""How is a document sealed, so that whoever has the signer's public key sees any change?"""

from __future__ import annotations

import base64
from typing import Protocol

from forbear.contexts.audit.verify_log import key_text
from forbear.contexts.evidence.verify_pack import canonical_bytes, manifest_of, sealed_text
from forbear.policy.debt.steps import Row


class Signer(Protocol):
    """Whoever holds the signing key. ``origin`` names the record and its key."""

    @property
    def origin(self) -> str:
        """Return the record's name."""

    @property
    def public_key(self) -> bytes:
        """Return the public half, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message, 64 bytes."""


def sealed(told: Row, signer: Signer) -> bytes:
    """Return a document in its one way of writing, with the seal over each of its pieces."""
    manifest = manifest_of(told)
    seal = {
        "key": key_text(signer.origin, signer.public_key),
        "manifest": manifest,
        "signature": base64.b64encode(signer.sign(sealed_text(manifest))).decode(),
    }
    return canonical_bytes({**told, "seal": seal})
