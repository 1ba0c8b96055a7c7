"""Is the record in the database, every entry of it, the one that was signed?

The one judge is ``verify_log``; here it is fed from one snapshot of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, pairwise
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from forbear.contexts.audit.checkpoint import as_signed
from forbear.contexts.audit.leaf import COLUMNS, entry_line
from forbear.contexts.audit.models import Checkpoint
from forbear.contexts.audit.sequencer import RecordBroken, node_hashes
from forbear.contexts.audit.tree import consistency_ranges, nodes_of, range_hash
from forbear.contexts.audit.verify_log import Checkpoint as Signed
from forbear.contexts.audit.verify_log import (
    Finding,
    Leaf,
    Log,
    Report,
    Signature,
    consistent,
    examine,
)
from forbear.contexts.database.transaction import required, snapshot
from forbear.values.principal import Principal

_ENTRY = ", ".join(f"e.{column}" for column in COLUMNS)
_IN_ORDER = f"SELECT l.id, {_ENTRY} FROM audit_leaf l JOIN audit_entry e ON e.id = l.entry_id"
_WITHOUT = (
    f"SELECT NULL::bigint, {_ENTRY} FROM audit_entry e "
    "WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.id) ORDER BY e.id"
)
_LEAVES = "SELECT id, entry_id, leaf_hash FROM audit_leaf ORDER BY id"
_ROWS_AT_ONCE = 5_000
_PAIRS_AT_ONCE = 50
_NOT_GENUINE = {"CHECKPOINT_FORGED", "CHECKPOINT_DROPPED", "KEY_UNKNOWN"}
# A walk that was given up may leave its cursor open for a while.
_NUMBERS = count()

Progress = Callable[[str, int, int], None]


def check_record(
    copies: Sequence[Signed],
    believe: Callable[[Sequence[tuple[str, str, bytes]]], Sequence[tuple[str, bytes]]],
    *,
    actor: Principal,
    progress: Progress = lambda _step, _done, _all: None,
) -> Report:
    """Check every entry, leaf and checkpoint, and that each checkpoint only adds to the former.

    ``copies`` were kept outside the database. ``believe`` is told which keys stand beside the
    checkpoints (id, origin, public key) and returns the public keys to believe.
    """
    with snapshot(actor):
        stored = checkpoints()
        known = believe(checkpoint_keys())
        whole = leaf_count()
        log = Log(entry_lines, leaf_rows, stored, copies, known)
        report = examine(log, lambda done: progress("entries", done, whole), judge)
        progress("entries", whole, whole)
        doubted = {each.index for each in report.findings if each.code in _NOT_GENUINE}
        # Where leaves are wrong, hashes over them say nothing new.
        if all(each.code in {"CHANGED", *_NOT_GENUINE} for each in report.findings):
            genuine = [one for one in stored if one.size not in doubted]
            report.findings += _check_proofs(genuine, whole, progress)
    return report


def entry_lines() -> Iterator[bytes]:
    """Yield every entry as it is hashed: in the order of the leaves, then those without one."""
    for statement in (f"{_IN_ORDER} ORDER BY l.id", _WITHOUT):
        for index, *row in _rows(statement):
            yield entry_line(index, row)


def leaf_rows() -> Iterator[Leaf]:
    """Yield place, entry and hash of every leaf, by place."""
    for index, entry_id, leaf in _rows(_LEAVES):
        yield index, entry_id, bytes(leaf)


def checkpoints() -> list[Signed]:
    """Return every checkpoint, the smallest first."""
    return [as_signed(row) for row in Checkpoint.objects.order_by("tree_size").iterator()]


def checkpoint_keys() -> list[tuple[str, str, bytes]]:
    """Return the keys that stand beside the checkpoints: id, origin and 32 bytes."""
    found = Checkpoint.objects.values_list("key_id", "origin", "public_key").distinct()
    return sorted({(key_id, origin, bytes(key)) for key_id, origin, key in found})


def leaf_count() -> int:
    """Return how many leaves there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_leaf")
        return int(cursor.fetchone()[0])


def _rows(statement: str) -> Iterator[Sequence[Any]]:
    """Yield rows by a cursor of the server's, so that memory does not grow with the record."""
    required()
    connection.ensure_connection()
    with connection.connection.cursor(name=f"audit_rows_{next(_NUMBERS)}") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(statement)
        yield from cursor


def _check_proofs(stored: Sequence[Signed], whole: int, progress: Progress) -> list[Finding]:
    """See that the hashes kept for proofs prove what they are kept for."""
    pairs = [(a, b) for a, b in pairwise(stored) if b.size <= whole and a.size > 0]
    found = []
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        ranges = {pair: consistency_ranges(pair[0].size, pair[1].size) for pair in some}
        try:
            known = node_hashes([node for each in ranges.values() for node in nodes_of(each)])
        except RecordBroken:
            found += [Finding("NODE_CHANGED", old.size, None, new.size) for old, new in some]
            continue
        for old, new in some:
            path = [range_hash(each, known) for each in ranges[old, new]]
            if not consistent(old.size, old.root, new.size, new.root, path):
                found.append(Finding("NODE_CHANGED", old.size, None, new.size))
        progress("proofs", start + len(some), len(pairs))
    return found


def judge(every: Sequence[Signature]) -> list[bool]:
    """Say of each signature whether it is good, by a library that is quicker than plain Python."""
    return [_signed(*each) for each in every]


def _signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
