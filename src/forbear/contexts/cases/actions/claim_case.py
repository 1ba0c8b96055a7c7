"""Somebody takes a case, gives it back, or takes it over from somebody else."""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.desk.claim import CaseHeld, Held, case_held, held_now
from forbear.contexts.cases.models import Case, Claim, Talk
from forbear.contexts.cases.move import MayNotFollow, held_case
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.rulebook.library import open_desks
from forbear.values.principal import Principal

__all__ = ["CaseHeld", "release_case", "take_case", "take_over_case"]


def take_case(case_id: int, *, actor: Principal, now: datetime) -> Held:
    """Take an open case that nobody else has. Who has it already keeps it for longer.

    Raises:
        NotPermitted, NoSuchCase: nothing was changed.
        CaseHeld: somebody else has it; the message says who and until when.
        MayNotFollow: it is closed.
    """
    may(actor, Permission.CASE_WORK)
    with acting(actor):
        case = held_case(case_id)
        before = held_now([case_id], now=now).get(case_id)
        if before is not None and not before.by(actor):
            raise case_held(before, now=now)
        held = _have(case, before, actor=actor, now=now)
        if before is None:
            record(
                AuditEvent.CASE_TAKEN,
                actor=actor,
                subject=f"case:{case_id}",
                now=now,
                debtor_id=case.debtor_id,
            )
        return held


def take_over_case(case_id: int, *, actor: Principal, now: datetime) -> Held:
    """Take an open case from whoever has it.

    Raises:
        NotPermitted: CASE_ASSIGN or CASE_WORK is missing.
        NoSuchCase, MayNotFollow: as ``take_case``.
    """
    may(actor, Permission.CASE_ASSIGN)
    may(actor, Permission.CASE_WORK)
    with acting(actor):
        case = held_case(case_id)
        before = held_now([case_id], now=now).get(case_id)
        held = _have(case, before, actor=actor, now=now)
        record(
            AuditEvent.CASE_TAKEN_OVER,
            actor=actor,
            subject=f"case:{case_id}",
            now=now,
            debtor_id=case.debtor_id,
            body={"from": None if before is None else before.staff_id},
        )
        return held


def release_case(case_id: int, *, actor: Principal, now: datetime) -> None:
    """Give a case back that one has; that of somebody else, or of nobody, stays as it is.

    Raises:
        NotPermitted, NoSuchCase.
    """
    may(actor, Permission.CASE_WORK)
    with acting(actor):
        give_back(held_case(case_id), actor=actor, now=now)


def give_back(case: Case, *, actor: Principal, now: datetime) -> None:
    """Do the same inside another action, which holds the case."""
    required()
    if Claim.objects.filter(pk=case.pk, staff_id=staff_id(actor)).delete()[0]:
        record(
            AuditEvent.CASE_RELEASED,
            actor=actor,
            subject=f"case:{case.pk}",
            now=now,
            debtor_id=case.debtor_id,
        )


def _have(case: Case, before: Held | None, *, actor: Principal, now: datetime) -> Held:
    if case.closed_at is not None:
        raise MayNotFollow(
            "The case is closed.",
            remedy="Nothing is left to do about it; who falls behind again gets a new case.",
            message_zh="案件已结案。",
            remedy_zh="无需再处理；再次逾期时会立新案。",
        )
    me = staff_id(actor)
    until = {"until_at": now + open_desks().claim_lasts}
    anew = {"debtor_id": case.debtor_id, "staff_id": me, "taken_at": now, **until}
    had = before is not None and before.by(actor)
    Claim.objects.update_or_create(
        pk=case.pk, defaults=until if had else anew, create_defaults=anew
    )
    # A call that somebody left without a word stands in nobody's way.
    Talk.objects.filter(case=case, ended_at__isnull=True).exclude(staff_id=me).update(ended_at=now)
    return held_now([case.pk], now=now)[case.pk]
