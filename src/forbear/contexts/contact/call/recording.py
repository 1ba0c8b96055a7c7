"""How is a recorded call kept so that only who may can hear it, and nobody after an erasure?

Its sound lies in a file of its own, piece by piece, each sealed with the person's key and bound to
the call and its place in it. A call that is cut short keeps what was written until then. Whoever
destroys the person's key destroys every recording with it.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.models import Call, Recording
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.personkey import person_key_id
from forbear.contexts.protection.cell import DataKey, Place
from forbear.contexts.protection.store import keys
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

PIECE_S = 3.0
"""Two sides of three seconds fill one sealed cell, as base64."""
_LENGTH_BYTES = 4
_BASE64 = ":"
"""What the text of a piece begins with. Older pieces are base85, which has no such sign, and which
takes a hundred times as long: of many calls at once that was half of what recording cost."""


class NoRecording(NotFound):
    """There is no such recording, or it was deleted when its time was over."""

    code = "NO_RECORDING"


class RecordingFile:
    """One recording while it is made. Pieces may come from any one thread at a time."""

    def __init__(self, path: Path, permit_id: UUID, key_id: UUID, key: DataKey) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: IO[bytes] = path.open("xb")
        path.chmod(0o600)
        self._permit_id, self._key_id, self._key = permit_id, key_id, key
        self._digest = hashlib.sha256()
        self._lock = threading.Lock()
        self.pieces = 0

    def keep(self, piece: bytes) -> None:
        """Seal one piece and write it; what was written survives this process."""
        with self._lock:
            place = _place(self._permit_id, self.pieces, self._key_id)
            cell = self._key.seal_text(place, _as_text(piece))
            framed = len(cell).to_bytes(_LENGTH_BYTES, "big") + cell
            self._file.write(framed)
            self._file.flush()
            self._digest.update(framed)
            self.pieces += 1

    def close(self) -> str:
        """Close the file; return the hash of all of it."""
        with self._lock:
            self._file.close()
            return self._digest.hexdigest()


def path_of(folder: Path, permit_id: UUID) -> Path:
    """Return where a recording lies."""
    return folder / permit_id.hex[:2] / f"{permit_id}.sealed"


def begin_recording(
    permit_id: UUID, folder: Path, *, actor: Principal, now: datetime
) -> RecordingFile:
    """Begin the recording of a call under way.

    Raises:
        ErasedPerson: nothing more is kept about the person.
    """
    with acting(actor):
        call = Call.objects.select_for_update().get(pk=permit_id)
        call.recorded = True
        call.save(update_fields=["recorded"])
        return _begun(permit_id, call.debtor_id, folder, actor=actor, now=now)


def begin_incoming(
    ident: UUID, debtor_id: int, folder: Path, *, actor: Principal, now: datetime
) -> RecordingFile:
    """Begin the recording of a call that a known person made to us.

    Raises:
        ErasedPerson: nothing more is kept about the person.
    """
    with acting(actor):
        return _begun(ident, debtor_id, folder, actor=actor, now=now)


def _begun(
    ident: UUID, debtor_id: int, folder: Path, *, actor: Principal, now: datetime
) -> RecordingFile:
    key_id = person_key_id(debtor_id)
    key = keys(now=now, of=[key_id]).of(key_id)
    Recording.objects.create(permit_id=ident, debtor_id=debtor_id, began_at=now)
    record(
        AuditEvent.RECORDING_BEGUN,
        actor=actor,
        subject=f"recording:{ident}",
        now=now,
        debtor_id=debtor_id,
    )
    return RecordingFile(path_of(folder, ident), ident, key_id, key)


def end_recording(
    permit_id: UUID, *, pieces: int, seconds: int, sha256: str, actor: Principal, now: datetime
) -> None:
    """Write down what a recording became."""
    with acting(actor):
        row = Recording.objects.select_for_update().get(pk=permit_id)
        row.pieces, row.seconds, row.sha256 = pieces, seconds, sha256
        row.save(update_fields=["pieces", "seconds", "sha256"])
        record(
            AuditEvent.RECORDING_ENDED,
            actor=actor,
            subject=f"recording:{permit_id}",
            now=now,
            debtor_id=row.debtor_id,
            body={"pieces": pieces, "seconds": seconds, "sha256": sha256},
        )


def open_recording(
    permit_id: UUID, folder: Path, *, actor: Principal, now: datetime
) -> tuple[bytes, ...]:
    """Return the pieces of a recording, for somebody who may hear it; that is written down.

    Staff come here by ``hearing.hear`` alone, which asks for their reason.

    Raises:
        NotPermitted: VALUE_REVEAL is missing.
        NoRecording: there is none for this reader, or its file is gone.
        ErasedPerson: the person's key was destroyed, and the sound with it.
        UnreadableCell: the file was changed.
    """
    may(actor, Permission.VALUE_REVEAL)
    with acting(actor):
        row = Recording.objects.filter(pk=permit_id, removed_at__isnull=True).first()
        path = path_of(folder, permit_id)
        if row is None or not path.exists():
            raise no_recording()
        key_id = person_key_id(row.debtor_id)
        key = keys(now=now, of=[key_id]).of(key_id)
        pieces = _opened(path, permit_id, key_id, key)
        record(
            AuditEvent.RECORDING_HEARD,
            actor=actor,
            subject=f"recording:{permit_id}",
            now=now,
            debtor_id=row.debtor_id,
        )
    return pieces


def no_recording() -> NoRecording:
    """Return the error for a recording that is not there."""
    return NoRecording(
        "There is no such recording.",
        remedy="It may have been deleted when its time was over.",
        message_zh="没有该录音。",
        remedy_zh="可能已在保存期满后删除。",
    )


def _opened(path: Path, permit_id: UUID, key_id: UUID, key: Any) -> tuple[bytes, ...]:
    content = path.read_bytes()
    pieces: list[bytes] = []
    at = 0
    while at + _LENGTH_BYTES <= len(content):
        size = int.from_bytes(content[at : at + _LENGTH_BYTES], "big")
        cell = content[at + _LENGTH_BYTES : at + _LENGTH_BYTES + size]
        if len(cell) < size:
            break  # its process was killed while it wrote this piece
        text = key.open_text(_place(permit_id, len(pieces), key_id), cell)
        pieces.append(_as_piece(text))
        at += _LENGTH_BYTES + size
    return tuple(pieces)


def _as_text(piece: bytes) -> str:
    return _BASE64 + base64.b64encode(piece).decode("ascii")


def _as_piece(text: str) -> bytes:
    if text.startswith(_BASE64):
        return base64.b64decode(text[len(_BASE64) :], validate=True)
    return base64.b85decode(text)


def _place(permit_id: UUID, number: int, key_id: UUID) -> Place:
    return Place("contact_recording", "sound", f"{permit_id}:{number}", key_id)
