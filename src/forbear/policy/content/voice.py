"""Who was named before a word of a sentence, and in which mood is it said?

"I will wait outside" and "you will wait outside" hold the same words. Each word is therefore also
told with the party named last before it, and with the mood of the clause: meant, possible, owed,
done, denied or supposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

_PARTIES: Final = {
    "M": "i i'm i'll i've i'd we we'll we're we've we'd my our me us "
    "agent client team lender office firm company",
    "Y": "you your you're you'll you've you'd yours",
    "T": "he she they him her them his their he's she's they're they'll "
    "someone somebody anyone caller",
}
_MOODS: Final = {
    "W": "will i'll we'll you'll they'll going gonna",
    "C": "would could may might can",
    "M": "must should need",
    "H": "have i've we've has had",
    "N": "won't can't cannot don't never not no",
    "I": "if unless",
}
_PARTY: Final = {word: sign for sign, words in _PARTIES.items() for word in words.split()}
_MOOD: Final = {word: sign for sign, words in _MOODS.items() for word in words.split()}
_NONE: Final = "0"
_NAMED_ZH: Final = re.compile(
    r"(?P<M>我)|(?P<Y>[你您])|(?P<T>[他她]|有人|别人|谁|对方|骗子|任何人|没人|无人)"
    r"|(?P<deny>不|没|未|别|无|勿|莫|非|禁|拒)|(?P<cut>[,，:：])"
)


def voiced(
    words: Sequence[str],
    stems: Sequence[str],
    gaps: Sequence[str],
    denied: Sequence[bool],
    *,
    asked: bool,
) -> Iterator[tuple[int, str]]:
    """Yield features of the words of one sentence, each with the index of its word.

    ``gaps`` are the signs before each word; a comma ends a mood, as it ends a clause.
    """
    party = mood = _NONE
    for index, (word, stem) in enumerate(zip(words, stems, strict=True)):
        if "," in gaps[index]:
            mood = _NONE
        yield index, f"a:{party} {stem}"
        yield index, f"m:{party}{mood} {stem}"
        if denied[index]:
            yield index, f"d:{stem}"
        if asked:
            yield index, f"q:{stem}"
        party = _PARTY.get(word, party)
        mood = _MOOD.get(word, mood)
    if asked:
        yield len(words) - 1, f"x:?{party}"


def voiced_signs(text: str, start: int, end: int, *, asked: bool) -> Iterator[tuple[str, int]]:
    """Yield features of the pairs of signs of one Chinese sentence, each with its first place.

    A pair is told with the party named last before it; again where a negation stands before it in
    its clause, and again in a question.
    """
    party, denied = _NONE, False
    known = {each.start(): each for each in _NAMED_ZH.finditer(text, start, end)}
    for place in range(start, end - 1):
        pair = text[place : place + 2]
        yield f"a:{party}{pair}", place
        if denied:
            yield f"d:{pair}", place
        if asked:
            yield f"q:{pair}", place
        turn = known.get(place)
        if turn is None:
            continue
        if turn.lastgroup == "cut":
            denied = False
        elif turn.lastgroup == "deny":
            denied = True
        else:
            party = str(turn.lastgroup)
    if asked:
        yield f"x:?{party}", end - 1
