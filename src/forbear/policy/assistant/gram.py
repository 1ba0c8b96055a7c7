"""Of which pieces does a sentence consist that can be compared?

Chinese is taken apart into groups of one to three characters; words of other scripts into the word,
two words side by side, and groups of letters, so that slips of the pen and other endings are known.
Kinds of words stand beside them, alone and by twos, so that a word that no example held counts as
its like. Digits are alike: which number it was is read elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from forbear.values.code import Language

_PIECE: Final = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]+")
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_BETWEEN: Final = re.compile(r"[^a-z0-9']+")
_BLANK: Final = re.compile(" ")
_DIGITS: Final = re.compile(r"\d+")
_LETTERS: Final = (3, 4, 5)
_CHARACTERS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Words:
    """Which kinds a word is of, and how long such words are, the shortest first."""

    kinds: Mapping[str, tuple[str, ...]]
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, kinds: Mapping[str, Iterable[str]]) -> Words:
        """Turn kinds with their words into words with their kinds."""
        found: dict[str, list[str]] = {}
        for name, words in kinds.items():
            for word in words:
                found.setdefault(word, []).append(name)
        sizes = tuple(sorted({len(word) for word in found}))
        return cls({word: tuple(names) for word, names in found.items()}, sizes)

    def among(self, text: str, starts: Iterable[int]) -> Iterator[str]:
        """Return the kind of every word that begins at one of the places."""
        for at in starts:
            for size in self.sizes:
                yield from self.kinds.get(text[at : at + size], ())


@dataclass(frozen=True, slots=True)
class Reader:
    """How a text is read: ``fold`` gives a character its other spelling; then kinds of words.

    Chinese words are sought anywhere. Those of other scripts, each behind a blank, count from a
    word's beginning.
    """

    fold: Mapping[int, str]
    chinese: Words
    spaced: Words

    @classmethod
    def of(cls, fold: Mapping[str, str], kinds: Mapping[str, tuple[str, ...]]) -> Reader:
        """Make one from plain characters and words."""
        reader = cls({ord(old): new for old, new in fold.items()}, Words.of({}), Words.of({}))
        plain = {name: {reader.plain(each) for each in words} for name, words in kinds.items()}
        chinese = {name: [w for w in words if _CJK.search(w)] for name, words in plain.items()}
        spaced = {
            name: [_spaced(w).rstrip() for w in words if not _CJK.search(w)]
            for name, words in plain.items()
        }
        return cls(reader.fold, Words.of(chinese), Words.of(spaced))

    def plain(self, text: str) -> str:
        """Return a text in one width, one case and one spelling of its characters."""
        folded = unicodedata.normalize("NFKC", text).translate(self.fold).casefold()
        return folded.replace("\u2019", "'").replace("\u2018", "'")

    def pieces(self, plain: str) -> Counter[str]:
        """Return the pieces of a plain text, and how often each is there.

        >>> reader = Reader.of({}, {"pay": ("还",)})
        >>> sorted(reader.pieces("还钱"))
        ['k:pay', 'z:$钱', 'z:^还', 'z:^还钱', 'z:还', 'z:还钱', 'z:还钱$', 'z:钱']
        """
        there = sorted(self.kinds_in(plain))
        found = Counter(_pieces(_DIGITS.sub("0", plain)))
        found.update(f"k:{name}" for name in there)
        found.update(f"p:{one} {other}" for one, other in combinations(there, 2))
        return found

    def kinds_in(self, plain: str) -> set[str]:
        """Return the kinds of words that a plain text holds."""
        found = set(self.chinese.among(plain, range(len(plain)))) if _CJK.search(plain) else set()
        spaced = _spaced(plain)
        found.update(self.spaced.among(spaced, (at.start() for at in _BLANK.finditer(spaced))))
        return found


def _spaced(plain: str) -> str:
    """Return the words of other scripts than Chinese, each behind one blank."""
    return " " + _BETWEEN.sub(" ", plain)


def language_of(text: str) -> Language:
    """Return the language of a text: Chinese where it holds a Chinese character.

    >>> language_of("how much 还款"), language_of("hello")
    (<Language.ZH: 'ZH'>, <Language.EN: 'EN'>)
    """
    return Language.ZH if _CJK.search(text) else Language.EN


def _pieces(plain: str) -> Iterator[str]:
    joined = "".join(_CJK.findall(plain))
    words = [found for found in _PIECE.findall(plain) if not _CJK.match(found)]
    if joined:
        yield from _of_characters(joined)
    for word in words:
        yield f"w:{word}"
        yield from _of_letters(word)
    for one, other in pairwise(["^", *words, "$"] if words else []):
        yield f"b:{one} {other}"


def _of_characters(text: str) -> Iterator[str]:
    yield f"z:^{text[0]}"
    yield f"z:${text[-1]}"
    framed = f"^{text}$"
    for size in _CHARACTERS:
        source = framed if size == max(_CHARACTERS) else text
        for at in range(len(source) - size + 1):
            yield f"z:{source[at : at + size]}"


def _of_letters(word: str) -> Iterator[str]:
    framed = f"_{word}_"
    for size in _LETTERS:
        for at in range(len(framed) - size + 1):
            yield f"c:{framed[at : at + size]}"
