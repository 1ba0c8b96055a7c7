"""What is a transcript made of, and how is it put into pieces that can be sealed?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from forbear.contexts.contact.transcript.word import Side
from forbear.values.code import Language
from forbear.values.errors import InvalidInput

SENTENCES_MAX = 5_000
SENTENCE_LENGTH_MAX = 1_000
LENGTH_MAX = 300_000
"""How many characters all sentences have together: three hours without a pause."""
CALL_S_MAX = 6 * 60 * 60
PIECE_BYTES_MAX = 60_000
"""What fits into one sealed cell."""
_MADE_BY = re.compile(r"[\w][\w .:/+()-]{0,79}")


class UnusableTranscript(InvalidInput):
    """What was handed in is no transcript."""

    code = "UNUSABLE_TRANSCRIPT"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; times in milliseconds since the recording began.

    ``text`` "": something was said there, and the recogniser made no words of it.
    """

    side: Side
    from_ms: int
    to_ms: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TranscriptSaid:
    """A whole call. ``made_by``: the recogniser's name and version; ``whole`` False: cut off."""

    language: Language
    made_by: str
    sentences: tuple[Sentence, ...] = field(repr=False)
    whole: bool = True


def checked(said: TranscriptSaid) -> TranscriptSaid:
    """Return a transcript in the order in which it was said.

    Raises:
        UnusableTranscript: it is too long, or its times cannot be. The error names no word of it.
    """
    if not _MADE_BY.fullmatch(said.made_by):
        raise _wrong("made_by", "is not a name of 1 to 80 letters", "不是 1 至 80 个字符的名称")
    if len(said.sentences) > SENTENCES_MAX:
        raise _wrong(
            "sentences",
            f"are {len(said.sentences):,}; the most is {SENTENCES_MAX:,}",
            f"有 {len(said.sentences):,} 句，最多 {SENTENCES_MAX:,} 句",
        )
    for number, each in enumerate(said.sentences, 1):
        _check(number, each)
    if sum(len(each.text) for each in said.sentences) > LENGTH_MAX:
        raise _wrong(
            "sentences",
            f"have more than {LENGTH_MAX:,} characters together",
            f"合计超过 {LENGTH_MAX:,} 个字符",
        )
    ordered = sorted(said.sentences, key=lambda each: (each.from_ms, each.to_ms, each.side.value))
    return TranscriptSaid(said.language, said.made_by, tuple(ordered), said.whole)


def _check(number: int, each: Sentence) -> None:
    where = f"sentences[{number}]"
    if not 0 <= each.from_ms <= each.to_ms <= CALL_S_MAX * 1000:
        raise _wrong(where, "has times that cannot be", "的时间不成立")
    if len(each.text) > SENTENCE_LENGTH_MAX:
        raise _wrong(
            where,
            f"has more than {SENTENCE_LENGTH_MAX:,} characters",
            f"超过 {SENTENCE_LENGTH_MAX:,} 个字符",
        )
    if any(ord(sign) < ord(" ") for sign in each.text):
        raise _wrong(where, "holds signs that are no text", "含有非文本字符")


def pieces_of(sentences: Sequence[Sentence]) -> list[str]:
    """Return sentences as texts that each fit into one cell; none: nothing was said."""
    rows = [
        json.dumps([each.side.value, each.from_ms, each.to_ms, each.text], ensure_ascii=False)
        for each in sentences
    ]
    cuts, size = [0], 0
    for number, row in enumerate(rows):
        more = len(row.encode()) + 1
        if size + more > PIECE_BYTES_MAX:
            cuts.append(number)
            size = 0
        size += more
    return [f"[{','.join(rows[a:b])}]" for a, b in pairwise([*cuts, len(rows)]) if b > a]


def sentences_of(pieces: Iterable[str]) -> tuple[Sentence, ...]:
    """Return the sentences again."""
    return tuple(
        Sentence(Side(side), from_ms, to_ms, text)
        for piece in pieces
        for side, from_ms, to_ms, text in json.loads(piece)
    )


def _wrong(where: str, en: str, zh: str) -> UnusableTranscript:
    return UnusableTranscript(
        f"The transcript cannot be taken: {where} {en}.",
        remedy="Mend it and hand it in again; nothing was kept.",
        message_zh=f"文字记录无法接收：{where} {zh}。",
        remedy_zh="请修正后重新提交；未保存任何内容。",
        field=where,
    )
