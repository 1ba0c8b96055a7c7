"""What a lender's own recogniser wrote down of a call."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import Router
from pydantic import BaseModel, Field, StringConstraints

from forbear.contexts.contact.transcript.form import (
    CALL_S_MAX,
    SENTENCE_LENGTH_MAX,
    SENTENCES_MAX,
    Sentence,
    TranscriptSaid,
)
from forbear.contexts.contact.transcript.keep import take_transcript
from forbear.contexts.contact.transcript.word import Side
from forbear.contexts.exchange.scope import Scope
from forbear.interfaces.api.call import Request, Told, call
from forbear.interfaces.api.field import Flag, Sent
from forbear.values.code import Language

router = Router(tags=["contacts"])
Millisecond = Annotated[int, Field(strict=True, ge=0, le=CALL_S_MAX * 1000)]
MadeBy = Annotated[
    str, StringConstraints(min_length=1, max_length=80, pattern=r"^\w[\w .:/+()\-]*$")
]
Words = Annotated[
    str, StringConstraints(max_length=SENTENCE_LENGTH_MAX, pattern=r"^[^\x00-\x1f]*$")
]


class SentenceSent(Sent):
    """One sentence. ``side``: US or PERSON; times in milliseconds since the call began.

    ``text`` empty: somebody spoke, and no words could be made of it.
    """

    side: Side
    from_ms: Millisecond
    to_ms: Millisecond
    text: Words


class TranscriptSent(Sent):
    """A whole call. ``made_by``: the recogniser's name and version; ``whole`` False: cut off."""

    made_by: MadeBy
    language: Language
    sentences: Annotated[tuple[SentenceSent, ...], Field(max_length=SENTENCES_MAX)]
    whole: Flag = True


class TranscriptTaken(BaseModel):
    """Whether it was new, and how many moments somebody should look at.

    ``held``: what was said let fear for a life, and all contact was stopped.
    """

    new: bool
    sentences: int
    moments: int
    held: bool


@call(
    router,
    "POST",
    "/contacts/{permit_id}/transcript",
    scope=Scope.TRANSCRIPTS_WRITE,
    answer=TranscriptTaken,
    status=201,
)
def hand_in_transcript(request: Request, permit_id: UUID, said: TranscriptSent) -> object:
    """Hand in what was said in a call, once; the same again changes nothing.

    The call is named by its permit, or by the id of one that came in. All sentences together may
    have 300,000 characters.
    """
    sentences = tuple(Sentence(s.side, s.from_ms, s.to_ms, s.text) for s in said.sentences)
    whole = TranscriptSaid(said.language, said.made_by, sentences, said.whole)
    took = take_transcript(permit_id, whole, actor=request.actor, now=request.now)
    answered = TranscriptTaken(
        new=took.new, sentences=took.sentences, moments=took.moments, held=took.held
    )
    return Told(201 if took.new else 200, answered)
