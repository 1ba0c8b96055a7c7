"""What does a message mean, and how sure is that?

What guards people is found by rules first. Then the model reads the whole and each clause: several
wishes may stand in one message, and what a clause takes back is not meant. Where nothing is clear
the nearest meanings are given, to be asked about: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from forbear.policy.assistant.detail import Detail, detail_of
from forbear.policy.assistant.gram import Reader, language_of
from forbear.policy.assistant.intent import CARE, GUARDED, MANNERS, Intent
from forbear.policy.assistant.learn import Learned, learn
from forbear.policy.assistant.load import Said, Signs
from forbear.values.code import Language

CLEAR: Final = 0.5
"""From this chance on a meaning is taken. A wrong one shows an article and does nothing."""
CLEAR_OF_CLAUSE: Final = 0.65
NEAR: Final = 0.07
CARE_MIN: Final = 0.12
"""From this chance on that somebody needs care, they are shown who listens, whatever is asked."""
_HEAVY: Final = frozenset({Intent.SELF_HARM, Intent.DISTRESS})
_NEVER_ASKED: Final = CARE | GUARDED | {Intent.NONE}
_WISHES_MAX: Final = 3
_NEAR_MAX: Final = 3
_KNOWN_MIN: Final = 0.12
_TEXT_MAX: Final = 1_000
_LETTER: Final = re.compile(r"[^\W\d_]")
_CLAUSE: Final = re.compile(
    r"[。！？!?；;\n，,、]+|(?<=\w)\.\s+|还有|另外|然后|顺便|"
    r"\b(?:and also|also|and then|but|plus)\b|"
    r"\band (?=(?:is|are|can|could|what|how|when|do|will|please)\b)"
)


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
        detail = detail_of(plain, as_of=as_of)
        ruled = [sign.intent for sign in self.signs.sure if sign.shows(plain)]
        chances = self._chances(plain, language)
        weighed = self._weighed(plain, language, chances)
        meant = list(dict.fromkeys([*ruled, *weighed]))
        if any(each not in MANNERS and each is not Intent.NONE for each in meant):
            meant = [each for each in meant if each not in MANNERS and each is not Intent.NONE]
        # Whoever needs care, or asks for what is given to nobody, gets no other answer before it.
        meant.sort(key=lambda each: (each not in CARE, each not in GUARDED))
        near = [each for each, chance in chances if chance >= NEAR and each not in _NEVER_ASKED]
        return Understood(
            language,
            tuple(meant[:_WISHES_MAX]),
            () if meant else tuple(near[:_NEAR_MAX]),
            1.0 if ruled else chances[0][1] if chances else 0.0,
            bool(_HEAVY & set(meant)) or sum(c for i, c in chances if i in _HEAVY) >= CARE_MIN,
            detail,
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
        if not _LETTER.search(plain) or model.known(plain) < _KNOWN_MIN:
            return []
        found = zip(model.meanings, model.chances(plain), strict=True)
        return sorted(((Intent(name), float(c)) for name, c in found), key=lambda each: -each[1])

    def _weighed(
        self, plain: str, language: Language, whole: list[tuple[Intent, float]]
    ) -> list[Intent]:
        clauses = [part.strip() for part in _CLAUSE.split(plain) if part and part.strip()]
        taken = {intent: chance for intent, chance in whole[:1] if chance >= CLEAR}
        for clause in clauses if len(clauses) > 1 else ():
            for intent, chance in self._chances(clause, language)[:1]:
                if chance >= CLEAR_OF_CLAUSE and intent is not Intent.NONE:
                    taken[intent] = max(taken.get(intent, 0.0), chance)
        denied = {
            sign.intent for sign in self.signs.denied for c in clauses or [plain] if sign.shows(c)
        }
        left = {intent: chance for intent, chance in taken.items() if intent not in denied}
        return sorted(left, key=lambda each: -left[each])
