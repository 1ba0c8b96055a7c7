"""A file is handed in as evidence, by either side, or is opened by somebody who may see it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.protection.store import keys, open_values, seal_values
from forbear.contexts.rights.filing import find_filing
from forbear.contexts.rights.models import Attachment, AttachmentPiece, Filing
from forbear.contexts.rights.sniff import TYPES, FileKind, sniffed
from forbear.contexts.rights.word import Side
from forbear.values.errors import Conflict, NotFound
from forbear.values.principal import Principal, PrincipalKind, Sight

PIECE_BYTES = 48_000
"""As base64 it fits one sealed cell."""
FILES_MAX = 20
NAME_LENGTH_MAX = 120


class TooManyFiles(Conflict):
    """The filing has as many files as it may."""

    code = "TOO_MANY_FILES"


class UnknownAttachment(NotFound):
    """There is no such file, or the reader may not see it."""

    code = "UNKNOWN_ATTACHMENT"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as it is kept. ``new`` False: the filing has this content already."""

    ref: UUID
    kind: str
    bytes: int
    sha256: str
    new: bool


@dataclass(frozen=True, slots=True)
class FileOpened:
    """A file in full, for somebody who may see it."""

    name: str = field(repr=False)
    content_type: str
    content: bytes = field(repr=False)


def attach(
    ref: str, name: str, content: bytes, *, side: Side, actor: Principal, now: datetime
) -> Attached:
    """Keep a file, sealed with the person's key, once it has shown what it is.

    Raises:
        NotPermitted: FILINGS_TAKE is missing; to speak for the lender, FILINGS_WORK.
        FileRefused: it is nothing that is taken; nothing was kept.
        UnknownFiling, InvalidField, TooManyFiles.
        ErasedPerson: nothing more is kept about the person.
    """
    side = check.word("side", side, Side)
    may(actor, Permission.FILINGS_WORK if side is Side.LENDER else Permission.FILINGS_TAKE)
    called = check.label("name", name, length_max=NAME_LENGTH_MAX)
    kind = sniffed(called, content)
    digest = hashlib.sha256(content).digest()
    with acting(actor):
        filing = find_filing(ref)
        known = Attachment.objects.filter(filing=filing, digest=digest).first()
        if known is not None:
            return Attached(known.ref, known.kind, known.bytes, digest.hex(), new=False)
        if filing.attachments.count() >= FILES_MAX:
            raise TooManyFiles(
                f"There are {FILES_MAX} files already.",
                remedy="Put several pages into one file.",
                message_zh=f"已有 {FILES_MAX} 个文件。",
                remedy_zh="请将多页合并为一个文件。",
            )
        row = _kept(filing, called, kind, content, digest, side=side, actor=actor, now=now)
        record(
            AuditEvent.ATTACHMENT_ADDED,
            actor=actor,
            subject=f"filing:{filing.pk}",
            debtor_id=filing.debtor_id,
            body={
                "attachment": str(row.ref),
                "side": side,
                "kind": kind,
                "bytes": len(content),
                "sha256": digest.hex(),
            },
            now=now,
        )
        return Attached(row.ref, kind.value, len(content), digest.hex(), new=True)


def _kept(
    filing: Filing,
    name: str,
    kind: FileKind,
    content: bytes,
    digest: bytes,
    *,
    side: Side,
    actor: Principal,
    now: datetime,
) -> Attachment:
    row = Attachment(
        filing=filing,
        debtor_id=filing.debtor_id,
        side=side.value,
        kind=kind.value,
        bytes=len(content),
        digest=digest,
        handed_in_by=str(actor),
        at=now,
    )
    seal_values(row, {"name": name}, now=now)
    row.save(force_insert=True)
    pieces = []
    for number, start in enumerate(range(0, len(content), PIECE_BYTES)):
        piece = AttachmentPiece(attachment=row, debtor_id=filing.debtor_id, number=number)
        text = base64.b64encode(content[start : start + PIECE_BYTES]).decode()
        seal_values(piece, {"content": text}, now=now)
        pieces.append(piece)
    AttachmentPiece.objects.bulk_create(pieces)
    return row


def open_attachment(attachment_ref: UUID, *, actor: Principal, now: datetime) -> FileOpened:
    """Open a file: for the person whose it is, or for somebody who works here; that is recorded.

    Raises:
        NotPermitted: somebody who works here lacks VALUE_REVEAL; a lender's system never may.
        UnknownAttachment: there is none for this reader.
        ErasedPerson: the person was erased, and the file with them.
    """
    own = actor.sight is Sight.PERSON and actor.kind is not PrincipalKind.TOKEN
    if not own:
        may(actor, Permission.VALUE_REVEAL)
    with acting(actor):
        row = Attachment.objects.filter(ref=attachment_ref).select_related("filing__debtor").first()
        if row is None:
            raise UnknownAttachment(
                "There is no such file here.",
                remedy="Look at the filing again.",
                message_zh="这里没有该文件。",
                remedy_zh="请重新查看该事项。",
            )
        held = keys(now=now, of={row.filing.debtor.key_id})
        name = open_values(row, "name", now=now, held=held)["name"] or ""
        pieces = row.pieces.select_related("attachment__filing__debtor").order_by("number")
        content = b"".join(
            base64.b64decode(open_values(piece, "content", now=now, held=held)["content"] or "")
            for piece in pieces
        )
        if hashlib.sha256(content).digest() != bytes(row.digest):
            raise UnknownAttachment(
                "The file is not whole.",
                remedy="Restore it from a backup and look for who wrote to the database.",
                message_zh="文件不完整。",
                remedy_zh="请从备份恢复，并查明是谁写入了数据库。",
            )
        record(
            AuditEvent.ATTACHMENT_OPENED,
            actor=actor,
            subject=f"filing:{row.filing_id}",
            debtor_id=row.debtor_id,
            body={"attachment": str(row.ref)},
            now=now,
        )
        return FileOpened(name, TYPES[FileKind(row.kind)], content)
