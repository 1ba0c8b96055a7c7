"""Somebody writes down what matters about a case, for whoever works on it next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.models import Case, Note
from forbear.contexts.cases.move import locked_case
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio import check
from forbear.contexts.protection.store import open_values, seal_values
from forbear.values.errors import Conflict
from forbear.values.principal import Principal

NOTE_LENGTH_MAX = 4_000


class OtherNote(Conflict):
    """Another note goes by this ref."""

    code = "OTHER_NOTE"


def add_note(case_id: int, text: str, *, ref: UUID, actor: Principal, now: datetime) -> int:
    """Add a note to a case, open or closed; return its id.

    ``ref`` is drawn by whoever asks, once for each note, so that asking twice adds one. The record
    of what was done says that there is a note, and how long, never what it says.

    Raises:
        NotPermitted: CASE_WORK is missing.
        InvalidField: no text, too long, or with signs that are no text.
        NoSuchCase: there is none that may be seen.
        ErasedPerson: nothing more is written about the person.
        OtherNote: the ref stands for another note.
    """
    with acting(actor):
        return enter_note(locked_case(case_id), text, ref=ref, actor=actor, now=now)


def enter_note(
    case: Case,
    text: str,
    *,
    ref: UUID,
    acts: Sequence[str] = (),
    actor: Principal,
    now: datetime,
) -> int:
    """Do the same inside another action, which holds the case.

    ``acts``: forbidden acts that the text seems to commit, and that its writer says it reports.
    """
    required()
    may(actor, Permission.CASE_WORK)
    kept = check.label("text", text, length_max=NOTE_LENGTH_MAX)
    before = Note.objects.filter(ref=ref).select_related("case__debtor").first()
    if before is not None:
        _refuse_other(before, case, kept, actor=actor, now=now)
        return int(before.pk)
    note = Note(
        ref=ref,
        case=case,
        debtor_id=case.debtor_id,
        author_kind=actor.kind.value,
        author_id=actor.id,
        at=now,
    )
    seal_values(note, {"text": kept}, now=now)
    note.save(force_insert=True)
    record(
        AuditEvent.NOTE_ADDED,
        actor=actor,
        subject=f"case:{case.pk}",
        now=now,
        debtor_id=case.debtor_id,
        body={"note": note.pk, "characters": len(kept), **({"acts": list(acts)} if acts else {})},
    )
    return int(note.pk)


def _refuse_other(before: Note, case: Case, text: str, *, actor: Principal, now: datetime) -> None:
    same_author = (before.author_kind, before.author_id) == (actor.kind.value, actor.id)
    if (
        before.case_id != case.pk
        or not same_author
        or open_values(before, "text", now=now)["text"] != text
    ):
        raise OtherNote(
            "A note with this ref is there already, and it is another one.",
            remedy="Draw a new ref for every note.",
            message_zh="该编号的备注已存在，且内容不同。",
            remedy_zh="每条备注请使用新的编号。",
        )
