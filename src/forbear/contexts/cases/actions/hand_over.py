"""Several cases go into other care at once, as one act that was looked at before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.care import refuse_unfit
from forbear.contexts.cases.handing import Chosen, HandOver, Why, judged, refuse_too_many
from forbear.contexts.cases.models import Case
from forbear.contexts.database.transaction import acting
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import give_to_team
from forbear.values.errors import Conflict
from forbear.values.principal import Principal


class OthersThanShown(Conflict):
    """Not exactly those can be handed over that were shown."""

    code = "OTHERS_THAN_SHOWN"


def hand_over(
    chosen: Chosen, *, goes: Sequence[int], why: Why, actor: Principal, now: datetime
) -> HandOver:
    """Give those cases into other care that were shown to go: all of them, or none.

    ``goes``: what the preview said. One entry a case, in one transaction.

    Raises:
        NotPermitted, CannotCare, InvalidInput: as ``preview_hand_over``.
        OthersThanShown: one of them has changed, was closed, or somebody is at it; nothing was
            done.
    """
    may(actor, Permission.CASE_ASSIGN)
    refuse_too_many(chosen)
    with acting(actor):
        refuse_unfit(chosen.team_id, chosen.officer_id, actor=actor)
        # In the order of their ids, so that two who hand over the same cases never wait in a ring.
        rows = list(
            Case.objects.select_for_update(of=("self",))
            .filter(id__in=chosen.versions)
            .order_by("id")
        )
        found = judged(chosen, rows, now)
        if set(found.goes) != set(goes) or not goes:
            raise OthersThanShown(
                "Since you looked, other cases than shown can be handed over. Nothing was done.",
                remedy="Look again at who would move, then hand them over.",
                message_zh="您查看之后，可转交的案件已有变化。未作任何变更。",
                remedy_zh="请重新预览后再转交。",
            )
        for case in rows:
            if case.pk in found.stays:
                continue
            _give(case, chosen, why, actor=actor, now=now)
    return found


def _give(case: Case, chosen: Chosen, why: Why, *, actor: Principal, now: datetime) -> None:
    before = {"team": case.team_id, "officer": case.officer_id}
    case.team_id, case.officer_id = chosen.team_id, chosen.officer_id
    case.version += 1
    case.save()
    give_to_team(case.debtor_id, chosen.team_id)
    record(
        AuditEvent.CASE_ASSIGNED,
        actor=actor,
        subject=f"case:{case.pk}",
        now=now,
        debtor_id=case.debtor_id,
        body={
            "from": before,
            "to": {"team": chosen.team_id, "officer": chosen.officer_id},
            "together_with": len(chosen.versions),
            "why": why.value,
        },
    )
