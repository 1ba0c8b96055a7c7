"""How is a transcript kept: sealed, once, its moments found, and what cannot wait done at once?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from forbear.contexts.audit.actions import record
from forbear.contexts.audit.event import AuditEvent
from forbear.contexts.contact.call.keeping import is_over
from forbear.contexts.contact.excuse import facts_about
from forbear.contexts.contact.transcript.find import Found, moments_in
from forbear.contexts.contact.transcript.form import (
    Sentence,
    TranscriptSaid,
    checked,
    pieces_of,
    sentences_of,
)
from forbear.contexts.contact.transcript.listen import Spoken, tell_listeners
from forbear.contexts.contact.transcript.table import Moment, Transcript, TranscriptPiece
from forbear.contexts.contact.transcript.whose import CallOf, call_of, no_such_call
from forbear.contexts.contact.transcript.word import MomentKind, TranscriptState
from forbear.contexts.database.transaction import acting, required
from forbear.contexts.people.permission import may
from forbear.contexts.people.role import Permission
from forbear.contexts.portfolio.contract import hold_person
from forbear.contexts.portfolio.particular import particulars
from forbear.contexts.portfolio.queries.personkey import person_key_id
from forbear.contexts.portfolio.queries.policy import PersonFacts, facts_of_id
from forbear.contexts.protection.store import keys, open_values, seal_values
from forbear.values.errors import Conflict
from forbear.values.principal import Principal


class OtherTranscript(Conflict):
    """Another transcript of the same call is kept."""

    code = "OTHER_TRANSCRIPT"


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping did. ``new`` False: the same was kept before. ``held``: contact was stopped."""

    new: bool
    sentences: int
    moments: int
    held: bool


def take_transcript(
    permit_id: UUID, said: TranscriptSaid, *, actor: Principal, now: datetime
) -> Kept:
    """Keep what the lender's own recogniser wrote down of a call; the same again changes nothing.

    Raises:
        NotPermitted: BOOK_CHANGE is missing.
        UnusableTranscript: it is too long, or its times cannot be.
        NoSuchCall: there is none for this doer, or what is kept of it went when its time was over.
        OtherTranscript: one is kept that says something else.
        UnknownRef: the person was erased.
    """
    may(actor, Permission.BOOK_CHANGE)
    whole = checked(said)
    with acting(actor):
        call = call_of(permit_id)
        if call is None:
            raise no_such_call()
        return keep_within(call, whole, handed_in=True, actor=actor, now=now)


def keep_within(
    call: CallOf, said: TranscriptSaid, *, handed_in: bool, actor: Principal, now: datetime
) -> Kept:
    """Do the same inside a transaction; one of ours that comes second changes nothing."""
    required()
    hold_person(call.debtor_id)
    person = facts_of_id(call.debtor_id)
    today = now.astimezone(UTC).date()
    if is_over(call.began_at, person.jurisdiction, today, particulars(now)):
        raise no_such_call()
    row = Transcript.objects.select_for_update().filter(pk=call.permit_id).first()
    if row is not None and row.state == TranscriptState.KEPT.value:
        return _kept_before(row, said, handed_in=handed_in, now=now)
    row = row or Transcript(permit_id=call.permit_id, debtor_id=call.debtor_id)
    row.staff_id, row.began_at = call.staff_id, call.began_at
    row.state, row.language = TranscriptState.KEPT.value, said.language.value
    row.made_by, row.handed_in, row.whole = said.made_by, handed_in, said.whole
    row.sentences, row.kept_at, row.fault = len(said.sentences), now, ""
    row.save()
    _seal(row, said.sentences, now=now)
    moments, held = _moments(row, said.sentences, person, actor=actor, now=now)
    record(
        AuditEvent.TRANSCRIPT_MADE,
        actor=actor,
        subject=f"transcript:{row.pk}",
        now=now,
        debtor_id=row.debtor_id,
        body={
            "made_by": row.made_by,
            "handed_in": handed_in,
            "sentences": row.sentences,
            "moments": moments,
            "held": held,
        },
    )
    return Kept(new=True, sentences=row.sentences, moments=moments, held=held)


def words_of(row: Transcript, *, now: datetime) -> tuple[Sentence, ...]:
    """Return the sentences of a kept transcript, inside a transaction.

    Raises:
        ErasedPerson: the person's key was destroyed.
    """
    required()
    pieces = list(TranscriptPiece.objects.filter(permit_id=row.pk).order_by("number"))
    held = keys(now=now, of={piece.key_id for piece in pieces}) if pieces else None
    return sentences_of(
        open_values(piece, "words", now=now, held=held)["words"] or "[]" for piece in pieces
    )


def _kept_before(row: Transcript, said: TranscriptSaid, *, handed_in: bool, now: datetime) -> Kept:
    moments = Moment.objects.filter(permit_id=row.pk)
    found = moments.count()
    held = moments.filter(held=True).exists()
    same = (row.language, row.made_by, row.whole) == (
        said.language.value,
        said.made_by,
        said.whole,
    )
    if not handed_in or (same and words_of(row, now=now) == said.sentences):
        return Kept(new=False, sentences=row.sentences, moments=found, held=held)
    raise OtherTranscript(
        "Another transcript of this call is kept; the first one stands.",
        remedy="Send each call once. What was misheard is decided where the moments are listed.",
        message_zh="该通话已保存另一份文字记录，以先保存的为准。",
        remedy_zh="每次通话只提交一次。识别有误之处请在“待核实片段”中处理。",
    )


def _seal(row: Transcript, sentences: Sequence[Sentence], *, now: datetime) -> None:
    key_id = person_key_id(row.debtor_id)
    for number, words in enumerate(pieces_of(sentences)):
        piece = TranscriptPiece(
            ref=uuid4(),
            permit_id=row.pk,
            debtor_id=row.debtor_id,
            key_id=key_id,
            number=number,
        )
        seal_values(piece, {"words": words}, now=now)
        piece.save(force_insert=True)


def _moments(
    row: Transcript,
    sentences: Sequence[Sentence],
    person: PersonFacts,
    *,
    actor: Principal,
    now: datetime,
) -> tuple[int, bool]:
    """Write down what to look at; a sign of danger to life stops contact before anybody looks."""
    here = ZoneInfo(next(iter(person.zones), "UTC"))
    found = moments_in(sentences, facts_about(person, row.began_at.astimezone(here).date()))
    acute = [each for each in found if each.kind is MomentKind.DISTRESS and each.acute]
    held = bool(acute) and tell_listeners(
        Spoken(row.pk, row.debtor_id, acute[0].kinds, by_machine=True), actor=actor, now=now
    )
    Moment.objects.bulk_create(
        [_moment(row, each, sentences, held=held and each in acute, now=now) for each in found]
    )
    return len(found), held


def _moment(
    row: Transcript, found: Found, sentences: Sequence[Sentence], *, held: bool, now: datetime
) -> Moment:
    spoken = sentences[found.sentence]
    return Moment(
        permit_id=row.pk,
        debtor_id=row.debtor_id,
        staff_id=row.staff_id,
        began_at=row.began_at,
        sentence=found.sentence,
        at_ms=spoken.from_ms,
        side=spoken.side.value,
        kind=found.kind.value,
        code=found.code,
        held=held,
        found_at=now,
    )
