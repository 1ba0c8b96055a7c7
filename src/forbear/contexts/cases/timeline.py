"""What happened to a person's debt, in one list, the newest first?

The list is put together from the facts where they stand; nothing of it is stored a second time.
Row security binds as everywhere: of a person in other care there is nothing to see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.audit.queries import Done, done_about
from forbear.contexts.cases.arranged import STEPS, Arranged
from forbear.contexts.cases.entry import (
    REPORTED,
    CaseStep,
    Consented,
    Corrected,
    FilingStep,
    Happened,
    HoldPlaced,
    HoldReleased,
    Looked,
    Noted,
    PlanCancelled,
    Planned,
    Posted,
    Reported,
    Tried,
    Worked,
    WrongFound,
    begins,
)
from forbear.contexts.cases.models import Note, Plan, WrongBasis
from forbear.contexts.cases.note import opened
from forbear.contexts.cases.word import FILING_STEPS
from forbear.contexts.contact.history import attempts_told
from forbear.contexts.database.page import ID_MAX, Behind, newest
from forbear.contexts.database.transaction import reading
from forbear.contexts.ledger.history import postings_told
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.told import (
    consents_told,
    holds_placed,
    holds_released,
)
from forbear.contexts.protection.look import looks_at
from forbear.values.code import Code
from forbear.values.day import day_number
from forbear.values.errors import InvalidInput
from forbear.values.principal import Principal

PAGE_ROWS, PAGE_ROWS_MAX = 50, 200


class Topic(Code):
    """What an entry is about, for whoever wants to read of one thing alone."""

    CONTACT = "CONTACT"
    MONEY = "MONEY"
    PROTECTION = "PROTECTION"
    """Holds, and what the person agreed to."""
    NOTE = "NOTE"
    CASE = "CASE"
    """Plans, and steps of the case."""
    LOOK = "LOOK"
    """Who saw a personal value in full."""


class Cursor(NamedTuple):
    """Behind which entry a page begins. ``rank``: the place of its source among the sources."""

    at: datetime
    rank: int
    id: int


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some entries, the newest first; ``next`` null: the last ones."""

    entries: tuple[Happened, ...]
    next: Cursor | None


def timeline(
    debtor_id: int,
    *,
    before: Cursor | None = None,
    topic: Topic | None = None,
    limit: int = PAGE_ROWS,
    actor: Principal,
    now: datetime,
) -> TimelinePage:
    """Return a page of what happened; notes are opened, for whoever may see the person.

    ``topic`` null: everything.
    Looks at personal values are in it for those alone who may see them (REVEALS_SEE). How many
    questions the database is asked does not depend on how much happened.

    Raises:
        NotPermitted: PERSON_SEE is missing.
        InvalidInput: the page is to have no rows, or too many.
    """
    may(actor, Permission.PERSON_SEE)
    _refuse_size(limit)
    with reading(actor):
        found: list[tuple[Cursor, Happened]] = []
        for rank, (source, about) in enumerate(zip(_SOURCES, _TOPICS, strict=True)):
            if source is _looks and not actor.may(Permission.REVEALS_SEE):
                continue
            if topic not in {None, about}:
                continue
            entries = source(debtor_id, _behind(before, rank), limit + 1, now)
            found += [(Cursor(each.at, rank, each.id), each) for each in entries]
    found.sort(key=lambda pair: pair[0], reverse=True)
    shown = found[:limit]
    following = shown[-1][0] if len(found) > limit else None
    return TimelinePage(tuple(entry for _, entry in shown), following)


def _behind(before: Cursor | None, rank: int) -> Behind | None:
    """Return where a source goes on: of entries at one instant, a higher rank comes first."""
    if before is None:
        return None
    if rank == before.rank:
        return Behind(before.at, before.id)
    return Behind(before.at, ID_MAX if rank < before.rank else 0)


def _refuse_size(limit: int) -> None:
    if not 0 < limit <= PAGE_ROWS_MAX:
        raise InvalidInput(
            f"A page cannot have {limit} rows.",
            remedy=f"Ask for 1 to {PAGE_ROWS_MAX}.",
            message_zh=f"一页不能有 {limit} 行。",
            remedy_zh=f"请取 1 至 {PAGE_ROWS_MAX} 行。",
            field="limit",
        )


def _plans(debtor_id: int, behind: Behind | None, limit: int, _now: datetime) -> Iterable[Happened]:
    rows = Plan.objects.filter(debtor_id=debtor_id)
    if behind is not None:
        day = behind.at.astimezone(UTC).date()
        # A plan stands at the beginning of its day, under the day's number.
        is_later = begins(day) < behind.at or day_number(day) < behind.id
        rows = rows.filter(day__lte=day) if is_later else rows.filter(day__lt=day)
    return map(Planned.of, rows.order_by("-day")[:limit])


def _wrong(debtor_id: int, behind: Behind | None, limit: int, _now: datetime) -> Iterable[Happened]:
    rows = WrongBasis.objects.filter(debtor_id=debtor_id)
    return map(WrongFound.of, newest(rows, behind, at="found_at", limit=limit))


def _done(debtor_id: int, behind: Behind | None, limit: int, _now: datetime) -> Iterable[Happened]:
    events = tuple(_FROM_RECORD)
    done = done_about(debtor_id, events, behind=behind, limit=limit)
    return [_FROM_RECORD[each.event](each) for each in done]


def _notes(debtor_id: int, behind: Behind | None, limit: int, now: datetime) -> Iterable[Happened]:
    rows = Note.objects.filter(debtor_id=debtor_id).select_related("case__debtor")
    return map(Noted.of, opened(newest(rows, behind, at="at", limit=limit), now=now))


def _looks(debtor_id: int, behind: Behind | None, limit: int, _now: datetime) -> Iterable[Happened]:
    looks = looks_at(debtor_id, behind=behind, limit=limit)
    return [Looked(each.id, each.at, each) for each in looks]


def _told(query: Callable[..., Sequence[Any]], entry: Callable[..., Happened]) -> _Source:
    """Return the source of what another context tells as it is."""

    def source(
        debtor_id: int, behind: Behind | None, limit: int, _now: datetime
    ) -> Iterable[Happened]:
        rows = query(debtor_id, behind=behind, limit=limit)
        return [entry(each.id, each.at, each) for each in rows]

    return source


_Source = Callable[[int, Behind | None, int, datetime], Iterable[Happened]]
_FROM_RECORD: dict[AuditEvent, Callable[[Done], Happened]] = {
    AuditEvent.CASE_OPENED: CaseStep.of,
    AuditEvent.CASE_MOVED: CaseStep.of,
    AuditEvent.CASE_ASSIGNED: CaseStep.of,
    AuditEvent.CASE_CLOSED: CaseStep.of,
    AuditEvent.PLAN_CANCELLED: PlanCancelled.of,
    AuditEvent.STANDING_CORRECTED: Corrected.of,
    **dict.fromkeys(STEPS, Arranged.of),
    **dict.fromkeys(FILING_STEPS, FilingStep.of),
    AuditEvent.CASE_TAKEN_OVER: Worked.of,
    AuditEvent.CASE_WRAPPED_UP: Worked.of,
    AuditEvent.IDENTITY_VERIFIED: Worked.of,
    AuditEvent.DISTRESS_FOUND: Worked.of,
    AuditEvent.CALLBACK_SET: Worked.of,
    **dict.fromkeys(REPORTED, Reported.of),
}
# A later source comes first among entries at one instant: what follows from a fact stands above it.
_SOURCES: tuple[_Source, ...] = (
    _plans,
    _told(attempts_told, Tried),
    _told(consents_told, Consented),
    _told(holds_placed, HoldPlaced),
    _told(holds_released, HoldReleased),
    _told(postings_told, Posted),
    _notes,
    _done,
    _wrong,
    _looks,
)
_TOPICS = (
    Topic.CASE,
    Topic.CONTACT,
    Topic.PROTECTION,
    Topic.PROTECTION,
    Topic.PROTECTION,
    Topic.MONEY,
    Topic.NOTE,
    Topic.CASE,
    Topic.MONEY,
    Topic.LOOK,
)
"""What each source is about, in their order."""
