"""What proves to a stranger that an entry is in the record that was signed?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from forbear.contexts.audit.checkpoint import as_signed
from forbear.contexts.audit.leaf import COLUMNS, entry_line
from forbear.contexts.audit.models import Checkpoint
from forbear.contexts.audit.sequencer import node_hashes
from forbear.contexts.audit.tree import inclusion_ranges, nodes_of, range_hash
from forbear.contexts.audit.verify_log import key_text
from forbear.contexts.database.transaction import required, snapshot
from forbear.values.errors import InvalidInput, NotFound, Transient
from forbear.values.principal import Principal

_FIND = (
    f"SELECT l.id, {', '.join(f'e.{column}' for column in COLUMNS)} FROM audit_entry e "
    "LEFT JOIN audit_leaf l ON l.entry_id = e.id WHERE e.{} = %s ORDER BY e.id"
)
_AMONG = (
    f"SELECT l.id, {', '.join(f'e.{column}' for column in COLUMNS)} FROM audit_entry e "
    "LEFT JOIN audit_leaf l ON l.entry_id = e.id WHERE e.id = ANY(%s) ORDER BY e.id"
)
ENTRIES_MAX = 10_000


class NotYetSigned(Transient):
    """The entry is written, but no checkpoint covers it yet."""

    code = "NOT_YET_SIGNED"


def prove_entries(
    *, entry_id: int | None = None, subject: str | None = None, actor: Principal
) -> dict[str, Any]:
    """Return entries and the proofs that they are under the newest checkpoint, for JSON.

    Give an entry's id or a subject such as ``attempt:42``. ``entry`` is the very line that is
    hashed; ``path`` goes from the leaf to the root, in hexadecimal.

    Raises:
        NotFound: there is no such entry.
        InvalidInput: there are more than ENTRIES_MAX.
        NotYetSigned: it is younger than the newest checkpoint.
    """
    with snapshot(actor):
        rows = _found(entry_id, subject)
        newest = Checkpoint.objects.order_by("-tree_size").first()
        size = 0 if newest is None else newest.tree_size
        if newest is None or any(row[0] is None or row[0] >= size for row in rows):
            raise NotYetSigned(
                "No checkpoint covers it yet.",
                remedy="Try again in a minute; the worker must run. See: forbear audit verify.",
                message_zh="尚无检查点覆盖该条目。",
                remedy_zh="请一分钟后再试；后台任务须在运行。另见：forbear audit verify。",
            )
        return _proof(newest, rows)


def prove_signed(entry_ids: Collection[int]) -> dict[str, Any] | None:
    """Return the same for those of some entries that are signed by now, inside a transaction.

    ``waiting`` names the others that may be seen. None: none is asked for. Without any checkpoint
    there are no entries, and what names the checkpoint is null.
    """
    required()
    newest = Checkpoint.objects.order_by("-tree_size").first()
    if not entry_ids:
        return None
    if newest is None:
        nothing = {"checkpoint": None, "key": None, "size": 0, "entries": []}
        return {**nothing, "waiting": sorted(entry_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_AMONG, [list(entry_ids)])
        rows = cursor.fetchall()
    signed = [row for row in rows if row[0] is not None and row[0] < newest.tree_size]
    waiting = [row[1] for row in rows if row[0] is None or row[0] >= newest.tree_size]
    return {**_proof(newest, signed), "waiting": waiting}


def _proof(newest: Checkpoint, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    size = newest.tree_size
    ranges = {row[0]: inclusion_ranges(row[0], size) for row in rows}
    known = node_hashes({node for each in ranges.values() for node in nodes_of(each)})
    return {
        "checkpoint": as_signed(newest).note(),
        "key": key_text(newest.origin, bytes(newest.public_key)),
        "size": size,
        "entries": [
            {
                "index": row[0],
                "entry": entry_line(row[0], row[1:]).decode("ascii"),
                "path": [range_hash(each, known).hex() for each in ranges[row[0]]],
            }
            for row in rows
        ],
    }


def _found(entry_id: int | None, subject: str | None) -> list[Sequence[Any]]:
    column, value = ("subject", subject) if entry_id is None else ("id", entry_id)
    with connection.cursor() as cursor:
        cursor.execute(f"{_FIND.format(column)} LIMIT {ENTRIES_MAX + 1}", [value])
        rows = cursor.fetchall()
    if len(rows) > ENTRIES_MAX:
        raise InvalidInput(
            f"There are more than {ENTRIES_MAX:,} entries about {value}.",
            remedy="Hand out the whole record: forbear audit export FOLDER",
            message_zh=f"关于 {value} 的条目超过 {ENTRIES_MAX:,} 条。",
            remedy_zh="请导出整份记录：forbear audit export FOLDER",
        )
    if not rows:
        raise NotFound(
            f"The record holds no entry {value}.",
            remedy="Give an entry's number, or --subject with a kind and a number: attempt:42.",
            message_zh=f"记录中没有条目 {value}。",
            remedy_zh="请给出条目编号，或用 --subject 给出类别和编号，如 attempt:42。",
        )
    return rows
