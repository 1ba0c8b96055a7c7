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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from forbear.values.code import Language

_PIECE: Final = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]+")
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_BETWEEN: Final = re.compile(r"[^a-z0-9']+")
_DIGITS: Final = re.compile(r"\d+")
_LETTERS: Final = (3, 4, 5)
_CHARACTERS: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Reader:
    """How a text is read: ``fold`` gives a character its other spelling; ``kinds`` of words.

    A kind has its Chinese words, which are sought anywhere, and those of other scripts, each behind
    a blank, which count from a word's beginning.
    """

    fold: Mapping[int, str]
    kinds: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]

    @classmethod
    def of(cls, fold: Mapping[str, str], kinds: Mapping[str, tuple[str, ...]]) -> Reader:
        """Make one from plain characters and words."""
        reader = cls({ord(old): new for old, new in fold.items()}, {})
        return cls(reader.fold, {name: reader._kind(words) for name, words in kinds.items()})

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
        there = self._there(plain)
        found = Counter(_pieces(_DIGITS.sub("0", plain)))
        found.update(f"k:{name}" for name in there)
        found.update(f"p:{one} {other}" for one, other in combinations(there, 2))
        return found

    def _there(self, plain: str) -> list[str]:
        chinese, spaced = _CJK.search(plain) is not None, _spaced(plain)
        return sorted(
            name
            for name, (characters, words) in self.kinds.items()
            if (chinese and any(each in plain for each in characters))
            or any(each in spaced for each in words)
        )

    def _kind(self, words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        plain = sorted({self.plain(each) for each in words})
        return (
            tuple(each for each in plain if _CJK.search(each)),
            tuple(_spaced(each).rstrip() for each in plain if not _CJK.search(each)),
        )


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
