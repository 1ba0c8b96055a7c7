"""Somebody looked at where an agency's report and its permits do not agree, and says what of it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.models import AgencyFinding, AgencyLook
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.values.errors import Conflict, InvalidInput, NotFound
from forbear.values.principal import Principal

NOTE_LENGTH_MIN, NOTE_LENGTH_MAX = 5, 400
# A telephone or identity number has no place in a note that is not sealed.
_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}")


class UnfitNote(InvalidInput):
    """A note that says nothing, too much, or whom it is about."""

    code = "UNFIT_AGENCY_NOTE"


class UnknownFinding(NotFound):
    """There is no such disagreement, or it is not this reader's."""

    code = "UNKNOWN_AGENCY_FINDING"


class LookedAlready(Conflict):
    """Somebody looked at it before."""

    code = "AGENCY_FINDING_LOOKED_AT"


def look_at_finding(finding_id: int, note: str, *, actor: Principal, now: datetime) -> None:
    """Write down that the actor looked at a disagreement, and what they found; once.

    The disagreement itself stands until a later report mends it.

    Raises:
        NotPermitted: AGENCIES_LOOK is missing, or it is not somebody who works here.
        UnfitNote: the note is too short or too long, or holds a long number.
        UnknownFinding: the reader may see none of that id.
        LookedAlready: somebody has looked at it.
    """
    may(actor, Permission.AGENCIES_LOOK)
    said = _fit(note)
    with acting(actor):
        found = AgencyFinding.objects.filter(pk=finding_id).first()
        if found is None:
            raise UnknownFinding(
                f"There is no difference {finding_id}.",
                remedy="Choose from the list.",
                message_zh=f"没有编号为 {finding_id} 的不符。",
                remedy_zh="请从列表中选择。",
            )
        if not _noted(found, said, staff=staff_id(actor), now=now):
            raise LookedAlready(
                "Somebody has looked at this difference.",
                remedy="Read their note in the list.",
                message_zh="已有同事查看过此不符。",
                remedy_zh="请在列表中阅读其备注。",
            )
        record(
            AuditEvent.AGENCY_FINDING_LOOKED,
            actor=actor,
            subject=f"agency_finding:{finding_id}",
            now=now,
            debtor_id=found.debtor_id,
            body={"kind": found.kind, "day": found.day.isoformat(), "team_id": found.team_id},
        )


@dataclass(frozen=True, slots=True)
class Look:
    """Who of the staff looked at a disagreement, when, and what they say. No agency reads it."""

    by: int
    at: datetime
    note: str


def looks_at(finding_ids: Collection[int], *, actor: Principal) -> dict[int, Look]:
    """Return what was said of some disagreements, by id; left out: nobody has looked at it.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    with reading(actor):
        rows = AgencyLook.objects.filter(finding_id__in=finding_ids)
        told = rows.values_list("finding_id", "staff_id", "at", "note")
        return {finding: Look(by, at, note) for finding, by, at, note in told}


def findings_unlooked(*, actor: Principal) -> int:
    """Return how many disagreements stand that nobody has looked at.

    Raises:
        NotPermitted: CONTACTS_SEE is missing.
    """
    may(actor, Permission.CONTACTS_SEE)
    with reading(actor):
        looked = AgencyLook.objects.filter(finding_id=OuterRef("pk"))
        return AgencyFinding.objects.filter(~Exists(looked), resolved_at=None).count()


def _noted(found: AgencyFinding, note: str, *, staff: int, now: datetime) -> bool:
    """Write the note; False: somebody, perhaps at this very moment, has written one."""
    _row, new = AgencyLook.objects.get_or_create(
        finding_id=found.pk,
        defaults={"team_id": found.team_id, "staff_id": staff, "note": note, "at": now},
    )
    return new


def _fit(note: str) -> str:
    said = " ".join(note.split())
    if not NOTE_LENGTH_MIN <= len(said) <= NOTE_LENGTH_MAX:
        raise UnfitNote(
            f"A note has {NOTE_LENGTH_MIN} to {NOTE_LENGTH_MAX} signs.",
            remedy="Say in a sentence what you found, and what follows.",
            message_zh=f"备注须为 {NOTE_LENGTH_MIN} 至 {NOTE_LENGTH_MAX} 个字符。",
            remedy_zh="请用一句话说明查看结果及后续处理。",
            field="note",
        )
    if _NUMBER.search(said):
        raise UnfitNote(
            "A note holds no telephone or identity number.",
            remedy="Leave the number out; the difference names its contact.",
            message_zh="备注不得包含电话号码或证件号码。",
            remedy_zh="请删除号码；该不符已注明对应的联系。",
            field="note",
        )
    return said
