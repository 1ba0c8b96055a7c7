"""Who of several chosen persons would go into other care, and why not the others?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forbear.contexts.cases.care import refuse_unfit
from forbear.contexts.cases.desk.claim import held_now
from forbear.contexts.cases.models import Case
from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.values.code import Code
from forbear.values.errors import InvalidInput
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
    refuse_too_many(chosen)
    with reading(actor):
        refuse_unfit(chosen.team_id, chosen.officer_id, actor=actor)
        rows = Case.objects.filter(id__in=chosen.versions).order_by("id")
        return judged(chosen, list(rows), now)


def judged(chosen: Chosen, rows: Sequence[Case], now: datetime) -> HandOver:
    """Say of each chosen case whether it goes, inside a transaction."""
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


def refuse_too_many(chosen: Chosen) -> None:
    """Refuse a choice of none, or of more than one act moves.

    Raises:
        InvalidInput: it is one.
    """
    if not 0 < len(chosen.versions) <= CASES_MAX:
        raise InvalidInput(
            f"Choose 1 to {CASES_MAX} cases.",
            remedy="Tick the cases that are to move.",
            message_zh=f"请选择 1 至 {CASES_MAX} 个案件。",
            remedy_zh="请勾选要转交的案件。",
        )
