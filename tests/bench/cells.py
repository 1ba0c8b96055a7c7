"""How many cells are sealed and opened a second, beside bare AES-GCM on the same bytes?

    python tests/bench/cells.py [cells]

Both run in turn on one core; the ratio is the median over the rounds of this very run.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from forbear.contexts.protection.cell import DataKey, Place
from forbear.contexts.protection.index import BlindIndex, IndexPurpose
from forbear.contexts.protection.keyring import new_ring
from forbear.contexts.protection.person import rewrap, wrap_fresh
from forbear.contexts.protection.ringfile import RingKeeper
from tests.support.protection import NOW

ROUNDS = 9


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main(cells: int) -> None:
    """Print cells a second and the ratio to bare AES-GCM."""
    raw = AESGCM.generate_key(256)
    key, bare = DataKey(raw), AESGCM(raw)
    person = UUID(int=1)
    places = [Place("portfolio_debtor", "name", f"D{n:09d}", person) for n in range(cells)]
    names = [f"张三{n}" for n in range(cells)]
    frames = [name.encode().ljust(64, b"\0") for name in names]
    bound = [place.bound for place in places]
    sealed = [key.seal_text(*each) for each in zip(places, names, strict=True)]
    nonces = [os.urandom(12) for _ in range(cells)]
    locked = [bare.encrypt(*each) for each in zip(nonces, frames, bound, strict=True)]
    pairs = {
        "seal": (
            lambda: [key.seal_text(p, n) for p, n in zip(places, names, strict=True)],
            lambda: [
                bare.encrypt(os.urandom(12), f, b) for f, b in zip(frames, bound, strict=True)
            ],
        ),
        "open": (
            lambda: [key.open_text(p, c) for p, c in zip(places, sealed, strict=True)],
            lambda: [bare.decrypt(n, c, b) for n, c, b in zip(nonces, locked, bound, strict=True)],
        ),
    }
    for what, (ours, theirs) in pairs.items():
        spent = [(_seconds(ours), _seconds(theirs)) for _ in range(ROUNDS)]
        mine, plain = (statistics.median(column) for column in zip(*spent, strict=True))
        ratio = statistics.median(one / other for one, other in spent)
        print(f"{what}: {cells / mine:,.0f} cells/s; bare {cells / plain:,.0f}/s; {ratio:.2f} x")
    _others(cells)


def _others(cells: int) -> None:
    ring = new_ring(now=NOW)
    index, person = BlindIndex(RingKeeper(ring)), UUID(int=1)
    phones = [f"138{n:08d}" for n in range(cells)]
    wrapped = wrap_fresh(ring, person)
    for what, work in (
        ("index values", lambda: [index.values(IndexPurpose.PHONE, each) for each in phones]),
        ("person keys made", lambda: [wrap_fresh(ring, person) for _ in range(cells)]),
        ("person keys read", lambda: [rewrap(ring, person, wrapped) for _ in range(cells)]),
    ):
        spent = statistics.median(_seconds(work) for _ in range(3))
        print(f"{what}: {cells / spent:,.0f}/s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
