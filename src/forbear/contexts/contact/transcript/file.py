"""What does a file look like by which a lender's own recogniser hands a transcript in?

One JSON object a call. The API takes the same, with the call in its address.

    {"call": "…uuid…", "made_by": "acme-asr 3.1", "language": "ZH", "sentences": [
      {"side": "PERSON", "from_ms": 1200, "to_ms": 3400, "text": "…"}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from forbear.contexts.contact.transcript.form import Sentence, TranscriptSaid, UnusableTranscript
from forbear.contexts.contact.transcript.word import Side
from forbear.values.code import Language

BYTES_MAX = 10 * 1024 * 1024
_KNOWN = {"call", "made_by", "language", "sentences", "whole"}
_KNOWN_OF_SENTENCE = {"side", "from_ms", "to_ms", "text"}


def transcripts_in(path: Path) -> Iterator[tuple[UUID, TranscriptSaid]]:
    """Yield the transcripts of a file: one object, or one a line.

    Raises:
        UnusableTranscript: it is too large, no JSON, or lacks something; no word of it is told.
    """
    with path.open("rb") as file:
        raw = file.read(BYTES_MAX + 1)
    if len(raw) > BYTES_MAX:
        raise _wrong(path.name, f"has more than {BYTES_MAX:,} bytes", f"超过 {BYTES_MAX:,} 字节")
    whole = _object(raw)
    if whole is not None:
        yield _read(path.name, whole)
        return
    for number, line in enumerate(raw.splitlines(), 1):
        if line.strip():
            where = f"{path.name}, line {number}"
            found = _object(line)
            if found is None:
                raise _wrong(where, "is no JSON object", "不是 JSON 对象")
            yield _read(where, found)


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _read(where: str, found: dict[str, Any]) -> tuple[UUID, TranscriptSaid]:
    rows = found.get("sentences")
    if set(found) - _KNOWN or not isinstance(rows, list):
        raise _wrong(
            where,
            f"must hold {', '.join(sorted(_KNOWN - {'whole'}))}, and no more but whole",
            "须包含 call、made_by、language、sentences，可另加 whole",
        )
    try:
        call, language = UUID(found["call"]), Language(found["language"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise _wrong(
            where, "names no call, or a language that is not ZH or EN", "未写明通话或语言（ZH、EN）"
        ) from None
    made_by, complete = found.get("made_by"), found.get("whole", True)
    if not isinstance(made_by, str) or not isinstance(complete, bool):
        raise _wrong(where, "does not say who made it", "未写明 made_by")
    sentences = tuple(
        _sentence(f"{where}, sentences[{number}]", each) for number, each in enumerate(rows, 1)
    )
    return call, TranscriptSaid(language, made_by, sentences, complete)


def _sentence(where: str, each: Any) -> Sentence:
    if not isinstance(each, dict) or set(each) != _KNOWN_OF_SENTENCE:
        raise _wrong(
            where,
            "must hold side, from_ms, to_ms and text",
            "须恰好包含 side、from_ms、to_ms、text",
        )
    side, text = each["side"], each["text"]
    times = (each["from_ms"], each["to_ms"])
    if side not in set(Side) or not isinstance(text, str):
        raise _wrong(
            where,
            "has a side that is not US or PERSON, or no text",
            "的 side 须为 US 或 PERSON，text 须为文字",
        )
    if not all(isinstance(ms, int) and not isinstance(ms, bool) for ms in times):
        raise _wrong(where, "has times that are no whole milliseconds", "的时间须为整数毫秒")
    return Sentence(Side(side), *times, text)


def _wrong(where: str, en: str, zh: str) -> UnusableTranscript:
    return UnusableTranscript(
        f"{where} {en}.",
        remedy="See docs/how-to/read-what-was-said.md for the form; nothing of it was kept.",
        message_zh=f"{where} {zh}。",
        remedy_zh="格式见 docs/how-to/read-what-was-said.zh.md；该份内容未保存。",
        where=where,
    )
