"""What does a text claim?

Claims are patterns: they say what is asserted, and a fact may make it true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from forbear.policy.content.feature import QUOTED, Span
from forbear.policy.content.form import Claim, Guard
from forbear.policy.content.spelling import Plain
from forbear.values.code import Language
from forbear.values.wording import Act, Fact

SENTENCE = {
    Language.ZH: re.compile(r"[^。!?;\n]+[。!?;\n]*"),
    Language.EN: re.compile(r"(?:[^.!?;\n]|[.](?=\w))+[.!?;\n]*[\"')]*"),
}
_CLAUSE = {
    Language.ZH: re.compile(r"[,，:\"。!?;\n]"),
    Language.EN: re.compile(
        r"[,;:.!?\n]|\bbut\b"
        r"|\b(?:and|or)\b(?=\s+(?:i|we|you|he|she|they|it|this|that|there|else|the|my|our|then)\b)"
    ),
}
"""What ends a clause. A negation reaches over a list: only who speaks anew begins another."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Something found, before facts are asked."""

    act: Act
    place: Span
    cue: str
    words: tuple[str, ...]
    lawful_when: frozenset[Fact]
    calm: bool
    alone: bool = True

    def within(self, window: Span) -> bool:
        """Whether it begins in a stretch of text."""
        return window[0] <= self.place[0] < window[1]


def claims_of(
    plain: Plain, claims: Sequence[Claim], language: Language, known: frozenset[Fact]
) -> Iterator[Cue]:
    """Yield what a text claims, sentence by sentence."""
    for sentence in SENTENCE[language].finditer(plain.text):
        for claim in claims:
            if claim.only_when and not claim.only_when & known:
                continue
            place = _match(plain.text, sentence.span(), claim, language)
            if place:
                act = next((to for fact, to in claim.turns.items() if fact in known), claim.act)
                lawful = claim.lawful_when if act is claim.act else frozenset()
                said = (plain.text[place[0] : place[1]],)
                yield Cue(act, place, claim.id, said, lawful, calm=True, alone=claim.alone)


def _match(text: str, sentence: Span, claim: Claim, language: Language) -> Span | None:
    start, end = sentence
    if claim.unless and claim.unless.search(text, start, end):
        return None
    quotes = [each.span() for each in QUOTED.finditer(text)]
    for pattern in claim.say:
        for found in pattern.finditer(text, start, end):
            # Words wholly between quotation marks are somebody else's.
            if any(one < found.start() and found.end() < two for one, two in quotes):
                continue
            if not any(_guarded(text, sentence, found.span(), g, language) for g in claim.guards):
                return found.span()
    return None


def _guarded(text: str, sentence: Span, place: Span, guard: Guard, language: Language) -> bool:
    start, end = sentence
    if guard.sentence and guard.sentence.search(text, start, end):
        return True
    if guard.before:
        cuts = [cut.end() for cut in _CLAUSE[language].finditer(text, start, place[0])]
        clause = cuts[-1] if cuts else start
        if guard.before.search(text, clause, place[1]):
            return True
    return bool(guard.after and guard.after.search(text, place[1], end))


def marked(found: dict[str, Span], cues: Iterable[Cue], window: Span) -> dict[str, Span]:
    """Return features with the claims made in the same stretch of text (z).

    Claims that are nothing by themselves weigh nothing.
    """
    start = window[0]
    for cue in cues:
        if cue.alone and cue.within(window):
            found.setdefault(f"z:{cue.cue}", (cue.place[0] - start, cue.place[1] - start))
    return found
