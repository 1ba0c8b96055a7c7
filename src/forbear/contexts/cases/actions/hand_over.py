"""Several cases go into other care at once: seen first who would not, then done as one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.cases.actions.assign_case import refuse_unfit
from forbear.contexts.cases.desk.claim import held_now
from forbear.contexts.cases.models import Case
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import give_to_team
from forbear.values.code import Code
from forbear.values.errors import Conflict, InvalidInput
from forbear.values.principal import Principal

CASES_MAX = 100


class Stays(Code):
    """Why a case is not handed over."""

    GONE = "GONE"
    """It is closed, or may not be seen."""
    CHANGED = "CHANGED"
    THERE = "THERE"
    """It is in that very care already."""
    HELD = "HELD"
    """Somebody is at it."""


class Why(Code):
    """Why cases are handed over. Words of a list: an entry of the record holds no free text."""

    ABSENT = "ABSENT"
    """Somebody is away, or has left."""
    LOAD = "LOAD"
    """Somebody has too many, or too few."""
    FIT = "FIT"
    """Region, dialect or experience fit better."""
    CONFLICT = "CONFLICT"
    """Somebody knows the person, or should not deal with them."""
    OTHER = "OTHER"


class OthersThanShown(Conflict):
    """Not exactly those can be handed over that were shown."""

    code = "OTHERS_THAN_SHOWN"


@dataclass(frozen=True, slots=True)
class Chosen:
    """To whom chosen cases go. ``versions`` by case, as they were when somebody chose them."""

    versions: Mapping[int, int]
    team_id: int
    officer_id: int | None


@dataclass(frozen=True, slots=True)
class HandOver:
    """What handing over does: the cases that go, and why the others stay.

    ``persons``: the ids of the persons of those cases that may be seen.
    """

    goes: tuple[int, ...]
    stays: Mapping[int, Stays]
    persons: Mapping[int, int]


def preview_hand_over(chosen: Chosen, *, actor: Principal, now: datetime) -> HandOver:
    """Return which of the chosen cases would go, and why the others would stay.

    Raises:
        NotPermitted: CASE_ASSIGN is missing.
        CannotCare: nobody there can take care of them.
        InvalidInput: none are chosen, or too many.
    """
    may(actor, Permission.CASE_ASSIGN)
    _check(chosen)
    with reading(actor):
        refuse_unfit(chosen.team_id, chosen.officer_id)
        rows = Case.objects.filter(id__in=chosen.versions).order_by("id")
        return _judged(chosen, list(rows), now)


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
    _check(chosen)
    with acting(actor):
        refuse_unfit(chosen.team_id, chosen.officer_id)
        # In the order of their ids, so that two who hand over the same cases never wait in a ring.
        rows = list(
            Case.objects.select_for_update(of=("self",))
            .filter(id__in=chosen.versions)
            .order_by("id")
        )
        found = _judged(chosen, rows, now)
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


def _judged(chosen: Chosen, rows: Sequence[Case], now: datetime) -> HandOver:
    held = held_now([row.pk for row in rows], now=now)
    stays = dict.fromkeys(chosen.versions, Stays.GONE)
    goes = []
    for row in rows:
        if row.closed_at is not None:
            continue
        there = (row.team_id, row.officer_id) == (chosen.team_id, chosen.officer_id)
        if row.version != chosen.versions[row.pk]:
            stays[row.pk] = Stays.CHANGED
        elif there:
            stays[row.pk] = Stays.THERE
        elif row.pk in held:
            stays[row.pk] = Stays.HELD
        else:
            del stays[row.pk]
            goes.append(row.pk)
    return HandOver(tuple(goes), stays, {row.pk: row.debtor_id for row in rows})


def _check(chosen: Chosen) -> None:
    if not 0 < len(chosen.versions) <= CASES_MAX:
        raise InvalidInput(
            f"Choose 1 to {CASES_MAX} cases.",
            remedy="Tick the cases that are to move.",
            message_zh=f"请选择 1 至 {CASES_MAX} 个案件。",
            remedy_zh="请勾选要转交的案件。",
        )
