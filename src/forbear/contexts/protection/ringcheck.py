"""Is the key ring there, and is it the one that this database was sealed with?

Asked by Django's checks, so that whoever starts Forbear is told before the first person's page.
"""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.db import DatabaseError, connection

from forbear.contexts.protection.keyring import validate_mark
from forbear.contexts.protection.models import RingMark
from forbear.contexts.protection.ringfile import RingMissing
from forbear.contexts.protection.store import anything_sealed, open_vault
from forbear.values.errors import ForbearError


def check_ring(**_: Any) -> list[checks.CheckMessage]:
    """Compare the ring with the database's marks; a database out of reach is not judged.

    Returns nothing where all is well; a warning where no ring is there and none is needed yet.
    """
    sealed = _sealed()
    try:
        ring = open_vault().keeper.ring
        if sealed is not None:
            marks = RingMark.objects.values_list("ring_key", "mark")
            kept = {key: bytes(mark) for key, mark in marks}
            validate_mark(ring, kept, anything_sealed=sealed)
    except RingMissing as error:
        if sealed:
            return [_error(error)]
        return [checks.Warning(error.message, hint=error.remedy, id="forbear.W1")]
    except ForbearError as error:
        return [_error(error)]
    return []


def _sealed() -> bool | None:
    """Say whether anything is sealed; null where there is no database, or no tables yet."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regproc('forbear_anything_sealed') IS NOT NULL")
            if not cursor.fetchone()[0]:
                return None
        return anything_sealed()
    except DatabaseError:
        return None


def _error(error: ForbearError) -> checks.CheckMessage:
    return RingUnfit(error)


class RingUnfit(checks.Error):
    """A ring that keeps Forbear from starting; ``error`` says it in either language."""

    def __init__(self, error: ForbearError) -> None:
        told = error.data
        hint = f"{error.remedy} {told.get('remedy_zh', '')}".strip()
        said = f"{error.message} {told.get('message_zh', '')}".strip()
        super().__init__(said, hint=hint, id="forbear.E10")
        self.error = error
