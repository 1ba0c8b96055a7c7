"""How does a permitted letter come to lie ready for print, once?

A page is written whole under the permit's own name, or not at all: to look whether it is there is
to ask what became of it.
"""

from __future__ import annotations

import os
from datetime import timedelta
from uuid import UUID

from forbear.contexts.contact.channels.kind import Entry, Setting
from forbear.contexts.contact.channels.letter.kind import Read
from forbear.contexts.contact.channels.letter.page import Page, set_page
from forbear.contexts.contact.channels.port import (
    Absent,
    Accepted,
    Envelope,
    Handed,
    NotAccepted,
    Seen,
    Traits,
)
from forbear.contexts.contact.gate.permit import Permit
from forbear.contexts.contact.letters import READY, folder_of, found

_UNIT = "letter:"


class LetterAdapter:
    """One printing house's letters."""

    def __init__(self, entry: Entry, read: Read, setting: Setting) -> None:
        """Take the settings; nothing is written yet."""
        self._entry, self._read, self._clock = entry, read, setting.clock
        self._folder = folder_of(setting.home, entry.name)

    @property
    def traits(self) -> Traits:
        """What it promises: a page that is not there never was."""
        return Traits(
            name=self._entry.name,
            channels=self._entry.carries,
            timeout=timedelta(seconds=20),
            asks=True,
            absent_final_after=timedelta(0),
            idempotent_for=None,
            receipts=False,
        )

    def hand_over(self, permit: Permit, envelope: Envelope) -> Handed:
        """Set the page and lay it with those that wait to be printed."""
        lines = [line.strip() for line in envelope.address.splitlines() if line.strip()]
        if envelope.name is None or not lines:
            return NotAccepted("NO_NAME")
        page = Page(
            to=(envelope.name, *lines),
            back=self._read.back,
            subject=envelope.subject or "",
            text=envelope.text,
            date=permit.intended_at.date(),
            lang=self._read.lang,
            mark=permit.id.hex[:12],
        )
        octets = set_page(page)
        ready = self._folder / READY
        ready.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = ready / f".{permit.id}"
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(ready / f"{permit.id}.pdf")
        return Accepted(f"{_UNIT}{permit.id}")

    def look_up(self, permit_id: UUID) -> Accepted | Absent:
        """Look whether the page is there, or was in a batch."""
        return Accepted(f"{_UNIT}{permit_id}") if found(self._folder, permit_id) else Absent()

    def check(self) -> list[Seen]:
        """Set a page of nothing."""
        day = self._clock().date()
        octets = set_page(Page(("", ""), self._read.back, "", "", day, self._read.lang, ""))
        return [Seen("page", f"{len(octets)} bytes", good=octets.startswith(b"%PDF"))]
