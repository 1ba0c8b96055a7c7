"""How does text read once its disguises are taken off, and where did each letter stand?

Full width, traditional characters, zero-width signs, spaced-out letters, digits for letters and
sound-alikes hide words from a reader of patterns, not from people. They are undone here, and every
character of the plain text knows its place in the original, so that findings quote the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_CJK = "\u4e00-\u9fff"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
# Characters set apart: spaces and dashes between Chinese characters carry nothing.
_SPREAD_ZH = re.compile(f"(?<=[{_CJK}])[ \t~_*·.\\-]+(?=[{_CJK}])")
# Letters set apart, three or more in a row: "j a i l", "k-n-o-c-k".
_SPREAD_EN = re.compile(r"(?<![\w'])[a-z0-9@$](?:([ .\-_*])[a-z0-9@$])(?:\1[a-z0-9@$])+(?![\w'])")
_MIXED = re.compile(r"(?<![\w@$])[a-z]+(?:[0-9@$!]+[a-z]+)+(?![\w@$])")
_LETTERS = {
    "3": "e",
    "0": "o",
    "1": "i",
    "@": "a",
    "$": "s",
    "4": "a",
    "5": "s",
    "7": "t",
    "!": "i",
}
_QUOTES = {"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u300c": '"', "\u300d": '"'}
_LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class Plain:
    """Text without disguises. ``at`` gives, for each character, its place in the original."""

    text: str
    at: Sequence[int]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original, half-open, of a place in the plain text."""
        if start >= len(self.at):
            return self.length, self.length
        return self.at[start], self.at[max(start, end - 1)] + 1


@dataclass(frozen=True, slots=True)
class Spelling:
    """How disguises are undone: characters one by one, then strings."""

    fold: Mapping[int, str]
    disguises: Mapping[str, str]
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, fold: Mapping[str, str], disguises: Mapping[str, str]) -> Spelling:
        """Make one from plain mappings; longer disguises are tried first."""
        ordered = sorted(disguises, key=lambda each: (-len(each), each))
        pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        return cls({ord(old): new for old, new in fold.items()}, dict(disguises), pattern)

    def plain(self, text: str) -> Plain:
        """Return the plain text."""
        chars, at = _folded(text[:_LONGEST], self.fold)
        joined, at = _without(_INVISIBLE, "".join(chars), at)
        joined, at = _without(_SPREAD_ZH, joined, at)
        if not joined.isascii() or _SPREAD_EN.search(joined):
            joined, at = _closed_up(joined, at)
        joined = _MIXED.sub(_unmixed, joined)
        if self.pattern:
            joined, at = self._undisguised(joined, at)
        return Plain(joined, at, len(text))

    def _undisguised(self, text: str, at: list[int]) -> tuple[str, list[int]]:
        assert self.pattern is not None
        parts: list[str] = []
        places: list[int] = []
        last = 0
        for found in self.pattern.finditer(text):
            start, end = found.span()
            new = self.disguises[found[0]]
            parts += (text[last:start], new)
            places += at[last:start]
            # The new word spreads over the place of the old one, so that spans cover all of it.
            size = len(new)
            places += [at[start + (index * (end - start)) // size] for index in range(size - 1)]
            places.append(at[end - 1])
            last = end
        if not last:
            return text, at
        parts.append(text[last:])
        return "".join(parts), places + at[last:]


def _folded(text: str, fold: Mapping[int, str]) -> tuple[list[str], list[int]]:
    chars: list[str] = []
    at: list[int] = []
    plain = text if text.isascii() else None
    if plain is not None:
        return list(plain.lower()), list(range(len(plain)))
    for index, char in enumerate(text):
        new = _QUOTES.get(char) or fold.get(ord(char))
        if new is None:
            new = char if _CJK[0] <= char <= _CJK[-1] else unicodedata.normalize("NFKC", char)
            new = new.lower()
        chars += new
        at += [index] * len(new)
    return chars, at


def _without(pattern: re.Pattern[str], text: str, at: list[int]) -> tuple[str, list[int]]:
    """Drop what a pattern finds."""
    last = 0
    parts: list[str] = []
    places: list[int] = []
    for found in pattern.finditer(text):
        parts.append(text[last : found.start()])
        places += at[last : found.start()]
        last = found.end()
    if not last:
        return text, at
    return "".join([*parts, text[last:]]), places + at[last:]


def _closed_up(text: str, at: list[int]) -> tuple[str, list[int]]:
    """Join letters that stand apart, keeping every letter's place."""
    keep = bytearray(b"\x01") * len(text)
    for found in _SPREAD_EN.finditer(text):
        for index in range(found.start() + 1, found.end(), 2):
            keep[index] = 0
    if all(keep):
        return text, at
    chars = [char for char, kept in zip(text, keep, strict=True) if kept]
    return "".join(chars), [place for place, kept in zip(at, keep, strict=True) if kept]


def _unmixed(found: re.Match[str]) -> str:
    """Read digits and signs inside a word as the letters they imitate."""
    return "".join(_LETTERS.get(char, char) for char in found[0])
