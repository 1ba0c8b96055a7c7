"""Sequence, sign and copy once, in a process of its own that a test may kill.

python -m tests.support.sequencing FOLDER SEED
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "forbear.record/killed"


class SeededSigner:
    """The same key in every process."""

    def __init__(self, seed: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        self.origin, self.key_id = ORIGIN, "fedcba9876543210"
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature."""
        return self._key.sign(message)


def main() -> None:
    """Do everything that is due, several times."""
    import django

    django.setup()
    from forbear.contexts.audit.checkpoint import copy_out, sign_if_due
    from forbear.contexts.audit.folder import Folder
    from forbear.contexts.audit.sequencer import Sequencer

    folder, seed = sys.argv[1:]
    sequencer, signer = Sequencer(batch=5), SeededSigner(seed)
    for _ in range(3):
        sequencer.round()
        moment = datetime.now(UTC)
        sign_if_due(signer, settled=sequencer.settled, now=moment, every=timedelta(0))
        copy_out([Folder(Path(folder))])
    print(sequencer.settled)


if __name__ == "__main__":
    main()
