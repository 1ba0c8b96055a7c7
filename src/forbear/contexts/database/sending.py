"""May anything be sent, or has the database been brought back from the past?

A backup does not know what was sent after it was made. Until somebody has settled that, sending
would repeat it, and limits would count too little.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from forbear.contexts.database.backup.marker import OF_DATABASE, mark_in, restored
from forbear.contexts.database.models import SendingRelease, Settled
from forbear.contexts.database.prepared import Question, ask
from forbear.contexts.database.transaction import required


@dataclass(frozen=True, slots=True)
class Held:
    """Why nothing may be sent: the restore of a backup. Instants are UTC."""

    restored_at: datetime
    made_at: datetime
    dump_sha256: str

    @property
    def en(self) -> str:
        """The reason in English."""
        return (
            f"Nothing is sent: the database was restored at {_shown(self.restored_at)} from a "
            f"backup of {_shown(self.made_at)}. Settle what was sent in between, then release "
            "sending."
        )

    @property
    def zh(self) -> str:
        """The reason in Chinese."""
        return (
            f"已停止发送：数据库于 {_shown(self.restored_at)} "
            f"从 {_shown(self.made_at)} 的备份恢复。"
            "请先核清其间已发送的内容，再解除发送限制。"
        )


def sending_held(home: Path) -> Held | None:
    """Return why nothing may be sent, or null when sending is free.

    Both marks of a restore count, the home's and the database's own, each until it is released.
    """
    rows = ask(*about_restoring())
    for mark in (restored(home), mark_in(rows[0][0] if rows else None)):
        if mark is not None:
            held = _held(mark)
            if not SendingRelease.objects.filter(
                restored_at=held.restored_at, dump_sha256=held.dump_sha256
            ).exists():
                return held
    return None


def about_restoring() -> Question:
    """Return what ``sending_held`` asks the database."""
    return OF_DATABASE, ()


def let_sending_go_on(held: Held, *, settled: Settled, now: datetime) -> None:
    """Write down, inside an action, that a restore is settled; harmless when repeated.

    Raises:
        BrokenInvariant: no transaction is open.
    """
    required()
    SendingRelease.objects.get_or_create(
        restored_at=held.restored_at,
        dump_sha256=held.dump_sha256,
        defaults={"settled": settled.value, "released_at": now},
    )


def _held(mark: dict[str, Any]) -> Held:
    return Held(
        datetime.fromisoformat(mark["restored_at"]),
        datetime.fromisoformat(mark["made_at"]),
        str(mark["dump_sha256"]),
    )


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
