"""When and by whom is the tree's root signed, and where do copies of it go?

A checkpoint is a C2SP signed note. It is committed to the database first and copied to every place
afterwards; whatever copy is missing, because a process was killed or a place was away, is made by
the next round. Without a signing key nothing is signed, and the error says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection

from forbear.contexts.audit.leaf import instant
from forbear.contexts.audit.models import Checkpoint
from forbear.contexts.audit.sequencer import SEQUENCER, RecordBroken, lead, node_hashes, tree_now
from forbear.contexts.audit.tree import consistency_ranges, nodes_of, range_hash
from forbear.contexts.audit.verify_log import Checkpoint as Signed
from forbear.contexts.audit.verify_log import Tree, consistent, key_hash
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting

EVERY = timedelta(seconds=60)
_AT_ONCE = 500


class Signer(Protocol):
    """Whoever holds the signing key. ``origin`` names the log and its key."""

    origin: str
    key_id: str
    public_key: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message, 64 bytes."""


class Place(Protocol):
    """Somewhere outside the database where checkpoints are kept."""

    name: str

    def has(self, key: str) -> bool:
        """Say whether a copy lies there whole."""

    def put(self, key: str, note: str) -> None:
        """Leave a copy, whole or not at all; what lies there already is never replaced."""


@dataclass(frozen=True)
class Made:
    """A checkpoint that was made."""

    size: int
    root: bytes


def sign_if_due(
    signer: Signer, *, settled: int, now: datetime, every: timedelta = EVERY
) -> Made | None:
    """Sign the tree if it grew and the last checkpoint is old enough; None: not due.

    ``settled`` is what the sequencer tells.

    Raises:
        RecordBroken: the tree does not continue what was signed last; nothing is signed.
    """
    with acting(SEQUENCER):
        if not lead():
            return None
        with connection.cursor() as cursor:
            # What is copied outside must not be lost in a power cut.
            cursor.execute("SET LOCAL synchronous_commit = on")
        last = Checkpoint.objects.order_by("-tree_size").first()
        if last is not None and last.at <= now < last.at + every:
            return None
        tree = tree_now()
        if tree.size == (0 if last is None else last.tree_size):
            return None
        if last is not None:
            _refuse_broken(last, tree)
        made = Signed(signer.origin, tree.size, tree.root(), instant(now), settled)
        Checkpoint.objects.create(
            tree_size=made.size,
            root=made.root,
            at=now,
            settled_entry_id=settled,
            origin=signer.origin,
            key_id=signer.key_id,
            public_key=signer.public_key,
            signature=signer.sign(made.text().encode()),
        )
        chaos("audit_checkpoint_signed")
    chaos("audit_checkpoint_committed")
    return Made(made.size, made.root)


def _refuse_broken(last: Checkpoint, tree: Tree) -> None:
    ranges = consistency_ranges(last.tree_size, tree.size) if last.tree_size < tree.size else []
    known = node_hashes(nodes_of(ranges))
    path = [range_hash(each, known) for each in ranges]
    if not consistent(last.tree_size, bytes(last.root), tree.size, tree.root(), path):
        raise RecordBroken(
            f"The tree of {tree.size:,} entries does not continue the checkpoint of "
            f"{last.tree_size:,}; nothing is signed.",
            remedy="Somebody changed the record. See what: forbear audit verify.",
            message_zh=f"{tree.size:,} 条的树并非 {last.tree_size:,} 条检查点的延续，不予签署。",
            remedy_zh="记录被改动。请查看：forbear audit verify。",
        )


def as_signed(row: Checkpoint) -> Signed:
    """Return a row as what was signed; if a column was changed, the signature no longer fits."""
    public = bytes(row.public_key)
    return Signed(
        row.origin,
        row.tree_size,
        bytes(row.root),
        instant(row.at),
        row.settled_entry_id,
        bytes(row.signature),
        key_hash(row.origin, public),
    )


def copy_key(made: Signed) -> str:
    """Return the name under which a copy is kept; another root has another name."""
    return f"checkpoint-{made.size:012d}-{made.root[:4].hex()}"


def copy_out(places: Collection[Place]) -> int:
    """Leave every checkpoint that a place lacks there, the oldest first; return how many.

    Raises:
        OSError: a place is away; the others have been served.
    """
    copied, failed = 0, None
    for place in places:
        try:
            for made in _lacking(place):
                place.put(copy_key(made), made.note())
                copied += 1
        except OSError as error:
            failed = error
    if failed is not None:
        raise failed
    return copied


def _lacking(place: Place) -> Sequence[Signed]:
    """Return what a place lacks. Copies are made in order, so the first one found ends the search.

    The search goes back from the newest, some at a time.
    """
    lacking: list[Signed] = []
    before = None
    while True:
        rows = Checkpoint.objects.order_by("-tree_size")
        if before is not None:
            rows = rows.filter(tree_size__lt=before)
        page = [as_signed(row) for row in rows[:_AT_ONCE]]
        for made in page:
            if place.has(copy_key(made)):
                return lacking[::-1]
            lacking.append(made)
        if len(page) < _AT_ONCE:
            return lacking[::-1]
        before = page[-1].size
