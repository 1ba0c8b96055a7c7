"""In which order do entries enter the tree, so that none is lost and none ever moves?

Entries get their places in the order in which they are seen to be committed, and keep them. Ids are
handed out before a transaction commits, so a smaller id may come after a bigger one. An id up to
which nothing can come any more is *settled*: whoever held the lock of an insertion when the highest
id was looked at has ended since. Only what lies above the settled id is looked at again.

One works at a time (an advisory lock for the length of a transaction); any number may try. Every
batch is one transaction that reads the end of the tree from the database, so a process that is
killed leaves nothing to mend.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from forbear.contexts.audit.leaf import COLUMNS, entry_line
from forbear.contexts.audit.models import Checkpoint, Leaf
from forbear.contexts.audit.tree import HASH_BYTES, Node, full_nodes, row_of
from forbear.contexts.audit.verify_log import Tree, leaf_hash
from forbear.contexts.database.chaos import chaos
from forbear.contexts.database.transaction import acting, required
from forbear.values.errors import Conflict
from forbear.values.principal import system

SEQUENCER = system("sequencer")
BATCH = 5_000
_LOCK = 0x46_4F_52_4C_4F_47
_NEW = f"""
SELECT {", ".join(f"e.{column}" for column in COLUMNS)} FROM audit_entry e
WHERE e.id > %(after)s AND NOT EXISTS (
  SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.id AND l.entry_id > %(after)s)
ORDER BY e.id LIMIT %(limit)s
"""
_ADD = """
INSERT INTO audit_leaf (id, entry_id, leaf_hash, subtree_hashes)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[])
"""
# Whoever inserts holds this lock before the id is drawn, and until the commit can be seen.
_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND relation = 'audit_entry'::regclass
"""
# A prepared transaction goes on under another name than it began with.
_PREPARED = "-1/"


class RecordBroken(Conflict):
    """The tree is not as it was built, or not the one that was signed."""

    code = "RECORD_BROKEN"


@dataclass(frozen=True)
class Round:
    """What one round did. ``leading`` False: another sequencer was at work."""

    leading: bool
    added: int = 0


@dataclass(frozen=True)
class _Waiting:
    """``top`` is settled once every one of ``writers`` has ended."""

    top: int
    writers: frozenset[str]


class Sequencer:
    """Gives places to committed entries. One object for each process; it remembers no tree."""

    def __init__(self, *, batch: int = BATCH) -> None:
        self._batch = batch
        self._settled: int | None = None
        self._waiting: _Waiting | None = None

    @property
    def settled(self) -> int:
        """Return the id up to which nothing can come any more; 0: none is known."""
        return self._settled or 0

    def round(self) -> Round:
        """Give a place to every entry that is committed by now."""
        if self._settled is None:
            self._settled = _settled_before()
        writers = _writers()
        waited = self._waiting
        ended = waited is not None and not (waited.writers & writers or _prepared(writers))
        added, after = 0, self._settled
        while True:
            taken = _sequence(after, self._batch)
            if taken is None:
                return Round(leading=False, added=added)
            count, after = taken
            added += count
            if count < self._batch:
                break
        if waited is not None and ended:
            # All of the batches above looked after the last of those writers had ended.
            self._settled, self._waiting = max(self._settled, waited.top), None
        if self._waiting is None:
            self._waiting = _Waiting(top_entry(), _writers())
        return Round(leading=True, added=added)


def lead() -> bool:
    """Be the only one to add leaves and checkpoints until this transaction ends; False: not so."""
    required()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def tree_now() -> Tree:
    """Return the end of the tree, to be grown or to ask its root, inside a transaction."""
    required()
    last = Leaf.objects.order_by("-id").values_list("id", flat=True).first()
    size = 0 if last is None else last + 1
    return tree_of(size)


def tree_of(size: int) -> Tree:
    """Return the tree as it was with its first ``size`` leaves."""
    wanted = full_nodes(0, size)
    known = node_hashes(wanted)
    return Tree(size, [known[node] for node in wanted])


def node_hashes(nodes: Collection[Node]) -> dict[Node, bytes]:
    """Return the hashes of full subtrees, with one question.

    Raises:
        RecordBroken: a leaf is missing, or lacks a hash.
    """
    rows = Leaf.objects.filter(id__in={row_of(node) for node in nodes})
    held = {
        row[0]: bytes(row[1]) + bytes(row[2])
        for row in rows.values_list("id", "leaf_hash", "subtree_hashes")
    }
    found = {}
    for node in nodes:
        start = node[0] * HASH_BYTES
        found[node] = held.get(row_of(node), b"")[start : start + HASH_BYTES]
        if len(found[node]) != HASH_BYTES:
            raise RecordBroken(
                f"The leaf at place {row_of(node):,} is missing or damaged.",
                remedy="Somebody changed the record. See what: forbear audit verify.",
                message_zh=f"位置 {row_of(node):,} 的叶缺失或损坏。",
                remedy_zh="记录被改动。请查看：forbear audit verify。",
            )
    return found


def top_entry() -> int:
    """Return the highest id of an entry; 0: there is none."""
    with acting(SEQUENCER), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM audit_entry")
        return int(cursor.fetchone()[0])


def _settled_before() -> int:
    found = Checkpoint.objects.order_by("-tree_size").values_list("settled_entry_id", flat=True)
    return int(found.first() or 0)


def _writers() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return frozenset(name for (name,) in cursor.fetchall())


def _prepared(writers: frozenset[str]) -> bool:
    return any(name.startswith(_PREPARED) for name in writers)


def _sequence(after: int, limit: int) -> tuple[int, int] | None:
    """Give places to one batch; return how many and the last id looked at; None: not leading."""
    with acting(SEQUENCER):
        if not lead():
            return None
        with connection.cursor() as cursor:
            cursor.execute(_NEW, {"after": after, "limit": limit})
            rows = cursor.fetchall()
        if not rows:
            return 0, after
        _add(rows)
        chaos("audit_leaves_written")
    chaos("audit_leaves_committed")
    return len(rows), rows[-1][0]


def _add(rows: Sequence[Sequence[Any]]) -> None:
    tree = tree_now()
    first, hashes, subtrees = tree.size, [], []
    for index, row in enumerate(rows, first):
        leaf = leaf_hash(entry_line(index, row))
        hashes.append(leaf)
        subtrees.append(b"".join(tree.append(leaf)))
    with connection.cursor() as cursor:
        ids = list(range(first, tree.size))
        cursor.execute(_ADD, [ids, [row[0] for row in rows], hashes, subtrees])
