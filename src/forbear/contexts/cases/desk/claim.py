"""Who has a case now?

A case is had by one person at a time. Whoever does nothing about it for a while has it no more;
how long that is, the lender says.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.cases.models import Case, Claim
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import staff_id
from forbear.contexts.rulebook.library import open_desks
from forbear.values.errors import Conflict
from forbear.values.principal import Principal, PrincipalKind


class CaseHeld(Conflict):
    """Somebody else has the case."""

    code = "CASE_HELD"


class CaseNotTaken(Conflict):
    """Whoever acts does not have the case, or has it no more."""

    code = "CASE_NOT_TAKEN"


@dataclass(frozen=True, slots=True)
class Held:
    """Who has a case, and until when if nothing more is done."""

    case_id: int
    staff_id: int
    name: str
    until_at: datetime

    def by(self, actor: Principal) -> bool:
        """Say whether it is the actor who has it."""
        return actor.kind is PrincipalKind.STAFF and str(self.staff_id) == actor.id


def held_now(case_ids: Collection[int], *, now: datetime) -> dict[int, Held]:
    """Return who has some cases, inside a transaction; a case that nobody has is left out."""
    required()
    rows = Claim.objects.filter(case_id__in=case_ids, until_at__gt=now).select_related("staff")
    return {row.case_id: _held(row) for row in rows}


def refuse_unless_had(case: Case, *, actor: Principal, now: datetime) -> None:
    """Let whoever has a held case go on, and begin the silence anew.

    Raises:
        CaseHeld, CaseNotTaken.
    """
    required()
    row = Claim.objects.filter(pk=case.pk, until_at__gt=now).select_related("staff").first()
    if row is None:
        raise CaseNotTaken(
            "You do not have this case, or your time ran out.",
            remedy="Take it again; what you wrote has been kept.",
            message_zh="您尚未接手此案件，或接手时间已到。",
            remedy_zh="请重新接手；已填写的内容会保留。",
        )
    if row.staff_id != staff_id(actor):
        raise case_held(_held(row), now=now)
    row.until_at = now + open_desks().claim_lasts
    row.save(update_fields=["until_at"])


def stay(case_id: int, *, actor: Principal, now: datetime) -> None:
    """Begin the silence anew for whoever has a case; of anybody else it changes nothing."""
    with acting(actor):
        Claim.objects.filter(pk=case_id, staff_id=staff_id(actor), until_at__gt=now).update(
            until_at=now + open_desks().claim_lasts
        )


def case_held(held: Held, *, now: datetime) -> CaseHeld:
    """Return the refusal for a case that somebody else has."""
    left = -(-int((held.until_at - now).total_seconds()) // 60)
    return CaseHeld(
        f"{held.name} has this case, for {left} min more if nothing is done.",
        remedy="Take another one, or ask them; a supervisor may take it over.",
        message_zh=f"{held.name} 正在处理此案件；如无操作，将在 {left} 分钟后释放。",
        remedy_zh="请处理其他案件或与其联系；主管可以接管。",
        name=held.name,
        until_at=held.until_at.isoformat(),
    )


def _held(row: Claim) -> Held:
    return Held(row.case_id, row.staff_id, row.staff.name, row.until_at)
