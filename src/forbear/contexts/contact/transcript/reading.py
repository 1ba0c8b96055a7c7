"""What was said in a call, for whoever has said why they read it; and which moments wait?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.hearing import may_hear_within, no_reason_given
from forbear.contexts.contact.call.recording import no_recording
from forbear.contexts.contact.transcript.form import Sentence
from forbear.contexts.contact.transcript.keep import words_of
from forbear.contexts.contact.transcript.table import Moment, Transcript
from forbear.contexts.contact.transcript.word import MomentKind, Side, TranscriptState, Verdict
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.roll import roll
from forbear.values.code import Language
from forbear.values.principal import Principal

ROWS_MAX = 50


@dataclass(frozen=True, slots=True)
class MomentShown:
    """One moment. ``staff_id`` null: a machine spoke, or it is not known who did.

    ``verdict`` null: nobody has decided yet. ``name_masked`` "": none is held here.
    """

    id: int
    permit_id: UUID
    debtor_id: int
    debtor_ref: str
    name_masked: str
    staff_id: int | None
    began_at: datetime
    sentence: int
    at_ms: int
    side: Side
    kind: MomentKind
    code: str
    held: bool
    verdict: Verdict | None
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class Moments:
    """A page of moments, the newest first; ``next``: the id behind which more come, or null."""

    rows: tuple[MomentShown, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class TranscriptShown:
    """A transcript. ``whole`` False: the end of a very long call is missing."""

    permit_id: UUID
    language: Language
    made_by: str
    handed_in: bool
    whole: bool
    kept_at: datetime
    sentences: tuple[Sentence, ...] = field(repr=False)


def moments(
    since: datetime,
    until: datetime,
    *,
    kind: MomentKind | None = None,
    decided: bool = False,
    before: int | None = None,
    rows_max: int = ROWS_MAX,
    actor: Principal,
    now: datetime,
) -> Moments:
    """Return moments of calls that began in a time: those that wait, or those that are decided.

    A transcript is found by its moments alone: nobody searches what people said.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
    """
    may(actor, Permission.QUALITY_SCORE)
    with reading(actor):
        rows = Moment.objects.filter(
            began_at__gte=since, began_at__lt=until, verdict__isnull=not decided
        )
        rows = rows.filter(kind=kind.value) if kind is not None else rows
        rows = rows.filter(pk__lt=before) if before is not None else rows
        found = list(rows.order_by("-id")[: rows_max + 1])
        shown = _shown(found[:rows_max], now=now)
    return Moments(shown, shown[-1].id if len(found) > rows_max else None)


def moments_of(ident: UUID, *, actor: Principal, now: datetime) -> tuple[MomentShown, ...]:
    """Return a call's moments, without a word of it, in the order in which it was said.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
    """
    may(actor, Permission.QUALITY_SCORE)
    with reading(actor):
        rows = Moment.objects.filter(permit_id=ident).order_by("sentence", "id")
        return _shown(list(rows), now=now)


def waiting(*, actor: Principal) -> int:
    """Return how many moments nobody has decided yet, of persons whom the reader sees.

    Raises:
        NotPermitted: QUALITY_SCORE is missing.
    """
    may(actor, Permission.QUALITY_SCORE)
    with reading(actor):
        return Moment.objects.filter(verdict__isnull=True).count()


def read_transcript(ident: UUID, *, actor: Principal, now: datetime) -> TranscriptShown:
    """Return what was said, for somebody who has said why they read it; that is written down.

    Raises:
        NotPermitted: QUALITY_SCORE or VALUE_REVEAL is missing.
        NoReasonGiven: they have not said why, or too long ago.
        NoRecording: there is no transcript for this reader.
        ErasedPerson: the person's key was destroyed, and the words with it.
    """
    may(actor, Permission.QUALITY_SCORE)
    may(actor, Permission.VALUE_REVEAL)
    with acting(actor):
        row = Transcript.objects.filter(pk=ident, state=TranscriptState.KEPT.value).first()
        if row is None or row.kept_at is None:
            raise no_recording()
        if not may_hear_within(ident, actor=actor, now=now):
            raise no_reason_given()
        said = words_of(row, now=now)
        record(
            AuditEvent.TRANSCRIPT_READ,
            actor=actor,
            subject=f"transcript:{ident}",
            now=now,
            debtor_id=row.debtor_id,
        )
    return TranscriptShown(
        row.pk, Language(row.language), row.made_by, row.handed_in, row.whole, row.kept_at, said
    )


def _shown(rows: list[Moment], *, now: datetime) -> tuple[MomentShown, ...]:
    called = roll({row.debtor_id for row in rows}, now=now)
    return tuple(
        MomentShown(
            row.pk,
            row.permit_id,
            row.debtor_id,
            called[row.debtor_id].ref,
            called[row.debtor_id].name_masked,
            row.staff_id,
            row.began_at,
            row.sentence,
            row.at_ms,
            Side(row.side),
            MomentKind(row.kind),
            row.code,
            row.held,
            None if row.verdict is None else Verdict(row.verdict),
            row.decided_at,
            row.decided_by,
        )
        for row in rows
        if row.debtor_id in called
    )
