"""What was written about a case?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from forbear.contexts.cases.models import Case, Note
from forbear.contexts.cases.move import no_such_case
from forbear.contexts.database.transaction import reading, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.store import keys, open_values
from forbear.values.principal import Principal

NOTES_MAX = 500


@dataclass(frozen=True, slots=True)
class NoteShown:
    """One note. ``text`` null: the person was erased, and with them what was written."""

    id: int
    at: datetime
    author_kind: str
    author_id: str
    text: str | None = field(repr=False)


def notes_for_case(
    case_id: int, *, limit: int = NOTES_MAX, actor: Principal, now: datetime
) -> tuple[NoteShown, ...]:
    """Return a case's newest notes, opened, for somebody who may see the person.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        NoSuchCase: there is none that may be seen.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        if not Case.objects.filter(pk=case_id).exists():
            raise no_such_case(case_id)
        rows = Note.objects.filter(case_id=case_id).select_related("case__debtor")
        return opened(rows.order_by("-id")[:limit], now=now)


def opened(rows: Iterable[Note], *, now: datetime) -> tuple[NoteShown, ...]:
    """Return notes with their texts, inside a reader's transaction; one look-up for all keys.

    ``rows`` come with their cases and debtors.
    """
    required()
    notes = list(rows)
    held = keys(now=now, of={note.case.debtor.key_id for note in notes}) if notes else None
    found = []
    for note in notes:
        try:
            text = open_values(note, "text", now=now, held=held)["text"]
        except ErasedPerson:
            text = None
        found.append(NoteShown(note.pk, note.at, note.author_kind, note.author_id, text))
    return tuple(found)
