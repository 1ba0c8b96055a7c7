"""Who signs that the record of what was done is as it is?

The key is one of the key ring's, kept apart from those that seal: it is the seed of an Ed25519 key.
"""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from forbear.contexts.protection.keyring import KeyRing, KeyState, KeyUse, public_check
from forbear.contexts.protection.store import open_vault
from forbear.values.errors import NotFound

# The order of P-256; a key is drawn from far more bits than it has, so that none is likelier.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_PAGES = b"forbear.pages.1"


class SigningKeyMissing(NotFound):
    """The key ring holds no key that signs."""

    code = "SIGNING_KEY_MISSING"


def origin_of(ring: KeyRing) -> str:
    """Return the name of this installation's record, which stands in every checkpoint."""
    return f"forbear.record/{ring.id}"


def believed_keys(ring: KeyRing, seen: Iterable[tuple[str, str, bytes]]) -> list[tuple[str, bytes]]:
    """Return which public keys beside checkpoints are this ring's; ``seen``: id, origin, key.

    The ring knows a key's public half again also when the key is retired.
    """
    known = {key.id: key for key in ring.keys if key.use is KeyUse.SIGN}
    found = {
        (origin, public)
        for key_id, origin, public in seen
        if key_id in known
        and origin == origin_of(ring)
        and known[key_id].check == public_check(ring.id, key_id, public)
    }
    return sorted(found)


class RingSigner:
    """Signs with the ring's active signing key. ``origin`` names this installation's record."""

    def __init__(self, ring: KeyRing) -> None:
        """Take the key of a ring.

        Raises:
            SigningKeyMissing: it holds none.
        """
        held = next((k for k in ring.live(KeyUse.SIGN) if k.state is KeyState.ACTIVE), None)
        if held is None or held.secret is None:
            raise SigningKeyMissing(
                f"The key ring {ring.id} holds no key that signs checkpoints.",
                remedy="Add one: forbear keys rotate --use sign. Nothing is signed until then.",
                message_zh=f"密钥环 {ring.id} 中没有用于签署检查点的密钥。",
                remedy_zh="请添加：forbear keys rotate --use sign。在此之前不会签署任何检查点。",
            )
        self._key = Ed25519PrivateKey.from_private_bytes(held.secret.reveal())
        self.key_id, self.origin, self.since = held.id, origin_of(ring), held.created_at
        drawn = HKDFExpand(SHA512(), 48, _PAGES + b"|" + ring.id.encode())
        number = int.from_bytes(drawn.derive(held.secret.reveal()), "big") % (_ORDER - 1) + 1
        # Programs that show PDF know this kind of key; few know the other.
        self.pages_key = ec.derive_private_key(number, ec.SECP256R1())
        self.public_key = self._key.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return f"<RingSigner {self.key_id}>"

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes."""
        return self._key.sign(message)


def signer_now() -> RingSigner:
    """Return the signer of this process's ring as it now is.

    Raises:
        RingMissing, RingExposed, RingUnusable: there is no ring that can be used.
        SigningKeyMissing: the ring is from before checkpoints were signed.
    """
    return RingSigner(open_vault().keeper.ring)
