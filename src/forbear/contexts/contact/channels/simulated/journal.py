"""How does the simulated provider remember what it took, when its process ends?

It writes a line before it answers: an id of ours, a channel and an instant, never an address or a
word. Whatever else it knew follows from those and its seed, so that after a restart it can still
say what it took, and tells the receipts that it had not told.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from forbear.contexts.contact.channels.simulated.provider import (
    Behaviour,
    Provider,
    Response,
    Told,
)
from forbear.values.code import Channel
from forbear.values.errors import Conflict

KEPT = timedelta(days=4)
"""Longer than anybody asks what became of a contact."""


class LedgerInUse(Conflict):
    """Another process keeps this ledger: two would not know what the other took."""

    code = "LEDGER_IN_USE"


class JournalledProvider(Provider):
    """A provider that finds its ledger again in a file."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        path: Path,
        *,
        seed: int = 1,
        behaviour: Behaviour,
    ) -> None:
        """Read what an earlier process wrote; what is older than anybody asks about is dropped.

        Raises:
            LedgerInUse: another process has it.
        """
        super().__init__(clock, seed=seed, behaviour=behaviour)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock_file = _alone(path.with_suffix(".lock"))
        self._told_until: datetime | None = None
        kept = self._remembered(path, since=clock() - KEPT)
        scratch = path.with_suffix(".new")
        scratch.write_text("".join(kept), encoding="utf-8")
        scratch.replace(path)
        self._file = path.open("a", encoding="utf-8")

    def submit(self, contact_id: UUID, channel: Channel, address: str, sha256: str) -> Response:
        """Take a contact, or not; either way it is written down first."""
        at = self._clock()
        self._write({"id": str(contact_id), "channel": channel.value, "at": at.isoformat()})
        return self._take(contact_id, channel, address, sha256, now=at)

    def due(self, *, limit: int = 1000) -> list[Told]:
        """Give out receipts. What was given out before counts as heard, and is written down."""
        if self._told_until is not None:
            self._write({"told_until": self._told_until.isoformat()})
        come = super().due(limit=limit)
        self._told_until = come[-1].due if come else None
        return come

    def close(self) -> None:
        """Give the ledger free for another process."""
        self._file.close()
        self._lock_file.close()

    def _write(self, line: dict[str, str]) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def _remembered(self, path: Path, *, since: datetime) -> list[str]:
        kept, told_until = [], None
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for line in lines:
            try:
                read = json.loads(line)
            except ValueError:
                continue  # the process was killed while it wrote: it had not answered yet
            if "told_until" in read:
                told_until = datetime.fromisoformat(read["told_until"])
                continue
            at = datetime.fromisoformat(read["at"])
            if at >= since:
                self._take(UUID(read["id"]), Channel(read["channel"]), "", "", now=at)
                kept.append(f"{line}\n")
        if told_until is not None:
            self._receipts = [told for told in self._receipts if told.due > told_until]
            kept.append(json.dumps({"told_until": told_until.isoformat()}) + "\n")
        return kept


def _alone(path: Path) -> IO[str]:
    """Hold a lock for as long as this process lives."""
    file = path.open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise LedgerInUse(
            "Another process keeps the simulated provider's ledger.",
            remedy="Run one sender for it, or stop the other one.",
            message_zh="模拟服务商的账本正被另一个进程使用。",
            remedy_zh="只运行一个发送进程，或先停止另一个。",
        ) from None
    return file
