"""Which forbidden acts does a text commit, given what is known?

Three look at the text. Claims are patterns: they say what is asserted, and a fact may make it
true. The tally weighs how it is said, and what is claimed. The reader tells what is meant where no
word says it; without its file the others decide alone. A fact clears calm words; no fact clears a
threat.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from forbear.policy.content.claims import SENTENCE, Cue, claims_of, marked
from forbear.policy.content.feature import Span, features
from forbear.policy.content.form import (
    READER,
    TALLY,
    ActForm,
    Cleared,
    ContentDecision,
    ContentPack,
    Finding,
    Tongue,
)
from forbear.policy.content.reader import FARTHEST, Counts, Reading
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
_PART = re.compile(r"(?:[^,，;；。！？!?.\n]|[.,](?=\w))+[,，;；。！？!?.\n\"')]*\s*")
"""A part of a text that can be left out, to learn what the reader heard in it."""
_PARTS_MAX = 12
READ_LEAST = {Language.ZH: 8, Language.EN: 32}
"""How many characters the reader needs; fewer mean too many things."""
_SILENT = -3.0
"""What the reader says at most of words that a fact makes true."""


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
            cues += _told(text, plain, tongue, pack, known, claimed, weighed)
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
    text: str,
    plain: Plain,
    tongue: Tongue,
    pack: ContentPack,
    known: frozenset[Fact],
    claimed: list[Cue],
    weighed: list[_Weighed],
) -> list[Cue]:
    """Return the claims that stand, and what tally and reader tell besides."""
    untrue = {cue for cue in claimed if cue.alone and not cue.lawful_when & known}
    doubtful = {cue for cue in untrue if not cue.lawful_when}
    standing, told = set(claimed) - doubtful, []
    for each in weighed:
        start, end = each.span
        here = {cue for cue in untrue if cue.within(each.span)}
        window = _Window(text, plain, each.span, tongue.language)
        heard = _heard(each.scores, tongue, pack, known, window, here)
        if heard.forbidden:
            standing |= here
        for named in heard.named:
            if named.read:
                told.append(_meant(window, named, pack, known))
                continue
            reasons = tongue.tally.reasons(each.found, named.column)
            if reasons:
                words = plain.text[start:end]
                told.append(
                    _reasoned(named.act, words, start, reasons, pack, known, calm=named.calm)
                )
    return [cue for cue in claimed if cue in standing] + told


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of text as it was written."""

    text: str
    plain: Plain
    span: Span
    language: Language

    def written(self, span: Span) -> str:
        """Return a stretch as it was written, disguises and all."""
        if span[0] >= span[1]:
            return ""
        start, end = self.plain.span(*span)
        return self.text[start:end]

    @property
    def own(self) -> bool:
        """Whether it is in the language for which its words were weighed."""
        signs = len(_CJK.findall(self.plain.text, *self.span))
        zh = signs > len(_LATIN_WORD.findall(self.plain.text, *self.span))
        return zh is (self.language is Language.ZH)

    @property
    def short(self) -> bool:
        """Whether it is too short to be read."""
        start, end = self.span
        return len(self.plain.text[start:end].strip()) < READ_LEAST[self.language]

    def parts(self) -> list[Span]:
        """Return its clauses; too many are taken together at the end."""
        found = [each.span() for each in _PART.finditer(self.plain.text, *self.span)]
        if len(found) > _PARTS_MAX:
            found[_PARTS_MAX - 1 :] = [(found[_PARTS_MAX - 1][0], found[-1][1])]
        return found

    def without(self, part: Span) -> str:
        """Return it with a part left out."""
        start, end = self.span
        return self.written((start, part[0])) + self.written((part[1], end))


@dataclass(frozen=True, slots=True)
class _Named:
    """An act named in a window; ``read``: nothing but the reader carries it."""

    act: Act
    column: int
    calm: bool
    read: bool = False


@dataclass(frozen=True, slots=True)
class _Heard:
    """Whether a window is forbidden, and the acts named in it."""

    forbidden: bool
    named: list[_Named]


def _meant(window: _Window, named: _Named, pack: ContentPack, known: frozenset[Fact]) -> Cue:
    """Return the cue of an act that was only meant, at the part that carries it most."""
    reader = pack.reader()
    parts = window.parts() or [window.span]

    def left(part: Span) -> float:
        if reader is None or len(parts) == 1:
            return 0.0
        told = reader.read(window.without(part))
        return told.wrong + told.acts[named.act]

    start, end = min(parts, key=left)
    end = start + len(window.plain.text[start:end].rstrip())
    start = end - len(window.plain.text[start:end].lstrip())
    turned = next(
        (to for fact, to in pack.acts[named.act].turns.items() if fact in known), named.act
    )
    lawful = pack.acts[turned].lawful_when
    words = (window.written((start, end)).strip(),)
    return Cue(turned, (start, end), READER, words, lawful, calm=named.calm)


def windows(text: str, language: Language) -> Iterator[Span]:
    """Yield stretches of whole sentences, short enough to be weighed together.

    In a longer text every sentence is weighed alone, too, so that calm neighbours hide no threat.
    """
    limit = _LIMITS[language]
    sentences = [each.span() for each in SENTENCE[language].finditer(text)]
    reached = -1
    for index, (start, own) in enumerate(sentences):
        inside = (end for _, end in sentences[index + 1 :] if end - start <= limit)
        end = max(inside, default=own)
        if end > reached:
            yield start, end
            reached = end
        if len(text) > limit and own - start > _ALONE[language]:
            yield start, own


def _heard(
    scores: list[float],
    tongue: Tongue,
    pack: ContentPack,
    known: frozenset[Fact],
    window: _Window,
    claims: Collection[Cue],
) -> _Heard:
    """Return what the scores of one window, its untrue claims and the reader tell.

    What a fact makes lawful does not count towards forbidding, unless the tone is harsh. An untrue
    claim forbids, and the others only say what else was done. Only one that no fact could make true
    falls where tally and reader together speak clearly against it: it was a turn of speech.
    """
    untrue = bool(claims)
    sure = any(cue.lawful_when for cue in claims)
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
    strongest = max(leaning)[0]
    told = max(cleared, default=(-np.inf, 0, Act.VIOLENCE))
    named = [_Named(act, col, calm) for score, col, act in cleared if score >= bounds.alone]
    weighed = bounds.forbid(strongest, tone)
    # Words whose strongest cue is true carry the tone of that cue: only a strong act counts then.
    if told[0] > strongest and told[0] >= bounds.named[told[1]]:
        weighed = strongest >= bounds.alone
        reading = None
    else:
        reading = _reading(strongest, tone, window, pack, needed=untrue)
    if reading is None:
        forbidden = weighed or untrue
    else:
        claim = pack.counts.claim if untrue else 0.0
        summed = _summed(leaning, tone, reading, tongue.language, pack.counts)
        forbidden = sure or summed + claim >= 0
    if forbidden:
        alone = reading is not None and not weighed and not untrue
        named += [
            _Named(act, column, calm, read=alone)
            for act, column in _naming(leaning, reading, bounds.named, pack.counts, untrue=untrue)
        ]
    return _Heard(forbidden, named)


def _reading(
    strongest: float, tone: float, window: _Window, pack: ContentPack, *, needed: bool
) -> Reading | None:
    """Return what the reader reads; None where it is none, or nothing it could say would matter."""
    if not window.own or window.short:
        return None
    counts = pack.counts
    most = counts.shares[window.language].sum(
        strongest=counts.together(strongest, FARTHEST), tone=tone, wrong=FARTHEST
    )
    reader = pack.reader() if needed or most >= 0 else None
    return None if reader is None else reader.read(window.written(window.span))


def _summed(
    leaning: list[tuple[float, int, Act]],
    tone: float,
    reading: Reading,
    language: Language,
    counts: Counts,
) -> float:
    """Return how much tally and reader together speak for forbidding; nought and more forbids."""
    heard = heeded(reading, {act for _, _, act in leaning})
    strongest = max(counts.together(score, heard.acts[act]) for score, _, act in leaning)
    return counts.shares[language].sum(strongest=strongest, tone=tone, wrong=heard.wrong)


def heeded(reading: Reading, open_to: Collection[Act]) -> Reading:
    """Return what the reader says, unless what it hears most is an act that a fact clears."""
    if max(reading.acts, key=lambda each: reading.acts[each]) in open_to:
        return reading
    acts = {act: min(number, _SILENT) for act, number in reading.acts.items()}
    return Reading(acts, min(reading.wrong, _SILENT))


def _naming(
    leaning: list[tuple[float, int, Act]],
    reading: Reading | None,
    least: tuple[float, ...],
    counts: Counts,
    *,
    untrue: bool,
) -> Iterator[tuple[Act, int]]:
    """Yield the acts of forbidden words: those likely enough, and at least the likeliest.

    Beside an untrue claim the likeliest needs no naming.
    """
    if reading is None:
        valued = [(score - least[column], score, column, act) for score, column, act in leaning]
        best = max((score, column) for _, score, column, _ in valued)[1]
    else:
        valued = [
            (value - counts.named[act], value, column, act)
            for score, column, act in leaning
            for value in (counts.together(score, reading.acts[act]),)
        ]
        best = max(valued)[2]
    for over, _, column, act in valued:
        if over >= 0 or (column == best and not untrue):
            yield act, column


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
    return Cue(turned, place, TALLY, words, pack.acts[turned].lawful_when, calm=calm)


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
