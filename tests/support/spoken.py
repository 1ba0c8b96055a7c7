"""What was said in a call, for tests: sentences, a transcript, and a recogniser that hears them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from forbear.contexts.contact.transcript.form import Sentence, TranscriptSaid
from forbear.contexts.contact.transcript.keep import Kept, take_transcript
from forbear.contexts.contact.transcript.word import Side
from forbear.values.code import Language
from forbear.values.principal import Principal
from tests.support.portfolio import SETUP

THREAT = "今天不还钱，我就找人上门打断你的腿。"
DANGER = "我真的活不下去了，我想自杀。"
STOP = "请你们不要再给我打电话了。"
MOURNS = "我父亲上周去世了，我现在没办法。"
CALM = "您有一笔一千二百元的欠款，已经逾期三十天。"


def us(text: str, at_s: float = 0.0) -> Sentence:
    """Return a sentence of ours."""
    return Sentence(Side.US, int(at_s * 1000), int(at_s * 1000) + 2000, text)


def person(text: str, at_s: float = 0.0) -> Sentence:
    """Return a sentence of the person's."""
    return Sentence(Side.PERSON, int(at_s * 1000), int(at_s * 1000) + 2000, text)


def said(*sentences: Sentence, language: Language = Language.ZH) -> TranscriptSaid:
    """Return a transcript that somebody else's recogniser made."""
    return TranscriptSaid(language, "tester 1.0", sentences)


def taken(
    call: UUID, *sentences: Sentence, actor: Principal = SETUP, now: datetime | None = None
) -> Kept:
    """Hand a transcript in."""
    return take_transcript(call, said(*sentences), actor=actor, now=now or datetime.now(UTC))


class Recites:
    """A recogniser that hears the same in every recording; or fails."""

    name = "reciter"

    def __init__(self, *sentences: Sentence, fault: Exception | None = None) -> None:
        self._sentences, self._fault = sentences, fault
        self.heard: list[Language] = []

    def sides(
        self, pieces: Sequence[bytes], language: Language
    ) -> Iterator[tuple[bool, float, float, str]]:
        """Yield what was given, for a recording that is there."""
        assert pieces
        self.heard.append(language)
        if self._fault is not None:
            raise self._fault
        for each in self._sentences:
            yield each.side is Side.PERSON, each.from_ms / 1000, each.to_ms / 1000, each.text
