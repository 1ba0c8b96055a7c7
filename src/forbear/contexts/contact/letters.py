"""How do letters that lie ready become a batch for the printing house, and what came back of them?

A batch is a folder: the pages, and a list with the hash of each. It is made in one step by moving
the folder of what lies ready, so no page is in two batches and none is lost. Pages hold names and
addresses: folder and files are the owner's alone, and are deleted once they are printed.
"""

from __future__ import annotations

import csv
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

from forbear.contexts.contact.channels.registry import Receipt
from forbear.contexts.contact.gate.receipt import take_within
from forbear.contexts.contact.models import Dispatch
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Channel, Outcome
from forbear.values.errors import NotFound
from forbear.values.principal import Principal

READY, LIST = "ready", "manifest.csv"
COLUMNS = ("permit", "file", "bytes", "sha256")


class NoLetters(NotFound):
    """Nothing lies ready to be printed."""

    code = "NO_LETTERS"


class NoSuchLetter(NotFound):
    """There is no such letter."""

    code = "NO_SUCH_LETTER"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch: its folder, its list, the list's hash, and how many letters it holds."""

    folder: Path
    manifest: Path
    sha256: str
    letters: int


def folder_of(home: Path, provider: str) -> Path:
    """Return where a provider's letters lie."""
    return home / "letters" / provider


def found(folder: Path, permit_id: UUID) -> bool:
    """Say whether a letter lies ready or stands on the list of a batch, also once it is printed."""
    if any(folder.glob(f"*/{permit_id}.pdf")):
        return True
    lists = folder.glob(f"*/{LIST}")
    return any(str(permit_id) in each.read_text(encoding="utf-8") for each in lists)


def make_batch(home: Path, provider: str, *, now: datetime) -> Batch:
    """Make a batch of everything that lies ready.

    Raises:
        NoLetters: nothing does.
    """
    ready = folder_of(home, provider) / READY
    if not any(ready.glob("*.pdf")):
        raise NoLetters(
            "No letter lies ready.",
            remedy="Look again when some were let go.",
            message_zh="没有待打印的信件。",
            remedy_zh="有信件放行后再试。",
        )
    made = ready.with_name(now.strftime("%Y%m%dT%H%M%S%fZ"))
    ready.rename(made)
    rows = [_row(path) for path in sorted(made.glob("*.pdf"))]
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    octets = text.getvalue().encode()
    scratch = made / f".{LIST}"
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(octets)
    scratch.replace(made / LIST)
    return Batch(made, made / LIST, hashlib.sha256(octets).hexdigest(), len(rows))


def tell_of_letter(permit_id: UUID, outcome: Outcome, *, actor: Principal, now: datetime) -> bool:
    """Enter that a letter came back, or was delivered; False: that was entered before.

    A returned letter's address is invalid at once.

    Raises:
        NotPermitted: CONTACT_MAKE is missing.
        NoSuchLetter: there is no letter by that permit for this doer.
    """
    may(actor, Permission.CONTACT_MAKE)
    with acting(actor):
        rows = Dispatch.objects.filter(permit_id=permit_id, channel=Channel.LETTER.value)
        provider = rows.values_list("provider", flat=True).first()
        if provider is None:
            raise NoSuchLetter(
                f"There is no letter {permit_id}.",
                remedy="Read the number at the foot of the page, or in the batch's list.",
                message_zh=f"没有编号为 {permit_id} 的信件。",
                remedy_zh="请查看信件页脚的编号，或批次清单。",
            )
        told = Receipt(f"letter:{permit_id}:{outcome.value}", permit_id, outcome, now)
        return take_within(provider, told, actor=actor, now=now)


def _row(path: Path) -> tuple[str, str, int, str]:
    octets = path.read_bytes()
    return path.stem, path.name, len(octets), hashlib.sha256(octets).hexdigest()
