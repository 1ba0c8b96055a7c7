"""What does a text mean, read as a whole and not word by word?

A small transformer, shared by both languages, gives one number for each act and one for whether
anything at all is forbidden. Its weights and its words are one file, ``reader.bin``; what its
numbers count for beside the tally stands in ``reader.yaml``. ``tools/content_reader.py`` makes
both. Everything here is numpy; it needs no network.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forbear.values.code import Language
from forbear.values.errors import InvalidInput
from forbear.values.wording import Act

MAGIC: Final = b"forbear-reader-1"
"""The first 16 bytes; then the SHA-256 of all that follows: the length of the head, head, parts."""
BLOCK: Final = 32
"""How many weights share a scale."""
TOKENS_MAX: Final = 96
"""A longer text is cut; whoever calls gives windows of some sentences."""
FARTHEST: Final = 4.0
"""No number of the reader counts for more: so it is left unasked where it could change nothing."""
_WEIGHED_FARTHEST = 8.0
_KEPT = 512
"""How many texts are remembered with their numbers."""
_ASK: Final = "query: "
_SPACE: Final = "\u2581"
_UNKNOWN_COST: Final = 10.0
Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


class UnreadableReader(InvalidInput):
    """A file of a reader is damaged, cut short, or none."""

    code = "UNREADABLE_READER"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text means: a number for each act, above nought where it is likelier than not.

    ``wrong`` is the number of whether anything in the text is forbidden.
    """

    acts: Mapping[Act, float]
    wrong: float


@dataclass(frozen=True, slots=True)
class Share:
    """What each opinion counts for in one language; their sum forbids from nought on.

    ``strongest`` is of the act for which tally and reader together speak most, ``tone`` of the
    tally's tone, ``wrong`` of the reader's number of whether anything is forbidden.
    """

    strongest: float
    tone: float
    wrong: float
    offset: float

    def sum(self, *, strongest: float, tone: float, wrong: float) -> float:
        """Return how much speaks for forbidding; nought and more forbids."""
        return (
            self.strongest * strongest
            + self.tone * _within(tone, _WEIGHED_FARTHEST)
            + self.wrong * _within(wrong, FARTHEST)
            + self.offset
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """What the reader counts for beside the tally, and from which sum an act is named.

    ``file``: the SHA-256 of the reader for which this was reckoned. What speaks for an act is the
    tally's number and ``act`` times the reader's; from its bound in ``named`` on it is named. A
    claim that no fact could make true adds ``claim`` to the sum of opinions.
    """

    file: str
    act: float
    claim: float
    shares: Mapping[Language, Share]
    named: Mapping[Act, float]

    def together(self, weighed: float, read: float) -> float:
        """Return what tally and reader say of one act."""
        return _within(weighed, _WEIGHED_FARTHEST) + self.act * _within(read, FARTHEST)


def _within(number: float, farthest: float) -> float:
    return max(-farthest, min(farthest, number))


class Words:
    """The pieces of which texts are made, each with how usual it is.

    A text is cut into the pieces that are together the most usual, as the base model was taught.
    What no piece spells is one unknown piece a character.
    """

    def __init__(
        self,
        pieces: Sequence[str],
        usual: Floats,
        folds: Mapping[str, str],
        marks: Mapping[str, int],
        rarest: float,
    ) -> None:
        self._pieces = list(pieces)
        self._place = {piece: index for index, piece in enumerate(pieces)}
        self._usual = usual.tolist()
        self._folds = dict(folds)
        self._begin, self._end, self._unknown = marks["begin"], marks["end"], marks["unknown"]
        for index in marks.values():
            self._place.pop(pieces[index], None)
        self._longest = max(map(len, self._place))
        self._cost = rarest - _UNKNOWN_COST

    def cut(self, text: str, *, limit: int | None = TOKENS_MAX) -> list[int]:
        """Return the numbers of the pieces of a text, with those that begin and end it."""
        folded = "".join(self._folds.get(sign, sign) for sign in text)
        joined = _SPACE + _SPACE.join(part for part in folded.split(" ") if part)
        if folded.endswith(" ") and len(joined) > 1:
            joined += _SPACE
        found = self._best(joined)
        if limit is not None:
            found = found[: limit - 2]
        return [self._begin, *found, self._end]

    def __len__(self) -> int:
        return len(self._pieces)

    def names(self, found: Sequence[int]) -> list[str]:
        """Return the pieces of some numbers."""
        return [self._pieces[number] for number in found]

    def _best(self, text: str) -> list[int]:
        length = len(text)
        best = [-np.inf] * (length + 1)
        best[0] = 0.0
        came = [(0, self._unknown)] * (length + 1)
        place, usual = self._place, self._usual
        for start in range(length):
            here = best[start]
            for end in range(start + 1, min(length, start + self._longest) + 1):
                piece = place.get(text[start:end])
                if piece is not None and here + usual[piece] > best[end]:
                    best[end], came[end] = here + usual[piece], (start, piece)
            if here + self._cost > best[start + 1]:
                best[start + 1], came[start + 1] = here + self._cost, (start, self._unknown)
        found = []
        while length:
            length, piece = came[length]
            found.append(piece)
        return found[::-1]


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer, its weights ready for a product from the left."""

    mix: Floats
    mix_offset: Floats
    out: Floats
    out_offset: Floats
    wide: Floats
    wide_offset: Floats
    narrow: Floats
    narrow_offset: Floats
    first: tuple[Floats, Floats]
    second: tuple[Floats, Floats]


class Reader:
    """Reads texts. Made of the bytes of its file; about 100 MB once it is made."""

    def __init__(self, head: Mapping[str, Any], part: Callable[[str], Any]) -> None:
        size: Mapping[str, int] = head["size"]
        self.about: Mapping[str, Any] = head["about"]
        self.acts = tuple(Act(each) for each in head["acts"])
        self._least = float(head["least"])
        self._heads = size["heads"]
        self._width = size["width"]
        self.words = Words(
            part("pieces"), part("usual"), head["folds"], head["marks"], head["rarest"]
        )
        self._signs: Bytes = part("signs")
        self._places: Floats = part("places")
        self._start = (part("start.w"), part("start.b"))
        self._layers = [_layer(part, number, self._heads) for number in range(size["layers"])]
        self._columns: tuple[Floats, Floats] = (part("columns.w"), part("columns.b"))
        self._seen = lru_cache(maxsize=_KEPT)(self._read)

    def read(self, text: str) -> Reading:
        """Return what a text means. A text read lately is not read again."""
        return self._seen(text)

    def fits(self, text: str) -> bool:
        """Whether a text is read whole and not cut."""
        return len(self.words.cut(_ASK + text, limit=None)) <= TOKENS_MAX

    def _read(self, text: str) -> Reading:
        numbers = self._numbers(self.words.cut(_ASK + text))
        acts = dict(zip(self.acts, numbers[:-1].tolist(), strict=True))
        return Reading(acts, float(numbers[-1]))

    def _numbers(self, pieces: Sequence[int]) -> Floats:
        state = _four_bits(self._signs[list(pieces)]).reshape(len(pieces), self._width)
        state = _even(state + self._places[: len(pieces)], self._start, self._least)
        for layer in self._layers:
            state = self._through(layer, state)
        weights, offsets = self._columns
        return np.asarray(state.mean(axis=0) @ weights + offsets, dtype=np.float32)

    def _through(self, layer: _Layer, state: Floats) -> Floats:
        length, width = state.shape
        mixed = (state @ layer.mix + layer.mix_offset).reshape(length, 3, self._heads, -1)
        asks, keys, values = np.ascontiguousarray(mixed.transpose(1, 2, 0, 3))
        heed = asks @ keys.transpose(0, 2, 1)
        heed = np.exp(heed - heed.max(axis=2, keepdims=True))
        heed /= heed.sum(axis=2, keepdims=True)
        seen = (heed @ values).transpose(1, 0, 2).reshape(length, width)
        state = _even(state + seen @ layer.out + layer.out_offset, layer.first, self._least)
        inner = _bent(state @ layer.wide + layer.wide_offset) @ layer.narrow
        return _even(state + inner + layer.narrow_offset, layer.second, self._least)


def _layer(whole: Callable[[str], Floats], number: int, heads: int) -> _Layer:
    def part(name: str) -> Floats:
        return whole(f"{number}.{name}")

    asked = np.float32(1 / np.sqrt(part("q.w").shape[0] / heads))
    return _Layer(
        mix=np.concatenate([part("q.w") * asked, part("k.w"), part("v.w")]).T.copy(),
        mix_offset=np.concatenate([part("q.b") * asked, part("k.b"), part("v.b")]),
        out=part("out.w").T.copy(),
        out_offset=part("out.b"),
        wide=part("wide.w").T.copy(),
        wide_offset=part("wide.b"),
        narrow=part("narrow.w").T.copy(),
        narrow_offset=part("narrow.b"),
        first=(part("first.w"), part("first.b")),
        second=(part("second.w"), part("second.b")),
    )


def _even(state: Floats, scale: tuple[Floats, Floats], least: float) -> Floats:
    """Bring each row to mean nought and spread one, then scale it."""
    state = state - state.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.einsum("ij,ij->i", state, state) / state.shape[1] + np.float32(least))
    return np.asarray(state / spread[:, None] * scale[0] + scale[1], dtype=np.float32)


def _bent(x: Floats) -> Floats:
    """Return the Gaussian error linear unit, within 2e-7 (Abramowitz and Stegun 7.1.26)."""
    half = np.abs(x) * np.float32(0.7071067811865476)
    t = 1 / (1 + np.float32(0.3275911) * half)
    series = t * np.float32(1.061405429) - np.float32(1.453152027)
    series = series * t + np.float32(1.421413741)
    series = series * t - np.float32(0.284496736)
    series = (series * t + np.float32(0.254829592)) * t
    erf = np.copysign(1 - series * np.exp(-half * half), x)
    return np.asarray(x * np.float32(0.5) * (1 + erf), dtype=np.float32)


def _four_bits(rows: Bytes) -> Floats:
    """Return weights from blocks of a 16-bit scale and 32 numbers of four bits."""
    blocks = rows.reshape(-1, 2 + BLOCK // 2)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    packed = blocks[:, 2:]
    whole = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(whole * scale, dtype=np.float32)


def _six_bits(rows: Bytes) -> Floats:
    """Return weights from blocks of a 16-bit scale and 32 numbers of four bits and two more."""
    blocks = rows.reshape(-1, 2 + BLOCK // 2 + BLOCK // 4)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    packed, more = blocks[:, 2 : 2 + BLOCK // 2], blocks[:, 2 + BLOCK // 2 :]
    low = np.concatenate([packed & 15, packed >> 4], axis=1)
    high = np.concatenate([more >> shift & 3 for shift in (0, 2, 4, 6)], axis=1)
    return np.asarray(((high << 4 | low).astype(np.float32) - 32) * scale, dtype=np.float32)


def read_reader(data: bytes, *, file: str = "") -> Reader:
    """Make a reader of the bytes of its file.

    Args:
        data: the bytes.
        file: the SHA-256 that the file must have; empty: any.

    Raises:
        UnreadableReader: they are damaged, cut short, of another version, or something else.
    """
    start = len(MAGIC)
    if data[:start] != MAGIC:
        raise _unreadable("is no reader of this version", "不是此版本的语义阅读文件")
    body = memoryview(data)[start + 32 :]
    if hashlib.sha256(body).digest() != data[start : start + 32]:
        raise _unreadable("is damaged or cut short", "已损坏或不完整")
    if file and data[start : start + 32].hex() != file:
        raise _unreadable("is not the one that reader.yaml names", "与 reader.yaml 所指不一致")
    try:
        (length,) = struct.unpack_from("<I", body)
        head = json.loads(bytes(body[4 : 4 + length]))
        stored = np.frombuffer(body[4 + length :], dtype=np.uint8)
        places = head["parts"]
        # One part at a time, so that no more than the reader itself is ever held.
        reader = Reader(head, lambda name: _part(stored, **places[name]))
    except (ValueError, KeyError, TypeError, IndexError, struct.error) as error:
        raise _unreadable(f"does not keep its form ({error})", f"不符合格式（{error}）") from None
    if set(reader.acts) != set(Act):
        raise _unreadable("knows other acts", "所含行为不同")
    return reader


def _part(stored: Bytes, *, kind: str, shape: list[int], start: int, length: int) -> Any:
    part = stored[start : start + length]
    if len(part) < length:
        raise ValueError(f"{kind} ends early")
    if kind == "text":
        return bytes(part).decode("utf-8").split("\n")
    if kind == "signs":
        return part.reshape(shape).copy()
    if kind == "four":
        return _four_bits(part).reshape(shape)
    if kind == "six":
        return _six_bits(part).reshape(shape)
    return part.copy().view(np.float32).reshape(shape)


def absent_reader() -> UnreadableReader:
    """Return the refusal where there is no file at all."""
    return _unreadable("is absent", "缺失")


def _unreadable(why: str, why_zh: str) -> UnreadableReader:
    return UnreadableReader(
        f"policies/content/reader.bin {why}.",
        remedy="Install Forbear anew, or take the file from its release; "
        "until then texts are read by claims and tally alone.",
        message_zh=f"policies/content/reader.bin {why_zh}。",
        remedy_zh="请重新安装 Forbear，或从发布包中取回该文件；在此之前仅用断言和统计检查文字。",
    )
