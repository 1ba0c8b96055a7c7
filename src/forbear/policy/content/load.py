"""How do the content files become the knowledge of the check?

``acts.yaml`` tells of every act, ``spelling.yaml`` how disguises are undone, ``reader.yaml`` what
the reader of meaning counts for; each language has its ``lexicon.yaml``, ``claims.yaml`` and
``tally.yaml``. Every fault names file, line and remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from forbear.policy.content.form import (
    ActForm,
    Claim,
    ContentPack,
    Guard,
    Severity,
    Tongue,
)
from forbear.policy.content.lexicon import Lexicon
from forbear.policy.content.pattern import InvalidPattern, compile_pattern
from forbear.policy.content.reader import Counts, Share
from forbear.policy.content.spelling import Spelling
from forbear.policy.content.tally import Bounds, Tally, parse_table
from forbear.policy.reading import Field, InvalidRule, read_file
from forbear.values.code import Language
from forbear.values.wording import Act, Fact

TABLE: Final = "--- |"
"""The line between the head of a tally and its table."""
_HUNDREDTHS: Final = 100
_ACT_FIELDS = (
    "zh",
    "en",
    "why",
    "basis",
    "severity",
    "lawful_when",
    "only_when",
    "turns",
    "leans_hundredths",
)
_CLAIM_FIELDS = (
    "id",
    "act",
    "alone",
    "say",
    "unless",
    "guards",
    "lawful_when",
    "only_when",
    "turns",
    "examples",
)


def load_content(texts: Mapping[str, str]) -> ContentPack:
    """Read content files by their names, such as ``acts.yaml`` and ``zh/claims.yaml``.

    Raises:
        InvalidRule: a file is missing or does not keep its form.
    """
    acts = _acts(_file(texts, "acts.yaml"))
    spelling = _spelling(_file(texts, "spelling.yaml"))
    tongues = {language: _tongue(texts, language, acts) for language in Language}
    return ContentPack(acts, spelling, tongues, _counts(_file(texts, "reader.yaml")))


def load_lexicon(texts: Mapping[str, str], language: Language) -> Lexicon:
    """Read the kinds of words of one language.

    Raises:
        InvalidRule: the file is missing or does not keep its form.
    """
    field = _file(texts, f"{language.lower()}/lexicon.yaml").only("kinds").part("kinds")
    kinds = {}
    for kind in field.value:
        words = field.texts(kind)
        if not words:
            raise field.fail(kind, "has no words", "Name at least one, or drop the kind.")
        if len(set(words)) < len(words):
            twice = next(word for word in words if words.count(word) > 1)
            raise field.fail(kind, f"names '{twice}' twice", "Name each once.")
        kinds[kind] = words
    return Lexicon.of(kinds, spaced=language is Language.EN)


def load_spelling(texts: Mapping[str, str]) -> Spelling:
    """Read how disguises are undone.

    Raises:
        InvalidRule: the file is missing or does not keep its form.
    """
    return _spelling(_file(texts, "spelling.yaml"))


def load_acts(texts: Mapping[str, str]) -> Mapping[Act, ActForm]:
    """Read what is told of every act.

    Raises:
        InvalidRule: the file is missing or does not keep its form.
    """
    return _acts(_file(texts, "acts.yaml"))


def load_claims(
    texts: Mapping[str, str], language: Language, lexicon: Lexicon, acts: Mapping[Act, ActForm]
) -> tuple[Claim, ...]:
    """Read the claims of one language.

    Raises:
        InvalidRule: the file is missing or does not keep its form.
    """
    return _claims(_file(texts, f"{language.lower()}/claims.yaml"), lexicon, acts)


def _file(texts: Mapping[str, str], name: str) -> Field:
    if name not in texts:
        raise InvalidRule(f"content/{name}:1 is missing.", remedy=f"Add {name}.", file=name, line=1)
    return read_file(f"content/{name}", texts[name], what="content knowledge")


def _acts(file: Field) -> dict[Act, ActForm]:
    file.only(*Act)
    return {act: _act(act, file.part(act).only(*_ACT_FIELDS)) for act in Act}


def _act(act: Act, field: Field) -> ActForm:
    why = field.part("why").only("zh", "en")
    basis = field.texts("basis")
    if not basis:
        raise field.fail("basis", "is missing", "Cite the law or rule that forbids the act.")
    leans = field.part("leans_hundredths") if field.has("leans_hundredths") else None
    if leans:
        leans.only(*Fact)
    return ActForm(
        act=act,
        name_zh=field.get("zh", str),
        name_en=field.get("en", str),
        why_zh=why.get("zh", str).strip(),
        why_en=why.get("en", str).strip(),
        basis=basis,
        severity=field.word("severity", Severity),
        lawful_when=field.words("lawful_when", Fact, empty=True),
        only_when=field.words("only_when", Fact, empty=True),
        turns=_turns(field),
        leans={Fact(name): leans.get(name, int) / _HUNDREDTHS for name in leans.value}
        if leans
        else {},
    )


def _turns(field: Field) -> dict[Fact, Act]:
    if not field.has("turns"):
        return {}
    turns = field.part("turns").only(*Fact)
    return {Fact(name): turns.word(name, Act) for name in turns.value}


def _spelling(file: Field) -> Spelling:
    file.only("fold", "disguises")
    fold, disguises = file.part("fold"), file.part("disguises")
    for part in (fold, disguises):
        for name in part.value:
            part.get(name, str)
    for name in fold.value:
        if len(name) != 1:
            raise fold.fail(name, "is not one character", "Put it under disguises.")
    return Spelling.of(dict(fold.value), dict(disguises.value))


def _tongue(texts: Mapping[str, str], language: Language, acts: Mapping[Act, ActForm]) -> Tongue:
    lexicon = load_lexicon(texts, language)
    claims = load_claims(texts, language, lexicon, acts)
    return Tongue(language, lexicon, claims, _tally(texts, f"{language.lower()}/tally.yaml"))


def _claims(file: Field, lexicon: Lexicon, acts: Mapping[Act, ActForm]) -> tuple[Claim, ...]:
    file.only("guards", "usual", "claims")
    named = file.part("guards")
    guards = {name: _guard(named.part(name), lexicon) for name in named.value}
    usual = _chosen(file, "usual", guards)
    claims: list[Claim] = []
    for field in file.parts("claims"):
        claim = _claim(field.only(*_CLAIM_FIELDS), lexicon, guards, usual, acts)
        if any(claim.id == other.id for other in claims):
            raise field.fail("id", f"'{claim.id}' is used twice", "Give each claim its own id.")
        claims.append(claim)
    return tuple(claims)


def _claim(
    field: Field,
    lexicon: Lexicon,
    guards: Mapping[str, Guard],
    usual: tuple[Guard, ...],
    acts: Mapping[Act, ActForm],
) -> Claim:
    act = field.word("act", Act)
    say = tuple(_pattern(field, "say", each, lexicon) for each in field.texts("say"))
    if not say:
        raise field.fail("say", "is missing", "Write at least one pattern.")
    own = field.has("lawful_when")
    return Claim(
        id=field.get("id", str),
        act=act,
        alone=field.flag("alone", default=True),
        say=say,
        unless=_any(field, "unless", lexicon),
        guards=_chosen(field, "guards", guards) if "guards" in field.value else usual,
        lawful_when=field.words("lawful_when", Fact, empty=True) if own else acts[act].lawful_when,
        only_when=field.words("only_when", Fact, empty=True),
        turns=_turns(field) or acts[act].turns,
        examples=field.texts("examples"),
    )


def _chosen(field: Field, name: str, guards: Mapping[str, Guard]) -> tuple[Guard, ...]:
    chosen = field.texts(name)
    for each in chosen:
        if each not in guards:
            raise field.fail(name, f"there is no guard '{each}'", f"Use: {', '.join(guards)}.")
    return tuple(guards[each] for each in chosen)


def _guard(field: Field, lexicon: Lexicon) -> Guard:
    field.only("before", "after", "sentence")
    return Guard(
        before=_any(field, "before", lexicon),
        after=_any(field, "after", lexicon),
        sentence=_any(field, "sentence", lexicon),
    )


def _any(field: Field, name: str, lexicon: Lexicon) -> re.Pattern[str] | None:
    patterns = [_pattern(field, name, each, lexicon).pattern for each in field.texts(name)]
    return re.compile("|".join(f"(?:{each})" for each in patterns)) if patterns else None


def _pattern(field: Field, name: str, written: str, lexicon: Lexicon) -> re.Pattern[str]:
    try:
        return compile_pattern(written, lexicon)
    except InvalidPattern as error:
        raise field.fail(
            name,
            f"'{written}' is no pattern: {error}",
            "Use words, (one|two), <kind>, # and at most three ~.",
        ) from None


def _tally(texts: Mapping[str, str], name: str) -> Tally:
    if name not in texts:
        raise InvalidRule(
            f"content/{name}:1 is missing.",
            remedy="Make it with tools/content_tally.py.",
            file=name,
            line=1,
        )
    head, cut, table = texts[name].partition(f"\n{TABLE}\n")
    field = read_file(f"content/{name}", head, what="a tally").only(
        "trained", "columns", "offsets_hundredths", "bounds_hundredths"
    )
    if not cut:
        raise field.fail("columns", "no table follows", f"Put the table behind a line '{TABLE}'.")
    acts = _columns(field)
    columns = len(acts) + 1
    offsets = field.get("offsets_hundredths", list)
    if len(offsets) != columns or not all(isinstance(each, int) for each in offsets):
        raise field.fail(
            "offsets_hundredths", f"does not hold {columns} numbers", "One a column, then the tone."
        )
    bounds = _bounds(field, acts)
    lines = list(_lines(table))
    try:
        row, rarity, weights = parse_table(lines, columns=columns)
    except ValueError as error:
        line = head.count("\n") + 3 + int(str(error))
        raise InvalidRule(
            f"content/{name}:{line} is no line of a table.",
            remedy="Make the file anew with tools/content_tally.py.",
            file=name,
            line=line,
        ) from None
    scaled = [each / _HUNDREDTHS for each in offsets]
    return Tally(acts, row, rarity, weights, np.array(scaled, dtype=np.float32), bounds)


def _bounds(field: Field, acts: tuple[Act, ...]) -> Bounds:
    bounds = field.part("bounds_hundredths").only("alone", "tone", "together", "harsh", "named")
    named = bounds.part("named").only(*Act)
    return Bounds(
        alone=bounds.get("alone", int) / _HUNDREDTHS,
        tone=bounds.get("tone", int) / _HUNDREDTHS,
        together=bounds.get("together", int) / _HUNDREDTHS,
        harsh=bounds.get("harsh", int) / _HUNDREDTHS,
        named=tuple(named.get(act, int) / _HUNDREDTHS for act in acts),
    )


def _counts(file: Field) -> Counts:
    file.only("file", "act_hundredths", "claim_hundredths", "share_hundredths", "named_hundredths")
    shares = file.part("share_hundredths").only(*Language)
    named = file.part("named_hundredths").only(*Act)
    return Counts(
        file=file.get("file", str),
        act=file.get("act_hundredths", int) / _HUNDREDTHS,
        claim=file.get("claim_hundredths", int) / _HUNDREDTHS,
        shares={language: _share(shares.part(language)) for language in Language},
        named={act: named.get(act, int) / _HUNDREDTHS for act in Act},
    )


def _share(field: Field) -> Share:
    field.only("strongest", "tone", "wrong", "offset")
    return Share(
        **{name: field.get(name, int) / _HUNDREDTHS for name in field.value},
    )


def _columns(field: Field) -> tuple[Act, ...]:
    named = field.texts("columns")
    if set(named) - set(Act) or set(Act) - set(named) or len(set(named)) < len(named):
        raise field.fail("columns", "are not the acts, each once", "Make the file anew.")
    return tuple(Act(each) for each in named)


def _lines(table: str) -> Iterator[str]:
    for line in table.splitlines():
        if line:
            yield line
