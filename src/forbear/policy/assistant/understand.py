"""What does a message mean, and how sure is that?

What guards people is found by rules first. Then the model reads every run of pieces that could be
one matter, and the fewest matters that explain the message well are taken; what is denied or taken
back is not meant. Where nothing is clear the nearest meanings are given, to be asked about: nothing
is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from forbear.policy.assistant.clause import Piece, clauses_of, joined, latest_of, pieces_of, without
from forbear.policy.assistant.detail import Detail, detail_of
from forbear.policy.assistant.gram import Reader, language_of
from forbear.policy.assistant.intent import CARE, GUARDED, MANNERS, Intent, weight_of
from forbear.policy.assistant.learn import Learned, learn
from forbear.policy.assistant.load import Said, Signs
from forbear.values.code import Language

CLEAR: Final = 0.5
"""From this chance on a meaning is taken. A wrong one shows an article and does nothing."""
CLEAR_OF_CLAUSE: Final = 0.65
_BORDER, _BORDER_UNMARKED = 0.3, 0.5
"""How much likelier two matters must be than one, for a border between them to count."""
_SURE: Final = 0.95
_SPAN_MAX: Final = 6
"""So many pieces at most make one matter, unless the whole message does."""
NEAR: Final = 0.07
CARE_MIN: Final = 0.12
"""From this chance on that somebody needs care, they are shown who listens, whatever is asked."""
_HEAVY: Final = frozenset({Intent.SELF_HARM, Intent.DISTRESS})
_NEVER_ASKED: Final = CARE | GUARDED | {Intent.NONE}
_WISHES_MAX: Final = 6
_WILLING: Final = (Intent.PROMISE, Intent.PAUSE, Intent.CANNOT_PAY)
_NEAR_MAX: Final = 3
_KNOWN_MIN: Final = 0.12
_TEXT_MAX: Final = 1_000
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message means.

    ``meant``: what is taken, the weightiest first; empty: it is not clear. ``near``: what it may
    mean then. ``chance``: how likely the first is, 1 where a rule found it.
    ``care``: whoever writes may need somebody who listens.
    """

    language: Language
    meant: tuple[Intent, ...]
    near: tuple[Intent, ...]
    chance: float
    care: bool
    detail: Detail


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that is known of what people say."""

    reader: Reader
    signs: Signs
    learned: Mapping[Language, Learned]

    @classmethod
    def of(cls, said: Said, reader: Reader, signs: Signs) -> Understanding:
        """Learn from examples; it takes about three seconds of processor."""
        learned = {}
        for language in Language:
            rows = [(row, intent) for intent in said for row in said[intent].get(language, ())]
            learned[language] = learn(
                reader, [reader.plain(row) for row, _ in rows], [intent.value for _, intent in rows]
            )
        return cls(reader, signs, learned)

    def understand(self, text: str, *, as_of: date) -> Understood:
        """Return what a message means that was written on a day."""
        plain = self.reader.plain(text[:_TEXT_MAX])
        language = language_of(plain)
        last = latest_of(plain)
        left = without(last, self.signs.asides)
        ruled = [sign.intent for sign in self.signs.sure if sign.shows(plain)]
        chances = self._chances(left, language)
        meant = _kept(ruled, self._weighed(left, language, chances))
        near = [each for each, chance in chances if chance >= NEAR and each not in _NEVER_ASKED]
        if left != last and not near:
            near = list(_WILLING)
        return Understood(
            language,
            meant,
            () if meant else tuple(near[:_NEAR_MAX]),
            1.0 if ruled else chances[0][1] if chances else 0.0,
            bool(_HEAVY & set(meant)) or sum(c for i, c in chances if i in _HEAVY) >= CARE_MIN,
            detail_of(last, as_of=as_of),
        )

    def first(self, text: str) -> tuple[Intent, float]:
        """Return the likeliest meaning of a text taken as a whole, by rule or model."""
        plain = self.reader.plain(text[:_TEXT_MAX])
        ruled = [sign.intent for sign in self.signs.sure if sign.shows(plain)]
        if ruled:
            return ruled[0], 1.0
        chances = self._chances(plain, language_of(plain))
        return chances[0] if chances else (Intent.NONE, 1.0)

    def _chances(self, plain: str, language: Language) -> list[tuple[Intent, float]]:
        """Return every meaning with its chance, the likeliest first."""
        model = self.learned[language]
        if not _LETTER.search(plain):
            return []
        chances, known = model.read(plain)
        if known < _KNOWN_MIN:
            return []
        found = zip(model.meanings, chances, strict=True)
        return sorted(((Intent(name), float(c)) for name, c in found), key=lambda each: -each[1])

    def _weighed(
        self, plain: str, language: Language, whole: list[tuple[Intent, float]]
    ) -> dict[Intent, float]:
        """Return the matters of a message, each with its chance: as few as explain it."""
        pieces = self._pieces(plain, language)
        # The best way to take the first so many pieces: its worth, and the matters in it.
        best: list[tuple[float, tuple[tuple[Intent, float, str], ...]]] = [(0.0, ())]
        for end in range(1, len(pieces) + 1):
            ways = []
            starts = range(max(0, end - _SPAN_MAX), end)
            for start in starts if end < len(pieces) or 0 in starts else (0, *starts):
                span = joined(pieces[start:end])
                found = whole if end - start == len(pieces) else self._chances(span, language)
                intent, chance = found[0] if found else (Intent.NONE, 0.0)
                worth, before = best[start]
                border = _BORDER if pieces[start].marked else _BORDER_UNMARKED
                ways.append((worth + chance - border, (*before, (intent, chance, span))))
            best.append(max(ways, key=lambda way: way[0]))
        alone = len(best[-1][1]) == 1
        taken: dict[Intent, float] = {}
        for intent, chance, span in (*best[-1][1], *((*each, plain) for each in whole[:1])):
            least = CLEAR if span == plain else CLEAR_OF_CLAUSE
            if chance < least or self._denied(intent, span):
                continue
            if alone or intent is not Intent.NONE:
                taken[intent] = max(taken.get(intent, 0.0), chance)
        return taken

    def _pieces(self, plain: str, language: Language) -> list[Piece]:
        """Return the pieces of a message; what is sure between two signs is not cut further."""
        found: list[Piece] = []
        for clause in clauses_of(pieces_of(plain)):
            whole = Piece(joined(clause), clause[0].marked)
            sure = len(clause) > 1 and self._chances(whole.text, language)[:1]
            found += [whole] if sure and sure[0][1] >= _SURE else clause
        return found

    def _denied(self, intent: Intent, plain: str) -> bool:
        return any(sign.intent is intent and sign.shows(plain) for sign in self.signs.denied)


def _kept(ruled: Sequence[Intent], weighed: Mapping[Intent, float]) -> tuple[Intent, ...]:
    """Return what is taken as meant, what protects most first."""
    meant = list(dict.fromkeys([*ruled, *sorted(weighed, key=lambda each: -weighed[each])]))
    if any(each not in MANNERS and each is not Intent.NONE for each in meant):
        meant = [each for each in meant if each not in MANNERS and each is not Intent.NONE]
    return tuple(sorted(meant, key=weight_of)[:_WISHES_MAX])
