"""Which filings wait for an answer, the one whose day comes first on top?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Min, Q, QuerySet

from forbear.contexts.database.transaction import reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.roll import roll
from forbear.contexts.rights.filing import unknown
from forbear.contexts.rights.models import Filing
from forbear.contexts.rights.transition import MUTE
from forbear.contexts.rights.word import FilingKind
from forbear.values.principal import Principal

PAGE_ROWS_MAX = 50
_RUNNING = Q(clocks__met_at__isnull=True, clocks__protects=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One filing. ``due_on`` null: no clock runs; owner null: nobody looks into it yet."""

    id: int
    ref: str
    debtor_id: int
    debtor_ref: str
    name_masked: str
    kind: FilingKind
    state: str
    reason: str
    intake: str
    received_date: date
    owner_id: int | None
    due_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Worklist:
    """A page of filings; how many wait and how many are late, of all; behind which more come."""

    rows: tuple[Waiting, ...]
    waiting: int
    late: int
    next: int | None


def worklist(
    *,
    kind: FilingKind | None = None,
    owner_id: int | None = None,
    settled: bool = False,
    skip: int = 0,
    rows_max: int = PAGE_ROWS_MAX,
    today: date,
    actor: Principal,
    now: datetime,
) -> Worklist:
    """Return filings by the day of their nearest clock; ``settled``: those answered instead.

    Raises:
        NotPermitted: FILINGS_WORK is missing.
    """
    may(actor, Permission.FILINGS_WORK)
    with reading(actor):
        rows = _wanted(settled=settled, kind=kind, owner_id=owner_id)
        open_rows = Filing.objects.exclude(state__in=MUTE)
        late = open_rows.filter(
            clocks__met_at__isnull=True, clocks__protects=False, clocks__due_on__lt=today
        )
        waiting, overdue = open_rows.count(), late.distinct().count()
        found = list(rows.select_related("debtor")[skip : skip + rows_max + 1])
        called = roll([row.debtor_id for row in found[:rows_max]], now=now)
    shown = tuple(
        Waiting(
            row.pk,
            row.ref,
            row.debtor_id,
            called[row.debtor_id].ref,
            called[row.debtor_id].name_masked,
            FilingKind(row.kind),
            row.state,
            row.reason,
            row.intake,
            row.received_date,
            row.owner_id,
            row.due_on,  # type: ignore[attr-defined]  # annotated
            row.due_on is not None and row.due_on < today,  # type: ignore[attr-defined]
        )
        for row in found[:rows_max]
    )
    return Worklist(shown, waiting, overdue, skip + rows_max if len(found) > rows_max else None)


def _wanted(*, settled: bool, kind: FilingKind | None, owner_id: int | None) -> QuerySet[Filing]:
    rows = Filing.objects.annotate(due_on=Min("clocks__due_on", filter=_RUNNING))
    rows = rows.filter(state__in=MUTE) if settled else rows.exclude(state__in=MUTE)
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    if owner_id is not None:
        rows = rows.filter(owner_id=owner_id)
    if settled:
        return rows.order_by("-moved_at", "-pk")
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")


def filings_of(debtor_id: int, *, actor: Principal) -> tuple[tuple[int, str, str, str], ...]:
    """Return a person's filings, the newest first: id, kind, state and reason.

    Raises:
        NotPermitted: PERSON_SEE is missing.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        rows = Filing.objects.filter(debtor_id=debtor_id).order_by("-pk")
        return tuple(rows.values_list("pk", "kind", "state", "reason"))


@dataclass(frozen=True, slots=True)
class FilingOf:
    """By which ref a filing goes, and whose it is."""

    ref: str
    debtor_id: int
    debtor_ref: str
    name_masked: str
    law: str


def filing_of(filing_id: int, *, actor: Principal, now: datetime) -> FilingOf:
    """Return by which ref a filing goes, and whose it is.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        UnknownFiling: there is none, or not for this reader.
    """
    may(actor, Permission.PERSON_SEE)
    with reading(actor):
        row = Filing.objects.filter(pk=filing_id).select_related("debtor").first()
        if row is None:
            raise unknown(str(filing_id))
        called = roll([row.debtor_id], now=now)[row.debtor_id]
        law = row.debtor.jurisdiction
    return FilingOf(row.ref, row.debtor_id, called.ref, called.name_masked, law)
