"""How does a new key take the place of an old one, also when the work is killed in between?

Every batch of rows is changed in one transaction together with the cursor that tells how far it
came; whoever starts again goes on there. A rotation has ended when no readable row is left under
another key. The old key then still reads, for backups, until ``retire`` destroys it.

Rows are reached through ports, so that whoever owns a table says how it is read and written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from forbear.contexts.protection.cell import UnreadableCell
from forbear.contexts.protection.index import BlindIndex
from forbear.contexts.protection.keyring import (
    KeyRing,
    KeyUse,
    RingKey,
    UnknownKey,
    validate_mark,
)
from forbear.contexts.protection.normal import NotIndexable
from forbear.contexts.protection.person import (
    ErasedPerson,
    Keys,
    KeyStore,
    MissingPersonKey,
    UnreadableKey,
    Vault,
    rewrap,
)
from forbear.contexts.protection.ringfile import RingFile, RingKeeper
from forbear.values.errors import Conflict, Transient

ROWS_AT_ONCE = 500
_SWEEPS_MAX = 5
Progress = Callable[[str, int, int], None]
Values = Sequence[tuple[bytes, ...] | None]


class Ledger(Protocol):
    """Where a rotation notes how far it came; used inside the transaction of a batch."""

    def read(self, name: str, *, now: datetime) -> tuple[str, int]:
        """Return the cursor (empty: at the start) and the rows done; lock the note."""

    def write(
        self, name: str, *, cursor: str, rows_done: int, finished_at: datetime | None
    ) -> None:
        """Note how far it came."""


class Walked(Protocol):
    """A table that a rotation walks through in the order of its ids."""

    name: str

    def transaction(self) -> AbstractContextManager[None]:
        """Open the transaction of one batch, in which every person's rows can be seen."""

    def count(self) -> int:
        """Return about how many rows there are to walk."""

    def batch(self, *, after: str, size: int) -> Sequence[Any]:
        """Return the next rows, locked, their id first; ``after`` is empty at the start."""

    def left(self, key: RingKey) -> int:
        """Return how many rows are not yet under a key."""

    def under(self, key: RingKey) -> int:
        """Return how many rows still need a key."""


class KeyTable(Walked, KeyStore, Protocol):
    """The table of wrapped person keys; rows are id and wrapped key, erased persons left out."""

    def replace(self, rows: Sequence[tuple[UUID, bytes]], *, key: RingKey) -> None:
        """Store newly wrapped keys."""


class IndexTable(Walked, Protocol):
    """A table with index columns beside the sealed columns that they come from."""

    columns: tuple[str, ...]

    def person_key(self, row: Any) -> UUID:
        """Return the id of the person key that a row's cells open with."""

    def values(self, row: Any, *, index: BlindIndex, keys: Keys) -> Values:
        """Return the values of each index column, under every live key; null: no index."""

    def write(self, rows: Sequence[tuple[Any, Values]]) -> None:
        """Store the index values of rows."""

    def drop(self, key: RingKey, *, size: int) -> int:
        """Empty up to ``size`` columns that hold a former value under a key; say how many."""


class Marks(Protocol):
    """The table of the marks by which a database knows its ring."""

    def read(self) -> Mapping[str, bytes]:
        """Return the marks by key id."""

    def add(self, marks: Mapping[str, bytes], *, now: datetime) -> None:
        """Store further marks."""

    def anything_sealed(self) -> bool:
        """Say whether any person has a key."""


@dataclass(frozen=True)
class Stock:
    """Everything of one database that depends on the key ring.

    ``uncovered`` names index columns that none of ``indexes`` makes anew.
    """

    keys: KeyTable
    indexes: tuple[IndexTable, ...]
    ledger: Ledger
    marks: Marks
    uncovered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rotated:
    """How a rotation ended: the key that now writes, rows walked, and ids that could not be read.

    What could not be read stays under its old key, which can therefore not be retired.
    """

    key_id: str
    rows: int
    unreadable: tuple[str, ...]


def fitted(ring: KeyRing, stock: Stock, *, now: datetime) -> KeyRing:
    """Return the ring, having seen that it fits the database; store the marks of new keys.

    Raises:
        RingMismatch: it does not.
    """
    with stock.keys.transaction():
        kept, sealed = stock.marks.read(), stock.marks.anything_sealed()
        fresh = validate_mark(ring, kept, anything_sealed=sealed)
        if fresh:
            stock.marks.add(fresh, now=now)
    return ring


def prepare(file: RingFile, stock: Stock, use: KeyUse, *, now: datetime) -> KeyRing:
    """Add the next key to the ring without writing with it yet; nothing when one waits already.

    Where several machines have copies of the ring, all get the new copy before ``rotate``.

    Raises:
        RingMismatch: the ring does not fit the database.
        Conflict: rows are still left under another key: the rotation before has not ended.
    """
    ring = fitted(file.load(), stock, now=now)
    if ring.pending(use) is not None:
        return ring
    if _left(ring, stock, use):
        raise Conflict(
            "The rotation before this one has not ended.",
            remedy="Let it end first: forbear keys rotate.",
            message_zh="上一次轮换尚未结束。",
            remedy_zh="请先完成：forbear keys rotate。",
        )
    ring = file.update(lambda held: held if held.pending(use) else held.add(use, now=now))
    return fitted(ring, stock, now=now)


def rotate(
    file: RingFile,
    stock: Stock,
    use: KeyUse,
    *,
    now: datetime,
    size: int = ROWS_AT_ONCE,
    progress: Progress = lambda _step, _done, _all: None,
) -> Rotated:
    """Bring every row under a new key; go on with a rotation that was not finished.

    A key that ``prepare`` added is the new one; where there is none and nothing is left to do
    from before, one is made.

    Raises:
        RingMismatch: the ring does not fit the database.
        Conflict: an index key is still to be retired, or an index column belongs to nobody.
        Transient: rows keep coming under the old key: some process has an old copy of the ring.
    """
    ring = fitted(file.load(), stock, now=now)
    if use is KeyUse.INDEX:
        _refuse_uncovered(stock)
    if ring.pending(use) is None and not _left(ring, stock, use):
        ring = prepare(file, stock, use, now=now)
    if ring.pending(use) is not None:
        ring = file.update(lambda held: _activated(held, use, now))
    target = ring.active(use)
    if use is KeyUse.SIGN:
        return Rotated(target.id, 0, ())
    tables = _tables(stock, use)
    change = _rewrapping(stock, ring) if use is KeyUse.WRAP else _reindexing(stock, ring, now)
    rows, unreadable = 0, []
    for table in tables:
        sweep = _Sweep(table, stock.ledger, target, change, now, size, progress)
        bad = sweep.run()
        rows, unreadable = rows + sweep.rows, unreadable + bad
    return Rotated(target.id, rows, tuple(unreadable))


def retire(
    file: RingFile, stock: Stock, key_id: str, *, now: datetime, size: int = ROWS_AT_ONCE
) -> KeyRing:
    """Destroy a key that nothing needs any more.

    From then on, backups of the database from before the rotation cannot be read either.

    Raises:
        RingMismatch: the ring does not fit the database.
        UnknownKey: the ring does not hold the key.
        Conflict: it is the active key, or rows still need it.
    """
    ring = fitted(file.load(), stock, now=now)
    key = ring.key(key_id)
    after = ring.retire(key_id, now=now)
    tables = _tables(stock, key.use)
    if key.use is KeyUse.INDEX:
        _refuse_uncovered(stock)
        if not _left(ring, stock, key.use):
            _drop_former(stock, key, size)
    needed = sum(_asked(table, table.under, key) for table in tables)
    if needed:
        raise Conflict(
            f"Rows that still need key {key_id}: {needed:,}.",
            remedy="Rotate first, and mend what the rotation could not read: forbear keys rotate.",
            message_zh=f"仍有 {needed:,} 行需要密钥 {key_id}。",
            remedy_zh="请先轮换，并修复轮换时无法读取的行：forbear keys rotate。",
            key=key_id,
            rows=needed,
        )
    return after if after == ring else file.update(lambda held: held.retire(key_id, now=now))


class _Sweep:
    """Walks one table until nothing readable is left under another key."""

    def __init__(
        self,
        table: Walked,
        ledger: Ledger,
        target: RingKey,
        change: Callable[[Any, Sequence[Any]], list[str]],
        now: datetime,
        size: int,
        progress: Progress,
    ) -> None:
        self._table, self._ledger, self._target = table, ledger, target
        self._change, self._now, self._size, self._progress = change, now, size, progress
        self._note = f"{table.name[:22]}:{target.id}"
        self.rows = 0

    def run(self) -> list[str]:
        """Return the ids of rows that could not be read."""
        whole = _asked(self._table, self._table.count)
        for _ in range(_SWEEPS_MAX):
            unreadable: list[str] = []
            while self._batch(unreadable, whole):
                pass
            # What came behind the cursor meanwhile, or was passed over before a kill, is left.
            if _asked(self._table, self._table.left, self._target) <= len(unreadable):
                return unreadable
            with self._table.transaction():
                self._ledger.read(self._note, now=self._now)
                self._ledger.write(self._note, cursor="", rows_done=0, finished_at=None)
        raise Transient(
            f"Rows of {self._table.name} keep coming under an old key.",
            remedy="Give every machine the new copy of the key ring, restart, then rotate again.",
            message_zh=f"{self._table.name} 中不断出现使用旧密钥的行。",
            remedy_zh="请让每台机器都换上新的密钥环副本并重启，然后再次轮换。",
        )

    def _batch(self, unreadable: list[str], whole: int) -> bool:
        with self._table.transaction():
            cursor, done = self._ledger.read(self._note, now=self._now)
            rows = self._table.batch(after=cursor, size=self._size)
            if rows:
                unreadable += self._change(self._table, rows)
                cursor = str(rows[-1][0])
            self._ledger.write(
                self._note,
                cursor=cursor,
                rows_done=done + len(rows),
                finished_at=None if rows else self._now,
            )
        self.rows += len(rows)
        self._progress(self._table.name, done + len(rows), max(whole, done + len(rows)))
        return bool(rows)


def _rewrapping(_stock: Stock, ring: KeyRing) -> Callable[[Any, Sequence[Any]], list[str]]:
    def change(table: KeyTable, rows: Sequence[tuple[UUID, bytes]]) -> list[str]:
        fresh, unreadable = [], []
        for key_id, wrapped in rows:
            try:
                changed = rewrap(ring, key_id, bytes(wrapped))
            except (UnreadableKey, UnknownKey):
                unreadable.append(str(key_id))
                continue
            if changed != wrapped:
                fresh.append((key_id, changed))
        table.replace(fresh, key=ring.active(KeyUse.WRAP))
        return unreadable

    return change


def _reindexing(
    stock: Stock, ring: KeyRing, now: datetime
) -> Callable[[Any, Sequence[Any]], list[str]]:
    vault = Vault(RingKeeper(ring))
    index = BlindIndex(vault.keeper)

    def change(table: IndexTable, rows: Sequence[Any]) -> list[str]:
        keys = vault.keys(stock.keys, now=now)
        with suppress(UnreadableKey, UnknownKey):  # Row by row it shows whose.
            keys.prepare({table.person_key(row) for row in rows})
        fresh: list[tuple[Any, Values]] = []
        unreadable = []
        for row in rows:
            try:
                values = table.values(row, index=index, keys=keys)
            except (ErasedPerson, NotIndexable):
                values = [None] * len(table.columns)
            except (UnreadableCell, UnreadableKey, UnknownKey, MissingPersonKey):
                unreadable.append(str(row[0]))
                continue
            fresh.append((row[0], values))
        table.write(fresh)
        return unreadable

    return change


def _activated(held: KeyRing, use: KeyUse, now: datetime) -> KeyRing:
    pending = held.pending(use)
    return held if pending is None else held.activate(pending.id, now=now)


def _tables(stock: Stock, use: KeyUse) -> Sequence[Walked]:
    """Return the tables whose rows stand under keys of a use; signatures need no key to be read."""
    return {KeyUse.WRAP: [stock.keys], KeyUse.INDEX: stock.indexes, KeyUse.SIGN: ()}[use]


def _left(ring: KeyRing, stock: Stock, use: KeyUse) -> int:
    tables = _tables(stock, use)
    return sum(_asked(table, table.left, ring.active(use)) for table in tables)


def _asked(table: Walked, ask: Callable[..., int], *given: Any) -> int:
    with table.transaction():
        return ask(*given)


def _drop_former(stock: Stock, key: RingKey, size: int) -> None:
    for table in stock.indexes:
        while True:
            with table.transaction():
                dropped = table.drop(key, size=size)
            if not dropped:
                break


def _refuse_uncovered(stock: Stock) -> None:
    """Refuse to change an index key under columns that would go on holding the old one's values."""
    if stock.uncovered:
        named = ", ".join(stock.uncovered)
        raise Conflict(
            f"Nobody says how these index columns are made anew: {named}.",
            remedy="Register them (contexts/protection/stock.py); until then nothing is changed.",
            message_zh=f"没有登记如何重建这些索引列：{named}。",
            remedy_zh="请先登记（contexts/protection/stock.py）；在此之前不做任何更改。",
            columns=list(stock.uncovered),
        )
