"""A lender's system hands over an extract, to be taken in when the day begins."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import IO

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.exchange.inbox import Unpacked, drop, unpack
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.principal import Principal


def take_extract(
    upload: IO[bytes],
    *,
    home: Path,
    zip_bytes_max: int,
    bytes_max: int,
    actor: Principal,
    now: datetime,
) -> Unpacked:
    """Put a zip's extract into the inbox as a whole folder; the same zip again changes nothing.

    Raises:
        NotPermitted: BOOK_CHANGE is missing.
        UnfitZip: nothing was put there.
    """
    may(actor, Permission.BOOK_CHANGE)
    # Unpacking takes long; no transaction is held open meanwhile.
    found = unpack(upload, home, zip_bytes_max=zip_bytes_max, bytes_max=bytes_max)
    if not found.new:
        return found
    try:
        with acting(actor):
            record(
                AuditEvent.EXTRACT_RECEIVED,
                actor=actor,
                subject=f"extract:{found.id}",
                now=now,
                body={"book_date": found.book_date, "files": found.files},
            )
    except BaseException:
        drop(home, found.id)
        raise
    return found
