"""Which forbidden acts does a text commit, given what is known?

Two readers look at the text. Claims are patterns: they say what is asserted, and a fact may make it
true. The tally weighs how it is said, and what is claimed. A fact clears calm words; no fact clears
a threat.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forbear.policy.content.feature import QUOTED, Span, features
from forbear.policy.content.form import (
    ActForm,
    Claim,
    Cleared,
    ContentDecision,
    ContentPack,
    Finding,
    Guard,
    Tongue,
)
from forbear.policy.content.spelling import Plain
from forbear.values.code import Language
from forbear.values.wording import Act, Fact

_CJK = re.compile("[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[a-z]{2,}")
_ENOUGH_CJK = 4
_ENOUGH_LATIN = 6
_LIMITS = {Language.ZH: 110, Language.EN: 260}
"""How many characters are weighed together, about three sentences."""
_ALONE = {Language.ZH: 12, Language.EN: 30}
"""How long a sentence is at least that is weighed alone; shorter ones say too little."""
_SENTENCE = {
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


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A stretch of text and what it weighs; ``scores`` has one number a column."""

    span: Span
    found: Mapping[str, Span]
    scores: list[float]


def check(text: str, *, locale: str, facts: Collection[Fact], pack: ContentPack) -> ContentDecision:
    """Say which forbidden acts a text commits.

    Args:
        text: a draft, a turn of a transcript, a note or a filled-in message.
        locale: such as zh-CN or en-GB; another or empty one is read in every language.
        facts: what is known; a fact that is not among them is not known.
        pack: the knowledge, see ``load_content``.
    """
    known = frozenset(facts)
    plain = pack.spelling.plain(text)
    cues: list[Cue] = []
    for language in _languages(plain.text, locale):
        tongue = pack.tongues.get(language)
        if tongue:
            claimed = list(claims_of(plain, tongue.claims, language, known))
            weighed = _weighed(plain, tongue, claimed)
            cues += claimed
            cues += _told(plain, tongue, pack, known, claimed, weighed)
    return _decided(text, plain, cues, known, pack)


def _languages(text: str, locale: str) -> list[Language]:
    """A text in another language than announced is read in its own as well."""
    announced = locale[:2].lower()
    both = announced not in {"zh", "en"}
    found = []
    if both or announced == "zh" or len(_CJK.findall(text)) >= _ENOUGH_CJK:
        found.append(Language.ZH)
    if both or announced == "en" or len(_LATIN_WORD.findall(text)) >= _ENOUGH_LATIN:
        found.append(Language.EN)
    return found


def claims_of(
    plain: Plain, claims: Sequence[Claim], language: Language, known: frozenset[Fact]
) -> Iterator[Cue]:
    """Yield what a text claims, sentence by sentence."""
    for sentence in _SENTENCE[language].finditer(plain.text):
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


def leaning(act: Act, form: ActForm, scores: Mapping[Act, float], known: frozenset[Fact]) -> float:
    """Return the score of an act, heavier or lighter by what is known."""
    return scores[act] + sum(more for fact, more in form.leans.items() if fact in known)


def _weighed(plain: Plain, tongue: Tongue, claimed: list[Cue]) -> list[_Weighed]:
    weighed = []
    for span in windows(plain.text, tongue.language):
        found = features(plain.text[span[0] : span[1]], tongue.lexicon)
        found = marked(found, claimed, span)
        weighed.append(_Weighed(span, found, tongue.tally.scores(found).tolist()))
    return weighed


def _told(
    plain: Plain,
    tongue: Tongue,
    pack: ContentPack,
    known: frozenset[Fact],
    claimed: list[Cue],
    weighed: list[_Weighed],
) -> Iterator[Cue]:
    for each in weighed:
        start, end = each.span
        untrue = any(
            cue.alone and cue.within(each.span) and not cue.lawful_when & known for cue in claimed
        )
        for act, column, calm in _named(each.scores, tongue, pack, known, untrue=untrue):
            reasons = tongue.tally.reasons(each.found, column)
            if reasons:
                yield _reasoned(act, plain.text[start:end], start, reasons, pack, known, calm=calm)


def windows(text: str, language: Language) -> Iterator[Span]:
    """Yield stretches of whole sentences, short enough to be weighed together.

    In a longer text every sentence is weighed alone, too, so that calm neighbours hide no threat.
    """
    limit = _LIMITS[language]
    sentences = [each.span() for each in _SENTENCE[language].finditer(text)]
    reached = -1
    for index, (start, own) in enumerate(sentences):
        inside = (end for _, end in sentences[index + 1 :] if end - start <= limit)
        end = max(inside, default=own)
        if end > reached:
            yield start, end
            reached = end
        if len(text) > limit and own - start > _ALONE[language]:
            yield start, own


def _named(
    scores: list[float],
    tongue: Tongue,
    pack: ContentPack,
    known: frozenset[Fact],
    *,
    untrue: bool,
) -> Iterator[tuple[Act, int, bool]]:
    """Yield the acts that the scores of one window name, their columns, and whether calmly.

    What a fact makes lawful does not count towards forbidding, unless the tone is harsh. An untrue
    claim forbids by itself, and the tally then only says what else was done.
    """
    bounds = tongue.tally.bounds
    tone = scores[-1]
    calm = tone < bounds.harsh
    leaning: list[tuple[float, int, Act]] = []
    cleared: list[tuple[float, int, Act]] = []
    for column, act in enumerate(tongue.tally.acts):
        form = pack.acts[act]
        if form.only_when and not form.only_when & known:
            continue
        score = scores[column] + sum(more for fact, more in form.leans.items() if fact in known)
        lawful = calm and bool(form.lawful_when & known) and not form.turns.keys() & known
        (cleared if lawful else leaning).append((score, column, act))
    strongest, best, _ = max(leaning)
    told = max(cleared, default=(-np.inf, 0, Act.VIOLENCE))
    for score, column, act in cleared:
        if score >= bounds.alone:
            yield act, column, calm
    # Words whose strongest cue is true carry the tone of that cue: only a strong act counts then.
    if told[0] > strongest and told[0] >= bounds.named[told[1]]:
        forbidden = strongest >= bounds.alone or untrue
    else:
        forbidden = bounds.forbid(strongest, tone) or untrue
    if forbidden:
        for score, column, act in leaning:
            if score >= bounds.named[column] or (column == best and not untrue):
                yield act, column, calm


def _reasoned(
    act: Act,
    window: str,
    start: int,
    reasons: list[tuple[str, Span]],
    pack: ContentPack,
    known: frozenset[Fact],
    *,
    calm: bool,
) -> Cue:
    """Return the cue of an act with the words that weighed most for it."""
    places = [place for _, place in reasons]
    place = (start + min(first for first, _ in places), start + max(last for _, last in places))
    turned = next((to for fact, to in pack.acts[act].turns.items() if fact in known), act)
    words = tuple(dict.fromkeys(window[first:last].strip() for first, last in places))
    return Cue(turned, place, "tally", words, pack.acts[turned].lawful_when, calm=calm)


def _decided(
    text: str, plain: Plain, cues: list[Cue], known: frozenset[Fact], pack: ContentPack
) -> ContentDecision:
    findings: dict[Act, Finding] = {}
    cleared: dict[tuple[Act, str], Cleared] = {}
    forbidden = any(cue.alone and not (cue.calm and cue.lawful_when & known) for cue in cues)
    for cue in cues:
        if not cue.alone and not forbidden:
            continue
        start, end = plain.span(*cue.place)
        true = sorted(cue.lawful_when & known)
        if true and cue.calm:
            cleared.setdefault(
                (cue.act, cue.cue), Cleared(cue.act, cue.cue, text[start:end], true[0])
            )
            continue
        form = pack.acts[cue.act]
        here = findings.get(cue.act)
        # A claim tells more than the tally: it came first, and its place is kept.
        if here is None:
            findings[cue.act] = Finding(
                act=cue.act,
                start=start,
                end=end,
                text=text[start:end],
                cue=cue.cue,
                words=cue.words,
                why_zh=form.why_zh,
                why_en=form.why_en,
                lawful_when=tuple(sorted(cue.lawful_when)) if cue.calm else (),
                severity=form.severity,
            )
    ordered = sorted(findings.values(), key=lambda each: (each.start, each.end, each.act.number))
    kept = [each for key, each in sorted(cleared.items())]
    return ContentDecision(tuple(ordered), tuple(kept))
