"""Somebody who works here opens a way again that too many tries have shut.

What tries of a day have shut, one of them opens, once a day, for a few more tries. Where a number
has probably changed hands it takes two of them, once for a number until somebody gets in by it: so
the four signs of an identity number stay out of reach of whoever holds the telephone now.
"""

from __future__ import annotations

from datetime import datetime

from forbear.contexts.access.limit import alone_left, hold_tries, may_reopen, tries_left
from forbear.contexts.access.models import Guess, Reopening
from forbear.contexts.access.word import Known, Shut
from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.people.actions.approval import ask_approval, require_approval
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.held import held_person
from forbear.contexts.portfolio.queries.door import is_own_point
from forbear.values.errors import Conflict
from forbear.values.principal import Principal

REOPEN = "access.reopen"


class NotShut(Conflict):
    """The way is open, or was opened by somebody else meanwhile."""

    code = "ACCESS_NOT_SHUT"


class ReopenedBefore(Conflict):
    """The way was opened again before, and not more often than this."""

    code = "ACCESS_REOPENED_BEFORE"


def reopen(
    debtor_ref: str,
    known: Known,
    *,
    contact_point_id: int | None = None,
    approval_id: int | None = None,
    actor: Principal,
    now: datetime,
) -> None:
    """Open a way again; no contact point: what tries of a day have shut.

    Raises:
        NotPermitted: PERSON_CHANGE is missing, or nobody who works here asks.
        UnknownRef, PersonErased.
        NotShut, ReopenedBefore.
        ApprovalMissing: a number takes a second person, and nobody granted it.
    """
    may(actor, Permission.PERSON_CHANGE)
    staff_id(actor)
    with acting(actor):
        person = held_person(debtor_ref)
        hold_tries(person.id)
        _check(person.id, contact_point_id, now=now)
        if contact_point_id is not None:
            require_approval(
                approval_id,
                what=REOPEN,
                subject=f"contact_point:{contact_point_id}",
                debtor_id=person.id,
                details={"known_by": known.value},
                actor=actor,
                now=now,
            )
        newest = Guess.objects.filter(debtor_id=person.id).order_by("-id").first()
        row = Reopening.objects.create(
            at=now,
            debtor_id=person.id,
            contact_point_id=contact_point_id,
            known_by=known.value,
            last_guess_id=0 if newest is None else newest.pk,
            by=str(actor),
            approval_id=approval_id if contact_point_id is not None else None,
        )
        why = Shut.TRIES if contact_point_id is None else Shut.NUMBER
        record(
            AuditEvent.ACCESS_REOPENED,
            actor=actor,
            subject=f"access_reopening:{row.pk}",
            debtor_id=person.id,
            now=now,
            body={
                "why": why.value,
                "known_by": known.value,
                "contact_point": contact_point_id,
                "approval": row.approval_id,
            },
        )


def ask_reopen(
    debtor_ref: str, contact_point_id: int, known: Known, *, actor: Principal, now: datetime
) -> int:
    """Ask a second person to let a number be a way in again; return the approval's id.

    Raises:
        NotPermitted: PERSON_CHANGE is missing, or nobody who works here asks.
        UnknownRef, PersonErased.
        NotShut, ReopenedBefore.
    """
    may(actor, Permission.PERSON_CHANGE)
    with reading(actor):
        person = held_person(debtor_ref)
        _check(person.id, contact_point_id, now=now)
    return ask_approval(
        REOPEN,
        subject=f"contact_point:{contact_point_id}",
        debtor_id=person.id,
        details={"known_by": known.value},
        actor=actor,
        now=now,
    )


def _check(debtor_id: int, contact_point_id: int | None, *, now: datetime) -> None:
    required()
    if contact_point_id is None:
        shut = tries_left(debtor_id, now=now) <= 0
    else:
        own = is_own_point(debtor_id, contact_point_id)
        shut = own and alone_left(debtor_id, contact_point_id) <= 0
    if not shut:
        raise NotShut(
            "This way is open.",
            remedy="Load the page again.",
            message_zh="该入口并未关闭。",
            remedy_zh="请刷新页面。",
        )
    if not may_reopen(debtor_id, contact_point_id, now=now):
        raise ReopenedBefore(
            "This way was opened again before, and was shut again since.",
            remedy="Tries open by themselves after a day. For a number, record another of theirs, "
            "or write a letter.",
            message_zh="该入口此前已重新开放，之后又被关闭。",
            remedy_zh="因尝试过多而关闭的，一天后自动恢复；号码被关闭的，请登记本人其他号码或寄信。",
        )
