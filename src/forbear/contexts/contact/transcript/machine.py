"""How is a finished recording written down by a recogniser of this machine: once, and to an end?

A row says that somebody is at it, for as long as it takes; whoever died over it is followed by
another, but no more often than a few times. The sound is opened here, sealed words come out, and
between the two nothing lies on a disk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db import connection
from django.db.models import Q

from forbear.contexts.contact.call.models import Recording
from forbear.contexts.contact.call.recording import open_recording
from forbear.contexts.contact.transcript.form import (
    CALL_S_MAX,
    LENGTH_MAX,
    SENTENCE_LENGTH_MAX,
    SENTENCES_MAX,
    Sentence,
    TranscriptSaid,
    checked,
)
from forbear.contexts.contact.transcript.keep import Kept, keep_within
from forbear.contexts.contact.transcript.table import Transcript
from forbear.contexts.contact.transcript.whose import call_of, no_such_call
from forbear.contexts.contact.transcript.word import Side, TranscriptState
from forbear.contexts.database.transaction import acting, reading
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.queries.policy import facts_of_id
from forbear.contexts.rulebook.library import open_sending
from forbear.values.code import Language
from forbear.values.errors import Conflict, ForbearError
from forbear.values.principal import Principal

TRIES_MAX = 3
LEASE = timedelta(hours=2)
"""So long a recogniser may be at one call before it is taken for dead."""
LOOKS_BACK = timedelta(days=7)
"""Older recordings are written down when somebody names them, not by the clock."""
ENDED_AFTER = timedelta(hours=6)
"""A recording that nobody closed is over by then: its process died."""
_log = logging.getLogger("forbear.speech")


class AtIt(Conflict):
    """A recogniser is writing this call down just now, or it was given up."""

    code = "TRANSCRIPT_AT_IT"


class Hears(Protocol):
    """What writes down both sides of a recording."""

    name: str

    def sides(
        self, pieces: Sequence[bytes], language: Language
    ) -> Iterator[tuple[bool, float, float, str]]:
        """Yield sentences: whether the person says it, from and to which second, and the words."""
        ...


def recordings_due(*, limit: int, actor: Principal, now: datetime) -> tuple[UUID, ...]:
    """Return finished recordings of the last days without a transcript, the oldest first.

    Raises:
        NotPermitted: VALUE_REVEAL is missing.
    """
    may(actor, Permission.VALUE_REVEAL)
    busy = Q(state=TranscriptState.TRYING.value, tried_at__gt=now - LEASE)
    done = ~Q(state=TranscriptState.TRYING.value) | busy
    with reading(actor):
        rows = Recording.objects.filter(
            Q(seconds__gt=0) | Q(seconds__isnull=True, began_at__lt=now - ENDED_AFTER),
            removed_at__isnull=True,
            began_at__gt=now - LOOKS_BACK,
        ).exclude(pk__in=Transcript.objects.filter(done).values("pk"))
        return tuple(rows.order_by("began_at", "pk").values_list("pk", flat=True)[:limit])


def transcribe(
    ident: UUID,
    hears: Hears,
    folder: Path,
    *,
    again: bool = False,
    actor: Principal,
    clock: Callable[[], datetime],
) -> Kept:
    """Write one recording down and keep it. ``again``: also one that was given up.

    Raises:
        NotPermitted: VALUE_REVEAL is missing.
        AtIt: somebody is at it, or it was given up.
        NoSuchCall: there is no recording by that id for this doer.
        NoRecording, ErasedPerson, UnreadableCell: as ``open_recording``.
    """
    may(actor, Permission.VALUE_REVEAL)
    language = _claim(ident, again=again, actor=actor, now=clock())
    try:
        pieces = open_recording(ident, folder, actor=actor, now=clock())
        said = _said(hears, pieces, language)
        return _keep(ident, said, actor=actor, now=clock())
    except Exception as error:
        connection.close_if_unusable_or_obsolete()
        code = error.code if isinstance(error, ForbearError) else type(error).__name__
        _failed(ident, code, for_good=isinstance(error, ForbearError), actor=actor)
        raise


def transcribe_due(
    hears: Hears,
    folder: Path,
    *,
    limit: int,
    actor: Principal,
    clock: Callable[[], datetime],
    going: Callable[[], bool] = lambda: True,
) -> tuple[int, int]:
    """Write down what is due; return how many were kept and how many failed.

    One's fault holds up no other, and the log learns its kind alone.
    """
    kept = failed = 0
    for ident in recordings_due(limit=limit, actor=actor, now=clock()):
        if not going():
            break
        try:
            transcribe(ident, hears, folder, actor=actor, clock=clock)
        except AtIt:
            continue
        except Exception as error:  # noqa: BLE001  # whatever it is, the next one is tried
            _log.error("a recording was not written down", extra={"code": type(error).__name__})
            failed += 1
        else:
            kept += 1
    return kept, failed


def _claim(ident: UUID, *, again: bool, actor: Principal, now: datetime) -> Language:
    """Write down that somebody is at it; return in which language the call was."""
    with acting(actor):
        # The recording's row is the lock: of two who come at once, one waits for the other.
        sound = Recording.objects.select_for_update().filter(pk=ident).first()
        call = None if sound is None else call_of(ident)
        if call is None:
            raise no_such_call()
        person = facts_of_id(call.debtor_id)
        speaker = open_sending().senders.get(person.jurisdiction)
        language = Language.ZH if speaker is None else speaker.language
        row = Transcript.objects.select_for_update().filter(pk=ident).first()
        row = row or Transcript(
            permit_id=ident,
            debtor_id=call.debtor_id,
            staff_id=call.staff_id,
            began_at=call.began_at,
            state=TranscriptState.TRYING.value,
            language=language.value,
        )
        if _is_settled(row, again=again, now=now):
            raise _at_it()
        row.state, row.tried_at, row.tries = TranscriptState.TRYING.value, now, row.tries + 1
        row.save()
        return language


def _is_settled(row: Transcript, *, again: bool, now: datetime) -> bool:
    if row.state == TranscriptState.KEPT.value:
        return True
    if row.state == TranscriptState.GIVEN_UP.value:
        return not again
    return row.tried_at is not None and row.tried_at > now - LEASE


def _keep(ident: UUID, said: TranscriptSaid, *, actor: Principal, now: datetime) -> Kept:
    with acting(actor):
        call = call_of(ident)
        if call is None:
            raise no_such_call()
        return keep_within(call, said, handed_in=False, actor=actor, now=now)


def _failed(ident: UUID, code: str, *, for_good: bool, actor: Principal) -> None:
    with acting(actor):
        row = Transcript.objects.select_for_update().filter(pk=ident).first()
        if row is None or row.state != TranscriptState.TRYING.value:
            return
        row.fault, row.tried_at = code[:60], None
        if for_good or row.tries >= TRIES_MAX:
            row.state = TranscriptState.GIVEN_UP.value
        row.save(update_fields=["fault", "tried_at", "state"])


def _said(hears: Hears, pieces: Sequence[bytes], language: Language) -> TranscriptSaid:
    found: list[Sentence] = []
    whole, length = True, 0
    for theirs, from_s, to_s, text in hears.sides(pieces, language):
        words = " ".join(text.split())[:SENTENCE_LENGTH_MAX]
        length += len(words)
        if len(found) >= SENTENCES_MAX or length > LENGTH_MAX or to_s > CALL_S_MAX:
            whole = False
            continue
        begin, end = int(from_s * 1000), int(to_s * 1000)
        side = Side.PERSON if theirs else Side.US
        found.append(Sentence(side, max(begin, 0), max(begin, end, 0), words))
    return checked(TranscriptSaid(language, hears.name, tuple(found), whole))


def _at_it() -> AtIt:
    return AtIt(
        "This call is written down already, somebody is at it, or it failed too often.",
        remedy="Look at the recording's page; to try once more what was given up, say --again.",
        message_zh="该通话已有文字记录、正在识别，或多次识别失败。",
        remedy_zh="请查看该录音的页面；如需重试已放弃的识别，请加 --again。",
    )
