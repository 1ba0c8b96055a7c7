"""Which recordings are there, and how is one listened to: with a reason, and written down?

A call of which only a transcript is kept is shown like one: the lender's own telephone system made
the recording, and handed in its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Count, QuerySet

from forbear.contexts.contact.call.keeping import kept_until
from forbear.contexts.contact.call.models import Call, IncomingCall, Recording
from forbear.contexts.contact.call.recording import no_recording, open_recording
from forbear.contexts.contact.transcript.table import Moment, Transcript
from forbear.contexts.contact.transcript.word import TranscriptState
from forbear.contexts.database.transaction import acting, reading, required
from forbear.contexts.people.permission import may, staff_id
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.roll import roll
from forbear.contexts.protection.look import has_looked
from forbear.contexts.protection.reveal import RevealReason, note_look
from forbear.values.errors import Denied
from forbear.values.principal import Principal

ROWS_MAX = 50
HEARS_FOR = timedelta(minutes=30)
"""So long one reason lets its giver listen to one recording."""


class NoReasonGiven(Denied):
    """Nobody listens to a recording without saying why."""

    code = "NO_REASON_GIVEN"


@dataclass(frozen=True, slots=True)
class RecordingShown:
    """One recording. ``staff_id`` null: a machine spoke, or it is not known who did.

    ``came_in``: the person called us. ``seconds`` null: its process died, or it goes on.
    ``kept_until``: the last day on which rules keep it; null: none names one. ``removed_at``: its
    sound was deleted. ``sounds`` False: its sound was never kept here. ``written``: there is a
    transcript; ``waiting``: how many of its moments nobody has decided yet.
    """

    id: UUID
    debtor_id: int
    debtor_ref: str
    name_masked: str
    began_at: datetime
    seconds: int | None
    came_in: bool
    staff_id: int | None
    kept_until: date | None
    removed_at: datetime | None
    sounds: bool = True
    written: bool = False
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Recordings:
    """A page of them, newest first; ``next``: the instant behind which more come, or null."""

    rows: tuple[RecordingShown, ...]
    next: datetime | None


def recordings(
    since: datetime,
    until: datetime,
    *,
    before: datetime | None = None,
    rows_max: int = ROWS_MAX,
    actor: Principal,
    now: datetime,
) -> Recordings:
    """Return recordings that began in a time, of persons whom the reader sees.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
    """
    may(actor, Permission.QUALITY_SCORE)
    ends = until if before is None else min(until, before)
    with reading(actor):
        found = Recording.objects.filter(began_at__gte=since, began_at__lt=ends)
        rows = list(found.order_by("-began_at", "-permit_id")[: rows_max + 1])
        shown = _shown(rows[:rows_max], now=now)
    return Recordings(shown, shown[-1].began_at if len(rows) > rows_max else None)


def recording_of(ident: UUID, *, actor: Principal, now: datetime) -> RecordingShown:
    """Return what is known of one recording.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
        NoRecording: there is none for this reader.
    """
    may(actor, Permission.QUALITY_SCORE)
    with reading(actor):
        rows = list(Recording.objects.filter(pk=ident))
        found = _shown(rows, now=now) if rows else _without_sound(ident, now=now)
    if not found:
        raise no_recording()
    return found[0]


def is_recorded(ident: UUID, *, actor: Principal) -> bool:
    """Say whether there is a recording of a call that this reader sees, or a transcript of one."""
    return any(kept_of(ident, actor=actor))


def kept_of(ident: UUID, *, actor: Principal) -> tuple[bool, bool]:
    """Say whether a recording, and whether a transcript, is there of a call for this reader."""
    with reading(actor):
        return Recording.objects.filter(pk=ident).exists(), _written(ident).exists()


def say_why(ident: UUID, reason: RevealReason | str, *, actor: Principal, now: datetime) -> None:
    """Write down why somebody is about to listen; for a while they may.

    Raises:
        NotPermitted: QUALITY_SCORE is missing, or it is not a member of staff.
        NoRecording: there is none for this reader, or its sound was deleted.
        UnknownReason, TooManyLooks.
    """
    may(actor, Permission.QUALITY_SCORE)
    staff_id(actor)
    with acting(actor):
        sound = Recording.objects.filter(pk=ident, removed_at__isnull=True).first()
        row = sound or _written(ident).first()
        if row is None:
            raise no_recording()
        note_look(row.debtor_id, _field(ident), reason, actor=actor, now=now)


def may_hear(ident: UUID, *, actor: Principal, now: datetime) -> bool:
    """Say whether somebody has said why they listen, a short while ago."""
    with reading(actor):
        return may_hear_within(ident, actor=actor, now=now)


def may_hear_within(ident: UUID, *, actor: Principal, now: datetime) -> bool:
    """Say the same inside a transaction."""
    required()
    return has_looked(_field(ident), since=now - HEARS_FOR, actor=actor)


def no_reason_given() -> NoReasonGiven:
    """Return the refusal for somebody who has not said why they listen, or read."""
    return NoReasonGiven(
        "Say first why you listen.",
        remedy="Open the recording's page and give a reason.",
        message_zh="请先说明收听理由。",
        remedy_zh="请打开该录音的页面并说明理由。",
    )


def hear(ident: UUID, folder: Path, *, actor: Principal, now: datetime) -> tuple[bytes, ...]:
    """Return the pieces of a recording to somebody who has said why; that it was opened is entered.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
        NoReasonGiven: they have not said why, or too long ago.
        NoRecording, ErasedPerson, UnreadableCell: as ``open_recording``.
    """
    may(actor, Permission.QUALITY_SCORE)
    if not is_recorded(ident, actor=actor):
        raise no_recording()
    if not may_hear(ident, actor=actor, now=now):
        raise no_reason_given()
    return open_recording(ident, folder, actor=actor, now=now)


def _field(ident: UUID) -> str:
    return f"contact.recording:{ident}"


def _written(ident: UUID) -> QuerySet[Transcript]:
    return Transcript.objects.filter(pk=ident, state=TranscriptState.KEPT.value)


def _without_sound(ident: UUID, *, now: datetime) -> tuple[RecordingShown, ...]:
    """Return a call of which only the words are kept."""
    row = _written(ident).first()
    if row is None:
        return ()
    as_if = Recording(permit_id=ident, debtor_id=row.debtor_id, began_at=row.began_at)
    (shown,) = _shown([as_if], now=now)
    return (replace(shown, sounds=False, staff_id=row.staff_id),)


def _shown(rows: Iterable[Recording], *, now: datetime) -> tuple[RecordingShown, ...]:
    rows = list(rows)
    called = roll({row.debtor_id for row in rows}, now=now)
    idents = [row.permit_id for row in rows]
    staff, came_in = _sides(idents)
    kept = Transcript.objects.filter(pk__in=idents, state=TranscriptState.KEPT.value)
    written = set(kept.values_list("pk", flat=True))
    undecided = Moment.objects.filter(permit_id__in=idents, verdict__isnull=True)
    waiting = dict(undecided.values_list("permit_id").annotate(number=Count("id")))
    return tuple(
        RecordingShown(
            row.permit_id,
            row.debtor_id,
            called[row.debtor_id].ref,
            called[row.debtor_id].name_masked,
            row.began_at,
            row.seconds,
            row.permit_id in came_in,
            staff.get(row.permit_id),
            kept_until(row.began_at, called[row.debtor_id].law, now.date()),
            row.removed_at,
            written=row.permit_id in written,
            waiting=waiting.get(row.permit_id, 0),
        )
        for row in rows
    )


def _sides(idents: Sequence[UUID]) -> tuple[dict[UUID, int | None], set[UUID]]:
    """Return who of us spoke in each call, and which calls were made to us."""
    ours = dict(Call.objects.filter(pk__in=idents).values_list("permit_id", "staff_id"))
    theirs = dict(IncomingCall.objects.filter(pk__in=idents).values_list("id", "staff_id"))
    return {**ours, **theirs}, set(theirs)
