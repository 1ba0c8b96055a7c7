"""Until when is a recording kept, and how does it go? Its transcript stays and goes with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Max

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.models import Recording
from forbear.contexts.contact.call.recording import path_of
from forbear.contexts.contact.transcript.table import Moment, Transcript, TranscriptPiece
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.portfolio.keeping import keeping_pack
from forbear.contexts.portfolio.particular import Particulars, fresh_particulars
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.portfolio.row import UnknownRef
from forbear.contexts.protection.holding import Holding, Holdings
from forbear.contexts.protection.retention import schedule
from forbear.policy.kind import ClockStart
from forbear.values.code import Jurisdiction, RecordKind
from forbear.values.day import day_number, from_day_number
from forbear.values.principal import Principal

BATCH = 1000


def recordings_held(debtor_ids: Collection[int]) -> Holdings:
    """Return the day of the latest recording of each person, in UTC."""
    ids = list(debtor_ids)
    kept = Recording.objects.filter(debtor_id__in=ids, removed_at__isnull=True)
    latest = dict(kept.values_list("debtor_id").annotate(latest=Max("began_at")))
    written = Transcript.objects.filter(debtor_id__in=ids)
    for debtor_id, at in written.values_list("debtor_id").annotate(latest=Max("began_at")):
        latest[debtor_id] = max(at, latest.get(debtor_id, at))
    return {debtor_id: (_holding(at),) for debtor_id, at in latest.items()}


def remove_recordings(folder: Path, *, actor: Principal, now: datetime) -> int:
    """Delete recordings whose time is over, and those of persons who are erased; return how many.

    The file goes first: should this process die in between, the row is written by the next run.
    """
    today, after, gone = now.astimezone(UTC).date(), None, 0
    said = fresh_particulars(settings.FORBEAR_MORNING.day(now))
    while True:
        with reading(actor):
            rows = Recording.objects.filter(removed_at__isnull=True).order_by("permit_id")
            rows = rows if after is None else rows.filter(permit_id__gt=after)
            batch = list(rows[:BATCH])
            due = [row for row in batch if _must_go(row, today, said)]
        for row in due:
            path_of(folder, row.permit_id).unlink(missing_ok=True)
        if due:
            _write(due, actor=actor, now=now)
        gone += len(due)
        if len(batch) < BATCH:
            return gone
        after = batch[-1].permit_id


def remove_transcripts(*, actor: Principal, now: datetime) -> int:
    """Delete transcripts, with their moments, whose time is over or whose person is erased."""
    today, after, gone = now.astimezone(UTC).date(), None, 0
    said = fresh_particulars(settings.FORBEAR_MORNING.day(now))
    while True:
        with acting(actor):
            rows = Transcript.objects.order_by("permit_id")
            rows = rows if after is None else rows.filter(permit_id__gt=after)
            batch = list(rows[:BATCH])
            due = [row for row in batch if _must_go(row, today, said)]
            _remove([row.permit_id for row in due])
            for row in due:
                record(
                    AuditEvent.TRANSCRIPTS_REMOVED,
                    actor=actor,
                    subject=f"transcript:{row.permit_id}",
                    now=now,
                    debtor_id=row.debtor_id,
                )
        gone += len(due)
        if len(batch) < BATCH:
            return gone
        after = batch[-1].permit_id


def _remove(idents: list[UUID]) -> None:
    for table in (TranscriptPiece, Moment, Transcript):
        table.objects.filter(permit_id__in=idents).delete()


def kept_until(began_at: datetime, law: Jurisdiction, today: date) -> date | None:
    """Return the last day on which today's rules of a law keep a recording; null: none is known."""
    pack = keeping_pack(law, today, fresh_particulars(today))
    found = schedule(pack, [_holding(began_at)])
    ends = None if found.open_ended else found.keep_until
    return None if ends is None else from_day_number(ends)


def is_over(began_at: datetime, law: Jurisdiction, today: date, said: Particulars) -> bool:
    """Say whether the rules, and the lender's own keeping, keep a call's words no more."""
    pack = keeping_pack(law, today, said)
    return schedule(pack, [_holding(began_at)]).must_go(day_number(today))


def _write(due: list[Recording], *, actor: Principal, now: datetime) -> None:
    with acting(actor):
        ids = [row.permit_id for row in due]
        Recording.objects.filter(permit_id__in=ids).update(removed_at=now)
        for row in due:
            record(
                AuditEvent.RECORDINGS_REMOVED,
                actor=actor,
                subject=f"recording:{row.permit_id}",
                now=now,
                debtor_id=row.debtor_id,
            )


def _must_go(row: Recording | Transcript, today: date, said: Particulars) -> bool:
    try:
        law = facts_of_id(row.debtor_id).jurisdiction
    except UnknownRef:
        return True  # the person is erased, and the sound is nothing but noise
    return is_over(row.began_at, law, today, said)


def _holding(at: datetime) -> Holding:
    day = day_number(at.astimezone(UTC).date())
    return Holding(RecordKind.CALL_RECORDING, ClockStart.RECORDED, day)
