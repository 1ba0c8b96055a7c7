"""May a text that a language model made of approved sentences be said?

Only where it says nothing that they do not. Each of its sentences must come from one approved
sentence: of its words alone and of small words that say nothing; denied where that one denies, and
with every condition that stands there. And it names nothing that is not named there. In doubt: no.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from forbear.policy.assistant.figure import folded, unsaid
from forbear.policy.reading import Field, read_file
from forbear.policy.wording.field import both
from forbear.values.code import Code, Language

LENGTH_MAX: Final = 600
_SENTENCE: Final = re.compile(r"[^。！？!?;；\n]+?(?:[。！？!?;；\n]+|[.](?=\s|$)|$)")
_CLAUSE: Final = re.compile(r"[，,、：:()（）\"“”]|\s-\s")
_PIECE: Final = re.compile(
    r"\{\d+\}|[\u3400-\u9fff]|[a-z0-9]+(?:'[a-z]+)?|[^\s\u3400-\u9fffa-z0-9]"
)
_HEAD: Final = ("version", "effective", "approved_by", "approved_on", "basis", "source")
_MARKS: Final = frozenset("。！？!?;；，,、：:.()（）\"“”'’-—…%¥￥$£/")
_LETTERS: Final = frozenset({"Ll", "Lu", "Lo", "Lm", "Mn", "Mc", "Nd", "Nl", "No", "Zs"})
_TOGETHER_MIN: Final = 2
"""So many pieces at least come together from a sentence: alone they could say anything."""
_CJK: Final = re.compile(r"[\u3400-\u9fff]")


class Doubt(Code):
    """Why a text is not said."""

    FORM = "FORM"
    """Empty, too long, or signs that are no words."""
    LANGUAGE = "LANGUAGE"
    FIGURE = "FIGURE"
    """It names a figure, day, law, number or address that its sources do not."""
    WORDS = "WORDS"
    """Words that no single approved sentence holds."""
    DENIED = "DENIED"
    """It denies what is said, or says what is denied."""
    CONDITION = "CONDITION"
    """A condition or bound was left out."""
    CONTENT = "CONTENT"
    """The check of content finds a forbidden act in it."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """Words of a language: ``fillers`` say nothing; ``denials``; ``bounds`` are never left out."""

    fillers: frozenset[tuple[str, ...]]
    denials: tuple[str, ...]
    bounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """What a model is told, and by which words its texts are held. ``choose``, ``say``: prompts."""

    version: int
    choose: str
    say: Mapping[Language, str]
    tongues: Mapping[Language, Tongue]


def load_phrasing(file: str, text: str) -> Phrasing:
    """Read the file of phrasing.

    Raises:
        InvalidRule: it does not keep its form.
    """
    read = read_file(file, text, what="how a model may phrase").only(
        *_HEAD, "choose", "say", "zh", "en"
    )
    both(read, "approved_by")
    both(read, "source")
    if read.get("approved_on", date) > read.get("effective", date):
        raise read.fail("approved_on", "is after effective", "Approve it before it takes effect.")
    say = read.part("say").only("zh", "en")
    return Phrasing(
        read.count("version"),
        read.get("choose", str),
        {language: say.get(language.lower(), str) for language in Language},
        {language: _tongue(read.part(language.lower())) for language in Language},
    )


def doubts(
    text: str, sources: Sequence[str], *, language: Language, phrasing: Phrasing
) -> tuple[Doubt, ...]:
    """Return why a text may not be said instead of its sources; empty: it may.

    ``sources``: the approved texts, and the lines of figures that stand with them.
    """
    if not _has_form(text):
        return (Doubt.FORM,)
    if language is Language.ZH and not _CJK.search(text):
        return (Doubt.LANGUAGE,)
    if language is Language.EN and _CJK.search(text):
        return (Doubt.LANGUAGE,)
    found = [Doubt.FIGURE] if unsaid(text, sources) else []
    tongue = phrasing.tongues[language]
    known = [_Source(each, tongue) for one in sources for each in _sentences(one)]
    said = 0
    for sentence in _sentences(text):
        if not _bare(sentence, tongue):
            continue
        said += 1
        # The one that it comes nearest to says what is wrong with it.
        wrong = [each.doubts(sentence) for each in known] or [[Doubt.WORDS]]
        least: list[Doubt] = min(wrong, key=_weight)
        found += least
    return tuple(dict.fromkeys(found if said else [*found, Doubt.WORDS]))


def _weight(found: list[Doubt]) -> tuple[bool, int]:
    """Words from elsewhere weigh most: nothing else can be told of them."""
    return Doubt.WORDS in found, len(found)


class _Source:
    """One approved sentence."""

    def __init__(self, sentence: str, tongue: Tongue) -> None:
        self._tongue = tongue
        self._pieces = tuple(_PIECE.findall(sentence))
        self._whole = frozenset(_runs(sentence))
        self._bounds = _held(sentence, tongue.bounds)
        self._said = _pairs(sentence, tongue)

    def doubts(self, sentence: str) -> list[Doubt]:
        """Return what of a sentence this one does not bear out."""
        found: list[Doubt] = []
        if not self.covers(sentence):
            found.append(Doubt.WORDS)
        own = {pair for pair, _ in self._said}
        if any(each not in self._said for each in _pairs(sentence, self._tongue) if each[0] in own):
            found.append(Doubt.DENIED)
        if self._bounds - _held(sentence, self._tongue.bounds):
            found.append(Doubt.CONDITION)
        return found

    def covers(self, sentence: str) -> bool:
        """Whether a sentence consists of stretches of this one and of fillers."""
        return all(run in self._whole or self._cut(run) for run in _runs(sentence))

    def _cut(self, run: tuple[str, ...]) -> bool:
        good = [True] + [False] * len(run)
        for end in range(1, len(run) + 1):
            good[end] = any(
                good[start] and self._has(run[start:end]) for start in range(max(0, end - 24), end)
            )
        return good[-1]

    def _has(self, part: tuple[str, ...]) -> bool:
        if part in self._tongue.fillers:
            return True
        alone = len(part) < _TOGETHER_MIN and not part[0].startswith("{")
        return not alone and _within(part, self._pieces)


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    size = len(part)
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def _sentences(text: str) -> list[str]:
    return [each.strip() for each in _SENTENCE.findall(folded(text)) if each.strip()]


def _clauses(sentence: str) -> list[str]:
    return [each for each in _CLAUSE.split(sentence) if each and each.strip()]


def _runs(sentence: str) -> list[tuple[str, ...]]:
    """Return the pieces of each clause, without its marks."""
    found = []
    for clause in _clauses(sentence):
        pieces = tuple(each for each in _PIECE.findall(clause) if each not in _MARKS)
        if pieces:
            found.append(pieces)
    return found


def _bare(sentence: str, tongue: Tongue) -> bool:
    """Whether anything is said beside words that say nothing."""
    return not _Source("", tongue).covers(sentence)


def _pairs(sentence: str, tongue: Tongue) -> set[tuple[tuple[str, str], int]]:
    """Return neighbouring pieces of each clause, with how often the clause denies."""
    found = set()
    for clause in _clauses(sentence):
        denied = _held(clause, tongue.denials).total()
        for run in _runs(clause):
            found |= {((one, other), denied) for one, other in pairwise(run)}
    return found


def _held(text: str, words: Sequence[str]) -> Counter[str]:
    """Return how often each of some words stands in a text."""
    return Counter({word: times for word in words if (times := _times(word, text))})


def _times(word: str, text: str) -> int:
    if _CJK.search(word):
        return text.count(word)
    return len(re.findall(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text))


def _has_form(text: str) -> bool:
    return (
        bool(text.strip())
        and len(text) <= LENGTH_MAX
        and all(
            each in _MARKS or each in "\n{}" or unicodedata.category(each) in _LETTERS
            for each in text
        )
        and "{" not in re.sub(r"\{\d+\}", "", text)
        and "}" not in re.sub(r"\{\d+\}", "", text)
    )


def _tongue(field: Field) -> Tongue:
    field.only("fillers", "denials", "bounds")
    return Tongue(
        frozenset(tuple(_PIECE.findall(folded(each))) for each in field.texts("fillers")),
        tuple(folded(each) for each in field.texts("denials")),
        tuple(folded(each) for each in field.texts("bounds")),
    )
