"""Records of what was done: in memory, made as the sequencer makes them, and in a database."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from forbear.contexts.audit import verify_log
from forbear.contexts.audit.actions import canonical, record
from forbear.contexts.audit.check import judge
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.leaf import entry_line, instant
from forbear.contexts.audit.sequencer import Sequencer
from forbear.contexts.audit.verify_log import (
    Checkpoint,
    Log,
    Report,
    Tree,
    examine,
    key_hash,
    leaf_hash,
)
from forbear.contexts.database.transaction import acting
from forbear.values.principal import system

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
ORIGIN = "forbear.record/test"
DOER = system("test")


class TestSigner:
    """A key of its own."""

    __test__ = False

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.origin, self.key_id = ORIGIN, "0123456789abcdef"
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature."""
        return self._key.sign(message)


SIGNER = TestSigner()


def row(entry_id: int, **given: object) -> list[object]:
    """Return an entry's columns."""
    body = canonical({"amount_minor": entry_id * 100})
    known = {
        "id": entry_id,
        "at": NOW + timedelta(seconds=entry_id),
        "event": "attempt.recorded",
        "actor_kind": "SYSTEM",
        "actor_id": "test",
        "subject": f"attempt:{entry_id}",
        "debtor_id": entry_id % 7 or None,
        "body": body,
        "body_sha256": hashlib.sha256(body).digest(),
    }
    return list({**known, **given}.values())


@dataclass
class Memory:
    """A record in lists that a test may damage. ``rows`` by entry id, ``leaves`` by place."""

    rows: dict[int, list[object]] = field(default_factory=dict)
    leaves: list[tuple[int, int, bytes]] = field(default_factory=list)
    stored: list[Checkpoint] = field(default_factory=list)
    copies: list[Checkpoint] = field(default_factory=list)

    def examined(self) -> Report:
        """Return what the verifier finds."""
        keys = [(ORIGIN, SIGNER.public_key)]
        log = Log(self.lines, lambda: sorted(self.leaves), self.stored, self.copies, keys)
        return examine(log, judge=judge)

    def lines(self) -> list[bytes]:
        """Return entries as an export has them."""
        place = {entry_id: index for index, entry_id, _ in sorted(self.leaves)}
        placed = sorted((each for each in self.rows if each in place), key=lambda each: place[each])
        late = sorted(set(self.rows) - set(place))
        return [entry_line(place.get(each), self.rows[each]) for each in (*placed, *late)]

    def named(self) -> set[tuple[str, int | None, int | None]]:
        """Return code, place and entry of everything found."""
        return {(each.code, each.index, each.entry) for each in self.examined().findings}


def signed_at(tree: Tree, settled: int, signer: TestSigner = SIGNER) -> Checkpoint:
    """Return the checkpoint of a tree."""
    made = Checkpoint(signer.origin, tree.size, tree.root(), instant(NOW), settled)
    mark = key_hash(signer.origin, signer.public_key)
    signature = signer.sign(made.text().encode())
    return Checkpoint(made.origin, made.size, made.root, made.time, settled, signature, mark)


def memory(batches: Sequence[Sequence[int]], waiting: Sequence[int] = ()) -> Memory:
    """Return a whole record: a checkpoint after each batch of ids, in the order they are seen."""
    made, tree, ids = Memory(), Tree(), [each for batch in batches for each in batch]
    for number, batch in enumerate(batches):
        for entry_id in batch:
            made.rows[entry_id] = row(entry_id)
            leaf = leaf_hash(entry_line(tree.size, made.rows[entry_id]))
            made.leaves.append((tree.size, entry_id, leaf))
            tree.append(leaf)
        later = [each for some in batches[number + 1 :] for each in some] + list(waiting)
        settled = min(later, default=max(ids, default=0) + 1) - 1
        if batch:
            made.stored.append(signed_at(tree, settled))
    for entry_id in waiting:
        made.rows[entry_id] = row(entry_id)
    return made


def write_entries(count: int, *, start: int = 1) -> None:
    """Write entries as actions do, each in a transaction of its own."""
    for number in range(start, start + count):
        with acting(DOER):
            record(
                AuditEvent.ATTEMPT_RECORDED,
                actor=DOER,
                subject=f"attempt:{number}",
                debtor_id=None,
                body={"number": number},
                now=NOW + timedelta(seconds=number),
            )


def insert_entry(connection: psycopg.Connection, subject: str, entry_id: int | None = None) -> int:
    """Insert an entry by plain SQL on a connection of one's own; return its id."""
    given, value = ("id, ", "%s, ") if entry_id is not None else ("", "")
    # To be told the id, the writer must be allowed to see its row.
    connection.execute("SELECT set_config('forbear.sight', 'ALL', true)")
    found = connection.execute(
        f"INSERT INTO audit_entry ({given}at, event, actor_kind, actor_id, subject, body, "
        f"body_sha256) VALUES ({value}%s, 'attempt.recorded', 'SYSTEM', 'test', %s, '{{}}', "
        "sha256('{}')) RETURNING id",
        [*([entry_id] if entry_id is not None else []), NOW, subject],
    ).fetchone()
    return int(found[0])


def offline(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run an export's own verifier, as a stranger would: nothing but Python is there."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify_log.py"), str(folder), *more],
        capture_output=True,
        text=True,
        check=False,
    )


VERIFIER = Path(verify_log.__file__)


def led(sequencer: Sequencer) -> None:
    """Let a sequencer look once as the one that leads; one that has just died may hold the lead."""
    for _ in range(200):
        if sequencer.round().leading:
            return
        time.sleep(0.05)
    raise AssertionError("another sequencer leads for ever")
