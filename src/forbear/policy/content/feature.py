"""What does a stretch of plain text hold that can be weighed?

A feature is a short string: a word (w) or group of characters (g), two words side by side or with
one between (b, s), letters of a word (c), a word with who was named before it and in which mood (a,
m; d denied, q asked), a kind of word (k; k:! denied, k:~ reported), and two kinds of a sentence
(p). Its value is the place where it stands first, so that a finding can show what it weighed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from typing import Final

from forbear.policy.content.lexicon import Lexicon
from forbear.policy.content.voice import voiced, voiced_signs

Span = tuple[int, int]

_SENTENCE_EN: Final = re.compile(r"(?<=[.!?;:…])\s+|\s[—–-]{1,2}\s|\n+")
_SENTENCE_ZH: Final = re.compile(r"[。！？!?；;\n]+")
_CLAUSE_ZH: Final = re.compile(r"[，,：:]")
"""What ends a clause; the sign between the parts of a list does not: a negation reaches over it."""
_TOKEN: Final = re.compile(r"[a-z0-9£$&]+(?:['-][a-z0-9]+)*")
_NUMBER_EN: Final = re.compile(r"[£$]?\d[\d,.]*$")
_NUMBER_ZH: Final = re.compile(r"\d[\d,.]*")
_ENDINGS: Final = ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s")
_REACH: Final = 12
"""How far a negation reaches within its clause: words in English, characters in Chinese."""
_LETTERS: Final = (4, 5)
"""How many letters of a word are taken together, so that other endings and slips are known."""
_REPORT: Final = "report"
"""The kind of words that tell what others said or did; words beside them are reported."""
_TURN_EN: Final = frozenset(["but", "so", "then", "because", "instead", "yet", "otherwise"])
_SUBJECT_EN: Final = frozenset(
    [
        "i",
        "i'll",
        "i'm",
        "i've",
        "we",
        "we'll",
        "we're",
        "we've",
        "you",
        "you'll",
        "you're",
        "he",
        "she",
        "it",
        "they",
        "that",
        "this",
        "there",
    ]
)
QUOTED: Final = re.compile(r"\"[^\"\n]+\"|(?<!\w)'(?:[^'\n]|'(?=\w))+'(?!\w)")
_NEGATIONS_EN: Final = frozenset(
    [
        "not",
        "never",
        "no",
        "nobody",
        "nothing",
        "none",
        "neither",
        "nor",
        "cannot",
        "can't",
        "won't",
        "don't",
        "doesn't",
        "didn't",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
        "wouldn't",
        "couldn't",
        "shouldn't",
        "without",
        "needn't",
        "haven't",
        "hasn't",
    ]
)
_NEGATIONS_ZH: Final = frozenset("不没无未别勿非莫禁严拒")
# Who speaks to whom, and in which mood: few words that need no list for each act.
_ROLES_EN: Final[Mapping[str, frozenset[str]]] = {
    "YOU": frozenset(
        ["you", "your", "you're", "you'll", "you've", "you'd", "yours", "ya", "u", "ur"]
    ),
    "ME": frozenset(
        [
            "i",
            "i'm",
            "i'll",
            "i've",
            "i'd",
            "we",
            "we'll",
            "we're",
            "we've",
            "we'd",
            "my",
            "our",
            "me",
            "us",
        ]
    ),
    "WILL": frozenset(["i'll", "we'll", "will", "gonna", "going", "i'm", "we're"]),
    "IF": frozenset(["if", "unless", "until", "till", "or", "before", "otherwise"]),
    "MILD": frozenset(["please", "would", "could", "may", "can", "shall"]),
    "THEY": frozenset(["he", "she", "they", "him", "her", "them", "his", "their"]),
}
_ROLES_ZH: Final = (
    ("YOU", re.compile("你")),
    ("NIN", re.compile("您")),
    ("ME", re.compile("我")),
    ("QUOTE", re.compile('"')),
    ("IF", re.compile("再|要是|如果|若|不然|否则|不.{0,3}就")),
)


def stem(word: str) -> str:
    """Return a word without its commonest endings."""
    word = word.replace("'s", "")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word.rstrip("e") if len(word) > 4 else word


def features(text: str, lexicon: Lexicon) -> dict[str, Span]:
    """Return the features of plain text with the place of each."""
    return _of_words(text, lexicon) if lexicon.spaced else _of_characters(text, lexicon)


def _of_words(text: str, lexicon: Lexicon) -> dict[str, Span]:
    found: dict[str, Span] = {}
    start = 0
    for cut in [*_SENTENCE_EN.finditer(text), None]:
        end = cut.start() if cut else len(text)
        _sentence_of_words(text, start, end, lexicon, found)
        start = cut.end() if cut else end
    if "!" in text:
        found["x:!"] = (text.index("!"), text.index("!") + 1)
    return found


def _sentence_of_words(
    text: str, start: int, end: int, lexicon: Lexicon, found: dict[str, Span]
) -> None:
    tokens = [(each[0], each.start(), each.end()) for each in _TOKEN.finditer(text, start, end)]
    if not tokens:
        return
    words = ["#" if _NUMBER_EN.match(word) else word for word, _, _ in tokens]
    stems = [stem(word) for word in words]
    put = found.setdefault
    for index, word in enumerate(stems):
        _, first, last = tokens[index]
        put(f"w:{word}", (first, last))
        if index:
            put(f"b:{stems[index - 1]} {word}", (tokens[index - 1][1], last))
        if index > 1:
            put(f"s:{stems[index - 2]} {word}", (tokens[index - 2][1], last))
        for group in _letters(words[index]):
            put(f"c:{group}", (first, last))
    put(f"b:^ {stems[0]}", (tokens[0][1], tokens[0][2]))
    put(f"b:{stems[-1]} $", (tokens[-1][1], tokens[-1][2]))
    placed = [
        (kind, first, tokens[first][1], tokens[last - 1][2])
        for kind, first, last in lexicon.in_words(words)
    ]
    denied = _denied(text, tokens)
    asked = text[start:end].rstrip().endswith("?")
    gaps = ["", *(text[one[2] : two[1]] for one, two in pairwise(tokens))]
    for index, name in voiced(words, stems, gaps, denied, asked=asked):
        put(name, (tokens[index][1], tokens[index][2]))
    met = _met(text, start, end, [(k, denied[i], a, b) for k, i, a, b in placed])
    for role, index in _roles(words):
        met.setdefault(role, (tokens[index][1], tokens[index][2]))
    if asked:
        met["ASK"] = (end - 1, end)
    _kinds(met, found)


def _roles(words: list[str]) -> Iterator[tuple[str, int]]:
    """Yield who and which mood is named in a sentence, with the index of the first such word."""
    for role, members in _ROLES_EN.items():
        index = next((at for at, word in enumerate(words) if word in members), None)
        if index is not None:
            yield role, index


def _letters(word: str) -> list[str]:
    """Return the groups of letters of a word, its ends marked."""
    marked = f"<{word}>"
    return [
        marked[first : first + size] if size <= len(marked) else marked
        for size in _LETTERS
        for first in range(max(1, len(marked) - size + 1))
    ]


def _denied(text: str, tokens: list[tuple[str, int, int]]) -> list[bool]:
    """Say of each word whether a negation before it reaches it.

    A negation reaches over a list ("no power to seize, freeze or stop"), not over a new clause.
    """
    found = []
    left = 0
    for index, (word, first, _) in enumerate(tokens):
        between = text[tokens[index - 1][2] : first] if index else ""
        if word in _TURN_EN or ("," in between and word in _SUBJECT_EN):
            left = 0
        found.append(left > 0)
        left = _REACH if word in _NEGATIONS_EN else left - 1
    return found


def _met(
    text: str, start: int, end: int, placed: list[tuple[str, bool, int, int]]
) -> dict[str, Span]:
    """Return the kinds met: plain, denied (!), or reported (~), with their first places."""
    quotes = [each.span() for each in QUOTED.finditer(text, start, end)]
    told = min((first for kind, _, first, _ in placed if kind == _REPORT), default=end)
    met: dict[str, Span] = {}
    for kind, negated, first, last in placed:
        quoted = any(one <= first and last <= two for one, two in quotes)
        reported = quoted or (first > told and kind != _REPORT)
        mark = "!" if negated else "~" if reported else ""
        met.setdefault(f"{mark}{kind}", (first, last))
    return met


def _of_characters(text: str, lexicon: Lexicon) -> dict[str, Span]:
    found: dict[str, Span] = {}
    start = 0
    for cut in [*_SENTENCE_ZH.finditer(text), None]:
        end = cut.start() if cut else len(text)
        if end > start:
            asked = cut is not None and ("?" in cut[0] or "？" in cut[0])
            _sentence_of_characters(text, start, end, lexicon, found, asked=asked)
        start = cut.end() if cut else end
    return found


def _sentence_of_characters(
    text: str, start: int, end: int, lexicon: Lexicon, found: dict[str, Span], *, asked: bool
) -> None:
    signs: list[str] = ["^"]
    places: list[Span] = [(start, start)]
    index = start
    while index < end:
        number = _NUMBER_ZH.match(text, index, end)
        stop = number.end() if number else index + 1
        signs.append("#" if number else text[index])
        places.append((index, stop))
        index = stop
    signs.append("$")
    places.append((end, end))
    line = "".join(signs)
    for size in (1, 2, 3, 4):
        for index in range(len(line) - size + 1):
            found.setdefault(
                f"g:{line[index : index + size]}", (places[index][0], places[index + size - 1][1])
            )
    placed: list[tuple[str, bool, int, int]] = []
    clause = start
    for cut in [*_CLAUSE_ZH.finditer(text, start, end), None]:
        stop = cut.start() if cut else end
        part = text[clause:stop]
        for kind, first, last in lexicon.in_text(part):
            negated = not _NEGATIONS_ZH.isdisjoint(part[max(0, first - _REACH) : first])
            placed.append((kind, negated, clause + first, clause + last))
        clause = cut.end() if cut else stop
    for name, first in voiced_signs(text, start, end, asked=asked):
        found.setdefault(name, (first, min(first + 2, end)))
    met = _met(text, start, end, placed)
    for role, pattern in _ROLES_ZH:
        hit = pattern.search(text, start, end)
        if hit:
            met.setdefault(role, hit.span())
    if asked:
        met["ASK"] = (end - 1, end)
    _kinds(met, found)


def _kinds(met: Mapping[str, Span], found: dict[str, Span]) -> None:
    for kind, span in met.items():
        found.setdefault(f"k:{kind}", span)
    for one, two in combinations(sorted(met), 2):
        first, second = met[one], met[two]
        found.setdefault(f"p:{one}&{two}", (min(first[0], second[0]), max(first[1], second[1])))
