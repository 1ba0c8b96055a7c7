"""In which one form is an entry hashed into the tree?

One line of JSON in ASCII with every column, in this order and without spaces, and its place in the
tree first: whoever moves an entry changes it. A body that is not UTF-8 is told byte by byte, as
lone surrogates, so no two bodies share a form.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

COLUMNS = (
    "id",
    "at",
    "event",
    "actor_kind",
    "actor_id",
    "subject",
    "debtor_id",
    "body",
    "body_sha256",
)
_write = json.JSONEncoder(separators=(",", ":")).encode


def entry_line(index: int | None, row: Sequence[Any]) -> bytes:
    """Return an entry as it is hashed; ``row`` holds COLUMNS. ``index`` null: not in the tree."""
    known: dict[str, Any] = {"v": 1, "index": index, **dict(zip(COLUMNS, row, strict=True))}
    known["at"] = instant(known["at"])
    known["body"] = bytes(known["body"]).decode("utf-8", "surrogateescape")
    known["body_sha256"] = bytes(known["body_sha256"]).hex()
    return _write(known).encode("ascii")


def instant(at: Any) -> str:
    """Return an instant to the microsecond, in UTC."""
    told = at.astimezone(UTC).replace(tzinfo=None)
    return f"{told.isoformat(timespec='microseconds')}Z"
