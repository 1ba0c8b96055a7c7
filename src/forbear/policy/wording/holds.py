"""Do the words of a message hold what its file claims, and nothing that may not be said?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from forbear.policy.reading import Field
from forbear.policy.wording.field import both
from forbear.policy.wording.form import (
    Both,
    Proof,
    Variable,
    VariableKind,
    Wording,
    placeholders,
    without_placeholders,
)
from forbear.policy.wording.render import WordingRefused
from forbear.policy.wording.require import shortfall
from forbear.policy.wording.sample import sample
from forbear.policy.wording.terms import Lexicon, Terms
from forbear.values.code import Channel, Jurisdiction, Language
from forbear.values.wording import Fact, MessagePart

# Words alone do not prove these parts: something of this kind must be filled in.
_PROVEN_BY: Mapping[MessagePart, VariableKind] = {
    MessagePart.SIGNATURE: VariableKind.NAME,
    MessagePart.COLLECTOR_NAME: VariableKind.NAME,
    MessagePart.CREDITOR_NAME: VariableKind.NAME,
    MessagePart.PERSON_NAME: VariableKind.NAME,
    MessagePart.CALLBACK_NUMBER: VariableKind.PHONE,
    MessagePart.AMOUNT: VariableKind.MONEY,
    MessagePart.DUE_DATE: VariableKind.DATE,
}
_ARTICLE = re.compile(r"第.+条|(Articles?|Section|Regulation|CFR|CONC) ?[0-9]")
_LOCALES: Mapping[Jurisdiction, str] = {
    Jurisdiction.CN: "en-CN",
    Jurisdiction.US: "en-US",
    Jurisdiction.UK: "en-GB",
}


class Check(Protocol):
    """Looks for what may not be said; returns its cues, none when the text is clean."""

    def __call__(self, text: str, *, locale: str, facts: frozenset[Fact]) -> Sequence[object]: ...


def locale_of(jurisdiction: Jurisdiction, language: Language) -> str:
    """Return the locale of a language where a law holds, such as en-GB."""
    return "zh-CN" if language is Language.ZH else _LOCALES[jurisdiction]


def proofs_of(
    file: Field, dated: Field, body: Both, subject: Both | None, declared: Mapping[str, Variable]
) -> tuple[Proof, ...]:
    """Hold each part claimed against the words; a version may prove it in its own way."""
    owner = dated if dated.has("parts") else file
    if not owner.has("parts"):
        return ()
    field = owner.part("parts").only(*MessagePart)
    title = subject or Both("", "")
    found = []
    for name in field.value:
        part = MessagePart(name)
        shown = (
            both(field, name)
            if isinstance(field.value[name], dict)
            else Both(field.get(name, str), field.get(name, str))
        )
        for language in Language:
            words, text = shown.of(language), f"{title.of(language)}\n{body.of(language)}"
            if words not in text:
                raise field.fail(
                    name,
                    f"'{words}' is not in the words of {language} ({dated.path})",
                    "Quote the words that show the part, or do not claim it.",
                )
            _check_proof(field, part, words, declared)
        found.append(Proof(part, shown))
    return tuple(sorted(found, key=lambda proof: proof.part.number))


def _check_proof(
    field: Field, part: MessagePart, words: str, declared: Mapping[str, Variable]
) -> None:
    kind = _PROVEN_BY.get(part)
    kinds = {declared[name].kind for name in placeholders(words)}
    if kind and kind not in kinds:
        raise field.fail(part, f"is shown by no {kind}", "Quote a variable of that kind.")
    if part is MessagePart.LEGAL_BASIS and not (
        VariableKind.ARTICLE in kinds or _ARTICLE.search(words)
    ):
        raise field.fail(part, "names no article", "Quote the article, or a variable of one.")
    if part is MessagePart.SIGNATURE and not (words.startswith("【") and words.endswith("】")):
        raise field.fail(part, "is not in 【】", "Write it as 【{sign}】.")


def check_words(field: Field, wording: Wording, terms: Terms) -> None:
    """Refuse pressure to anybody, and what tells of a debt where others may hear or see it."""
    for language in Language:
        text = without_placeholders(wording.template(language))
        _refuse(field, terms.pressure, text, language, "presses")
        if wording.audience.neutral:
            _refuse(field, terms.debt, text, language, "tells others of a debt")
        if wording.channel is Channel.EMAIL and wording.subject:
            subject = wording.subject.of(language)
            _refuse(field, terms.debt, subject, language, "tells of a debt on a locked screen")


def _refuse(field: Field, lexicon: Lexicon, text: str, language: Language, why: str) -> None:
    found = lexicon.found_in(text, language)
    if found:
        raise field.fail(language.lower(), f"'{found}' {why}", "Say it calmly and plainly.")


def check_requirements(file: Field, wording: Wording, terms: Terms) -> None:
    """Refuse a message that falls short of what its sort requires."""
    for requirement in terms.requirements:
        found = shortfall(wording, requirement)
        if found:
            field, wrong = found
            raise file.fail(
                field,
                f"{wrong} (version {wording.version})",
                f"{requirement.sentence.en} ({requirement.id}; {requirement.source})",
            )


def check_sample(field: Field, wording: Wording, check: Check | None) -> None:
    """Fill the message in with its examples, and show it to the content check."""
    for language in Language:
        try:
            filled = sample(wording, language)
        except WordingRefused as error:
            raise field.fail(
                language.lower(), error.message.rstrip("."), "Mend the examples or the message."
            ) from None
        text = filled.text if filled.subject is None else f"{filled.subject}\n\n{filled.text}"
        locale = locale_of(wording.jurisdiction, language)
        cues = check(text, locale=locale, facts=wording.facts) if check else ()
        if cues:
            raise field.fail(
                language.lower(),
                f"the content check objects: {'; '.join(str(cue) for cue in cues)}",
                "Say it in words that hold, or name the fact that makes them true.",
            )
