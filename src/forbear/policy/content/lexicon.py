"""Which kinds of words stand where?

A kind is a list of words that do the same work, such as names of kin or of prisons. Rules and the
tally speak of kinds, so that a word added to its kind is known everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Place = tuple[str, int, int]
"""A kind, and where its word begins and ends."""

_WORD = re.compile(r"[a-z0-9£$&]+(?:['-][a-z0-9]+)*\*?")
_STEM_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The kinds of one locale."""

    kinds: Mapping[str, tuple[str, ...]]
    spaced: bool
    """Whether words stand apart, as in English."""
    exact: Mapping[tuple[str, ...] | str, tuple[str, ...]]
    stems: Mapping[str, tuple[tuple[str, str], ...]]
    """By first letters: stem and kind."""
    longest: int

    @classmethod
    def of(cls, kinds: Mapping[str, Sequence[str]], *, spaced: bool) -> Lexicon:
        """Make one from lists of words; a star ends a stem."""
        exact: dict[tuple[str, ...] | str, list[str]] = {}
        stems: dict[str, list[tuple[str, str]]] = {}
        for kind, words in kinds.items():
            for word in words:
                if not spaced:
                    exact.setdefault(word.lower(), []).append(kind)
                    continue
                parts = tuple(_WORD.findall(word.lower()))
                if len(parts) == 1 and parts[0].endswith("*"):
                    stem = parts[0][:-1]
                    stems.setdefault(stem[:_STEM_LETTERS], []).append((stem, kind))
                elif parts:
                    exact.setdefault(parts, []).append(kind)
        longest = max((len(key) for key in exact), default=1)
        return cls(
            kinds={kind: tuple(words) for kind, words in kinds.items()},
            spaced=spaced,
            exact={key: tuple(found) for key, found in exact.items()},
            stems={key: tuple(found) for key, found in stems.items()},
            longest=longest,
        )

    def in_words(self, words: Sequence[str]) -> Iterable[Place]:
        """Yield the kinds among words that stand apart; places count words."""
        exact, stems = self.exact, self.stems
        for start, word in enumerate(words):
            for size in range(1, min(self.longest, len(words) - start) + 1):
                key: tuple[str, ...] | str = tuple(words[start : start + size])
                for kind in exact.get(key, ()):
                    yield kind, start, start + size
            for stem, kind in stems.get(word[:_STEM_LETTERS], ()):
                if word.startswith(stem):
                    yield kind, start, start + 1

    def in_text(self, text: str) -> Iterable[Place]:
        """Yield the kinds in text without spaces; places count characters."""
        exact = self.exact
        for start in range(len(text)):
            for size in range(1, min(self.longest, len(text) - start) + 1):
                for kind in exact.get(text[start : start + size], ()):
                    yield kind, start, start + size

    def alternatives(self, kind: str) -> str:
        """Return the words of a kind as one alternative of a regular expression."""
        if not self.spaced:
            words = sorted(self.kinds[kind], key=lambda each: (-len(each), each))
            return "|".join(re.escape(word.lower()) for word in words)
        found = []
        for word in sorted(self.kinds[kind], key=lambda each: (-len(each), each)):
            plain = re.escape(word.lower().removesuffix("*")).replace(r"\ ", r"\s+")
            found.append(plain + (r"\w*" if word.endswith("*") else ""))
        return "|".join(found)
