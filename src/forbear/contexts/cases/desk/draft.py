"""What has somebody begun to write about a case?

A draft lies sealed on the server from the first words on, so that a browser that dies loses
nothing. It is gone once the note is written.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from forbear.contexts.cases.actions.add_note import NOTE_LENGTH_MAX
from forbear.contexts.cases.desk.claim import refuse_unless_had
from forbear.contexts.cases.models import Draft, Note
from forbear.contexts.cases.move import held_case
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.protection.person import ErasedPerson
from forbear.contexts.protection.store import open_values, seal_values
from forbear.values.principal import Principal


def keep_draft(
    case_id: int, text: str, *, ref: UUID | None = None, actor: Principal, now: datetime
) -> None:
    """Keep what the actor has written so far; empty: nothing is kept any more.

    ``ref`` is that of the note which it is to become. A draft that arrives behind its own note, as
    from a browser that sends both at once, is no draft any more.

    Raises:
        NotPermitted: CASE_WORK is missing.
        InvalidField: too long, or with signs that are no text.
        NoSuchCase, CaseHeld, CaseNotTaken: the actor does not have the case.
        ErasedPerson: nothing more is written about the person.
    """
    may(actor, Permission.CASE_WORK)
    with acting(actor):
        case = held_case(case_id)
        refuse_unless_had(case, actor=actor, now=now)
        if ref is not None and Note.objects.filter(ref=ref).exists():
            return
        mine = Draft.objects.filter(case=case, staff_id=staff_id(actor))
        if not text.strip():
            mine.delete()
            return
        kept = check.label("text", text, length_max=NOTE_LENGTH_MAX)
        row = mine.select_related("case__debtor").first()
        row = row or Draft(ref=ref or uuid4(), case=case, staff_id=staff_id(actor))
        row.debtor_id, row.at = case.debtor_id, now
        seal_values(row, {"text": kept}, now=now)
        row.save()


def draft_of(case_id: int, *, actor: Principal, now: datetime) -> tuple[UUID, str] | None:
    """Return the ref and words of the actor's draft, inside a transaction; None: there is none."""
    required()
    rows = Draft.objects.filter(case_id=case_id, staff_id=staff_id(actor))
    row = rows.select_related("case__debtor").first()
    if row is None:
        return None
    try:
        text = open_values(row, "text", now=now)["text"]
    except ErasedPerson:
        return None
    return None if text is None else (row.ref, text)


def drop_draft(case_id: int, *, actor: Principal) -> None:
    """Forget the actor's draft, inside the action that wrote the note."""
    required()
    Draft.objects.filter(case_id=case_id, staff_id=staff_id(actor)).delete()
