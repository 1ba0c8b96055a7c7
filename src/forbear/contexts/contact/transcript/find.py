"""Which sentences of a transcript should somebody look at?

What one side says without the other coming between is read as one text: a threat may take two
sentences. What a colleague says goes through the check of contents, as every text of ours does;
what the person says is read for signs of distress and for words that mean stop, as every reply is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forbear.contexts.contact.transcript.form import Sentence
from forbear.contexts.contact.transcript.word import MomentKind, Side
from forbear.contexts.rulebook.library import open_content, open_inbound, open_scripts
from forbear.policy.content.check import check
from forbear.policy.content.form import Finding, Severity
from forbear.policy.inbound import Meaning
from forbear.values.code import HoldKind
from forbear.values.wording import Fact

ACUTE = frozenset({HoldKind.SELF_HARM, HoldKind.CRISIS})
_TURN_LENGTH_MAX = 600
_TURN_PAUSE_MS = 20_000
"""After such a pause somebody begins anew."""
_MARKS = " 。，,.!?！？、"
_WORDS_LENGTH_MIN = 2
"""A single sign is a slip of the recogniser and no word that means stop."""
_MEANINGS = {
    Meaning.STOP: MomentKind.STOP,
    Meaning.WRONG_PERSON: MomentKind.WRONG_PERSON,
}


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence by its place, from 0, and why. ``kinds``: the holds that a sign may place."""

    sentence: int
    kind: MomentKind
    code: str
    kinds: tuple[HoldKind, ...] = ()

    @property
    def acute(self) -> bool:
        """Whether it lets fear for a life."""
        return not ACUTE.isdisjoint(self.kinds)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one side says in a row. ``places``: each sentence, and where it begins in the text."""

    side: Side
    text: str
    places: tuple[tuple[int, int], ...]

    def sentence_at(self, start: int) -> int:
        """Return the sentence in which a place of the text lies."""
        return next(
            (number for number, begins in reversed(self.places) if begins <= start),
            self.places[0][0],
        )


def moments_in(sentences: Sequence[Sentence], facts: frozenset[Fact]) -> tuple[Found, ...]:
    """Return what is found, each thing once a sentence, in the order in which it was said."""
    found: dict[tuple[int, MomentKind, str], Found] = {}
    for turn in _turns(sentences):
        heard = _acts(turn, sentences, facts) if turn.side is Side.US else _signs(turn, sentences)
        for each in heard:
            found.setdefault((each.sentence, each.kind, each.code), each)
    return tuple(sorted(found.values(), key=lambda each: (each.sentence, each.kind.value)))


def _acts(turn: _Turn, sentences: Sequence[Sentence], facts: frozenset[Fact]) -> Iterator[Found]:
    """Yield one act a sentence, the gravest; what only the whole turn commits stands once."""
    alone = False
    for number, _ in turn.places:
        found = _gravest(sentences[number].text, facts)
        if found is not None:
            alone = True
            yield Found(number, MomentKind.ACT, found.act.value)
    found = None if alone else _gravest(turn.text, facts)
    if found is not None:
        yield Found(turn.sentence_at(found.start), MomentKind.ACT, found.act.value)


def _gravest(text: str, facts: frozenset[Fact]) -> Finding | None:
    findings = check(text, locale="", facts=facts, pack=open_content()).findings
    return min(
        findings,
        key=lambda each: (each.severity is not Severity.REFUSE, each.act.number),
        default=None,
    )


def _signs(turn: _Turn, sentences: Sequence[Sentence]) -> Iterator[Found]:
    scripts, inbound = open_scripts(), open_inbound()
    before, known = "", set[str]()
    for number, _ in turn.places:
        text = sentences[number].text
        signs = scripts.signs_in(text)
        if not signs:
            # A recogniser may cut in the midst of a sentence.
            signs = tuple(
                each
                for each in scripts.signs_in(f"{before}{text}")
                if each.sign.kinds[0].value not in known
            )
        for each in signs:
            known.add(each.sign.kinds[0].value)
            code = each.sign.kinds[0].value
            yield Found(number, MomentKind.DISTRESS, code, each.sign.kinds)
        if len(text.strip(_MARKS)) >= _WORDS_LENGTH_MIN:
            for meaning in inbound.meanings_of(text):
                yield Found(number, _MEANINGS[meaning], meaning.value)
        before = f"{text.rstrip(_MARKS)} " if text.isascii() else text.rstrip(_MARKS)


def _turns(sentences: Sequence[Sentence]) -> Iterator[_Turn]:
    row: list[int] = []
    for number, each in enumerate(sentences):
        if not each.text:
            continue
        if row and _ends(sentences, row, each):
            yield _turn(sentences, row)
            row = []
        row.append(number)
    if row:
        yield _turn(sentences, row)


def _ends(sentences: Sequence[Sentence], row: Sequence[int], then: Sentence) -> bool:
    last = sentences[row[-1]]
    return (
        then.side is not last.side
        or then.from_ms - last.to_ms > _TURN_PAUSE_MS
        or sum(len(sentences[number].text) for number in row) + len(then.text) > _TURN_LENGTH_MAX
    )


def _turn(sentences: Sequence[Sentence], row: Sequence[int]) -> _Turn:
    text, places = "", []
    for number in row:
        places.append((number, len(text)))
        text += f"{sentences[number].text} "
    return _Turn(sentences[row[0]].side, text, tuple(places))
